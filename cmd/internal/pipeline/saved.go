package pipeline

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spoor-audit/spoor/detectors/checks"
	"github.com/spoor-audit/spoor/evidence"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/compare"
)

// maxResult is the most bytes of a saved result that are read.
const maxResult = 256 << 20

// IsResult reports whether a file name is that of a saved result, and not of a
// bundle.
func IsResult(path string) bool { return strings.EqualFold(filepath.Ext(path), JSON.Ending()) }

// Saved judges a visit again that was saved before, with nothing but its record.
func (p *Pipeline) Saved(path string) (*Audit, error) {
	b, err := evidence.Open(path)
	if err != nil {
		return nil, err
	}
	return p.judge(b.Visit, filesOf(b)), nil
}

// filesOf returns the members of a bundle but for the result, which is made again.
func filesOf(b *evidence.Bundle) evidence.Files {
	files := make(evidence.Files, len(b.Files))
	for name, content := range b.Files {
		if name != resultName {
			files[name] = content
		}
	}
	return files
}

// Open reads what was saved. A bundle is judged again in the way in which it was
// judged before: by the same profile, with the same techniques and checks left out.
// A result is taken as it is, without a record and pictures.
func (p *Pipeline) Open(path string) (*Audit, error) {
	if IsResult(path) {
		r, err := readResult(path)
		if err != nil {
			return nil, err
		}
		return &Audit{Result: r}, nil
	}
	b, err := evidence.Open(path)
	if err != nil {
		return nil, err
	}
	// A result in it that cannot be read says nothing of how it was made.
	saved, _ := savedIn(b)
	return p.like(saved).judge(b.Visit, filesOf(b)), nil
}

// readResult reads a saved result from a file.
func readResult(path string) (*reports.Result, error) {
	f, err := os.Open(path) //nolint:gosec // The user names the file.
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // Nothing is written.
	r, err := reports.ReadJSON(io.LimitReader(f, maxResult))
	if err != nil {
		return nil, fmt.Errorf("%q is not a result: %w", path, err)
	}
	return r, nil
}

// savedIn returns the result that a bundle holds, nil if it holds none.
func savedIn(b *evidence.Bundle) (*reports.Result, error) {
	data, ok := b.Files[resultName]
	if !ok {
		return nil, nil
	}
	return reports.ReadJSON(bytes.NewReader(data))
}

// like returns a pipeline that judges as a result was judged. What the pipeline
// itself was told wins.
func (p *Pipeline) like(saved *reports.Result) *Pipeline {
	out := *p
	if saved == nil {
		return &out
	}
	if out.Profile == "" && saved.Score != nil {
		if _, ok := checks.ProfileByID(saved.Score.Profile); ok {
			out.Profile = saved.Score.Profile
		}
	}
	if len(out.Detect.Only)+len(out.Detect.Skip) == 0 {
		out.Detect.Skip = saved.Tools.LeftOut
	}
	return &out
}

// A Verification is what became of the check of a bundle.
type Verification struct {
	// Sums is a *[evidence.VerifyError] if the members are not those of the
	// manifest.
	Sums error
	// Saved is the result in the bundle, nil if there is none or, with the reason
	// in Unreadable, if it cannot be read.
	Saved      *reports.Result
	Unreadable error
	Derived    *reports.Result // as the record gives it now
	// Differs lists what the record does not give of the saved result.
	Differs []compare.Discrepancy
}

// Comparable reports whether the saved result was made with the signatures and the
// version of spoor that derived it again. If not, a difference does not mean that
// somebody changed it.
func (v *Verification) Comparable() bool {
	return v.Saved != nil && v.Saved.Tools.Signatures.Version == v.Derived.Tools.Signatures.Version && v.Saved.Tools.Spoor == v.Derived.Tools.Spoor
}

// Verify checks the sums of a bundle, derives its result again from the record, and
// compares. Version is that of this program.
func (p *Pipeline) Verify(path, version string) (*Verification, error) {
	v, _, err := p.verify(path, version)
	return v, err
}

// verify also returns the result as it was derived, before it went through a file.
func (p *Pipeline) verify(path, version string) (*Verification, *reports.Result, error) {
	b, err := evidence.Open(path)
	if err != nil {
		return nil, nil, err
	}
	v := &Verification{Sums: b.Verify()}
	v.Saved, v.Unreadable = savedIn(b)
	derived := p.like(v.Saved).judge(b.Visit, nil).Result
	// The saved one went through a file; so must the other, to be compared.
	var text bytes.Buffer
	if err := reports.WriteJSON(&text, derived); err != nil {
		return nil, nil, err
	}
	if v.Derived, err = reports.ReadJSON(&text); err != nil {
		return nil, nil, err
	}
	if v.Saved != nil {
		v.Differs, err = compare.Follows(v.Saved, v.Derived)
	}
	// The record names the version that visited; the one that judges is this.
	v.Derived.Tools.Spoor = version
	return v, derived, err
}
