package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/crawler/discover"
	"github.com/spoor-audit/spoor/reports"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/reports/lang"
	"github.com/spoor-audit/spoor/signatures"
	"github.com/spoor-audit/spoor/signatures/update"
)

const updateLong = `Update fetches newer lists of third parties into a folder of your own, from where
audits use them: EasyPrivacy, EasyList, third-party-web, the Open Cookie Database,
the vendor list of IAB Europe, and the filter lists that you added. With NAMEs or
--list it fetches these only. It asks nobody else, and no other command fetches
lists.

A list is not taken if it cannot be read, if it lost more than 30 % of its rules,
or if well-known requests would be judged wrongly with it. Then, and when a list
cannot be fetched, everything stays as it was.

The file signatures.lock names every list with address, time and SHA-256. Keep a
copy (--lock FILE) beside the results of a survey: --locked fetches what it names
and nothing else, and "spoor audit --locked" works with nothing else.

EXIT STATUS
  0    done
  2    wrong use
  3    lists could not be fetched, or were not taken
  130  interrupted`

const updateExample = `  spoor signatures update
  spoor signatures update --list adguard=https://filters.example/tracking.txt
  spoor signatures update easylist easyprivacy --lock survey/signatures.lock
  spoor signatures update --locked --lock survey/signatures.lock`

// updateOptions are the flags of spoor signatures update.
type updateOptions struct {
	lists  []string
	remove []string
	locked bool
	lock   string
	proxy  string
	json   bool
}

func newUpdateCommand(a *app) *cobra.Command {
	o := new(updateOptions)
	cmd := &cobra.Command{
		Use:     "update [NAME...]",
		Short:   "fetch newer lists",
		Long:    updateLong,
		Example: updateExample,
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return a.update(cmd.Context(), o, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVar(&o.lists, "list", nil, "add a filter list, or fetch a known list from another address (`NAME=URL`, repeatable)")
	f.StringArrayVar(&o.remove, "remove", nil, "give up a list that was fetched (`NAME`, repeatable)")
	f.BoolVar(&o.locked, "locked", false, "fetch exactly what the lock names")
	f.StringVar(&o.lock, "lock", "", "write the lock to this `FILE`, too; with --locked: read it there")
	f.StringVar(&o.proxy, "proxy", "", "go through a proxy (`URL`)")
	f.BoolVar(&o.json, "json", false, "as JSON")
	return cmd
}

// update carries out spoor signatures update.
func (a *app) update(ctx context.Context, o *updateOptions, named []string) error {
	run, err := o.plan(named)
	if err != nil {
		return err
	}
	result, err := update.Run(ctx, run)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			a.complain(errors.New(line))
		}
		_, _ = fmt.Fprintln(a.stderr, "spoor: hint: the lists that were in use still are; with names, only these lists are fetched")
		return errNotMeasured
	}
	if o.lock != "" && !o.locked {
		if err := result.Lock.Write(o.lock); err != nil {
			return wrongUse(err)
		}
	}
	path := filepath.Join(run.Dir, update.LockName)
	if o.json {
		return writeJSON(a.stdout, struct {
			Lock       string         `json:"lock"`
			Signatures string         `json:"signatures"`
			Changed    []string       `json:"changed"`
			Lists      []update.Entry `json:"lists"`
		}{path, result.DB.Version(), append([]string{}, result.Changed...), result.Lock.Lists})
	}
	var b strings.Builder
	for _, e := range result.Lock.Lists {
		fmt.Fprintf(&b, "%-22s %9s rules of %s   %s\n", clean.Short(e.Name, 22), lang.Get("en").Number(e.Rules), clean.Line(e.Date), changeOf(e, result))
	}
	fmt.Fprintf(&b, "%-22s %s\n%-22s %s\n", "signatures", result.DB.Version(), "lock", clean.Line(path))
	if _, err := fmt.Fprint(a.stdout, b.String()); err != nil {
		return err
	}
	if o.locked && result.DB.Version() != result.Lock.Signatures {
		_, _ = fmt.Fprintln(a.stderr, "spoor: warning: what this version of spoor knows itself is not what the lock was made with, so that \"spoor audit --locked\" will stop")
	}
	return nil
}

