package visit

import (
	"bytes"
	"strings"

	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/debugger"
	"github.com/chromedp/cdproto/domstorage"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/cdproto/target"

	"github.com/spoor-audit/spoor/crawler/cdp"
	"github.com/spoor-audit/spoor/evidence"
)

// maxBody is how much of a request's body is told by Chrome, in bytes.
const maxBody = 256 << 10

// attach prepares a new target, which Chrome holds until it is told to run. All
// commands are sent at once: Chrome carries them out in order, so that the
// probes are in when the target's first script runs. It reports false for a
// second session on a target that has one.
func (r *recorder) attach(s *cdp.Session) bool {
	// A service worker is told of by the browser and by its page. Its probes
	// must be put in once.
	if first := r.attached[s.Info.TargetID]; first != nil && workerKind(s.Info.Type) != "" {
		r.mu.Lock()
		r.doubles[s] = true
		r.mu.Unlock()
		cdp.Send(s, runtime.RunIfWaitingForDebugger, cdptypes.Empty{})
		return false
	}
	r.attached[s.Info.TargetID] = s
	switch {
	case s.Info.Type == "page" || s.Info.Type == "iframe":
		if s.Info.Type == "page" {
			r.pages++
		}
		if r.pages > maxPages && s.Info.Type == "page" {
			s.Go(page.CommandClose, nil, nil)
			return true
		}
		r.prepareDocument(s)
	case workerKind(s.Info.Type) != "":
		r.prepareWorker(s)
	}
	cdp.Send(s, target.SetAutoAttach, autoAttach())
	s.Go(runtime.CommandRunIfWaitingForDebugger, nil, func(jsonv2.Value, error) { r.opened(s) })
	return true
}

// opened says that a session's target may run: for the run's own page, that it
// may be sent to its address. Navigating earlier loses the race against the
// commands of attach.
func (r *recorder) opened(s *cdp.Session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.main == nil && s.Info.Type == "page" && s.Info.OpenerID == "" {
		r.main = s
		close(r.ready)
	}
}

// asyncDepth is how many steps back the browser follows work that was put off: a
// timer, a promise, the loading of a picture. Pictures are fetched when the script
// that made them is no longer running, so without it each of them would seem to be
// the page's own.
const asyncDepth = 4

func (r *recorder) prepareDocument(s *cdp.Session) {
	yes := true
	// A window that a script opens can be used at once, with the empty document
	// it has; the run's own page is empty until it is sent to its address.
	now := s.Info.Type != "page" || s.Info.OpenerID != ""
	cdp.Send(s, page.Enable, page.EnableParams{})
	cdp.Send(s, inspector.Enable, cdptypes.Empty{})
	cdp.Send(s, network.Enable, networkParams())
	r.signalGPC(s)
	if r.message != nil {
		// Also where the document's policy does not reach, as in attributes of style.
		s.Go(network.CommandSetExtraHTTPHeaders, map[string]any{"headers": map[string]string{"Referer": ""}}, nil)
	}
	r.guarded(s)
	r.look.document(s)
	cdp.Send(s, domstorage.Enable, cdptypes.Empty{})
	if s.Info.Type == "page" {
		cdp.Send(s, serviceworker.Enable, cdptypes.Empty{})
		cdp.Send(s, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	}
	if r.bare {
		return
	}
	cdp.Send(s, debugger.Enable, debugger.EnableParams{MaxScriptsCacheSize: 1})
	cdp.Send(s, debugger.SetSkipAllPauses, debugger.SetSkipAllPausesParams{Skip: true})
	cdp.Send(s, debugger.SetAsyncCallStackDepth, debugger.SetAsyncCallStackDepthParams{MaxDepth: asyncDepth})
	// Console is not in cdproto: it is deprecated, but unlike Runtime a page
	// cannot see that it is on.
	s.Go("Console.enable", nil, nil)
	cdp.Send(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: r.script.Document(string(s.ID)), IncludeCommandLineAPI: &yes, RunImmediately: &now,
	})
}

func (r *recorder) prepareWorker(s *cdp.Session) {
	yes := true
	cdp.Send(s, network.Enable, networkParams())
	r.signalGPC(s)
	r.guarded(s)
	r.look.worker(s)
	if r.bare {
		return
	}
	cdp.Send(s, debugger.Enable, debugger.EnableParams{MaxScriptsCacheSize: 1})
	cdp.Send(s, debugger.SetSkipAllPauses, debugger.SetSkipAllPausesParams{Skip: true})
	cdp.Send(s, debugger.SetAsyncCallStackDepth, debugger.SetAsyncCallStackDepthParams{MaxDepth: asyncDepth})
	s.Go("Console.enable", nil, nil)
	s.Go(runtime.CommandEvaluate, runtime.EvaluateParams{Expression: r.script.Worker(string(s.ID)), IncludeCommandLineAPI: &yes}, func(raw jsonv2.Value, err error) {
		if err != nil || bytes.Contains(raw, []byte(`"exceptionDetails"`)) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.gap(evidence.KindCalls, s.Info.URL, "probes-failed")
		}
	})
}

// gpcJS gives navigator the property that says the visitor wants no sale and no
// sharing. The getter is a bound function, as its text is that of a native one.
// https://www.w3.org/TR/gpc/#javascript-property-to-detect-preference
const gpcJS = `(()=>{const p=(globalThis.Navigator||globalThis.WorkerNavigator).prototype;
if('globalPrivacyControl' in p)return;
const get=(()=>true).bind(null);
Object.defineProperty(get,'name',{value:'get globalPrivacyControl',configurable:true});
Object.defineProperty(p,'globalPrivacyControl',{get,set:undefined,enumerable:true,configurable:true});
})()`

// signalGPC sends the header of Global Privacy Control with every request, and
// sets the property, in the scenario that asks for it.
func (r *recorder) signalGPC(s *cdp.Session) {
	if r.run.Scenario != evidence.GPC {
		return
	}
	s.Go(network.CommandSetExtraHTTPHeaders, map[string]any{"headers": map[string]string{"Sec-GPC": "1"}}, nil)
	if workerKind(s.Info.Type) != "" {
		cdp.Send(s, runtime.Evaluate, runtime.EvaluateParams{Expression: r.script.Own(gpcJS)})
		return
	}
	now := s.Info.Type != "page" || s.Info.OpenerID != ""
	cdp.Send(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: r.script.Own(gpcJS), RunImmediately: &now,
	})
}

func networkParams() network.EnableParams {
	size, total, each := int64(maxBody), int64(32<<20), int64(4<<20)
	return network.EnableParams{MaxPostDataSize: &size, MaxTotalBufferSize: &total, MaxResourceBufferSize: &each}
}

// workerKind is the evidence's word for a worker's type in the protocol, or ""
// for a target that is no worker with probes.
func workerKind(t string) string {
	switch t {
	case "worker", "shared_worker", "service_worker":
		return strings.ReplaceAll(t, "_", "-")
	}
	return ""
}

// answerDialog says yes to whatever a page asks in a box of its own, for nothing
// in the page goes on until it is answered.
func answerDialog(s *cdp.Session) {
	cdp.Send(s, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}
