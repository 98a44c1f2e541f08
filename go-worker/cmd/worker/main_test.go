package main

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"harmonizer/queue/redistest"
)

// asWorker makes the test binary the program.
const asWorker = "WORKER_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asWorker) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// command returns the program, ready to start with settings of its own.
func command(t *testing.T, settings map[string]string, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	process := exec.Command(os.Args[0], args...)
	process.Env = []string{asWorker + "=1", "HARMONIZER_HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	for name, value := range settings {
		process.Env = append(process.Env, "HARMONIZER_"+name+"="+value)
	}
	output := new(bytes.Buffer)
	process.Stdout, process.Stderr = output, output
	return process, output
}

func TestItWorksUntilASignal(t *testing.T) {
	port := redistest.FreePort(t)
	process, output := command(t, map[string]string{"REDIS_URL": redistest.Start(t)}, "--port="+port, "--concurrency=3")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		answer, err := http.Get("http://127.0.0.1:" + port + path)
		if err != nil {
			return 0, err.Error()
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			return 0, err.Error()
		}
		return answer.StatusCode, string(body)
	}
	ready := func() bool { code, _ := get("/health/ready"); return code == http.StatusOK }
	for deadline := time.Now().Add(time.Minute); !ready() && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if _, body := get("/metrics"); !strings.Contains(body, `harmonizer_worker_slots{state="free"} 3`) {
		t.Errorf("/metrics does not tell of three free slots:\n%s", body)
	}
	if err := process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := process.Wait(); err != nil {
		t.Errorf("it ended: %v\n%s", err, output)
	}
	if !strings.Contains(output.String(), `"msg":"worker ended"`) {
		t.Errorf("it did not say that it ended:\n%s", output)
	}
}

func TestWhatItCannotUseIsASentence(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	tests := []struct {
		name     string
		settings map[string]string
		args     []string
		code     int
		want     string
	}{
		{"setting", map[string]string{"LEASE_SECONDS": "soon"}, nil, 2,
			"HARMONIZER_LEASE_SECONDS must be a whole number from 2 to 3600."},
		{"flag", nil, []string{"--port=http"}, 2, "must be a whole number from 1 to 65535"},
		{"argument", nil, []string{"start"}, 2, `worker takes flags, and then nothing or "health"`},
		{"port", nil, []string{"--port=" + taken}, 1, "port " + taken + " is taken"},
		{"store", map[string]string{"STORE_URL": "s3://bucket"}, nil, 1, "only a folder (file:///FOLDER) can be the store"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			process, output := command(t, tt.settings, tt.args...)
			_ = process.Run() // its code says more
			if code := process.ProcessState.ExitCode(); code != tt.code || !strings.Contains(output.String(), tt.want) {
				t.Errorf("exit code %d, want %d with %q:\n%s", code, tt.code, tt.want, output)
			}
		})
	}
}
