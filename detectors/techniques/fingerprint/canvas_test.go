package fingerprint

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/spoor-audit/spoor/detectors"
	"github.com/spoor-audit/spoor/detectors/internal/try"
	"github.com/spoor-audit/spoor/evidence"
)

// image is the address of a picture that a canvas held.
const image = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAN4AAACOCAYAAA"

func TestCanvasFound(t *testing.T) {
	small := try.Size(1, 240, 60)
	found := try.Want{try.OtherJS + " high"}
	try.All(t, Canvas, []try.Trial{
		try.One("toDataURL", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL"), found),
		try.One("toBlob", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toBlob([function])"), found),
		try.One("getImageData", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Context+"getImageData(0; 0; 240; 60)"), found),
		try.One("row by row", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, append(small, try.Times(60)), try.Context+"getImageData(0; 0; 240; 1)"), found),
		try.One("size not recorded", try.Visit().Paint(try.OtherJS, nil, try.Probe(try.Context)...).Paint(try.OtherJS, nil, try.Canvas+"toDataURL"), found),
		try.One("OffscreenCanvas", try.Visit().Paint(try.OtherJS, []try.With{try.On("offscreen-canvas", 1, 240, 60)}, try.Probe(try.Off)...).
			Paint(try.OtherJS, []try.With{try.On("offscreen-canvas", 1, 240, 60)}, "OffscreenCanvas.convertToBlob"), found),
		try.One("save and restore do not hide it", try.Visit().Paint(try.OtherJS, small, try.Context+"save").Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Paint(try.OtherJS, small, try.Context+"restore", "EventTarget.addEventListener(webglcontextlost)", try.Canvas+"toDataURL"), found),
		try.One("a picture copied in does not hide it", try.Visit().Paint(try.OtherJS, small, try.Context+"drawImage([object])").Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Paint(try.OtherJS, small, try.Canvas+"toDataURL"), found),
		try.One("putting it on the page does not hide it", try.Visit().Paint(try.OtherJS, try.OnPage(1, 240, 60), try.Probe(try.Context)...).
			Paint(try.OtherJS, try.OnPage(1, 240, 60), try.Canvas+"toDataURL"), found),
		try.One("waiting for a click does not hide it", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Paint(try.OtherJS, append(small, try.Gesture()), try.Canvas+"toDataURL"), found),
		try.One("the published rule: ten characters", try.Visit().Paint(try.OtherJS, small, try.Context+"fillText(spoor test 1234; 2; 2)", try.Canvas+"toDataURL"), found),
		try.One("the published rule: one line in two colours", try.Visit().Paint(try.OtherJS, small,
			try.Context+"fillStyle=(red)", try.Context+"fillText(abcd; 2; 2)", try.Context+"fillStyle=(blue)", try.Context+"fillText(abcd; 4; 4)", try.Canvas+"toDataURL"), found),
		try.One("colours in a loop, folded", try.Visit().Paint(try.OtherJS, small, try.Context+"fillStyle=(red)").
			Call(try.OtherJS, try.Context+"fillText(abcd; 2; 2)", append(small, try.Times(2))...).
			Paint(try.OtherJS, small, try.Context+"fillStyle=(blue)", try.Canvas+"toDataURL"), found),
		try.One("letter by letter, read once", letters(try.OtherJS, "abcdefghijklmnopqrstuvwxyz", 26).Paint(try.OtherJS, small, try.Canvas+"toDataURL"), found),
		try.One("circles blended, read twice", try.Visit().Paint(try.OtherJS, try.Size(1, 122, 110), try.Context+"globalCompositeOperation=(multiply)",
			try.Context+"fillStyle=(#f2f)", try.Context+"arc(40; 40; 40; 0; 6)", try.Context+"fill", try.Context+"fillStyle=(#2ff)", try.Context+"arc(80; 40; 40; 0; 6)", try.Context+"fill",
			try.Context+"fillStyle=(#ff2)", try.Context+"arc(60; 80; 40; 0; 6)", try.Context+"fill").
			Call(try.OtherJS, try.Canvas+"toDataURL", try.On("canvas", 1, 122, 110), try.Times(2)), found),
		try.One("two words, the same picture read twice", try.Visit().Paint(try.OtherJS, small, try.Context+"fillText(Hello,; 1; 1)", try.Context+"fillText(World 42!; 9; 9)").
			Call(try.OtherJS, try.Canvas+"toDataURL", small[0], try.Digest("a1")).Call(try.OtherJS, try.Canvas+"toDataURL", small[0], try.Digest("a1")), found),
		try.One("in an inline script: the document answers", try.Visit().Paint(try.Shop, small, try.Probe(try.Context)...).Paint(try.Shop, small, try.Canvas+"toDataURL"), try.Want{try.Shop + " high"}),
		try.One("drawn by one script, read by another: the reader answers", try.Visit().Paint(try.ShopJS, small, try.Probe(try.Context)...).
			Paint(try.OtherJS, small, try.Canvas+"toDataURL"), found),
		try.One("loading it as an image does not hide it", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Call(try.OtherJS, try.Canvas+"toDataURL", small[0], try.Length(len(image))).Request("image", image), found),
		try.One("another picture that is loaded does not excuse it", try.Visit().Paint(try.OtherJS, small, try.Context+"fillText(spoor test 1234; 2; 2)").
			Call(try.OtherJS, try.Canvas+"toDataURL", small[0], try.Length(len(image)+1)).Request("image", image), found),
		try.One("JPEG", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL(image/jpeg; 0.9)"), found),
		try.One("copied to a second canvas", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Paint(try.OtherJS, try.Size(2, 100, 100), try.Context+"drawImage([object])", try.Canvas+"toDataURL"), found),
		try.One("read with functions borrowed from a frame", try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).
			Call(try.OtherJS, try.Canvas+"toDataURL", try.On("canvas", 1, 240, 60), try.In("t2")), found),
		try.One("a query does not change the key", try.Visit().Paint(try.OtherJS+"?v=7#x", small, try.Probe(try.Context)...).Paint(try.OtherJS+"?v=7#x", small, try.Canvas+"toDataURL"), found),
	})
}

