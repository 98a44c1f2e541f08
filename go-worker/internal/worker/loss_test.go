package worker_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"harmonizer/go-worker/internal/logs"
	"harmonizer/go-worker/internal/metrics"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
	"harmonizer/queue/faults"
)

// poisonedBy makes the test binary a worker: of the queue at its value, until a poison file ends it.
const poisonedBy = "WORKER_TEST_POISONED_BY"

const poisoned = 3 // exit code

func workUntilPoisoned(url string) {
	if err := faults.Configure(os.Getenv); err != nil {
		panic(err)
	}
	rdb, err := queue.Connect(url)
	if err != nil {
		panic(err)
	}
	id, err := worker.Identity()
	if err != nil {
		panic(err)
	}
	c := worker.Config{
		Queue: queue.New(rdb, "harmonizer"), Metrics: metrics.New(prometheus.NewRegistry()),
		Log: logs.New("worker", 0, os.Stderr), ID: id, Slots: 5, Lease: patience, Grace: patience,
		Handlers: map[string]worker.Handler{queue.KindFile: handler(func(ctx context.Context, item worker.Item) (worker.Result, error) {
			if strings.HasPrefix(item.Message.ItemID, "poison") {
				os.Exit(poisoned)
			}
			return done, nil
		})},
	}
	fmt.Fprintln(os.Stderr, worker.New(c).Run(ctx, ctx))
	os.Exit(1)
}

// A file that kills every process that touches it ends dead, and takes no neighbour with it. Each
// process buries the one before.
func TestPoisonTakesNoNeighbourWithIt(t *testing.T) {
	s := newStage(t)
	good := []string{"a", "b", "c", "d", "e", "f", "g", "h"}
	s.enqueue(nil, "a", "b", "c", "d")
	s.enqueue(nil, "poison")
	s.enqueue(nil, "e", "f", "g", "h")
	for range 4 {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), poisonedBy+"="+s.url)
		output, err := process.CombinedOutput()
		if process.ProcessState.ExitCode() != poisoned {
			t.Fatalf("the worker ended: %v\n%s", err, output)
		}
	}
	s.start(s.config(succeed))
	s.wantStory("poison", "started lost:worker_gone started lost:worker_gone started lost:worker_gone started dead:poison")
	for _, id := range good {
		s.eventuallyIs(func() bool { return strings.HasSuffix(s.story(id), "succeeded") }, id+" succeeds")
		if lost := strings.Count(s.story(id), "lost"); lost > 2 {
			t.Errorf("%s was lost %d times: its story is %q", id, lost, s.story(id))
		}
	}
}

// Process after process is killed with an id in its list that it has not claimed: each time the next
// one finds it, and it costs the item nothing. HARMONIZER_LONG=1 does it 200 times.
func TestAKillBetweenFetchAndClaimLosesNothing(t *testing.T) {
	s := newStage(t)
	kills := 20
	if os.Getenv("HARMONIZER_LONG") == "1" {
		kills = 200
	}
	s.enqueue(nil, "i1")
	for range kills {
		process := exec.Command(os.Args[0])
		process.Env = append(os.Environ(), poisonedBy+"="+s.url,
			"HARMONIZER_TEST_MODE=1", "HARMONIZER_FAILPOINTS="+faults.Fetched+"=kill:1")
		output, err := process.CombinedOutput()
		if status := process.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
			t.Fatalf("the worker ended: %v\n%s", err, output)
		}
		if state := s.field("i1", "state"); state != "waiting" {
			t.Fatalf("the item is %s after a process that did not claim it", state)
		}
	}
	s.start(s.config(succeed))
	s.wantStory("i1", "started succeeded")
	if losses := s.field("i1", "losses"); losses != "0" {
		t.Errorf("it was charged with %s losses", losses)
	}
}

// A suspect waits until nothing else runs, and nothing starts beside it.
func TestASuspectRunsAlone(t *testing.T) {
	s := newStage(t)
	release := make(chan struct{})
	crew := s.start(s.config(func(_ context.Context, item worker.Item) (worker.Result, error) {
		if item.Message.ItemID == "first" {
			<-release
		}
		return done, nil
	}))
	s.enqueue(nil, "first")
	s.wantStory("first", "started")
	s.suspect("suspect")
	s.enqueue(nil, "later1", "later2")
	s.eventuallyIs(func() bool { return slices.Contains(s.held(crew), "suspect") }, "the suspect is fetched")
	close(release)
	for _, id := range []string{"first", "suspect", "later1", "later2"} {
		s.wantStory(id, "started succeeded")
	}
	var order []string
	for _, e := range s.events() {
		order = append(order, e.Item+" "+e.Event)
	}
	began := slices.Index(order, "suspect started")
	if slices.Index(order, "first succeeded") > began || order[began+1] != "suspect succeeded" {
		t.Errorf("the suspect did not run alone: %q", order)
	}
}

func (s *stage) held(crew *crew) []string {
	s.t.Helper()
	held, err := s.q.Processing(ctx, crew.id)
	if err != nil {
		s.t.Fatal(err)
	}
	return held
}

// The server moved an element, and the reply was lost with its connection.
func TestAnItemWhoseFetchWasNotAnsweredIsFound(t *testing.T) {
	s := newStage(t)
	c := s.config(succeed)
	s.enqueue(nil, "i1")
	if err := s.rdb.LMove(ctx, s.q.Key("ready"), s.q.Key("processing:"+c.ID.String()), "RIGHT", "LEFT").Err(); err != nil {
		t.Fatal(err)
	}
	s.start(c)
	s.eventuallyIs(func() bool {
		return strings.Contains(s.rdb.ClientList(ctx).Val(), "cmd=brpoplpush")
	}, "the worker waits for an item")
	if err := s.rdb.ClientKillByFilter(ctx, "TYPE", "normal", "SKIPME", "yes").Err(); err != nil {
		t.Fatal(err)
	}
	s.wantStory("i1", "started succeeded")
}

// Nobody knows this worker's predecessor any more but Redis.
func TestAPredecessorIsBuriedAtTheStart(t *testing.T) {
	s := newStage(t)
	process := exec.Command("true")
	if err := process.Run(); err != nil {
		t.Fatal(err)
	}
	c := s.config(succeed)
	gone := c.ID
	gone.PID, gone.Random = process.Process.Pid, "predecessor"
	if err := s.q.Hello(ctx, gone.String(), queue.About{Slots: 1}); err != nil {
		t.Fatal(err)
	}
	s.enqueue(nil, "i1")
	if _, err := s.q.Fetch(ctx, gone.String(), time.Second, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.q.Claim(ctx, []queue.Ticket{{ID: "i1", Claim: "c"}}, gone.String(), patience, false); err != nil {
		t.Fatal(err)
	}
	s.start(c)
	s.wantStory("i1", "started lost:worker_gone started succeeded")
}
