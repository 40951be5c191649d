package probe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spoor-audit/spoor/crawler/probe"
)

// targets are sites of one path each.
func targets(addresses ...string) []probe.Target {
	var list []probe.Target
	for _, a := range addresses {
		list = append(list, probe.Target{URL: a})
	}
	return list
}

// TestOrder holds that rows come in the order of the list, however long each takes.
func TestOrder(t *testing.T) {
	w := newWorld(t, map[string]http.HandlerFunc{"*": func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Host, "slow") && r.URL.Path == "/" {
			time.Sleep(100 * time.Millisecond)
		}
		page("<p>"+r.Host)(w, r)
	}})
	var addresses []string
	for i := range 60 {
		name := "site"
		if i%7 == 0 {
			name = "slow"
		}
		addresses = append(addresses, fmt.Sprintf("http://%s%d.test/", name, i))
	}
	var got []string
	began, ended := 0, 0
	var mu sync.Mutex
	watch := probe.Watch{
		Begin: func(int) { mu.Lock(); began++; mu.Unlock() },
		End:   func(int, *probe.Facts) { mu.Lock(); ended++; mu.Unlock() },
	}
	err := w.prober(t, func(o *probe.Options) { o.Parallel = 5 }).List(t.Context(), slices.Values(targets(addresses...)), watch, func(n int, f *probe.Facts) error {
		if n != len(got) {
			t.Errorf("row %d is number %d", len(got), n)
		}
		got = append(got, f.FinalURL)
		return nil
	})
	if err != nil || !slices.Equal(got, addresses) || began != 60 || ended != 60 {
		t.Errorf("%v, %d began, %d ended: %q", err, began, ended, got)
	}
}

// TestPoliteness holds that no host is asked twice at a time, also when many sites
// lead to it, while other hosts are asked meanwhile.
func TestPoliteness(t *testing.T) {
	var mu sync.Mutex
	busy, most, together := map[string]int{}, map[string]int{}, 0
	w := newWorld(t, map[string]http.HandlerFunc{"*": func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		busy[r.Host]++
		most[r.Host] = max(most[r.Host], busy[r.Host])
		n := 0
		for _, b := range busy {
			n += b
		}
		together = max(together, n)
		mu.Unlock()
		time.Sleep(3 * time.Millisecond)
		mu.Lock()
		busy[r.Host]--
		mu.Unlock()
		if strings.HasPrefix(r.Host, "moved") {
			http.Redirect(w, r, "http://target.test/", http.StatusFound)
			return
		}
		page("<p>here")(w, r)
	}})
	var addresses []string
	for i := range 15 {
		addresses = append(addresses, fmt.Sprintf("http://moved%d.test/", i), fmt.Sprintf("http://one.test/?%d", i), fmt.Sprintf("http://free%d.test/", i))
	}
	err := w.prober(t, nil).List(t.Context(), slices.Values(targets(addresses...)), probe.Watch{}, func(_ int, f *probe.Facts) error {
		if f.Reason != "" {
			t.Errorf("%s: %s", f.URL, f.Detail)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for host, n := range most {
		if n > 1 {
			t.Errorf("%s was asked %d times at a time", host, n)
		}
	}
	if together < 2 {
		t.Error("hosts were asked one after another")
	}
}

// TestInterrupted holds that what was told before the end is the beginning of the
// list, without a hole.
func TestInterrupted(t *testing.T) {
	enough := errors.New("enough")
	for name, stop := range map[string]func(cancel context.CancelFunc) error{
		"context": func(cancel context.CancelFunc) error { cancel(); return nil },
		"take":    func(context.CancelFunc) error { return enough },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		w := newWorld(t, map[string]http.HandlerFunc{"*": func(w http.ResponseWriter, r *http.Request) {
			if r.Host == "site20.test" {
				<-r.Context().Done()
			}
			page("<p>here")(w, r)
		}})
		endlessly := func(yield func(probe.Target) bool) {
			for i := 0; ; i++ {
				if !yield(probe.Target{URL: fmt.Sprintf("http://site%d.test/", i)}) {
					return
				}
			}
		}
		taken := 0
		err := w.prober(t, func(o *probe.Options) { o.Parallel = 4 }).List(ctx, endlessly, probe.Watch{}, func(n int, _ *probe.Facts) error {
			if n != taken {
				t.Errorf("%s: %d after %d", name, n, taken)
			}
			if taken++; taken == 10 {
				return stop(cancel)
			}
			return nil
		})
		if name == "take" && (!errors.Is(err, enough) || taken != 10) || name == "context" && !errors.Is(err, context.Canceled) || taken > 20 {
			t.Errorf("%s: %v after %d", name, err, taken)
		}
		cancel()
	}
}

func TestNew(t *testing.T) {
	if _, err := probe.New(probe.Options{}); err == nil {
		t.Error("nobody asks")
	}
	if _, err := probe.New(probe.Options{UserAgent: agent, Proxy: "ftp://x"}); err == nil {
		t.Error("a proxy that is none")
	}
}

// BenchmarkProbe asks sites that answer after some time, as those of the Internet do.
func BenchmarkProbe(b *testing.B) {
	for _, wait := range []time.Duration{0, 100 * time.Millisecond} {
		b.Run(fmt.Sprint(wait), func(b *testing.B) {
			var html strings.Builder
			html.WriteString("<html lang=nl><title>News</title>")
			for i := range 300 {
				fmt.Fprintf(&html, "<p>some text of a page that is of ordinary size</p><img src=https://cdn%d.example/%d.png><a href=/%d>more</a>", i%10, i, i)
			}
			w := newWorld(b, map[string]http.HandlerFunc{"*": func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(wait)
				page(html.String())(w, r)
			}})
			p := w.prober(b, nil)
			sites := func(yield func(probe.Target) bool) {
				for i := range b.N {
					if !yield(probe.Target{URL: fmt.Sprintf("https://site%d.test/", i)}) {
						return
					}
				}
			}
			began := time.Now()
			err := p.List(b.Context(), sites, probe.Watch{}, func(_ int, f *probe.Facts) error {
				if f.Worth != "yes" {
					return fmt.Errorf("%s: %s", f.URL, f.Detail)
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/time.Since(began).Minutes(), "sites/min")
		})
	}
}
