package detectors

import (
	"testing"

	"github.com/spoor-audit/spoor/evidence"
)

// The script that answers for a call, by what the record says of it.
func TestActor(t *testing.T) {
	const shop, shopJS, otherJS = "https://www.shop.test/", "https://www.shop.test/app.js", "https://cdn.other.test/f.js"
	frame := func(urls ...string) []evidence.Frame {
		var list []evidence.Frame
		for _, u := range urls {
			list = append(list, evidence.Frame{URL: u})
		}
		return list
	}
	at := func(url string) *evidence.Frame { return &evidence.Frame{URL: url} }
	of := func(id evidence.ID) *evidence.Frame { return &evidence.Frame{Script: id} }
	scripts := []evidence.Script{
		{ID: "ext", Kind: "external", URL: otherJS + "?v=2", By: at(shopJS)},
		{ID: "eval", Kind: "eval", URL: "https://forged.test/lib.js", By: at(otherJS)},
		{ID: "inner", Kind: "eval", By: of("eval")},
		{ID: "blob", Kind: "blob", URL: "blob:https://www.shop.test/1", By: of("ext")},
		{ID: "inserted", Kind: "inline", URL: shop, By: at(otherJS)},
		{ID: "inline", Kind: "inline", URL: shop},
		{ID: "module", Kind: "module", URL: "https://cdn.other.test/m.js", By: at(shopJS), Target: "page"},
		{ID: "inline-module", Kind: "module", URL: shop, By: at(otherJS), Target: "page"},
		{ID: "loop-a", Kind: "eval", By: of("loop-b")},
		{ID: "loop-b", Kind: "eval", By: of("loop-a")},
		{ID: "nobody", Kind: "data"},
	}
	targets := []evidence.Target{
		{ID: "page", Kind: "page", URL: shop},
		{ID: "blank", Kind: "iframe", URL: "about:blank", Parent: "frame"},
		{ID: "frame", Kind: "iframe", URL: "https://ads.other.test/f.html?x=1", Parent: "page"},
		{ID: "worker", Kind: "worker", URL: "blob:https://ads.other.test/1", Parent: "blank"},
		{ID: "circle", Kind: "iframe", URL: "about:srcdoc", Parent: "circle"},
	}
	for _, c := range []struct {
		name string
		call evidence.Call
		want string
	}{
		{"innermost script of the stack", evidence.Call{Stack: frame(otherJS, shopJS), In: "page"}, otherJS},
		{"frames without an address", evidence.Call{Stack: frame("", "native code", shopJS), In: "page"}, shopJS},
		{"file, whoever inserted it", evidence.Call{Script: "ext", Stack: frame(otherJS), In: "page"}, otherJS},
		{"eval with a forged address", evidence.Call{Script: "eval", Stack: frame("https://forged.test/lib.js"), In: "page"}, otherJS},
		{"eval inside eval", evidence.Call{Script: "inner", In: "page"}, otherJS},
		{"blob", evidence.Call{Script: "blob", Stack: frame("blob:https://www.shop.test/1"), In: "page"}, otherJS},
		{"inline script put in by a script", evidence.Call{Script: "inserted", Stack: frame(shop), In: "page"}, otherJS},
		{"inline script of the document", evidence.Call{Script: "inline", Stack: frame(shop), In: "page"}, shop},
		{"module in a file", evidence.Call{Script: "module", In: "page"}, "https://cdn.other.test/m.js"},
		{"inline module put in by a script", evidence.Call{Script: "inline-module", In: "page"}, otherJS},
		{"no stack: the document", evidence.Call{In: "frame"}, "https://ads.other.test/f.html"},
		{"frame without an address: its parent", evidence.Call{In: "blank"}, "https://ads.other.test/f.html"},
		{"worker from a blob: its document", evidence.Call{In: "worker"}, "https://ads.other.test/f.html"},
		{"script of nobody: the document", evidence.Call{Script: "nobody", In: "page"}, shop},
		{"scripts that made each other", evidence.Call{Script: "loop-a", In: "page"}, shop},
		{"frame that holds itself", evidence.Call{In: "circle"}, shop},
		{"place unknown", evidence.Call{In: "nowhere"}, shop},
	} {
		visit := &evidence.Visit{Subject: evidence.Subject{URL: shop}, Runs: []evidence.Run{{
			Pages: []evidence.Page{{URL: shop, FinalURL: shop}}, Scripts: scripts, Targets: targets, Calls: []evidence.Call{c.call},
		}}}
		v := newView(visit, &visit.Runs[0], newKnowledge(visit, nil))
		if got := v.Calls[0].By.URL; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
