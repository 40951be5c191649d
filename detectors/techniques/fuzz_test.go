package techniques

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

// FuzzRun judges records as they may come from a file: no record may break the
// judge, and the same record gives the same judgement.
func FuzzRun(f *testing.F) {
	small := try.Size(1, 240, 60)
	for _, m := range []*try.Maker{
		try.Visit(),
		try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Choose().Paint(try.OtherJS, small, try.Canvas+"toDataURL"),
		fullMail(), try.LetterOf(f, "tricks.eml"), try.LetterOf(f, "bikeshop.eml", "bikeshop-copy.eml"),
		try.Typing().Typed("email", try.Canary).Post(try.Collector, try.Canary).Line("wss://collect.other.test/s", "b", "bo", "bod", try.SHA256(try.Canary)),
		try.Visit().Cookie("vid", "shop.test", try.UUID, 365).Item("local", "https://www.shop.test", "k", try.UUID).Request("image", try.Google, try.Pixel),
		full(),
		try.Visit().Request("image", "https://px.a.test/p", try.Pixel).Answers("uid", "a.test", try.CodeOfA).Leads("https://px.b.test/m?uid="+try.CodeOfA).Named("metrics.shop.test", "k1.eulerian.net"),
		try.Landing("?gclid="+try.Gclid+"&q=tv").Goes(try.Counter, "t1").Sets("cid", "counter.test", try.UUID, 365).Redirected(try.News).Linked(try.News + "?v=" + try.UUID),
	} {
		b, err := json.Marshal(m.Visit)
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
		j := Run(&v, nil, detectors.Options{})
		for _, n := range j.NotMeasured {
			if strings.Contains(n.Why, "broke") {
				t.Errorf("%s: %s", n.ID, n.Why)
			}
		}
		if !reflect.DeepEqual(j, Run(&w, nil, detectors.Options{})) {
			t.Error("another judgement of the same record")
		}
	})
}
