package worker_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
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
	s.wantStories([]string{"first", "suspect", "later1", "later2"}, "started succeeded")
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
	if _, _, err := s.q.Fetch(ctx, gone.String(), time.Second, patience, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.q.Claim(ctx, []queue.Ticket{{ID: "i1", Claim: "c"}}, gone.String(), patience, false); err != nil {
		t.Fatal(err)
	}
	s.start(c)
	s.wantStory("i1", "started lost:worker_gone started succeeded")
}

// queueAt is the queue of a server, for the time of a test.
func queueAt(t *testing.T, url string) *queue.Queue {
	t.Helper()
	rdb, err := queue.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	q := queue.New(rdb, "harmonizer")
	t.Cleanup(func() { q.Close(); rdb.Close() })
	return q
}

// A call ends one item and starts another, and its answer is lost with its connection: the worker finds
// what was started for it, and no loss is counted.
func TestWhatFollowedWithoutAnAnswerIsFound(t *testing.T) {
	s := newStage(t)
	c := s.config(succeed)
	c.Slots, c.Lease = 1, patience
	cut := cutAfter(t, s, `"manifest"`, c.ID.String())
	c.Queue = queueAt(t, cut.url)
	all := ids(50)
	s.enqueue(nil, all...)
	crew := s.start(c)
	s.wantStories(all, "started succeeded")
	if cuts := cut.done.Load(); cuts != cutsMade {
		t.Errorf("%d calls lost their answers, want %d", cuts, cutsMade)
	}
	crew.stop()
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
	s.wantNothingLeft(crew)
}

// A stop comes while the worker does not know yet what followed: that goes back without a loss.
func TestWhatFollowedWithoutAnAnswerIsHandedBackAtAStop(t *testing.T) {
	s := newStage(t)
	c := s.config(succeed)
	c.Slots, c.Lease = 1, patience
	var crew *crew
	begun := make(chan struct{})
	cut := cutAfter(t, s, `"manifest"`, c.ID.String())
	cut.before = func() { <-begun; crew.stop() }
	c.Queue = queueAt(t, cut.url)
	all := ids(50)
	s.enqueue(nil, all...)
	crew = s.start(c)
	close(begun)
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
	if cut.done.Load() == 0 {
		t.Error("no call lost its answer")
	}
	for _, id := range all {
		switch story := s.story(id); story {
		case "", "started succeeded", "started released":
		default:
			t.Errorf("the story of %s is %q", id, story)
		}
	}
	if left := s.rdb.ZCard(ctx, s.q.Key("leases")).Val(); left != 0 {
		t.Errorf("%d items run after the stop", left)
	}
}

const cutsMade = 3

// A cut stands between a worker and its Redis. It cuts a connection as soon as Redis has answered a
// request that holds all of some texts: three times.
type cut struct {
	url    string
	before func() // each cut
	done   atomic.Int64
}

func cutAfter(t *testing.T, s *stage, texts ...string) *cut {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cut{url: "redis://" + listener.Addr().String(), before: func() {}}
	var open sync.WaitGroup
	t.Cleanup(func() { listener.Close(); open.Wait() })
	network, address := "unix", strings.TrimPrefix(s.url, "unix://")
	if rest, isTCP := strings.CutPrefix(s.url, "redis://"); isTCP {
		network, address = "tcp", rest
	}
	open.Go(func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial(network, strings.TrimSuffix(address, "/0"))
			if err != nil {
				t.Error(err)
				near.Close()
				return
			}
			open.Go(func() { c.pass(near, far, texts) })
		}
	})
	return c
}

// pass carries requests one after the other, as go-redis sends them on a connection, and answers.
func (c *cut) pass(near, far net.Conn, texts []string) {
	var armed atomic.Bool
	var back sync.WaitGroup
	back.Go(func() {
		defer near.Close()
		for buffer := make([]byte, 1<<16); ; {
			n, err := far.Read(buffer)
			if err != nil {
				return
			}
			if armed.Swap(false) && c.done.Load() < cutsMade {
				c.before()
				c.done.Add(1)
				return
			}
			if _, err := near.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	defer back.Wait()
	defer far.Close()
	for buffer := make([]byte, 1<<16); ; {
		n, err := near.Read(buffer)
		if err != nil {
			return
		}
		held := func(text string) bool { return bytes.Contains(buffer[:n], []byte(text)) }
		if !slices.ContainsFunc(texts, func(text string) bool { return !held(text) }) {
			armed.Store(true)
		}
		if _, err := far.Write(buffer[:n]); err != nil {
			return
		}
	}
}
