package readers

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/spoor-audit/spoor/crawler/consent"
	"github.com/spoor-audit/spoor/evidence"
)

//go:embed interfaces.js
var interfacesJS string

//go:embed locator.js
var locatorJS string

// maxFrames is how many documents are asked when the page's own has no consent
// interface.
const maxFrames = 20

// interfaces asks the page's own document, and where it has no TCF function,
// whatever document answers first.
func interfaces(ctx context.Context, frames []consent.Frame) ([]evidence.Signal, error) {
	got, err := call(ctx, frames[0])
	out := got.signals(frames[0].URL(), "__tcfapi")
	if got.TCF != nil {
		return out, err
	}
	for i, f := range frames[:min(len(frames), maxFrames)] {
		if tcf := located(ctx, f); tcf != nil {
			got := answers{TCF: tcf}
			return append(out, got.signals(f.URL(), "__tcfapiLocator")...), err
		}
		if i == 0 || !hasTCF(ctx, f) {
			continue
		}
		// A frame that cannot be asked is no news.
		if got, e := call(ctx, f); e == nil && got.TCF != nil {
			return append(out, got.signals(f.URL(), "__tcfapi")...), err
		}
	}
	return out, err
}

// answers is what interfaces.js gives.
type answers struct {
	TCF    map[string]json.RawMessage `json:"tcf"`
	GPP    map[string]json.RawMessage `json:"gpp"`
	USP    json.RawMessage            `json:"usp"`
	Google json.RawMessage            `json:"google"`
}

func call(ctx context.Context, f consent.Frame) (answers, error) {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var a answers
	if err := f.Main(ctx, interfacesJS, &a); err != nil {
		return answers{}, fmt.Errorf("readers: ask the consent interfaces: %w", err)
	}
	return a, nil
}

func located(ctx context.Context, f consent.Frame) map[string]json.RawMessage {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var tcf map[string]json.RawMessage
	if f.World(ctx, locatorJS, &tcf) != nil {
		return nil
	}
	return tcf
}

func hasTCF(ctx context.Context, f consent.Frame) bool {
	ctx, cancel := context.WithTimeout(ctx, readLimit)
	defer cancel()
	var yes bool
	return f.Main(ctx, `typeof __tcfapi==='function'`, &yes) == nil && yes
}

func (a *answers) signals(frame, source string) []evidence.Signal {
	var out []evidence.Signal
	add := func(kind, source string, v any) {
		raw, err := json.Marshal(v)
		if err == nil {
			out = append(out, evidence.Signal{Kind: kind, Source: source, Frame: frame, Raw: clip(raw)})
		}
	}
	if len(a.TCF) > 0 {
		add(KindTCF, source, slim(a.TCF))
	}
	if len(a.GPP) > 0 {
		add(KindGPP, "__gpp", a.GPP)
	}
	if len(a.USP) > 0 && string(a.USP) != "null" {
		add(KindUSP, "__uspapi", a.USP)
	}
	if len(a.Google) > 0 && string(a.Google) != "null" {
		add(KindGoogle, "dataLayer", a.Google)
	}
	return out
}

// slim leaves out the lists of vendors of an answer that would be too long: the
// TC string says the same.
func slim(tcf map[string]json.RawMessage) map[string]json.RawMessage {
	if len(tcf["data"])+len(tcf["ping"]) < maxRaw {
		return tcf
	}
	var data map[string]json.RawMessage
	if json.Unmarshal(tcf["data"], &data) != nil {
		return tcf
	}
	delete(data, "vendor")
	b, err := json.Marshal(data)
	if err != nil {
		return tcf
	}
	return map[string]json.RawMessage{"ping": tcf["ping"], "data": b}
}
