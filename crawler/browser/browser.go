package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	cdptypes "github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"github.com/spoor-audit/spoor/crawler/cdp"
)

const (
	startLimit = 30 * time.Second // until the browser's first answer
	closeLimit = time.Second      // for the browser to end by itself
)

// A Browser is one running browser process.
type Browser struct {
	Conn    *cdp.Conn
	Product string // "Chrome/156.0.8078.79"
	Sandbox bool   // it runs inside Chrome's sandbox

	options Options
	profile string
	cmd     *exec.Cmd
	exited  chan struct{}
	closing sync.Once
	output  *printed
}

// Version is the browser's version number, "156.0.8078.79".
func (b *Browser) Version() string {
	_, v, _ := strings.Cut(b.Product, "/")
	return v
}

// Options are the settings that the browser was started with.
func (b *Browser) Options() Options { return b.options }

// Launch starts a browser and waits until it answers. Events of the browser and
// of targets that attach to it go to sink and route, as [cdp.New] says. The
// sandbox is used unless Chrome cannot run in it here.
func Launch(ctx context.Context, o Options, sink cdp.Sink, route func(*cdp.Session) cdp.Sink) (*Browser, error) {
	if needsNoSandbox(os.Getuid()) {
		return launch(ctx, o, false, sink, route)
	}
	b, err := launch(ctx, o, true, sink, route)
	var failed *StartError
	if errors.As(err, &failed) && failed.sandbox() {
		return launch(ctx, o, false, sink, route)
	}
	return b, err
}

// A StartError says that the browser did not start, and what it printed.
type StartError struct {
	Path   string
	Output string
	Err    error
}

func (e *StartError) Error() string {
	if line := lastLine(e.Output); line != "" {
		return fmt.Sprintf("browser: start %s: %v: %s", e.Path, e.Err, line)
	}
	return fmt.Sprintf("browser: start %s: %v", e.Path, e.Err)
}

func (e *StartError) Unwrap() error { return e.Err }

// sandbox reports whether Chrome ended because it has no usable sandbox.
func (e *StartError) sandbox() bool { return strings.Contains(e.Output, "sandbox") }

func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func launch(ctx context.Context, o Options, sandbox bool, sink cdp.Sink, route func(*cdp.Session) cdp.Sink) (*Browser, error) {
	profile, err := newProfile(&o)
	if err != nil {
		return nil, err
	}
	b := &Browser{options: o, profile: profile, Sandbox: sandbox, exited: make(chan struct{}), output: &printed{max: 16 << 10}}
	tr, err := b.start(ctx)
	if err != nil {
		_ = b.end()
		return nil, &StartError{Path: o.Path, Output: b.output.String(), Err: err}
	}
	b.Conn = cdp.New(tr, sink, route) //nolint:contextcheck // The connection outlives the start.
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	version, err := cdp.Do(ctx, b.Conn.Root(), cdpbrowser.GetVersion, cdptypes.Empty{})
	if err != nil {
		_ = b.Close() //nolint:contextcheck // Closing must work when the context has ended.
		return nil, &StartError{Path: o.Path, Output: b.output.String(), Err: err}
	}
	b.Product = version.Product
	return b, nil
}

// start runs the process and connects to it.
func (b *Browser) start(ctx context.Context) (chromedp.Transport, error) {
	args, err := b.options.args(b.profile, b.Sandbox)
	if err != nil {
		return nil, err
	}
	//nolint:gosec // the user names the browser
	b.cmd = exec.Command(b.options.Path)
	b.cmd.Stdout, b.cmd.Stderr = b.output, b.output
	// Grandchildren may hold the output open after the browser has gone.
	b.cmd.WaitDelay = closeLimit
	own(b.cmd)
	if canPipe && !b.options.WebSocket {
		return b.startPipe(args)
	}
	return b.startWebSocket(ctx, args)
}

func (b *Browser) startPipe(args []string) (chromedp.Transport, error) {
	childRead, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	read, childWrite, err := os.Pipe()
	if err != nil {
		_ = childRead.Close()
		_ = write.Close()
		return nil, err
	}
	flags, err := pipes(b.cmd, childRead, childWrite)
	if err == nil {
		b.cmd.Args = append(append(b.cmd.Args, flags...), args...)
		err = b.run()
	}
	_ = childRead.Close()
	_ = childWrite.Close()
	if err != nil {
		_ = read.Close()
		_ = write.Close()
		return nil, err
	}
	return chromedp.NewPipeConn(read, write), nil
}

// startWebSocket lets the browser choose a port on loopback, which it writes to
// a file in its profile.
func (b *Browser) startWebSocket(ctx context.Context, args []string) (chromedp.Transport, error) {
	b.cmd.Args = append(append(b.cmd.Args, "--remote-debugging-port=0"), args...)
	if err := b.run(); err != nil {
		return nil, err
	}
	deadline := time.After(startLimit)
	for {
		data, err := os.ReadFile(filepath.Join(b.profile, "DevToolsActivePort"))
		if port, path, ok := strings.Cut(string(data), "\n"); err == nil && ok {
			return remote.DialContext(ctx, "ws://127.0.0.1:"+port+strings.TrimSpace(path))
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-b.exited:
			return nil, errors.New("it ended at once")
		case <-deadline:
			return nil, errors.New("it did not open its port")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// run starts the process from a thread that lives as long as it does; see own.
func (b *Browser) run() error {
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := b.cmd.Start()
		started <- err
		if err != nil {
			return
		}
		_ = b.cmd.Wait() // how it ended does not matter, that it did does
		close(b.exited)
	}()
	return <-started
}

// Pid is the process's id.
func (b *Browser) Pid() int { return b.cmd.Process.Pid }

// Close ends the browser and all its children, and removes its profile. It
// takes two seconds at most. Calling it again does nothing.
func (b *Browser) Close() error {
	var err error
	b.closing.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		if b.Conn != nil {
			_ = b.Conn.Root().Call(ctx, cdpbrowser.CommandClose, nil, nil)
		}
		err = b.end()
	})
	return err
}

// end waits a moment for the process, kills what is left of it, and removes
// the profile.
func (b *Browser) end() error {
	if b.cmd != nil && b.cmd.Process != nil {
		select {
		case <-b.exited:
		case <-time.After(closeLimit / 2):
		}
		_ = kill(b.cmd.Process)
		<-b.exited
	}
	if b.Conn != nil {
		_ = b.Conn.Close()
	}
	return removeProfile(b.profile)
}

// printed keeps the beginning of what the browser prints, for the error of a failed start.
type printed struct {
	mu  sync.Mutex
	buf bytes.Buffer
	max int
}

func (t *printed) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := t.max - t.buf.Len(); room > 0 {
		t.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *printed) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
