// Package folder owns serving a folder of a built site over loopback, so that it
// can be audited before it is published. It must not know why.
//
// It serves what a host of static sites does: index.html for a folder, a page
// without its ending, 404.html for what is not there. It lists no folders and
// leads out of none.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// A Server serves one folder until it is closed.
type Server struct {
	http *http.Server
	root *os.Root
	port int
}

// Serve serves a folder on a free port of 127.0.0.1.
func Serve(ctx context.Context, dir string) (*Server, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("folder: serve %q: %w", dir, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("folder: serve %q: %w", dir, err), root.Close())
	}
	s := &Server{root: root, port: listener.Addr().(*net.TCPAddr).Port}
	s.http = &http.Server{Handler: pages{root.FS()}, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.http.Serve(listener) }()
	return s, nil
}

// URL returns the address of a path in the folder. The host is localhost, which
// browsers trust as they trust https.
func (s *Server) URL(path string) string {
	return "http://" + net.JoinHostPort("localhost", strconv.Itoa(s.port)) + path
}

// Rule sends a browser from that host to this server, in Chrome's syntax: on some
// machines localhost is an address on which nothing listens.
func (s *Server) Rule() string {
	return fmt.Sprintf("MAP localhost:%d 127.0.0.1:%d", s.port, s.port)
}

// Close stops serving.
func (s *Server) Close() error { return errors.Join(s.http.Close(), s.root.Close()) }

// pages answers with the files of a folder.
type pages struct{ fs fs.FS }

func (p pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "only reading is possible here", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" {
		name = "."
	}
	for _, file := range []string{name, path.Join(name, "index.html"), name + ".html"} {
		if isFile(p.fs, file) {
			if file == path.Join(name, "index.html") && !strings.HasSuffix(r.URL.Path, "/") {
				http.Redirect(w, r, path.Base(r.URL.Path)+"/", http.StatusMovedPermanently) //nolint:gosec // One name, relative to the same host.
				return
			}
			http.ServeFileFS(w, indexed(r), p.fs, file) //nolint:gosec // The root of the folder lets nothing lead out of it.
			return
		}
	}
	if data, err := fs.ReadFile(p.fs, "404.html"); err == nil {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write(data)
		return
	}
	http.NotFound(w, r)
}

// indexed hides from the file server that a path ends with index.html, which it
// would send elsewhere.
func indexed(r *http.Request) *http.Request {
	if !strings.HasSuffix(r.URL.Path, "/index.html") {
		return r
	}
	c := r.Clone(r.Context())
	c.URL.Path = strings.TrimSuffix(c.URL.Path, "index.html")
	return c
}

func isFile(f fs.FS, name string) bool {
	info, err := fs.Stat(f, name)
	return err == nil && info.Mode().IsRegular()
}
