package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spoor-audit/spoor/crawler/hostrules"
	"github.com/spoor-audit/spoor/crawler/names"
	"github.com/spoor-audit/spoor/evidence"
)

// namesLimit is the time for all questions about the names of one visit.
const namesLimit = 15 * time.Second

// addNames asks for the aliases of every host of the visit and writes them into
// the record. What cannot be known is a gap.
func (p *Pipeline) addNames(ctx context.Context, v *evidence.Visit, plan *Plan) error {
	hosts := hostsOf(v)
	if plan.Browser.Proxy != "" && p.DNS == "" {
		addGap(v, evidence.KindNames, "all hosts", "the site was visited through a proxy, and asking the system's DNS server could give the visit away", true)
		return nil
	}
	if p.DNS == "" {
		rules, err := hostrules.Parse(plan.Browser.HostRules)
		if err != nil {
			return fmt.Errorf("pipeline: %w", err)
		}
		all := len(hosts)
		hosts = slices.DeleteFunc(hosts, func(h host) bool { return h.mapped(rules) })
		if n := all - len(hosts); n > 0 {
			addGap(v, evidence.KindNames, counted(n, "host"), "host rules say where their requests go, so DNS was not asked", len(hosts) == 0)
		}
	}
	wanted := make([]string, len(hosts))
	for i, h := range hosts {
		wanted[i] = h.name
	}
	limited, cancel := context.WithTimeout(ctx, namesLimit)
	defer cancel()
	found, err := (&names.Resolver{Server: p.DNS}).Chains(limited, wanted)
	if err != nil {
		return fmt.Errorf("pipeline: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	v.Names = found
	addNameGaps(v, found)
	return nil
}

// A host is one that requests went to, with one of the ports.
type host struct{ name, port string }

func (h host) mapped(rules hostrules.Rules) bool {
	_, _, mapped, err := rules.Map(h.name, h.port)
	return mapped || err != nil
}

// hostsOf lists the hosts of all requests and sockets, sorted.
func hostsOf(v *evidence.Visit) []host {
	seen := map[string]host{}
	add := func(address string) {
		u, err := url.Parse(address)
		// By RFC 6761, names below localhost are no matter for DNS.
		if err != nil || u.Hostname() == "" || strings.HasSuffix(u.Hostname(), ".localhost") {
			return
		}
		port := u.Port()
		if port == "" {
			port = "443"
			if u.Scheme == "http" || u.Scheme == "ws" {
				port = "80"
			}
		}
		seen[u.Hostname()] = host{u.Hostname(), port}
	}
	for i := range v.Runs {
		for j := range v.Runs[i].Requests {
			add(v.Runs[i].Requests[j].URL)
		}
		for j := range v.Runs[i].Sockets {
			add(v.Runs[i].Sockets[j].URL)
		}
	}
	hosts := make([]host, 0, len(seen))
	for _, h := range seen {
		hosts = append(hosts, h)
	}
	slices.SortFunc(hosts, func(a, b host) int { return cmp.Compare(a.name, b.name) })
	return hosts
}

// addNameGaps writes one gap for each way in which names could not be found. A
// name that does not exist was found out.
func addNameGaps(v *evidence.Visit, found []evidence.Name) {
	failed := map[string][]string{}
	for _, n := range found {
		if n.Error != "" && n.Error != names.NoSuchName && n.Error != names.Loop {
			failed[n.Error] = append(failed[n.Error], n.Host)
		}
	}
	words := make([]string, 0, len(failed))
	for word := range failed {
		words = append(words, word)
	}
	slices.Sort(words)
	for _, word := range words {
		where := counted(len(failed[word]), "host")
		if len(failed[word]) == 1 {
			where = failed[word][0]
		}
		addGap(v, evidence.KindNames, where, "DNS: "+word, word != names.OnlyEnd && len(failed[word]) == len(found))
	}
}

// addGap adds a gap to every scenario: names and further pages are the same for
// all.
func addGap(v *evidence.Visit, kind evidence.Kind, where, why string, whole bool) {
	seen := map[evidence.Scenario]bool{}
	for i := range v.Runs {
		if s := v.Runs[i].Scenario; !seen[s] {
			seen[s] = true
			v.Gaps = append(v.Gaps, evidence.Gap{Scenario: s, Kind: kind, Where: where, Why: why, Whole: whole})
		}
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
