package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/spoor-audit/spoor/detectors/codes"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/signatures"
)

// Kinds of facts.
const (
	FactCheck     = "check"     // a check did not pass
	FactTechnique = "technique" // a technique was seen
)

// A Fact names one thing that a site was seen to do in a way that stays the same
// from load to load: it holds no count, address of a file, version, digest or
// time. Two results tell of the same thing when its fact is the same.
type Fact struct {
	Target  string // the address as it was asked for
	Step    evidence.Scenario
	Kind    string // FactCheck or FactTechnique
	Subject string // "session-recording@hotjar.com", "cookies-first-party:_ga@shop.example"
}

// Fingerprint is the fact as 64 hexadecimal digits.
func (f Fact) Fingerprint() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{f.Target, string(f.Step), f.Kind, f.Subject}, "\t")))
	return hex.EncodeToString(sum[:])
}

// Fact names what a finding says.
func (r *Result) Fact(f *Finding) Fact {
	subject := f.ID
	if f.Cookie != "" {
		subject += ":" + codes.KeyPattern(f.Cookie)
	}
	for _, host := range []string{f.Host, hostOf(f.Script), hostOf(f.URL)} {
		if host != "" {
			if site := signatures.Site(host); site != "" {
				host = site
			}
			subject += "@" + host
			break
		}
	}
	return Fact{Target: r.Subject.URL, Step: StateOf(f.Scenario, f.Phase), Kind: FactTechnique, Subject: subject}
}

// CheckFact names the outcome of a check, which is about all visits.
func (r *Result) CheckFact(c *Check) Fact {
	return Fact{Target: r.Subject.URL, Kind: FactCheck, Subject: c.ID}
}

// StateOf names the state of consent that a phase of a run shows, by the scenario
// of its column.
func StateOf(s evidence.Scenario, p evidence.Phase) evidence.Scenario {
	if chooses(s) && p == evidence.Before {
		return evidence.None
	}
	return s
}