// changeOf says in a few words what became of a list.
func changeOf(e update.Entry, r *update.Result) string {
	inUse := slices.ContainsFunc(r.DB.Packs(), func(p signatures.Pack) bool { return p.Name == e.Name && p.SHA256 == e.SHA256 })
	if !inUse {
		return "not used: the one that spoor was built with is newer"
	}
	if !slices.Contains(r.Changed, e.Name) {
		return "unchanged"
	}
	for _, p := range r.Before {
		if p.Name == e.Name {
			was := fmt.Sprintf("was %s rules", lang.Get("en").Number(p.Rules))
			if p.Date != "" {
				was += " of " + clean.Line(p.Date)
			}
			return was
		}
	}
	return "new"
}

// plan checks the flags.
func (o *updateOptions) plan(named []string) (run update.Options, err error) {
	if run.Dir, err = listsDir(); err != nil {
		return run, err
	}
	run.Agent = "spoor/" + versionText() + " (+" + reports.Homepage + ")"
	run.Now, run.Load = time.Now(), signatures.DefaultWith
	if run.Client, err = o.client(); err != nil {
		return run, err
	}
	if o.locked {
		if len(named)+len(o.lists)+len(o.remove) > 0 {
			return run, wrongUse(errors.New("with --locked the lock alone says what is fetched"))
		}
		path := o.lock
		if path == "" {
			path = filepath.Join(run.Dir, update.LockName)
		}
		if run.Pinned, err = update.ReadLock(path); err != nil {
			return run, wrongUse(err)
		}
		return run, nil
	}
	if folder := filepath.Dir(o.lock); o.lock != "" {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return run, wrongUse(fmt.Errorf("cannot write %q: there is no folder %q", o.lock, folder))
		}
	}
	lock, err := update.ReadLock(filepath.Join(run.Dir, update.LockName))
	if err != nil {
		lock = nil // There is none, or Run says what is wrong with it.
	}
	if err := o.removable(lock); err != nil {
		return run, err
	}
	added, err := o.added()
	if err != nil {
		return run, err
	}
	run.Remove = o.remove
	run.Sources, err = update.Choose(lock, named, added)
	var unknown *update.UnknownError
	if errors.As(err, &unknown) {
		if near := pipeline.Near(unknown.Name, unknown.Known); near != "" {
			return run, wrongUse(err, "did you mean "+near+" ?")
		}
		return run, wrongUse(err, "lists are "+strings.Join(unknown.Known, ", "), "--list "+unknown.Name+"=URL adds one")
	}
	if err != nil {
		return run, wrongUse(err)
	}
	// What is given up is not fetched; alone, --remove fetches nothing.
	run.Sources = slices.DeleteFunc(run.Sources, func(s update.Source) bool {
		return slices.Contains(o.remove, s.Name) || len(o.remove) > 0 && len(named)+len(added) == 0
	})
	return run, nil
}

// removable refuses to give up what was never fetched.
func (o *updateOptions) removable(lock *update.Lock) error {
	for _, name := range o.remove {
		if lock != nil {
			if _, ok := lock.Entry(name); ok {
				continue
			}
		}
		return wrongUse(fmt.Errorf("--remove %s: no such list was fetched", name))
	}
	return nil
}

// added reads --list.
func (o *updateOptions) added() ([]update.Source, error) {
	var list []update.Source
	for _, text := range o.lists {
		name, url, ok := strings.Cut(text, "=")
		if !ok {
			return nil, wrongUse(fmt.Errorf("--list %q is not NAME=URL", text))
		}
		list = append(list, update.Source{Name: name, URL: url})
	}
	return list, nil
}

// client makes the client that fetches lists. It goes through no proxy that the
// user did not name.
func (o *updateOptions) client() (*http.Client, error) {
	transport := &http.Transport{
		ForceAttemptHTTP2: true, TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: 30 * time.Second, IdleConnTimeout: 10 * time.Second,
	}
	if o.proxy != "" {
		proxy, err := discover.ParseProxy(o.proxy)
		if err != nil {
			return nil, wrongUse(fmt.Errorf("--proxy: %w", err))
		}
		transport.Proxy = http.ProxyURL(proxy)
	}
	return &http.Client{Transport: transport}, nil
}
