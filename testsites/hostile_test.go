package testsites

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// open asks for a URL and gives the answer with its body unread.
func open(ctx context.Context, t *testing.T, s *Server, address string) (*http.Response, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Client().Do(req)
}

func TestAnswersWithoutEnd(t *testing.T) {
	s := Start(t)
	for _, p := range []string{"endless", "endless.js", "endless.gif", "half"} {
		ctx, cancel := context.WithCancel(t.Context())
		resp, err := open(ctx, t, s, "https://endless.test/-/"+p)
		if err != nil {
			t.Fatalf("%s: %v", p, err)
		}
		if _, err := io.ReadAtLeast(resp.Body, make([]byte, 5), 5); err != nil {
			t.Errorf("%s: no beginning: %v", p, err)
		}
		// An answer that is complete ends by itself and not by the cancelling.
		leave := time.AfterFunc(300*time.Millisecond, cancel)
		_, err = io.Copy(io.Discard, resp.Body)
		leave.Stop()
		cancel()
		_ = resp.Body.Close()
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: ended with %v", p, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if resp, err := open(ctx, t, s, "https://endless.test/-/never"); !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			_ = resp.Body.Close()
		}
		t.Errorf("never: %v, want no answer", err)
	}
}

func TestHugeAnswers(t *testing.T) {
	s := Start(t)
	for _, p := range []string{"huge", "huge.bin"} {
		resp, err := open(t.Context(), t, s, "http://huge-page.test/-/"+p)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if err != nil || n < 100<<20 {
			t.Errorf("%s: %d bytes, %v", p, n, err)
		}
	}
}

func TestNestHopAndReset(t *testing.T) {
	s := Start(t)
	if _, body, _ := get(t, s, "https://deep-frames.test/-/nest?n=3"); !strings.Contains(body, "/-/nest?n=2") {
		t.Errorf("nest 3 has no frame in it: %q", body)
	}
	if _, body, _ := get(t, s, "https://deep-frames.test/-/nest?n=0"); strings.Contains(body, "iframe") {
		t.Errorf("nest 0 has a frame in it: %q", body)
	}
	if status, _, h := get(t, s, "https://redirect-loop.test/-/hop?n=5"); status != http.StatusFound || h.Get("Location") != "/-/hop?n=4" {
		t.Errorf("hop 5: status %d to %q", status, h.Get("Location"))
	}
	for _, q := range []string{"nest?n=x", "nest?n=-1", "nest?n=100000", "hop?n=x", "slow?ms=x", "slow?ms=-1"} {
		if status, _, _ := get(t, s, "https://plain.test/-/"+q); status != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", q, status)
		}
	}
	resp, err := open(t.Context(), t, s, "https://plain.test/-/reset")
	if err == nil {
		_ = resp.Body.Close()
		t.Error("reset gave an answer")
	}
}

func TestSlowAnswersWait(t *testing.T) {
	s := Start(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if resp, err := open(ctx, t, s, "https://endless.test/clean.html"); !errors.Is(err, context.DeadlineExceeded) {
		if err == nil {
			_ = resp.Body.Close()
		}
		t.Errorf("the slow page came within 300 ms: %v", err)
	}
	if status, _, _ := get(t, s, "https://endless.test/-/slow?ms=1"); status != http.StatusOK {
		t.Errorf("slow: status %d", status)
	}
}
