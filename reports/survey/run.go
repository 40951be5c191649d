package survey

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"
)

// A Sink takes rows of tables. One that is given rows faster than it can take them
// holds up the others.
type Sink interface {
	// Begin is called once, with all tables.
	Begin(tables []Table) error
	// Rows takes rows of one table, by its place among the tables. It must not keep
	// or change them.
	Rows(table int, rows [][]any) error
	// End is called once. After an error not all rows came, and whole is false: then
	// what was written must not look as if it were whole.
	End(whole bool) error
}

// batchRows is how many rows are handed on at a time.
const batchRows = 400

// Count adds up the visits of a survey, which must come sorted by site, and hands the
// rows of its tables to sinks. Labels are the columns of the list beside the site.
func Count(ctx context.Context, visits iter.Seq2[Visit, error], labels []string, language string, o Options, sinks ...Sink) (*Totals, error) {
	t := NewTotals(o)
	tables := Tables(labels)
	for i, s := range sinks {
		if err := s.Begin(tables); err != nil {
			return nil, errors.Join(err, endAll(sinks[:i+1], false))
		}
	}
	group, ctx := errgroup.WithContext(ctx)
	h := &hander{ctx: ctx, batches: make([][][]any, len(tables))}
	for _, s := range sinks {
		lane := make(chan batch, 8)
		h.lanes = append(h.lanes, lane)
		group.Go(func() error {
			for b := range lane {
				if err := s.Rows(b.table, b.rows); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer h.close()
		r := newRower(labels, language, h.row)
		if err := t.all(ctx, visits, r); err != nil {
			return err
		}
		if err := r.totals(t); err != nil {
			return err
		}
		return h.flush()
	})
	err := group.Wait()
	if err := errors.Join(err, endAll(sinks, err == nil)); err != nil {
		return nil, err
	}
	return t, nil
}

func endAll(sinks []Sink, whole bool) error {
	var errs []error
	for _, s := range sinks {
		errs = append(errs, s.End(whole))
	}
	return errors.Join(errs...)
}

// all counts the visits site by site.
func (t *Totals) all(ctx context.Context, visits iter.Seq2[Visit, error], r *rower) error {
	var of []*Visit
	last := func() error {
		if len(of) == 0 {
			return nil
		}
		s := countSite(of)
		t.add(s)
		of = nil
		return r.site(s)
	}
	for v, err := range visits {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("survey: read visits: %w", err)
		}
		if len(of) > 0 && of[0].Site != v.Site {
			if v.Site < of[0].Site {
				return fmt.Errorf("survey: read visits: %q comes after %q, so they are not sorted", v.Site, of[0].Site)
			}
			if err := last(); err != nil {
				return err
			}
		}
		of = append(of, &v)
		if err := r.visit(&v); err != nil {
			return err
		}
	}
	if err := last(); err != nil {
		return err
	}
	t.finish()
	return nil
}

type batch struct {
	table int
	rows  [][]any
}

// A hander gathers rows and hands them to all sinks.
type hander struct {
	ctx     context.Context //nolint:containedctx // It lives as long as one count.
	lanes   []chan batch
	batches [][][]any
}

func (h *hander) row(table int, row []any) error {
	if len(h.lanes) == 0 {
		return nil
	}
	if h.batches[table] == nil {
		h.batches[table] = make([][]any, 0, batchRows)
	}
	h.batches[table] = append(h.batches[table], row)
	if len(h.batches[table]) < batchRows {
		return nil
	}
	return h.send(table)
}

func (h *hander) send(table int) error {
	b := batch{table, h.batches[table]}
	h.batches[table] = nil
	for _, lane := range h.lanes {
		select {
		case lane <- b:
		case <-h.ctx.Done():
			return h.ctx.Err()
		}
	}
	return nil
}

func (h *hander) flush() error {
	for table := range h.batches {
		if len(h.batches[table]) > 0 {
			if err := h.send(table); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *hander) close() {
	for _, lane := range h.lanes {
		close(lane)
	}
}

// A Packed is a visit whose facts are still encoded.
type Packed struct {
	Visit
	Data []byte // of the facts; empty if there are none
}

// chunk is how many visits a goroutine unpacks at a time.
const chunk = 32

// Unpack decodes the facts of visits, in order, with several goroutines. Facts that
// cannot be read make a visit that failed for that reason; the others are counted.
func Unpack(ctx context.Context, packed iter.Seq2[Packed, error], workers int) iter.Seq2[Visit, error] {
	return func(yield func(Visit, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		type work struct {
			in   []Packed
			out  []Visit
			done chan struct{}
		}
		var readErr error
		todo, order := make(chan *work), make(chan *work, 2*max(workers, 1))
		go func() {
			defer close(order)
			defer close(todo)
			send := func(in []Packed) bool {
				w := &work{in: in, done: make(chan struct{})}
				for _, lane := range []chan *work{order, todo} {
					select {
					case lane <- w:
					case <-ctx.Done():
						return false
					}
				}
				return true
			}
			var in []Packed
			for p, err := range packed {
				if err != nil {
					readErr = err
					break
				}
				in = append(in, p)
				if len(in) == chunk {
					if !send(in) {
						return
					}
					in = nil
				}
			}
			if len(in) > 0 {
				send(in)
			}
		}()
		for range max(workers, 1) {
			go func() {
				d, err := NewDecoder()
				if err == nil {
					defer d.Close()
				}
				for w := range todo {
					for _, p := range w.in {
						w.out = append(w.out, p.unpack(d, err))
					}
					close(w.done)
				}
			}()
		}
		for w := range order {
			select {
			case <-w.done:
			case <-ctx.Done():
				yield(Visit{}, ctx.Err())
				return
			}
			for _, v := range w.out {
				if !yield(v, nil) {
					return
				}
			}
		}
		if err := errors.Join(readErr, ctx.Err()); err != nil {
			yield(Visit{}, err)
		}
	}
}

// unreadable is the reason of a visit whose facts cannot be read.
const unreadable = "facts-unreadable"

func (p *Packed) unpack(d *Decoder, err error) Visit {
	v := p.Visit
	if len(p.Data) == 0 {
		if v.counts() || slices.Contains([]string{Measured, Partial}, v.State) {
			v.State, v.Reason = Failed, unreadable
		}
		return v
	}
	if err == nil {
		v.Facts, err = d.Decode(p.Data)
	}
	if err != nil {
		v.Facts = nil
		if v.State == Measured || v.State == Partial {
			v.State, v.Reason = Failed, unreadable
		}
	}
	return v
}
