package survey

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A server is a PostgreSQL of the tests' own. All tests of this package share one.
type server struct {
	dir, bin string
	port     int
	as       *syscall.SysProcAttr // whom it runs as: not root
	cmd      *exec.Cmd
	mu       sync.Mutex
	count    int
}

var shared struct {
	once sync.Once
	s    *server
	err  error
}

// errNoPostgres says that there is no PostgreSQL to start.
var errNoPostgres = errors.New("no PostgreSQL found")

// postgres is the address of a new database. Without a server the test is skipped,
// except where everything must be tested.
func postgres(t testing.TB) string {
	t.Helper()
	return postgresServer(t).database(t)
}

func postgresServer(t testing.TB) *server {
	t.Helper()
	shared.once.Do(func() { shared.s, shared.err = newServer() })
	if errors.Is(shared.err, errNoPostgres) && os.Getenv("SPOOR_REQUIRE_POSTGRES") == "" {
		t.Skip(shared.err)
	}
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.s
}

// inEach runs a test on both databases.
func inEach(t *testing.T, f func(t *testing.T, where string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, t.TempDir()) })
	t.Run("postgres", func(t *testing.T) { f(t, postgres(t)) })
}

func newServer() (*server, error) {
	s := &server{}
	if path, err := exec.LookPath("initdb"); err == nil {
		s.bin = filepath.Dir(path)
	} else if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		slices.Sort(found)
		s.bin = filepath.Dir(found[len(found)-1])
	} else {
		return nil, errNoPostgres
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "spoor-postgres-"); err != nil {
		return nil, err
	}
	if os.Getuid() == 0 {
		u, err := user.Lookup("postgres")
		if err != nil {
			return nil, err
		}
		uid, _ := strconv.Atoi(u.Uid)
		gid, _ := strconv.Atoi(u.Gid)
		s.as = runAs(uid, gid)
		if err := os.Chown(s.dir, uid, gid); err != nil {
			return nil, err
		}
	}
	if out, err := s.command("initdb", "-D", s.data(), "-A", "trust", "-U", "spoor", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	return s, s.start()
}

func (s *server) data() string { return filepath.Join(s.dir, "data") }

func (s *server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir, cmd.SysProcAttr = s.dir, s.as
	return cmd
}

// start starts the server and waits until it answers.
func (s *server) start() error {
	s.cmd = s.command("postgres", "-D", s.data(), "-p", strconv.Itoa(s.port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=", "-c", "fsync=off")
	var said bytes.Buffer
	s.cmd.Stdout, s.cmd.Stderr = &said, &said
	if err := s.cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		conn, err := pgx.Connect(context.Background(), s.address("postgres"))
		if err == nil {
			return conn.Close(context.Background())
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the server did not start: %s", &said)
}

// kill ends the server at once, as a crash does.
func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGQUIT) // "immediate": nothing is written any more
	_ = s.cmd.Wait()
}

func (s *server) address(database string) string {
	return fmt.Sprintf("postgres://spoor@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *server) database(t testing.TB) string {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	name := "survey_" + strconv.Itoa(s.count)
	conn, err := pgx.Connect(t.Context(), s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background()) //nolint:errcheck // The test is over.
	if _, err := conn.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return s.address(name)
}

// stopServer ends the shared server.
func stopServer() {
	if s := shared.s; s != nil {
		s.kill()
		_ = os.RemoveAll(s.dir)
	}
}

func TestIsAddress(t *testing.T) {
	for where, want := range map[string]bool{"postgres://h/d": true, "postgresql://h/d": true, "folder": false, "./postgres": false} {
		if IsAddress(where) != want {
			t.Errorf("%s: %v", where, !want)
		}
	}
	if _, err := openPostgres(t.Context(), "postgres://u:secret@host:bad/db"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a wrong address gives %v", err)
	}
}
