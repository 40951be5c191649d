package detectors

import (
	"fmt"
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

func TestCanvasFound(t *testing.T) {
	small := size(1, 240, 60)
	found := want{otherJS + " high"}
	tryAll(t, fingerprintCanvas, []trial{
		{"toDataURL", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL"), found},
		{"toBlob", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toBlob([function])"), found},
		{"getImageData", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, ctx+"getImageData(0; 0; 240; 60)"), found},
		{"row by row", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, append(small, times(60)), ctx+"getImageData(0; 0; 240; 1)"), found},
		{"size not recorded", visit().paint(otherJS, nil, probe(ctx)...).paint(otherJS, nil, el+"toDataURL"), found},
		{"OffscreenCanvas", visit().paint(otherJS, []with{on("offscreen-canvas", 1, 240, 60)}, probe(off)...).
			paint(otherJS, []with{on("offscreen-canvas", 1, 240, 60)}, "OffscreenCanvas.convertToBlob"), found},
		{"save and restore do not hide it", visit().paint(otherJS, small, ctx+"save").paint(otherJS, small, probe(ctx)...).
			paint(otherJS, small, ctx+"restore", "EventTarget.addEventListener(webglcontextlost)", el+"toDataURL"), found},
		{"a picture copied in does not hide it", visit().paint(otherJS, small, ctx+"drawImage([object])").paint(otherJS, small, probe(ctx)...).
			paint(otherJS, small, el+"toDataURL"), found},
		{"putting it on the page does not hide it", visit().paint(otherJS, onPage(1, 240, 60), probe(ctx)...).
			paint(otherJS, onPage(1, 240, 60), el+"toDataURL"), found},
		{"waiting for a click does not hide it", visit().paint(otherJS, small, probe(ctx)...).
			paint(otherJS, append(small, gesture()), el+"toDataURL"), found},
		{"the published rule: ten characters", visit().paint(otherJS, small, ctx+"fillText(spoor test 1234; 2; 2)", el+"toDataURL"), found},
		{"the published rule: one line in two colours", visit().paint(otherJS, small,
			ctx+"fillStyle=(red)", ctx+"fillText(abcd; 2; 2)", ctx+"fillStyle=(blue)", ctx+"fillText(abcd; 4; 4)", el+"toDataURL"), found},
		{"colours in a loop, folded", visit().paint(otherJS, small, ctx+"fillStyle=(red)").
			call(otherJS, ctx+"fillText(abcd; 2; 2)", append(small, times(2))...).
			paint(otherJS, small, ctx+"fillStyle=(blue)", el+"toDataURL"), found},
		{"letter by letter, read once", letters(otherJS, "abcdefghijklmnopqrstuvwxyz", 26).paint(otherJS, small, el+"toDataURL"), found},
		{"circles blended, read twice", visit().paint(otherJS, size(1, 122, 110), ctx+"globalCompositeOperation=(multiply)",
			ctx+"fillStyle=(#f2f)", ctx+"arc(40; 40; 40; 0; 6)", ctx+"fill", ctx+"fillStyle=(#2ff)", ctx+"arc(80; 40; 40; 0; 6)", ctx+"fill",
			ctx+"fillStyle=(#ff2)", ctx+"arc(60; 80; 40; 0; 6)", ctx+"fill").
			call(otherJS, el+"toDataURL", on("canvas", 1, 122, 110), times(2)), found},
		{"two words, the same picture read twice", visit().paint(otherJS, small, ctx+"fillText(Hello,; 1; 1)", ctx+"fillText(World 42!; 9; 9)").
			call(otherJS, el+"toDataURL", small[0], digest("a1")).call(otherJS, el+"toDataURL", small[0], digest("a1")), found},
		{"in an inline script: the document answers", visit().paint(shop, small, probe(ctx)...).paint(shop, small, el+"toDataURL"), want{shop + " high"}},
		{"drawn by one script, read by another: the reader answers", visit().paint(shopJS, small, probe(ctx)...).
			paint(otherJS, small, el+"toDataURL"), found},
		{"JPEG", visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL(image/jpeg; 0.9)"), found},
		{"copied to a second canvas", visit().paint(otherJS, small, probe(ctx)...).
			paint(otherJS, size(2, 100, 100), ctx+"drawImage([object])", el+"toDataURL"), found},
		{"read with functions borrowed from a frame", visit().paint(otherJS, small, probe(ctx)...).
			call(otherJS, el+"toDataURL", on("canvas", 1, 240, 60), in("t2")), found},
		{"a query does not change the key", visit().paint(otherJS+"?v=7#x", small, probe(ctx)...).paint(otherJS+"?v=7#x", small, el+"toDataURL"), found},
	})
}

// letters draws one letter after another; reads is how many are drawn before
// each reading.
func letters(script, alphabet string, reads int) *maker {
	m := visit()
	for i, r := range alphabet {
		m.paint(script, size(1, 240, 60), ctx+"fillText("+string(r)+"; 2; 20)")
		if (i+1)%reads == 0 && reads < len(alphabet) {
			m.paint(script, size(1, 240, 60), ctx+"getImageData(0; 0; 40; 40)")
		}
	}
	return m
}

func TestCanvasSilent(t *testing.T) {
	chart := func(changes []with) *maker {
		m := visit()
		for i, label := range []string{"January", "February", "March", "April", "Revenue of the year", "Costs"} {
			m.paint(shopJS, changes, ctx+"fillStyle=(#"+itoa(100+i)+")", ctx+"fillRect(0; 0; 9; 9)", ctx+"fillStyle=(#666)", ctx+"fillText("+label+"; 1; 1)")
		}
		return m
	}
	tryAll(t, fingerprintCanvas, []trial{
		{"chart saved on a click", chart(onPage(1, 600, 300)).paint(shopJS, append(onPage(1, 600, 300), gesture()), el+"toDataURL"), nil},
		{"chart turned into a picture at once", chart(size(1, 600, 300)).paint(shopJS, size(1, 600, 300), el+"toDataURL"), nil},
		{"small chart, its colours set back by restore", visit().paint(shopJS, size(1, 300, 300),
			ctx+"fillStyle=(#36a2eb)", ctx+"fillText(Yes; 1; 1)", ctx+"fillStyle=(#ff6384)", ctx+"fillText(No; 1; 1)",
			ctx+"fillStyle=(#4bc0c0)", ctx+"fillText(Maybe; 1; 1)", el+"toDataURL"), nil},
		{"animated chart, its colours set on and on", visit().call(shopJS, ctx+"fillText(Maybe; 1; 1)", append(onPage(1, 300, 300), times(60))...).
			paint(shopJS, onPage(1, 300, 300), ctx+"fillStyle=(red)", ctx+"fillStyle=(blue)", el+"toDataURL"), nil},
		{"emoji test", visit().paint(shopJS, size(1, 300, 150), ctx+"font=(600 32px Arial)", ctx+"fillText(\U0001F3F3\uFE0F\u200D\u26A7\uFE0F; 0; 0)",
			ctx+"getImageData(0; 0; 300; 150)", ctx+"fillText(\U0001F1E8\U0001F1F6; 0; 0)", ctx+"getImageData(0; 0; 300; 150)"), nil},
		{"emoji test in two colours", visit().paint(shopJS, size(1, 40, 25), ctx+"fillStyle=(#FF0000)", ctx+"fillText(\U0001F600; 0; 22)",
			ctx+"fillStyle=(#0000FF)", ctx+"fillText(\U0001F600; 20; 22)", ctx+"getImageData(0; 0; 20; 25)"), nil},
		{"thumbnail of a photo", visit().paint(shopJS, size(1, 100, 75), ctx+"drawImage([object])", el+"toDataURL"), nil},
		{"photo made smaller", visit().paint(shopJS, size(1, 1600, 1200), ctx+"drawImage([object])", el+"toBlob([function]; image/jpeg; 0.8)"), nil},
		{"photo with a line of text, as JPEG", visit().paint(shopJS, size(1, 1600, 1200), ctx+"drawImage([object])",
			ctx+"fillText(Photo by Jane Doe 2026; 1; 1)", el+"toBlob([function]; image/jpeg; 0.8)"), nil},
		{"frame of a film", visit().paint(shopJS, onPage(1, 640, 360), ctx+"drawImage([object])", el+"toDataURL"), nil},
		{"signature", visit().paint(shopJS, onPage(1, 400, 200), ctx+"arc(1; 1; 1; 0; 6)", ctx+"fill").
			paint(shopJS, append(onPage(1, 400, 200), gesture()), el+"toDataURL"), nil},
		{"scratch card", visit().paint(shopJS, onPage(1, 300, 150), ctx+"fillStyle=(#333)", ctx+"fillText(Scratch to reveal prize; 1; 1)",
			ctx+"globalCompositeOperation=(destination-out)").
			call(shopJS, ctx+"arc(1; 1; 1; 0; 6)", on("canvas", 1, 300, 150), shown(), times(300)).
			call(shopJS, ctx+"getImageData(0; 0; 300; 150)", on("canvas", 1, 300, 150), shown(), times(300)), nil},
		{"WebP test", visit().paint(shopJS, size(1, 1, 1), el+"toDataURL(image/webp)").paint(shopJS, size(2, 300, 150), el+"toDataURL(image/webp)"), nil},
		{"QR code", visit().call(shopJS, ctx+"fillRect(0; 0; 5; 5)", on("canvas", 1, 200, 200), times(625)).
			paint(shopJS, size(1, 200, 200), ctx+"fillStyle=(#000)", ctx+"fillStyle=(#fff)", el+"toDataURL"), nil},
		{"initials", visit().paint(shopJS, size(1, 100, 100), ctx+"fillStyle=(#1abc9c)", ctx+"fillRect(0; 0; 100; 100)",
			ctx+"fillStyle=(#fff)", ctx+"fillText(JD; 20; 60)", el+"toDataURL"), nil},
		{"badge on the icon of the page", visit().paint(shopJS, size(1, 32, 32), ctx+"drawImage([object])", ctx+"fillStyle=(red)",
			ctx+"arc(20; 20; 8; 0; 7)", ctx+"fill", ctx+"fillStyle=(#fff)", ctx+"fillText(12; 16; 24)", el+"toDataURL"), nil},
		{"watermark", visit().paint(shopJS, size(1, 240, 160), ctx+"fillStyle=(rgba(0,0,0,0.12))",
			ctx+"fillText(Jane Doe 2026-11-21 confidential; 10; 100)", el+"toDataURL"), nil},
		{"measure of a font, as games do", visit().paint(shopJS, size(1, 60, 30), ctx+"fillStyle=(#f00)", ctx+"fillRect(0; 0; 60; 30)",
			ctx+"fillStyle=(#000)", ctx+"fillText(|MÉqgy; 0; 20)", ctx+"getImageData(0; 0; 60; 30)"), nil},
		{"letters of a map, each read", letters(shopJS, "abcdefghijklmnopqrstuvwxyz", 1), nil},
		{"two words, two pictures", visit().paint(shopJS, size(1, 240, 60), ctx+"fillText(Hello,; 1; 1)", ctx+"fillText(World 42!; 9; 9)").
			call(shopJS, el+"toDataURL", on("canvas", 1, 240, 60), digest("a1")).call(shopJS, el+"toDataURL", on("canvas", 1, 240, 60), digest("b2")), nil},
		{"drawn, not read", visit().paint(shopJS, size(1, 240, 60), probe(ctx)...), nil},
		{"drawn at another size: the new size empties the canvas", visit().paint(shopJS, size(1, 512, 32), ctx+"fillText(Hello world, Score 12345; 1; 1)").
			paint(shopJS, size(1, 268, 29), el+"toDataURL"), nil},
		{"drawn after reading", visit().paint(shopJS, size(1, 240, 60), el+"toDataURL").paint(shopJS, size(1, 240, 60), probe(ctx)...), nil},
		{"labels of a map drawn beside, the map saved", func() *maker {
			m := visit()
			for i := range 8 {
				m.paint(shopJS, size(i+2, 80, 20), ctx+"fillText(Rue de la Paix "+itoa(i)+"; 0; 9)")
			}
			return m.paint(shopJS, onPage(1, 640, 480), ctx+"drawImage([object])", el+"toDataURL")
		}(), nil},
	})
}

// A finding must tell what the reader needs to believe it: who, where, when,
// and the calls in order.
func TestCanvasFinding(t *testing.T) {
	m := visit().paint(otherJS+"?v=1", size(1, 240, 60), probe(ctx)...)
	m.call(shopJS, el+"toDataURL", on("canvas", 1, 240, 60), times(2))
	found := m.judge(t, fingerprintCanvas)
	if len(found) != 1 {
		t.Fatalf("found %d, want 1", len(found))
	}
	f := found[0]
	for name, want := range map[string]string{
		"host": "www.shop.test", "size": "240 x 60", "api": "toDataURL", "reads": "2", "writer": otherJS,
		"signs": "colours, emoji, fonts, hidden, overdrawn, pangram, repeated, text",
	} {
		if f.Args[name] != want {
			t.Errorf("%s is %q, want %q", name, f.Args[name], want)
		}
	}
	if f.Script != shopJS || f.Times != "1 of 1" || f.Certainty != Observed {
		t.Errorf("finding %+v", f)
	}
	if fmt.Sprint(f.Evidence) != "[none/call/5 none/call/8 none/call/9]" {
		t.Errorf("evidence %v", f.Evidence)
	}
	if f.First != m.run.Calls[4].At {
		t.Errorf("first at %d, want %d", f.First, m.run.Calls[4].At)
	}
}

// A picture that is drawn before the choice and read after it counts after it.
func TestCanvasPhase(t *testing.T) {
	small := size(1, 240, 60)
	m := visit().paint(otherJS, small, probe(ctx)...).choose().paint(otherJS, small, el+"toDataURL")
	check(t, m.judge(t, fingerprintCanvas), want{otherJS + " high after"})
	m.paint(otherJS, small, el+"toDataURL")
	m = visit().paint(otherJS, small, probe(ctx)...).paint(otherJS, small, el+"toDataURL").choose().paint(otherJS, small, el+"toDataURL")
	check(t, m.judge(t, fingerprintCanvas), want{otherJS + " high", otherJS + " high after"})
}

func TestCanvasInFramesAndWorkers(t *testing.T) {
	m := visit()
	m.run.Targets = append(m.run.Targets,
		evidence.Target{ID: "t2", Kind: "iframe", URL: "https://ads.other.test/frame.html", Parent: "t1"},
		evidence.Target{ID: "t3", Kind: "worker", URL: "blob:https://ads.other.test/1", Parent: "t2"})
	for _, target := range []string{"t2", "t3"} {
		c := []with{on("offscreen-canvas", 1, 240, 60), in(target)}
		m.paint("", c, probe(off)...).paint("", c, "OffscreenCanvas.convertToBlob")
	}
	check(t, m.judge(t, fingerprintCanvas), want{"https://ads.other.test/frame.html high"})
}
