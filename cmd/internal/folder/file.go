package folder

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// fileHost is the host at which a browser finds a single file: a name that by
// RFC 6761 never leaves the machine, so that no server can be meant by it.
const fileHost = "file.localhost"

// maxFile is the most of a file that is served, in bytes.
const maxFile = 256 << 20

// A File is one page on disk that is served until it is closed, and nothing that
// lies beside it: a page must not read its neighbours by being looked at.
type File struct {
	http *http.Server
	port int
	path string
}

// ServeFile serves a file as it is now, as a page, on a free port of 127.0.0.1.
func ServeFile(ctx context.Context, file string) (*File, error) {
	info, err := os.Stat(file)
	if err == nil && info.Size() > maxFile {
		err = fmt.Errorf("it is larger than %d MB", maxFile>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("folder: serve %q: %w", file, err)
	}
	body, err := os.ReadFile(file) //nolint:gosec // The user named it to be shown.
	if err != nil {
		return nil, fmt.Errorf("folder: serve %q: %w", file, err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("folder: serve %q: %w", file, err)
	}
	f := &File{port: listener.Addr().(*net.TCPAddr).Port, path: "/" + filepath.Base(file)}
	f.http = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Error(w, "only reading is possible here", http.StatusMethodNotAllowed)
		case r.URL.Path != f.path:
			http.NotFound(w, r)
		default:
			// The page itself says how its letters are coded, as when it is opened from disk.
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write(body)
		}
	})}
	go func() { _ = f.http.Serve(listener) }()
	return f, nil
}

// URL returns the address of the file: the same each time.
func (f *File) URL() string {
	return (&url.URL{Scheme: "http", Host: fileHost, Path: f.path}).String()
}

// Rule sends a browser from that host to this server, in Chrome's syntax.
func (f *File) Rule() string { return fmt.Sprintf("MAP %s:80 127.0.0.1:%d", fileHost, f.port) }

// Close stops serving.
func (f *File) Close() error { return f.http.Close() }
