package worker_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/store"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

// The worker starts first; then comes its private Redis, goes away, and comes back elsewhere, empty.
func TestAWorkerOutlivesItsRedis(t *testing.T) {
	home := t.TempDir()
	follow := func(name string) string {
		return map[string]string{"HARMONIZER_HOME": home, "HARMONIZER_REDIS_PORT": "1"}[name]
	}
	client, err := queue.Follow(follow)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	q := queue.New(client, "harmonizer")
	defer q.Close()
	var crew *crew
	t.Run("not there yet", func(t *testing.T) {
		s := stageAt(t, "unix:///nowhere")
		c := s.config(succeed)
		c.Queue = q
		crew = begin(c)
		s.eventuallyIs(func() bool { return strings.Contains(s.log.String(), "waiting for redis") }, "it says that it waits")
		if !crew.Alive() || crew.Connected() {
			t.Errorf("alive %v, connected %v; want alive and waiting", crew.Alive(), crew.Connected())
		}
	})
	for _, place := range []string{"there", "elsewhere"} {
		t.Run(place, func(t *testing.T) { // its Redis ends with it
			port := redistest.FreePort(t)
			s := stageAt(t, redistest.Start(t, "--port", port))
			if err := os.WriteFile(filepath.Join(home, "redis.port"), []byte(port), 0o600); err != nil {
				t.Fatal(err)
			}
			s.enqueue(nil, "i1")
			s.wantStory("i1", "started succeeded")
			s.eventuallyIs(crew.Connected, "it is connected")
		})
	}
	crew.stop()
	crew.atOnce()
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
}

// Redis restarts while an item runs, and the item ends while Redis is away: it succeeds once.
func TestAnItemOutlivesARestartOfRedis(t *testing.T) {
	folder, port := t.TempDir(), redistest.FreePort(t)
	server := []string{"--port", port, "--dir", folder, "--appendonly", "yes", "--appendfsync", "always"}
	client, err := queue.Connect("redis://127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	q := queue.New(client, "harmonizer")
	defer q.Close()
	finish, finished := make(chan struct{}), make(chan struct{})
	var crew *crew
	began := t.Run("before", func(t *testing.T) { // its Redis ends with it
		s := stageAt(t, redistest.Start(t, server...))
		c := s.config(func(context.Context, worker.Item) (worker.Result, error) {
			<-finish
			close(finished)
			return done, nil
		})
		c.Queue, c.Lease = q, patience
		crew = begin(c)
		s.enqueue(nil, "i1")
		s.wantRunning(1)
	})
	close(finish)
	if !began {
		t.Fatal("no item runs that could outlive anything")
	}
	<-finished
	t.Run("after", func(t *testing.T) {
		s := stageAt(t, redistest.Start(t, server...))
		s.wantStory("i1", "started succeeded")
		crew.stop()
		if err := <-crew.ended; err != nil {
			t.Error(err)
		}
		s.wantNothingLeft(crew)
	})
}

func TestThePortTellsHowItIs(t *testing.T) {
	s := newStage(t)
	folder := filepath.Join(t.TempDir(), "store")
	place, err := store.At("file://" + folder)
	if err != nil {
		t.Fatal(err)
	}
	crew := s.start(s.config(until))
	routes := crew.Routes(s.registry, place.Check, http.NotFoundHandler(), http.NotFoundHandler(), http.NotFoundHandler())
	get := func(path string) (int, string) {
		answer := httptest.NewRecorder()
		routes.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		return answer.Code, strings.TrimSpace(answer.Body.String())
	}
	s.eventuallyIs(crew.Connected, "it is connected")
	if code, body := get("/health"); code != 200 || body != `{"status":"ok"}` {
		t.Errorf("/health: %d %s", code, body)
	}
	if code, body := get("/health/ready"); code != 200 || body != `{"checks":{"redis":"ok","store":"ok"},"status":"ready"}` {
		t.Errorf("/health/ready: %d %s", code, body)
	}
	s.enqueue(nil, "i1")
	s.wantRunning(1)
	for _, line := range []string{
		`harmonizer_worker_slots{state="busy"} 1`, `harmonizer_worker_slots{state="free"} 4`,
		`harmonizer_item_wait_seconds_count{kind="file"} 1`, "harmonizer_build_info{",
	} {
		if code, body := get("/metrics"); code != 200 || !strings.Contains(body, "\n"+line) {
			t.Errorf("/metrics: %d, without %s", code, line)
		}
	}

	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	crew.stop()
	s.eventuallyIs(func() bool { return !crew.Connected() }, "it drains")
	const want = `{"checks":{"redis":"not heard of, or this worker is stopping","store":"cannot be used"},"status":"not ready"}`
	if code, body := get("/health/ready"); code != 503 || body != want {
		t.Errorf("/health/ready while it stops: %d %s", code, body)
	}
	if code, _ := get("/health"); code != 200 {
		t.Errorf("/health while it stops: %d", code)
	}
}

// A Redis that evicts would lose the queue: the worker does not begin, and says what to do.
func TestARedisThatEvictsIsRefused(t *testing.T) {
	s := newStage(t, "--maxmemory-policy", "allkeys-lru")
	crew := begin(s.config(func(context.Context, worker.Item) (worker.Result, error) { return done, nil }))
	err := <-crew.ended
	if !errors.Is(err, queue.ErrUnfit) || !strings.Contains(err.Error(), "noeviction") {
		t.Errorf("Run = %v, want that it is to be set to noeviction", err)
	}
}
