package update

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/spoor-audit/spoor/signatures"
)

// Options say what is fetched and where to.
type Options struct {
	Dir     string   // folder of the lists; it is made if need be
	Sources []Source // what to fetch; see Choose
	Remove  []string // lists of the lock that are given up
	// Pinned, if given, is what must be fetched, byte by byte; Sources and Remove
	// do not count.
	Pinned *Lock

	Client *http.Client
	Agent  string    // User-Agent of the requests
	Now    time.Time // for the lock
	// Load joins lists with what the program knows; signatures.DefaultWith.
	Load func(signatures.PackSet) (*signatures.DB, error)
}

// A Result is what an update did.
type Result struct {
	Lock    *Lock
	DB      *signatures.DB    // with the new lists
	Before  []signatures.Pack // that were in use before
	Changed []string          // lists whose contents changed, or that are new; sorted
}

// A RefusedError says why lists were not taken, one reason a line.
type RefusedError struct{ Why []string }

func (e *RefusedError) Error() string { return strings.Join(e.Why, "\n") }

// mostShrink is the share of its rules that a list may lose from one update to
// the next.
const mostShrink = 0.30

// Run carries out an update. If it returns an error, the lists that were in use
// before still are. The error is a RefusedError if lists came and were not taken.
func Run(ctx context.Context, o Options) (*Result, error) {
	old, err := ReadLock(filepath.Join(o.Dir, LockName))
	if errors.Is(err, fs.ErrNotExist) {
		old, err = &Lock{Format: lockFormat}, nil
	}
	if err != nil {
		return nil, err
	}
	before, err := o.Load(old.Set(o.Dir))
	if err != nil {
		// What is there is damaged; the update puts it right.
		if before, err = o.Load((&Lock{}).Set(o.Dir)); err != nil {
			return nil, err
		}
	}
	run := &run{Options: o, fresh: map[string][]byte{}}
	lock, err := run.next(ctx, old, before)
	if err != nil {
		return nil, err
	}
	after, err := o.Load(lock.set(run))
	if err != nil {
		return nil, &RefusedError{[]string{err.Error()}}
	}
	if o.Pinned == nil {
		if err := stillRight(before, after); err != nil {
			return nil, err
		}
		lock.Signatures = after.Version()
	}
	r := &Result{Lock: lock, DB: after, Before: before.Packs()}
	for _, e := range lock.Lists {
		if was, ok := old.Entry(e.Name); !ok || was.SHA256 != e.SHA256 {
			r.Changed = append(r.Changed, e.Name)
		}
	}
	return r, run.commit(lock)
}

// A run is an update under way. As a file system it is the folder of the lists
// with those that were fetched.
type run struct {
	Options
	fresh map[string][]byte // compressed files, by name
}

func (r *run) Open(name string) (fs.File, error) { return os.DirFS(r.Dir).Open(name) }

func (r *run) ReadFile(name string) ([]byte, error) {
	if data, ok := r.fresh[name]; ok {
		return data, nil
	}
	return fs.ReadFile(os.DirFS(r.Dir), name)
}

// next fetches lists, looks at each, and returns the lock that names them.
func (r *run) next(ctx context.Context, old *Lock, before *signatures.DB) (*Lock, error) {
	if r.Pinned != nil {
		return r.Pinned, r.pinned(ctx)
	}
	got, err := r.fetchAll(ctx, r.Sources)
	if err != nil {
		return nil, err
	}
	lock := &Lock{Format: lockFormat, Lists: []Entry{}}
	for _, e := range old.Lists {
		fetchedAnew := slices.ContainsFunc(r.Sources, func(s Source) bool { return s.Name == e.Name })
		if !fetchedAnew && !slices.Contains(r.Remove, e.Name) {
			lock.Lists = append(lock.Lists, e)
		}
	}
	var refused []string
	for _, f := range got {
		if slices.Contains(r.Remove, f.entry.Name) {
			continue
		}
		if err := inspect(&f, before); err != nil {
			refused = append(refused, fmt.Sprintf("%s from %s is not taken: %s", f.entry.Name, f.entry.URL, err))
			continue
		}
		lock.Lists = append(lock.Lists, f.entry)
		if err := r.keep(f); err != nil {
			return nil, err
		}
	}
	if len(refused) > 0 {
		return nil, &RefusedError{refused}
	}
	lock.sort()
	return lock, nil
}

