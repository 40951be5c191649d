package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/spoor-audit/spoor/cmd/internal/config"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/signatures/update"
)

// listOptions say which lists an audit is made with.
type listOptions struct {
	locked bool
	lock   string
}

func (o *listOptions) addFlags(f *pflag.FlagSet) {
	f.BoolVar(&o.locked, "locked", false, "use exactly the lists that the lock names, or stop")
	f.StringVar(&o.lock, "lock", "", "with --locked: the lock is this `FILE` (default: the one of \"spoor signatures update\")")
}

// listsDir is the folder of the lists that the user fetched.
func listsDir() (string, error) {
	dir, err := config.CacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no folder for lists: %w", err)
	}
	return filepath.Join(dir, "signatures"), nil
}

// signatures loads what the program knows of third parties, with the lists that
// the user fetched: of each, the newest counts. Lists that cannot be used are
// left out with a warning; with --locked they are an error.
func (a *app) signatures(o listOptions) (*signatures.DB, error) {
	if o.lock != "" && !o.locked {
		return nil, wrongUse(errors.New("--lock goes with --locked"))
	}
	dir, err := listsDir()
	if err != nil {
		if o.locked {
			return nil, err
		}
		return signatures.Default()
	}
	path := o.lock
	if path == "" {
		path = filepath.Join(dir, update.LockName)
	}
	lock, err := update.ReadLock(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !o.locked:
		return signatures.Default()
	case errors.Is(err, fs.ErrNotExist):
		return nil, wrongUse(fmt.Errorf("there is no lock %s", path), "spoor signatures update")
	case err != nil && o.locked:
		return nil, wrongUse(err)
	case err != nil:
		return a.withoutLists(err, path)
	}
	db, err := signatures.DefaultWith(lock.Set(dir))
	switch {
	case err != nil && o.locked:
		return nil, hint(fmt.Errorf("the lists of %s cannot be used: %w", path, err), fetchLocked(o))
	case err != nil:
		return a.withoutLists(err, path)
	case o.locked && db.Version() != lock.Signatures:
		return nil, wrongUse(fmt.Errorf("%s names other signatures (%s) than this version of spoor has with its lists (%s): %s", path, lock.Signatures, db.Version(), differing(lock, db)))
	}
	return db, nil
}

// fetchLocked is the command that fetches what a lock names.
func fetchLocked(o listOptions) string {
	if o.lock != "" {
		return "spoor signatures update --locked --lock " + o.lock
	}
	return "spoor signatures update --locked"
}

// withoutLists goes on with what the program was built with.
func (a *app) withoutLists(why error, path string) (*signatures.DB, error) {
	_, _ = fmt.Fprintf(a.stderr, "spoor: warning: the lists that you fetched are not used: %s\n", clean.Line(why.Error()))
	_, _ = fmt.Fprintf(a.stderr, "spoor: hint: %s\n", clean.Line("spoor signatures update fetches them anew; if it cannot, remove "+path))
	return signatures.Default()
}

// differing says where signatures differ from those of a lock.
func differing(lock *update.Lock, db *signatures.DB) string {
	var names []string
	packs := db.Packs()
	for _, e := range lock.Lists {
		i := slices.IndexFunc(packs, func(p signatures.Pack) bool { return p.Name == e.Name })
		if i < 0 || packs[i].SHA256 != e.SHA256 {
			names = append(names, e.Name)
		}
	}
	if len(names) == 0 {
		return "what spoor knows itself has changed; \"spoor signatures update\" makes a new lock"
	}
	return "this version was built with newer lists: " + strings.Join(names, ", ")
}
