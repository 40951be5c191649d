package names

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/miekg/dns"

	"github.com/spoor-audit/spoor/evidence"
)

// A client asks DNS servers, in order until one answers.
type client struct {
	servers []string // "address:port"
	timeout time.Duration

	answers, timeouts atomic.Int32
}

const (
	attempts    = 2
	maxTimeouts = 8 // without one answer, before a client gives up
)

// chain follows the aliases of a host. Most servers give the whole chain in one
// answer; where one gives only a part, its end is asked for again.
func (c *client) chain(ctx context.Context, host string) evidence.Name {
	var name evidence.Name
	seen := map[string]bool{host: true}
	at := host
	for {
		answer, word := c.ask(ctx, at)
		if answer == nil {
			name.Error = word
			return name
		}
		next := aliases(answer)
		moved := false
		for next[at] != "" {
			at = next[at]
			if seen[at] {
				name.Error = Loop
				return name
			}
			if len(name.Chain) == maxChain {
				name.Error = TooLong
				return name
			}
			seen[at] = true
			name.Chain = append(name.Chain, at)
			moved = true
		}
		if !moved || word != "" || resolved(answer, at) {
			name.Error = word
			return name
		}
	}
}

// aliases reads the CNAME records of an answer, whose order is not fixed.
func aliases(answer *dns.Msg) map[string]string {
	next := map[string]string{}
	for _, record := range answer.Answer {
		if alias, ok := record.(*dns.CNAME); ok {
			from := normal(alias.Header().Name)
			if next[from] == "" {
				next[from] = normal(alias.Target)
			}
		}
	}
	return next
}

// resolved reports whether an answer holds an address of the host.
func resolved(answer *dns.Msg, host string) bool {
	for _, record := range answer.Answer {
		if _, ok := record.(*dns.A); ok && strings.EqualFold(normal(record.Header().Name), host) {
			return true
		}
	}
	return false
}

// ask asks for the addresses of a host. Without an answer the word says why; an
// answer that the host does not exist comes with a word too, because it may
// hold a part of the chain. A server that did not answer in time is asked once
// more: packets get lost.
func (c *client) ask(ctx context.Context, host string) (*dns.Msg, string) {
	word := Unreached
	for range attempts {
		retry := false
		for _, server := range c.servers {
			if c.silent() {
				return nil, Timeout
			}
			answer, err := c.exchange(ctx, server, host)
			if err != nil {
				word = wordFor(err)
				if ctx.Err() != nil {
					return nil, word
				}
				if word == Timeout {
					retry = true
					c.timeouts.Add(1)
				}
				continue
			}
			c.answers.Add(1)
			switch answer.Rcode {
			case dns.RcodeSuccess:
				return answer, ""
			case dns.RcodeNameError:
				return answer, NoSuchName
			case dns.RcodeRefused:
				word = Refused
			case dns.RcodeServerFailure:
				word = ServerFail
			default:
				word = BadAnswer
			}
		}
		if !retry {
			break
		}
	}
	return nil, word
}

// silent reports whether there is no use in asking on: many questions, never an
// answer. A machine without DNS must not wait two seconds for each host.
func (c *client) silent() bool {
	return c.answers.Load() == 0 && c.timeouts.Load() >= maxTimeouts
}

// exchange asks by UDP, and by TCP when the answer did not fit.
func (c *client) exchange(ctx context.Context, server, host string) (*dns.Msg, error) {
	question := new(dns.Msg)
	question.SetQuestion(dns.Fqdn(host), dns.TypeA)
	question.SetEdns0(1232, false) // The size on which DNS Flag Day 2020 agreed.
	answer, err := c.exchangeBy(ctx, "udp", server, question)
	if err != nil || !answer.Truncated {
		return answer, err
	}
	if whole, err := c.exchangeBy(ctx, "tcp", server, question); err == nil {
		return whole, nil
	}
	return answer, nil // The part that came may hold the chain.
}

func (c *client) exchangeBy(ctx context.Context, network, server string, question *dns.Msg) (*dns.Msg, error) {
	d := &dns.Client{Net: network, Timeout: c.timeout}
	conn, err := d.DialContext(ctx, server)
	if err != nil {
		return nil, err
	}
	defer conn.Close() //nolint:errcheck // The answer is there or not.
	// The library looks at the deadline of a context, not at its end.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	answer, _, err := d.ExchangeWithConnContext(ctx, question, conn)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return answer, err
}
