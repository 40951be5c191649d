package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestProbeInterrupted interrupts a probe at a site that does not answer: what was
// written stays, and the same command makes of it what it would have become.
func TestProbeInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	hang := true
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hang && r.Host == "b.test" {
			cancel()
			<-r.Context().Done()
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<title>"+r.Host+"</title>")
	}))
	defer s.Close()
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir) // Lists of the machine's user must not count.
	list := filepath.Join(dir, "list.txt")
	if err := os.WriteFile(list, []byte("http://a.test\njunk junk\nhttp://b.test\nhttp://c.test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	probe := func(ctx context.Context, file string) (code int, table, said string) {
		t.Helper()
		file = filepath.Join(dir, file)
		var stdout, stderr bytes.Buffer
		a := &app{stdin: strings.NewReader(""), stdout: &stdout, stderr: &stderr, env: func(string) (string, bool) { return "", false }}
		code = a.run(ctx, []string{"survey", list, "--probe", "-o", file, "--concurrency", "1", "--host-rules", "MAP *:80 " + s.Listener.Addr().String()})
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return code, string(text), stdout.String() + stderr.String()
	}
	code, table, said := probe(ctx, "probe.csv")
	if code != exitInterrupted || !strings.Contains(said, "1 of 4 lines are in ") || strings.Count(table, "\n") != 2 || !strings.Contains(table, "a.test") {
		t.Fatalf("%d\n%s\n%s", code, said, table)
	}
	hang = false
	code, continued, said := probe(t.Context(), "probe.csv")
	if code != exitDone {
		t.Fatalf("%d\n%s", code, said)
	}
	if _, whole, _ := probe(t.Context(), "whole.csv"); continued != whole || strings.Count(whole, "\n") != 5 {
		t.Errorf("the table that was continued is\n%s\nand not\n%s", continued, whole)
	}
}

// TestProbeOffline loses the network, so that no server of names answers: nothing of
// that is put down to the sites.
func TestProbeOffline(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<title>"+r.Host+"</title>")
	}))
	defer s.Close()
	dir := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", dir)
	nobody, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = nobody.Close()
	var list strings.Builder
	for i := range 80 {
		name := "lost"
		if i < 10 {
			name = "here"
		}
		fmt.Fprintf(&list, "http://%s%d.test\n", name, i)
	}
	file := filepath.Join(dir, "probe.csv")
	probe := func(rules string) (code, rows int, said string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		a := &app{stdin: strings.NewReader(list.String()), stdout: &stdout, stderr: &stderr, env: func(string) (string, bool) { return "", false }}
		code = a.run(t.Context(), []string{"survey", "-", "--probe", "-o", file, "--dns", nobody.LocalAddr().String(), "--host-rules", rules})
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return code, strings.Count(string(text), "\n") - 1, stderr.String()
	}
	at := s.Listener.Addr().String()
	if code, rows, said := probe("MAP here* " + at); code != exitNotMeasured || rows != 10 || !strings.Contains(said, "there is no network") {
		t.Errorf("%d with %d rows: %s", code, rows, said)
	}
	if code, rows, said := probe("MAP *.test " + at); code != exitDone || rows != 80 {
		t.Errorf("%d with %d rows: %s", code, rows, said)
	}
}