// letters draws one letter after another; reads is how many are drawn before
// each reading.
func letters(script, alphabet string, reads int) *try.Maker {
	m := try.Visit()
	for i, r := range alphabet {
		m.Paint(script, try.Size(1, 240, 60), try.Context+"fillText("+string(r)+"; 2; 20)")
		if (i+1)%reads == 0 && reads < len(alphabet) {
			m.Paint(script, try.Size(1, 240, 60), try.Context+"getImageData(0; 0; 40; 40)")
		}
	}
	return m
}

func TestCanvasSilent(t *testing.T) {
	chart := func(changes []try.With) *try.Maker {
		m := try.Visit()
		for i, label := range []string{"January", "February", "March", "April", "Revenue of the year", "Costs"} {
			m.Paint(try.ShopJS, changes, try.Context+"fillStyle=(#"+strconv.Itoa(100+i)+")", try.Context+"fillRect(0; 0; 9; 9)", try.Context+"fillStyle=(#666)", try.Context+"fillText("+label+"; 1; 1)")
		}
		return m
	}
	try.All(t, Canvas, []try.Trial{
		try.One("chart saved on a click", chart(try.OnPage(1, 600, 300)).Paint(try.ShopJS, append(try.OnPage(1, 600, 300), try.Gesture()), try.Canvas+"toDataURL"), nil),
		try.One("chart turned into a picture at once", chart(try.Size(1, 600, 300)).Paint(try.ShopJS, try.Size(1, 600, 300), try.Canvas+"toDataURL"), nil),
		try.One("small chart, its colours set back by restore", try.Visit().Paint(try.ShopJS, try.Size(1, 300, 300),
			try.Context+"fillStyle=(#36a2eb)", try.Context+"fillText(Yes; 1; 1)", try.Context+"fillStyle=(#ff6384)", try.Context+"fillText(No; 1; 1)",
			try.Context+"fillStyle=(#4bc0c0)", try.Context+"fillText(Maybe; 1; 1)", try.Canvas+"toDataURL"), nil),
		try.One("animated chart, its colours set on and on", try.Visit().Call(try.ShopJS, try.Context+"fillText(Maybe; 1; 1)", append(try.OnPage(1, 300, 300), try.Times(60))...).
			Paint(try.ShopJS, try.OnPage(1, 300, 300), try.Context+"fillStyle=(red)", try.Context+"fillStyle=(blue)", try.Canvas+"toDataURL"), nil),
		try.One("emoji test", try.Visit().Paint(try.ShopJS, try.Size(1, 300, 150), try.Context+"font=(600 32px Arial)", try.Context+"fillText(\U0001F3F3\uFE0F\u200D\u26A7\uFE0F; 0; 0)",
			try.Context+"getImageData(0; 0; 300; 150)", try.Context+"fillText(\U0001F1E8\U0001F1F6; 0; 0)", try.Context+"getImageData(0; 0; 300; 150)"), nil),
		try.One("emoji test in two colours", try.Visit().Paint(try.ShopJS, try.Size(1, 40, 25), try.Context+"fillStyle=(#FF0000)", try.Context+"fillText(\U0001F600; 0; 22)",
			try.Context+"fillStyle=(#0000FF)", try.Context+"fillText(\U0001F600; 20; 22)", try.Context+"getImageData(0; 0; 20; 25)"), nil),
		try.One("thumbnail of a photo", try.Visit().Paint(try.ShopJS, try.Size(1, 100, 75), try.Context+"drawImage([object])", try.Canvas+"toDataURL"), nil),
		try.One("photo made smaller", try.Visit().Paint(try.ShopJS, try.Size(1, 1600, 1200), try.Context+"drawImage([object])", try.Canvas+"toBlob([function]; image/jpeg; 0.8)"), nil),
		try.One("photo with a line of text, as JPEG", try.Visit().Paint(try.ShopJS, try.Size(1, 1600, 1200), try.Context+"drawImage([object])",
			try.Context+"fillText(Photo by Jane Doe 2026; 1; 1)", try.Canvas+"toBlob([function]; image/jpeg; 0.8)"), nil),
		try.One("frame of a film", try.Visit().Paint(try.ShopJS, try.OnPage(1, 640, 360), try.Context+"drawImage([object])", try.Canvas+"toDataURL"), nil),
		try.One("signature", try.Visit().Paint(try.ShopJS, try.OnPage(1, 400, 200), try.Context+"arc(1; 1; 1; 0; 6)", try.Context+"fill").
			Paint(try.ShopJS, append(try.OnPage(1, 400, 200), try.Gesture()), try.Canvas+"toDataURL"), nil),
		try.One("scratch card", try.Visit().Paint(try.ShopJS, try.OnPage(1, 300, 150), try.Context+"fillStyle=(#333)", try.Context+"fillText(Scratch to reveal prize; 1; 1)",
			try.Context+"globalCompositeOperation=(destination-out)").
			Call(try.ShopJS, try.Context+"arc(1; 1; 1; 0; 6)", try.On("canvas", 1, 300, 150), try.Shown(), try.Times(300)).
			Call(try.ShopJS, try.Context+"getImageData(0; 0; 300; 150)", try.On("canvas", 1, 300, 150), try.Shown(), try.Times(300)), nil),
		try.One("WebP test", try.Visit().Paint(try.ShopJS, try.Size(1, 1, 1), try.Canvas+"toDataURL(image/webp)").Paint(try.ShopJS, try.Size(2, 300, 150), try.Canvas+"toDataURL(image/webp)"), nil),
		try.One("QR code", try.Visit().Call(try.ShopJS, try.Context+"fillRect(0; 0; 5; 5)", try.On("canvas", 1, 200, 200), try.Times(625)).
			Paint(try.ShopJS, try.Size(1, 200, 200), try.Context+"fillStyle=(#000)", try.Context+"fillStyle=(#fff)", try.Canvas+"toDataURL"), nil),
		try.One("initials", try.Visit().Paint(try.ShopJS, try.Size(1, 100, 100), try.Context+"fillStyle=(#1abc9c)", try.Context+"fillRect(0; 0; 100; 100)",
			try.Context+"fillStyle=(#fff)", try.Context+"fillText(JD; 20; 60)", try.Canvas+"toDataURL"), nil),
		try.One("badge on the icon of the page", try.Visit().Paint(try.ShopJS, try.Size(1, 32, 32), try.Context+"drawImage([object])", try.Context+"fillStyle=(red)",
			try.Context+"arc(20; 20; 8; 0; 7)", try.Context+"fill", try.Context+"fillStyle=(#fff)", try.Context+"fillText(12; 16; 24)", try.Canvas+"toDataURL"), nil),
		try.One("watermark", try.Visit().Paint(try.ShopJS, try.Size(1, 240, 160), try.Context+"fillStyle=(rgba(0,0,0,0.12))",
			try.Context+"fillText(Jane Doe 2026-11-21 confidential; 10; 100)", try.Canvas+"toDataURL"), nil),
		try.One("measure of a font, as games do", try.Visit().Paint(try.ShopJS, try.Size(1, 60, 30), try.Context+"fillStyle=(#f00)", try.Context+"fillRect(0; 0; 60; 30)",
			try.Context+"fillStyle=(#000)", try.Context+"fillText(|MÉqgy; 0; 20)", try.Context+"getImageData(0; 0; 60; 30)"), nil),
		try.One("a label that becomes an image", try.Visit().Paint(try.OtherJS, try.Size(1, 240, 60), try.Context+"fillText(123456789012; 2; 2)").
			Call(try.OtherJS, try.Canvas+"toDataURL", try.On("canvas", 1, 240, 60), try.Length(len(image))).Request("image", image), nil),
		try.One("letters of a map, each read", letters(try.ShopJS, "abcdefghijklmnopqrstuvwxyz", 1), nil),
		try.One("two words, two pictures", try.Visit().Paint(try.ShopJS, try.Size(1, 240, 60), try.Context+"fillText(Hello,; 1; 1)", try.Context+"fillText(World 42!; 9; 9)").
			Call(try.ShopJS, try.Canvas+"toDataURL", try.On("canvas", 1, 240, 60), try.Digest("a1")).Call(try.ShopJS, try.Canvas+"toDataURL", try.On("canvas", 1, 240, 60), try.Digest("b2")), nil),
		try.One("drawn, not read", try.Visit().Paint(try.ShopJS, try.Size(1, 240, 60), try.Probe(try.Context)...), nil),
		try.One("drawn at another size: the new size empties the canvas", try.Visit().Paint(try.ShopJS, try.Size(1, 512, 32), try.Context+"fillText(Hello world, Score 12345; 1; 1)").
			Paint(try.ShopJS, try.Size(1, 268, 29), try.Canvas+"toDataURL"), nil),
		try.One("drawn after reading", try.Visit().Paint(try.ShopJS, try.Size(1, 240, 60), try.Canvas+"toDataURL").Paint(try.ShopJS, try.Size(1, 240, 60), try.Probe(try.Context)...), nil),
		try.One("labels of a map drawn beside, the map saved", func() *try.Maker {
			m := try.Visit()
			for i := range 8 {
				m.Paint(try.ShopJS, try.Size(i+2, 80, 20), try.Context+"fillText(Rue de la Paix "+strconv.Itoa(i)+"; 0; 9)")
			}
			return m.Paint(try.ShopJS, try.OnPage(1, 640, 480), try.Context+"drawImage([object])", try.Canvas+"toDataURL")
		}(), nil),
	})
}

