package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/crawler/browser"
	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/crawler/names"
	"github.com/spoor-audit/spoor/crawler/visit"
	"github.com/spoor-audit/spoor/reports/clean"
)

func newDoctorCommand(a *app) *cobra.Command {
	o := new(visitOptions)
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "say what spoor found on this machine, and what is missing",
		Long: `Doctor looks for what an audit needs: a browser that starts, the signatures, DNS
servers. It visits no site.

EXIT STATUS
  0  an audit can be made
  2  wrong use
  3  something is missing that every audit needs`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.doctor(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.chrome, "chrome", "", "browser to use (`PATH`; default: the first that is found)")
	f.StringVar(&o.mode, "browser-mode", browser.Headless, "`headless` or shell")
	return cmd
}

// states of a part that doctor looked at.
const (
	stateOK      = "ok"
	stateNote    = "note"
	stateMissing = "missing"
)

// A diagnosis is the text that doctor writes, part by part.
type diagnosis struct{ strings.Builder }

func (d *diagnosis) say(part, state, text string) {
	fmt.Fprintf(d, "%-12s %-8s %s\n", part, state, clean.Line(text))
}

func (a *app) doctor(ctx context.Context, o *visitOptions) error {
	d := new(diagnosis)
	d.say("spoor", stateOK, fmt.Sprintf("%s, %s, %s/%s", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
	usable, err := a.doctorBrowser(ctx, d, o)
	if err != nil {
		return err
	}
	db, err := a.signatures(listOptions{})
	if err != nil {
		return err
	}
	d.say("signatures", stateOK, fmt.Sprintf("%s, %d parties", db.Version(), len(db.Parties())))
	if packs := db.Packs(); len(packs) == 0 {
		d.say("packs", stateNote, `none in this build: spoor knows fewer third parties; "make packs" fills them`)
	} else {
		for _, p := range packs {
			d.say("pack", stateOK, fmt.Sprintf("%s %s, %d rules%s", p.Name, p.Version, p.Rules, fetchedNote(p)))
		}
	}
	a.doctorNames(d)
	if dir := os.TempDir(); writable(dir) {
		d.say("folder", stateOK, dir+" takes the browser's temporary profiles")
	} else {
		usable = false
		d.say("folder", stateMissing, dir+" cannot be written to; the browser's temporary profiles go there")
	}
	if _, err := io.WriteString(a.stdout, d.String()); err != nil {
		return err
	}
	if !usable {
		return errNotMeasured
	}
	return nil
}

// doctorBrowser looks for the browser and starts it, and looks for the headless
// shell.
func (a *app) doctorBrowser(ctx context.Context, d *diagnosis, o *visitOptions) (usable bool, err error) {
	b, tried, err := find.Find(find.Options{Path: o.chrome, Mode: o.mode, Getenv: a.env.Get})
	if tried == nil && err != nil {
		return false, wrongUse(err)
	}
	if err != nil {
		d.say("browser", stateMissing, "none found; these places were looked at:")
		for _, t := range tried {
			d.say("", "", fmt.Sprintf("%s: %s (%s)", t.Name, t.Place, t.Why))
		}
		d.say("", "", noBrowserHints(o)[0])
		return false, nil
	}
	number, err := find.Version(ctx, b.Path)
	if err != nil {
		number = "version unknown"
	}
	d.say("browser", stateOK, fmt.Sprintf("%s %s, %s", b.Name, number, b.Path))
	usable = a.doctorStart(ctx, d, b)
	if b.Mode != browser.Shell {
		if shell, _, err := find.Find(find.Options{Mode: find.Shell, Getenv: a.env.Get}); err == nil {
			d.say("shell", stateOK, shell.Path+", for --browser-mode shell")
		} else {
			d.say("shell", stateNote, "no headless shell; only --browser-mode shell needs it")
		}
	}
	return usable, nil
}

// doctorStart starts the browser and ends it again.
func (a *app) doctorStart(ctx context.Context, d *diagnosis, b find.Browser) bool {
	began := time.Now()
	hub, err := visit.NewHub(ctx, browser.Options{Path: b.Path, Mode: b.Mode, Langs: []string{"en"}})
	if err != nil {
		d.say("start", stateMissing, err.Error())
		return false
	}
	took := time.Since(began)
	sandbox, state := "inside its sandbox", stateOK
	if !hub.Browser.Sandbox {
		sandbox, state = "without its sandbox, which cannot be used here", stateNote
		if os.Getuid() == 0 {
			sandbox = "without its sandbox, because spoor runs as root"
		}
	}
	_ = hub.Close() //nolint:contextcheck // It ends the browser whatever the context.
	d.say("start", state, fmt.Sprintf("in %.1f s, %s", took.Seconds(), sandbox))
	return true
}

// doctorNames says whether chains of aliases can be known.
func (a *app) doctorNames(d *diagnosis) {
	servers, whole := names.System()
	switch {
	case !whole:
		d.say("dns", stateNote, "the system's DNS servers are not known; of a chain of aliases only the end is found, unless --dns names a server")
	default:
		d.say("dns", stateOK, strings.Join(servers, ", "))
	}
}

// writable reports whether files can be made in a folder.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, "spoor-doctor-")
	if err != nil {
		return false
	}
	_ = f.Close()
	return os.Remove(f.Name()) == nil
}
