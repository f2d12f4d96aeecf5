// Package pgtest gives tests a PostgreSQL server of their own: one for each test binary, started when the first test asks for a
// database, in a folder of its own and behind a socket in it, so that it needs no port and meets no other server. It ends with
// the binary, however that ends, and leaves nothing behind. Nothing that it keeps is synced to a disk.
//
// The server's programs must be installed (Debian: postgresql). Where they are not, a test that asks fails.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Empty gives the address of an empty database, which is dropped when the test ends.
func Empty(t testing.TB) string { return Copy(t, "template0") }

// Copy gives the address of a copy of a database of this server, which is dropped when the test ends.
func Copy(t testing.TB, of string) string {
	t.Helper()
	s, err := started()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	s.run(t, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, of))
	t.Cleanup(func() { s.run(t, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)) })
	return s.address(name)
}

// Template makes, once for a name, a database for Copy: prepare fills it and leaves no connection to it open.
func Template(t testing.TB, name string, prepare func(address string) error) {
	t.Helper()
	s, err := started()
	if err != nil {
		t.Fatal(err)
	}
	s.preparing.Lock()
	defer s.preparing.Unlock()
	if slices.Contains(s.templates, name) {
		return
	}
	s.run(t, "CREATE DATABASE "+name+" TEMPLATE template0")
	if err := prepare(s.address(name)); err != nil {
		t.Fatal(err)
	}
	s.templates = append(s.templates, name)
}

// Server starts a server for one test alone, which may be stopped at any moment, and gives the address of an empty database.
// What it has committed it keeps then. crash stops it as a failing machine would, and has it started again at once.
func Server(t testing.TB) (address string, crash func() error) {
	t.Helper()
	s, err := start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.alive.Close(); err != nil {
			t.Error(err)
		}
	})
	s.run(t, "CREATE DATABASE crashing TEMPLATE template0")
	return s.address("crashing") + "&synchronous_commit=on", s.crash
}

// crash ends the server without its saying good-bye to anybody.
func (s *server) crash() error {
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return fmt.Errorf("the server does not run: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	id, err := strconv.Atoi(line)
	if err != nil {
		return fmt.Errorf("the server's number: %w", err)
	}
	return syscall.Kill(id, syscall.SIGQUIT)
}

// server is a running one.
type server struct {
	dir       string
	databases atomic.Int64
	preparing sync.Mutex
	templates []string
	alive     io.Closer // whoever minds the server stops it once this is closed, as the end of this process does
}

func (s *server) address(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {s.dir}, "user": {"huibao"}}.Encode()
}

// run runs a statement that belongs to no database of a test.
func (s *server) run(t testing.TB, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.address("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

var started = sync.OnceValues(start)

// minded runs the server, anew where it ends, until its own standard input ends, which the end of the process that started it
// does as well.
const minded = `
trap '' INT TERM HUP
exec 3<&0
(cat <&3 >/dev/null; touch "$2/over"; kill -QUIT $(head -n 1 "$2/data/postmaster.pid")) 2>/dev/null &
while [ ! -e "$2/over" ]; do
  "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=200 -c fsync=off -c synchronous_commit=off \
    -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c shared_buffers=64MB -c max_wal_size=256MB >>"$2/log" 2>&1 3<&-
done
rm -rf "$2"
`

func start() (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	account, err := unprivileged()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, err
	}
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			return nil, err
		}
	}
	as := func(cmd *exec.Cmd) *exec.Cmd {
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: account}
		return cmd
	}
	initdb := as(exec.Command(filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-A", "trust", "-U", "huibao",
		"--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"))
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("make a PostgreSQL server: %w\n%s", err, out), os.RemoveAll(dir))
	}
	mind := as(exec.Command("/bin/sh", "-c", minded, "sh", bin, dir))
	alive, err := mind.StdinPipe()
	if err == nil {
		err = mind.Start()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s := &server{dir: dir, alive: alive}
	if err := s.wait(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, errors.Join(fmt.Errorf("start a PostgreSQL server: %w\n%s", err, log), alive.Close())
	}
	return s, nil
}

// programs gives the folder of the newest server that is installed.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil {
		return "", err
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	if len(found) == 0 {
		return "", errors.New("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	return filepath.Dir(found[0]), nil
}

// version reads the number out of Debian's folders, 0 for others.
func version(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

// unprivileged gives whom the server runs as: root is refused by it. nil is this process's own account.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root, and there is no account for it: %w", err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}

// wait asks until the server answers.
func (s *server) wait() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		conn, err := pgx.Connect(ctx, s.address("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}