// A finding must tell what the reader needs to believe it: who, where, when,
// and the calls in order.
func TestCanvasFinding(t *testing.T) {
	m := try.Visit().Paint(try.OtherJS+"?v=1", try.Size(1, 240, 60), try.Probe(try.Context)...)
	m.Call(try.ShopJS, try.Canvas+"toDataURL", try.On("canvas", 1, 240, 60), try.Times(2))
	found := m.Judge(t, Canvas)
	if len(found) != 1 {
		t.Fatalf("found %d, want 1", len(found))
	}
	f := found[0]
	for name, want := range map[string]string{
		"host": "www.shop.test", "size": "240 x 60", "api": "toDataURL", "reads": "2", "writer": try.OtherJS,
		"signs": "colours, emoji, fonts, hidden, overdrawn, pangram, repeated, text",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Script != try.ShopJS || f.Times != "1 of 1" || f.Certainty != detectors.Observed {
		t.Errorf("finding %+v", f)
	}
	if fmt.Sprint(f.Evidence) != "[none/call/5 none/call/8 none/call/9]" {
		t.Errorf("evidence %v", f.Evidence)
	}
	if f.First != m.Run.Calls[4].At {
		t.Errorf("first at %d, want %d", f.First, m.Run.Calls[4].At)
	}
}

// A picture that is drawn before the choice and read after it counts after it.
func TestCanvasPhase(t *testing.T) {
	small := try.Size(1, 240, 60)
	m := try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Choose().Paint(try.OtherJS, small, try.Canvas+"toDataURL")
	try.Check(t, m.Judge(t, Canvas), try.Want{try.OtherJS + " high after"})
	m.Paint(try.OtherJS, small, try.Canvas+"toDataURL")
	m = try.Visit().Paint(try.OtherJS, small, try.Probe(try.Context)...).Paint(try.OtherJS, small, try.Canvas+"toDataURL").Choose().Paint(try.OtherJS, small, try.Canvas+"toDataURL")
	try.Check(t, m.Judge(t, Canvas), try.Want{try.OtherJS + " high", try.OtherJS + " high after"})
}

func TestCanvasInFramesAndWorkers(t *testing.T) {
	m := try.Visit()
	m.Run.Targets = append(m.Run.Targets,
		evidence.Target{ID: "t2", Kind: "iframe", URL: "https://ads.other.test/frame.html", Parent: "t1"},
		evidence.Target{ID: "t3", Kind: "worker", URL: "blob:https://ads.other.test/1", Parent: "t2"})
	for _, target := range []string{"t2", "t3"} {
		c := []try.With{try.On("offscreen-canvas", 1, 240, 60), try.In(target)}
		m.Paint("", c, try.Probe(try.Off)...).Paint("", c, "OffscreenCanvas.convertToBlob")
	}
	try.Check(t, m.Judge(t, Canvas), try.Want{"https://ads.other.test/frame.html high"})
}
