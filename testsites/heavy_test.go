package testsites

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The heavy page is what the bench measures, so its figures are fixed.
func TestHeavyPageHasItsFigures(t *testing.T) {
	p := &heavyPage{files: map[string]heavyFile{}}
	p.generate()
	if p.requests != heavyRequests || p.cookies != heavyCookies {
		t.Errorf("%d requests and %d cookies, want %d and %d", p.requests, p.cookies, heavyRequests, heavyCookies)
	}
	if p.bytes < heavyBytes*95/100 || p.bytes > heavyBytes*110/100 {
		t.Errorf("%d bytes of script, want about %d", p.bytes, heavyBytes)
	}
	hosts := map[string]bool{}
	frames := 0
	for name := range p.files {
		host, path, _ := strings.Cut(name, "/")
		if host != heavyHost {
			hosts[host] = true
		}
		if path == "frame.html" {
			frames++
		}
	}
	if len(hosts) != heavyHosts || frames != heavyAds {
		t.Errorf("%d other hosts and %d frames, want %d and %d", len(hosts), frames, heavyHosts, heavyAds)
	}
}

func TestHeavyPageIsTheSameEachTime(t *testing.T) {
	a, b := &heavyPage{files: map[string]heavyFile{}}, &heavyPage{files: map[string]heavyFile{}}
	a.generate()
	b.generate()
	if len(a.files) != len(b.files) {
		t.Fatalf("%d and %d files", len(a.files), len(b.files))
	}
	for name, f := range a.files {
		if !bytes.Equal(f.body, b.files[name].body) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestHeavyPageIsServed(t *testing.T) {
	s := Start(t)
	status, body, h := get(t, s, "https://heavy.test/")
	if status != http.StatusOK || len(h.Values("Set-Cookie")) != 10 {
		t.Fatalf("status %d, %d cookies", status, len(h.Values("Set-Cookie")))
	}
	for host, want := range map[string]int{"heavy-7.test": http.StatusOK, "heavy-07.test": http.StatusNotFound, "heavy-100.test": http.StatusNotFound} {
		if got, same, _ := get(t, s, "https://"+host+"/"); got != want || want == http.StatusOK && same != body {
			t.Errorf("%s: status %d, want %d, or another page", host, got, want)
		}
	}
	p := &heavyPage{files: map[string]heavyFile{}}
	p.generate()
	checked := 0
	for _, m := range address.FindAllStringSubmatch(body, -1) {
		u, err := url.Parse(m[1])
		if err != nil || !u.IsAbs() {
			continue
		}
		checked++
		if _, ok := p.files[u.Host+u.Path]; !ok {
			t.Errorf("%s is named and is not there", u)
		}
	}
	if status, body, h := get(t, s, "https://t60.party60.test/p0.gif"); status != http.StatusOK || body != pixelGIF || !strings.HasPrefix(h.Get("Set-Cookie"), "uid=") {
		t.Errorf("pixel: status %d, cookie %q", status, h.Get("Set-Cookie"))
	}
	if checked < 100 {
		t.Errorf("the page names only %d addresses", checked)
	}
	if _, body, _ := get(t, s, "https://heavy.test/clean.html"); strings.Contains(body, "party") || strings.Contains(body, "<script") {
		t.Error("the twin of the heavy page asks others or runs scripts")
	}
}
