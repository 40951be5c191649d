package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spoor-audit/spoor/cmd/internal/pipeline"
	"github.com/spoor-audit/spoor/testsites"
)

// demoSite is the test site that a demonstration shows first.
const demoSite = "demo"

const demoLong = `Demo serves spoor's test sites on this machine, to be looked at or audited, until
it is interrupted. With --audit it audits one of them and ends.`

func newDemoCommand(a *app) *cobra.Command {
	o := new(auditOptions)
	var audit bool
	cmd := &cobra.Command{
		Use:    "demo [SITE]",
		Short:  "serve the test sites",
		Long:   demoLong + exitStatus,
		Hidden: true,
		Args:   cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			site, err := demoTarget(args)
			if err != nil {
				return err
			}
			server, err := testsites.Serve()
			if err != nil {
				return err
			}
			defer server.Close() //nolint:errcheck // The program ends with it.
			if audit {
				o.visit.hostRules, o.visit.dns, o.visit.spki = server.HostRules(), server.DNSAddr(), []string{server.SPKI()}
				return a.audit(cmd.Context(), o, []string{server.URL(site, "index.html")})
			}
			if err := a.showDemo(server, site); err != nil {
				return err
			}
			<-cmd.Context().Done()
			return cmd.Context().Err()
		},
	}
	cmd.Flags().BoolVar(&audit, "audit", false, "audit the site and end")
	o.addFlags(cmd.Flags())
	return cmd
}

// demoTarget checks the name of a test site.
func demoTarget(args []string) (string, error) {
	if len(args) == 0 {
		return demoSite, nil
	}
	sites, err := testsites.Sites()
	if err != nil {
		return "", err
	}
	names := make([]string, len(sites))
	for i, s := range sites {
		if names[i] = s.Name; s.Name == args[0] && len(args) == 1 {
			return s.Name, nil
		}
	}
	err = fmt.Errorf("there is no test site %q", args[len(args)-1])
	if near := pipeline.Near(args[len(args)-1], names); near != "" {
		return "", wrongUse(err, "did you mean "+near+" ?")
	}
	return "", wrongUse(err, `"spoor demo" lists the sites`)
}

// showDemo says what is served and how to look at it.
func (a *app) showDemo(server *testsites.Server, site string) error {
	sites, err := testsites.Sites()
	if err != nil {
		return err
	}
	for _, s := range sites {
		if _, err := fmt.Fprintf(a.stdout, "%-44s %s\n", server.URL(s.Name, "index.html"), s.Description); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, `
Look at one with a browser that finds these names:

  chromium --user-data-dir="$(mktemp -d)" --host-resolver-rules=%q \
    --ignore-certificate-errors-spki-list=%q %[3]s

or audit it:

  spoor audit --host-rules %[1]q --dns %[4]s --accept-key %[2]q %[3]s

Interrupt to end.
`, server.HostRules(), server.SPKI(), server.URL(site, "index.html"), server.DNSAddr())
	return err
}
