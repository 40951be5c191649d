package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/crawler/find"
	"github.com/spoor-audit/spoor/reports/clean"
	"github.com/spoor-audit/spoor/signatures"
)

// versionText is the version of spoor: that of the release, or of the module,
// or "dev".
func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return strings.TrimPrefix(info.Main.Version, "v")
	}
	return "dev"
}

// packNote says in a few words what the signatures lack.
func packNote(db *signatures.DB) string {
	if len(db.Packs()) == 0 {
		return " (core only)"
	}
	return ""
}

func newVersionCommand(a *app) *cobra.Command {
	var asJSON bool
	var chrome string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "versions of spoor, the browser and the signatures",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, err := a.signatures(listOptions{})
			if err != nil {
				return err
			}
			v := versions{Spoor: versionText(), Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Packs: db.Packs()}
			v.Signatures = db.Version()
			if b, _, err := find.Find(find.Options{Path: chrome, Getenv: a.env.Get}); err == nil {
				v.Browser = b.Path
				// A browser that does not tell its version is shown without one.
				v.Chrome, _ = find.Version(cmd.Context(), b.Path)
			}
			if asJSON {
				return writeJSON(a.stdout, v)
			}
			return v.print(a.stdout)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	cmd.Flags().StringVar(&chrome, "chrome", "", "browser to use (`PATH`)")
	return cmd
}

// versions is what spoor version prints.
type versions struct {
	Spoor      string            `json:"spoor"`
	Go         string            `json:"go"`
	Platform   string            `json:"platform"`
	Chrome     string            `json:"chrome"`
	Browser    string            `json:"browser"`
	Signatures string            `json:"signatures"`
	Packs      []signatures.Pack `json:"packs"`
}

func (v versions) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "spoor       %s (%s %s)\n", v.Spoor, v.Go, v.Platform)
	switch {
	case v.Browser == "":
		fmt.Fprintf(&b, "browser     none found\n")
	case v.Chrome == "":
		fmt.Fprintf(&b, "browser     version unknown (%s)\n", v.Browser)
	default:
		fmt.Fprintf(&b, "browser     %s (%s)\n", v.Chrome, v.Browser)
	}
	fmt.Fprintf(&b, "signatures  %s\n", v.Signatures)
	writePacks(&b, v.Packs)
	_, err := io.WriteString(w, b.String())
	return err
}

// writePacks lists the packs, or says what their absence means.
func writePacks(b *strings.Builder, packs []signatures.Pack) {
	if len(packs) == 0 {
		b.WriteString("packs       none: spoor knows fewer third parties (\"make packs\" fills them before the build)\n")
		return
	}
	label := "packs"
	for _, p := range packs {
		name := p.Name
		if p.Version != "" {
			name += " " + p.Version
		}
		if p.Date != "" {
			name += " of " + p.Date
		}
		fmt.Fprintf(b, "%-11s %s, %d rules, %s%s\n", label, clean.Line(name), p.Rules, clean.Line(p.Licence), fetchedNote(p))
		label = ""
	}
}

// fetchedNote says in a few words that a pack is not the one of the program.
func fetchedNote(p signatures.Pack) string {
	if p.Origin == signatures.Cached {
		return ", fetched"
	}
	return ""
}

// writeJSON writes a value as an indented document.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