// inspect looks at a list that came, and completes its entry.
func inspect(f *fetched, before *signatures.DB) error {
	c, err := signatures.Inspect(f.entry.Kind, f.data)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "signatures: "))
	}
	f.entry.Rules = c.Rules
	if c.Version != "" {
		f.entry.Version = c.Version
	}
	if c.Date != "" {
		f.entry.Date = c.Date
	}
	for _, p := range before.Packs() {
		if p.Name != f.entry.Name || p.Rules == 0 {
			continue
		}
		if lost := 1 - float64(c.Rules)/float64(p.Rules); lost > mostShrink {
			return fmt.Errorf("it holds %d rules, %.0f %% fewer than the %d that are in use; at most %.0f %% are let go", c.Rules, 100*lost, p.Rules, 100*mostShrink)
		}
	}
	return nil
}

// pinned fetches the lists of a lock that are not in the folder yet, and takes
// nothing else.
func (r *run) pinned(ctx context.Context) error {
	var sources []Source
	for _, e := range r.Pinned.Lists {
		if !r.have(e) {
			sources = append(sources, Source{Name: e.Name, Kind: e.Kind, URL: e.URL, Licence: e.Licence})
		}
	}
	got, err := r.fetchAll(ctx, sources)
	if err != nil {
		return err
	}
	var refused []string
	for _, f := range got {
		if e, _ := r.Pinned.Entry(f.entry.Name); e.SHA256 != f.entry.SHA256 {
			refused = append(refused, fmt.Sprintf("%s serves another list than the lock names: SHA-256 %s, not %s", e.URL, f.entry.SHA256, e.SHA256))
			continue
		}
		if err := r.keep(f); err != nil {
			return err
		}
	}
	if len(refused) > 0 {
		return &RefusedError{refused}
	}
	return nil
}

// have says whether the folder holds a list, undamaged.
func (r *run) have(e Entry) bool {
	packed, err := r.ReadFile(stored(e.SHA256))
	if err != nil {
		return false
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(signatures.MaxPackFile))
	if err != nil {
		return false
	}
	defer dec.Close()
	data, err := dec.DecodeAll(packed, nil)
	return err == nil && hash(data) == e.SHA256
}

// keep compresses a list for the folder.
func (r *run) keep(f fetched) error {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("update: compress %s: %w", f.entry.Name, err)
	}
	r.fresh[stored(f.entry.SHA256)] = enc.EncodeAll(f.data, nil)
	return nil
}

// stillRight refuses lists with which well-known requests are judged wrongly
// that were judged rightly before.
func stillRight(before, after *signatures.DB) error {
	was, err := before.CheckRequests()
	if err != nil {
		return err
	}
	now, err := after.CheckRequests()
	if err != nil {
		return err
	}
	wrong := slices.DeleteFunc(now, func(w string) bool { return slices.Contains(was, w) })
	if len(wrong) == 0 {
		return nil
	}
	const most = 3
	why := []string{fmt.Sprintf("the lists are not taken: with them %d well-known requests are judged wrongly", len(wrong))}
	return &RefusedError{append(why, wrong[:min(len(wrong), most)]...)}
}

// keepFor is how long a list stays in the folder that no lock there names, so
// that a lock that was copied elsewhere can still be used.
const keepFor = 90 * 24 * time.Hour

// commit writes the lists, then the lock.
func (r *run) commit(lock *Lock) error {
	if err := os.MkdirAll(r.Dir, 0o755); err != nil { // #nosec G301 -- public lists
		return fmt.Errorf("update: %w", err)
	}
	for name, data := range r.fresh {
		if err := replace(filepath.Join(r.Dir, name), data); err != nil {
			return err
		}
	}
	if err := lock.Write(filepath.Join(r.Dir, LockName)); err != nil {
		return err
	}
	r.tidy(lock)
	return nil
}

// tidy removes lists that were given up long ago. One that stays does no harm.
func (r *run) tidy(lock *Lock) {
	named := map[string]bool{}
	for _, e := range lock.Lists {
		named[stored(e.SHA256)] = true
	}
	files, err := os.ReadDir(r.Dir)
	if err != nil {
		return
	}
	for _, f := range files {
		info, err := f.Info()
		if err == nil && strings.HasSuffix(f.Name(), ".zst") && !named[f.Name()] && r.Now.Sub(info.ModTime()) > keepFor {
			_ = os.Remove(filepath.Join(r.Dir, f.Name()))
		}
	}
}
