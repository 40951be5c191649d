package evidence

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Write writes the record as one line of JSON. The same record gives the same
// bytes. A record that [Read] would refuse is not written.
func Write(w io.Writer, v *Visit) error {
	if v == nil {
		return errors.New("evidence: write record: there is none")
	}
	if err := v.check(); err != nil {
		return fmt.Errorf("evidence: write record: %w", err)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("evidence: write record: %w", err)
	}
	return nil
}

// Read reads a record that [Write] wrote. Fields that this version of spoor
// does not know are skipped, because fields may be added within a format; a
// record of another format, or one whose parts point outside it, is an error.
func Read(r io.Reader) (*Visit, error) {
	d := json.NewDecoder(r)
	v := new(Visit)
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("evidence: read record: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("evidence: read record: something follows the end of the record")
	}
	if err := v.check(); err != nil {
		return nil, fmt.Errorf("evidence: read record: %w", err)
	}
	return v, nil
}

// check makes sure that code which reads the record cannot stumble over it:
// detectors use Page as an index into Run.Pages without looking.
func (v *Visit) check() error {
	if v.Format != Format {
		if v.Format == "" {
			return fmt.Errorf("no format given; this version of spoor reads %q", Format)
		}
		return fmt.Errorf("format %q is not known; this version of spoor reads %q", v.Format, Format)
	}
	known := make(map[Scenario]bool, len(Scenarios))
	for _, s := range Scenarios {
		known[s] = true
	}
	for i := range v.Runs {
		r := &v.Runs[i]
		if !known[r.Scenario] {
			return fmt.Errorf("run %d: scenario %q is not known", i+1, r.Scenario)
		}
		if err := r.checkPages(); err != nil {
			return fmt.Errorf("run %d (%s): %w", i+1, r.Scenario, err)
		}
	}
	return nil
}

// checkPages looks for evidence that names a page which is not in the run. A
// run that failed before its first page has no pages; its evidence then names
// page 0.
func (r *Run) checkPages() error {
	bad := func(page int) bool {
		return page < 0 || page > 0 && page >= len(r.Pages)
	}
	for i := range r.Targets {
		if bad(r.Targets[i].Page) {
			return fmt.Errorf("target %q names page %d of %d", r.Targets[i].ID, r.Targets[i].Page, len(r.Pages))
		}
	}
	for i := range r.Requests {
		if bad(r.Requests[i].Page) {
			return fmt.Errorf("%q names page %d of %d", r.Requests[i].ID, r.Requests[i].Page, len(r.Pages))
		}
	}
	for i := range r.Sockets {
		if bad(r.Sockets[i].Page) {
			return fmt.Errorf("%q names page %d of %d", r.Sockets[i].ID, r.Sockets[i].Page, len(r.Pages))
		}
	}
	for i := range r.Cookies {
		if bad(r.Cookies[i].Page) {
			return fmt.Errorf("%q names page %d of %d", r.Cookies[i].ID, r.Cookies[i].Page, len(r.Pages))
		}
	}
	for i := range r.Storage {
		if bad(r.Storage[i].Page) {
			return fmt.Errorf("%q names page %d of %d", r.Storage[i].ID, r.Storage[i].Page, len(r.Pages))
		}
	}
	return nil
}
