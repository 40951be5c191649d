package detectors

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// FuzzRun judges records as they may come from a file: no record may break the
// judge, and the same record gives the same judgement.
func FuzzRun(f *testing.F) {
	small := size(1, 240, 60)
	for _, m := range []*maker{
		visit(),
		visit().paint(otherJS, small, probe(ctx)...).choose().paint(otherJS, small, el+"toDataURL"),
		fullMail(), letterOf(f, "tricks.eml"), letterOf(f, "bikeshop.eml", "bikeshop-copy.eml"),
		typing().typed("email", canary).post(collector, canary).line("wss://collect.other.test/s", "b", "bo", "bod", sha256Of(canary)),
		visit().cookie("vid", "shop.test", uuid, 365).item("local", "https://www.shop.test", "k", uuid).request("image", google, pixel),
		full(),
		visit().request("image", "https://px.a.test/p", pixel).answers("uid", "a.test", aID).leads("https://px.b.test/m?uid="+aID).named("metrics.shop.test", "k1.eulerian.net"),
		landing("?gclid="+gclid+"&q=tv").goes(counter, "t1").sets("cid", "counter.test", uuid, 365).redirected(news).linked(news + "?v=" + uuid),
	} {
		b, err := json.Marshal(m.v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"runs":[{"scenario":"x","calls":[{"api":"HTMLCanvasElement.toDataURL","object":{"kind":"canvas","number":-1}},{"api":"CanvasRenderingContext2D.getImageData","args":["NaN","1e999"]}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v, w evidence.Visit
		if json.Unmarshal(b, &v) != nil || json.Unmarshal(b, &w) != nil {
			return
		}
		j := Run(All(), &v, nil, Options{})
		for _, n := range j.NotMeasured {
			if strings.Contains(n.Why, "broke") {
				t.Errorf("%s: %s", n.ID, n.Why)
			}
		}
		if !reflect.DeepEqual(j, Run(All(), &w, nil, Options{})) {
			t.Error("another judgement of the same record")
		}
	})
}
