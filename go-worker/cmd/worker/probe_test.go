package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// answering returns the port of a worker that answers like this.
func answering(t *testing.T, status int, body string) int {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/health/ready" {
			t.Errorf("asked for %s", r.URL.Path)
		}
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(at.Port())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func TestAProbeTellsWhetherTheWorkerIsReady(t *testing.T) {
	if err := probe(answering(t, http.StatusOK, `{"status":"ready"}`)); err != nil {
		t.Errorf("a ready worker: %v", err)
	}
	err := probe(answering(t, http.StatusServiceUnavailable, `{"checks":{"store":"cannot be used"}}`))
	if err == nil || !strings.Contains(err.Error(), "cannot be used") {
		t.Errorf("a worker without its store: %v, want the reason", err)
	}
}

func TestAProbeOfNoWorkerFails(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	at, _ := url.Parse(server.URL)
	port, _ := strconv.Atoi(at.Port())
	server.Close()
	if err := probe(port); err == nil {
		t.Error("nobody listens, and the probe is content")
	}
}

func TestWhatTheCommandLineAsksFor(t *testing.T) {
	s, command, err := read([]string{"--port", "9000", "health"})
	if err != nil || command != probing || s.WorkerPort != 9000 {
		t.Errorf("health of port 9000: %q, %v", command, err)
	}
	if _, command, err = read(nil); err != nil || command != "" {
		t.Errorf("no argument: %q, %v", command, err)
	}
	for _, args := range [][]string{{"work"}, {"health", "now"}} {
		if _, _, err = read(args); err == nil {
			t.Errorf("%v was taken", args)
		}
	}
}
