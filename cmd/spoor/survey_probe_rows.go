package main

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"sync"

	"github.com/spoor-audit/spoor/cmd/internal/probetable"
	"github.com/spoor-audit/spoor/cmd/internal/tty"
	"github.com/spoor-audit/spoor/crawler/probe"
	"github.com/spoor-audit/spoor/crawler/survey"
)

// A probing is one list that is being asked.
type probing struct {
	list    io.ReadSeeker
	labels  []string
	format  probetable.Format
	begun   probetable.Begun
	all     int // rows that there will be
	sites   int // of them, without lines that are no address
	repeats int // lines that name a site again

	bars  *tty.Bars
	table *probetable.Writer
	tally map[string]int   // rows by worth
	held  []probetable.Row // that are written when it is sure that there was a network

	mu      sync.Mutex
	going   map[int]survey.Entry   // by number
	junk    map[int][]survey.Entry // lines that are no address, by the number of the site that follows
	next    int                    // number
	told    int                    // of them
	running int
}

// open opens a table, which may be there already.
func (p *probing) open(file string) (*os.File, error) {
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o644) //nolint:gosec // The user names the file, which holds no secrets.
	if err != nil {
		return nil, wrongUse(fmt.Errorf("cannot write the table: %w", err))
	}
	p.begun, err = probetable.Read(f, p.format, p.labels)
	if err == nil {
		_, err = f.Seek(p.begun.Size, io.SeekStart)
	}
	switch {
	case errors.Is(err, probetable.ErrOther):
		err = otherTable(file)
	case err == nil:
		return f, nil
	}
	_ = f.Close()
	return nil, err
}

func otherTable(file string) error {
	return wrongUse(fmt.Errorf("cannot go on with %s: %w", file, probetable.ErrOther), "remove it, or name another file with -o")
}

// check counts the rows, and checks that the table that is there begins as the list
// does. What was cut off at its end goes.
func (p *probing) check(file string) error {
	err := p.entries(func(e survey.Entry) error {
		if p.all < len(p.begun.Rows) && !p.begun.Rows[p.all].Is(e.Line, e.Site, p.format) {
			return otherTable(file)
		}
		p.all++
		if e.URL != "" {
			p.sites++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if p.all < len(p.begun.Rows) {
		return otherTable(file)
	}
	for _, row := range p.begun.Rows {
		p.tally[row.Worth]++
	}
	if file == "" {
		return nil
	}
	if err := os.Truncate(file, p.begun.Size); err != nil && p.begun.Size > 0 {
		return fmt.Errorf("cannot go on with %s: %w", file, err)
	}
	return nil
}

// entries reads the list anew, without lines that name a site again.
func (p *probing) entries(take func(survey.Entry) error) error {
	if _, err := p.list.Seek(0, io.SeekStart); err != nil {
		return err
	}
	seen := map[string]bool{}
	p.repeats = 0
	_, err := survey.ReadList(p.list, func(e survey.Entry) error {
		if e.URL != "" && seen[e.URL] {
			p.repeats++
			return nil
		}
		seen[e.URL] = true
		return take(e)
	})
	return err
}

// errEnough ends the reading of a list.
var errEnough = errors.New("enough")

// targets are the sites of which there is no row yet. Why the list could not be read
// to its end stands in failed.
func (p *probing) targets(failed *error) iter.Seq[probe.Target] {
	return func(yield func(probe.Target) bool) {
		at := 0
		err := p.entries(func(e survey.Entry) error {
			if at++; at <= len(p.begun.Rows) {
				return nil
			}
			p.mu.Lock()
			if e.URL == "" {
				p.junk[p.next] = append(p.junk[p.next], e)
				p.mu.Unlock()
				return nil
			}
			p.going[p.next] = e
			p.next++
			p.mu.Unlock()
			if !yield(probe.Target{URL: e.URL, Bare: e.Bare}) {
				return errEnough
			}
			return nil
		})
		if !errors.Is(err, errEnough) {
			*failed = err
		}
	}
}

func (p *probing) begin(number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running++
	p.bars.Begin(strconv.Itoa(number), p.going[number].Site)
}

func (p *probing) end(number int, f *probe.Facts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.bars.End(strconv.Itoa(number), tty.Ended{Site: p.going[number].Site, Repeat: 1, Attempt: 1, State: f.Worth, Reason: f.Reason})
}

// take writes the rows up to that of a site.
func (p *probing) take(number int, f *probe.Facts) error {
	if err := p.writeJunk(number); err != nil {
		return err
	}
	p.mu.Lock()
	e := p.going[number]
	delete(p.going, number)
	running := p.running
	p.mu.Unlock()
	if !f.Outage {
		if err := p.release(); err != nil {
			return err
		}
	}
	row := probetable.Row{Line: e.Line, Site: e.Site, Labels: e.Labels, Facts: f}
	if f.Outage {
		if p.held = append(p.held, row); len(p.held) >= outage {
			return hint(fmt.Errorf("there is no network: %s one after another could not even be looked for (%s)", tty.Counted(len(p.held), "site"), f.Detail),
				"their rows are not written; the same command with -o goes on")
		}
	} else if err := p.write(row); err != nil {
		return err
	}
	p.bars.Tell(tty.Tally{
		Sites: p.sites, All: p.sites, Over: p.over() - p.tally[probetable.NoAddress], Failed: p.tally[probe.NoAnswer],
		Excluded: p.tally[probe.ParkedDomain] + p.tally[probe.Blocked], Running: running,
	})
	return nil
}

func (p *probing) writeJunk(before int) error {
	p.mu.Lock()
	junk := p.junk[before]
	delete(p.junk, before)
	p.mu.Unlock()
	for _, e := range junk {
		if p.told++; p.told <= tellJunk {
			p.bars.Note(fmt.Sprintf("line %d of the list is no address (%s): %s", e.Line, e.Why, strconv.Quote(e.Site)))
		}
		row := probetable.Junk(e.Line, e.Site, e.Why, e.Labels)
		if len(p.held) > 0 {
			p.held = append(p.held, row) // so that it does not overtake
		} else if err := p.write(row); err != nil {
			return err
		}
	}
	return nil
}

// outage is after how many rows, all of which may be for want of a network, it is
// sure that there is none.
const outage = 50

// release writes the rows that were held back.
func (p *probing) release() error {
	for _, row := range p.held {
		if err := p.write(row); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

func (p *probing) write(r probetable.Row) error {
	if err := p.table.Write(r); err != nil {
		return fmt.Errorf("cannot write the table: %w", err)
	}
	p.tally[r.Worth]++
	return nil
}

// over is how many rows are written.
func (p *probing) over() int {
	n := 0
	for _, rows := range p.tally {
		n += rows
	}
	return n
}
