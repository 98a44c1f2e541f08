package worker_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"harmonizer/go-worker/internal/logs"
	"harmonizer/go-worker/internal/metrics"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

const patience = 3 * time.Minute

// A worker hears what became of its claims when it renews them, each third of a lease.
const shortLease = 6 * time.Second

var ctx = context.Background()

func TestMain(m *testing.M) {
	if url := os.Getenv(poisonedBy); url != "" {
		workUntilPoisoned(url)
	}
	goleak.VerifyTestMain(m)
}

// A handler is a function; its tests say what it does.
type handler func(ctx context.Context, item worker.Item) (worker.Result, error)

func (h handler) Handle(ctx context.Context, item worker.Item) (worker.Result, error) {
	return h(ctx, item)
}

var done = worker.Result{Manifest: "jobs/j/i/c/manifest.json", Counts: map[string]int64{
	"rows_in": 5, "rows_out": 2, "quarantined": 1, "duplicates_removed": 1, "dropped_blank": 1,
	"dropped_repeated_header": 0, "dropped_footer": 0}}

func succeed(context.Context, worker.Item) (worker.Result, error) { return done, nil }

// until runs until its context ends.
func until(ctx context.Context, item worker.Item) (worker.Result, error) {
	<-ctx.Done()
	return worker.Result{}, ctx.Err()
}

// A stage is an empty Redis, its queue, and what its workers logged and counted.
type stage struct {
	t        *testing.T
	url      string
	rdb      redis.UniversalClient
	q        *queue.Queue
	log      *lockedBuffer
	registry *prometheus.Registry
	metrics  *metrics.Metrics
}

func newStage(t *testing.T, settings ...string) *stage {
	t.Helper()
	t.Parallel()
	return stageAt(t, redistest.Start(t, settings...))
}

func stageAt(t *testing.T, url string) *stage {
	t.Helper()
	rdb, err := queue.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	q := queue.New(rdb, "harmonizer")
	t.Cleanup(func() { q.Close(); rdb.Close() })
	registry := prometheus.NewRegistry()
	return &stage{t, url, rdb, q, new(lockedBuffer), registry, metrics.New(registry)}
}

// config returns what a worker on this stage needs; tests change what they are about. A lease is as
// long as a test waits, so that a machine that stands still for a moment loses no item.
func (s *stage) config(h handler) worker.Config {
	id, err := worker.Identity()
	if err != nil {
		s.t.Fatal(err)
	}
	return worker.Config{
		Queue: s.q, Handlers: map[string]worker.Handler{queue.KindFile: h}, Metrics: s.metrics,
		Log: logs.New("worker", 0, s.log), ID: id, Version: "test", Slots: 5,
		Lease: patience, Grace: patience, Pulse: 20 * time.Millisecond,
	}
}

// A crew is a worker that runs. Its end is awaited when the test ends.
type crew struct {
	*worker.Worker
	id     string
	stop   context.CancelFunc
	atOnce context.CancelFunc
	ended  chan error
}

func (s *stage) start(c worker.Config) *crew {
	s.t.Helper()
	crew := begin(c)
	stop := crew.stop
	crew.stop = func() {
		stop()
		s.rdb.LPush(ctx, s.q.Key("ready"), "nobody") // ends the fetch, which may block for two seconds more
	}
	s.t.Cleanup(func() {
		crew.stop()
		crew.atOnce()
		<-crew.ended
	})
	return crew
}

func begin(c worker.Config) *crew {
	stopping, stop := context.WithCancel(ctx)
	now, atOnce := context.WithCancel(ctx)
	crew := &crew{worker.New(c), c.ID.String(), stop, atOnce, make(chan error, 1)}
	go func() { crew.ended <- crew.Run(stopping, now); close(crew.ended) }()
	return crew
}

// enqueue dispatches items; change edits the message of each.
func (s *stage) enqueue(change func(*queue.Message), ids ...string) {
	s.t.Helper()
	entries := make([]queue.Entry, len(ids))
	for i, id := range ids {
		entries[i] = s.entry(change, id)
	}
	s.dispatch(entries...)
}

func (s *stage) entry(change func(*queue.Message), id string) queue.Entry {
	s.t.Helper()
	m := queue.Message{V: 1, ItemID: id, JobID: "j", Kind: queue.KindFile, Priority: queue.Normal,
		CreatedAt: time.Now().UnixMilli(), TimeoutMS: 60_000, MaxFailures: 3, MaxLosses: 4,
		Backoff: queue.Backoff{BaseMS: 1, CapMS: 1}, Params: json.RawMessage("{}")}
	if change != nil {
		change(&m)
	}
	text, err := json.Marshal(m)
	if err != nil {
		s.t.Fatal(err)
	}
	return queue.Entry{ID: id, Epoch: 1, Message: string(text)}
}

// suspect dispatches an item whose last two workers vanished.
func (s *stage) suspect(id string) {
	s.t.Helper()
	entry := s.entry(nil, id)
	entry.Losses = 2
	s.dispatch(entry)
}

func (s *stage) dispatch(entries ...queue.Entry) {
	s.t.Helper()
	answers, err := s.q.Enqueue(ctx, entries)
	if err != nil || slices.ContainsFunc(answers, func(a queue.Answer) bool { return a != queue.OK }) {
		s.t.Fatalf("Enqueue = %v, %v", answers, err)
	}
}

type event struct {
	Item   string          `json:"item_id"`
	Event  string          `json:"event"`
	Reason string          `json:"reason"`
	Result json.RawMessage `json:"result"`
}

// events returns what the reconciler would read, oldest first.
func (s *stage) events() []event {
	s.t.Helper()
	texts, err := s.rdb.LRange(ctx, s.q.Key("results"), 0, -1).Result()
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Reverse(texts)
	events := make([]event, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal([]byte(text), &events[i]); err != nil {
			s.t.Fatal(err)
		}
	}
	return events
}

// stories returns the events of each item, such as "started retry:handler_error started succeeded".
func (s *stage) stories() map[string]string {
	s.t.Helper()
	words := map[string][]string{}
	for _, e := range s.events() {
		words[e.Item] = append(words[e.Item], strings.TrimSuffix(e.Event+":"+e.Reason, ":"))
	}
	stories := make(map[string]string, len(words))
	for id, of := range words {
		stories[id] = strings.Join(of, " ")
	}
	return stories
}

func (s *stage) story(id string) string {
	s.t.Helper()
	return s.stories()[id]
}

func (s *stage) wantStory(id, want string) {
	s.t.Helper()
	s.wantStories([]string{id}, want)
}

// wantStories waits until the story of each of these items is this one; the events are read once for all of them.
func (s *stage) wantStories(ids []string, want string) {
	s.t.Helper()
	others := func() (others []string) {
		stories := s.stories()
		for _, id := range ids {
			if stories[id] != want {
				others = append(others, fmt.Sprintf("of %s %q", id, stories[id]))
			}
		}
		return others
	}
	s.eventually(func() bool { return len(others()) == 0 },
		func() string { return fmt.Sprintf("the events are %s, want %q", strings.Join(others(), ", "), want) })
}

// wantRunning waits until handlers of so many items run: Redis says that an item has started a moment before its worker hears so.
func (s *stage) wantRunning(n int) {
	s.t.Helper()
	s.eventuallyIs(func() bool {
		return testutil.ToFloat64(s.metrics.Slots.WithLabelValues("busy")) == float64(n)
	}, fmt.Sprint("items that run: ", n))
}

func (s *stage) field(id, name string) string {
	return s.rdb.HGet(ctx, s.q.Key("item:"+id), name).Val()
}

// eventually waits for a condition, and fails with what complain says when it never holds.
func (s *stage) eventually(holds func() bool, complain func() string) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s\nlog:\n%s", complain(), s.log)
		}
	}
}

func (s *stage) eventuallyIs(holds func() bool, what string) {
	s.t.Helper()
	s.eventually(holds, func() string { return "never: " + what })
}

type lockedBuffer struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

var errHandler = errors.New("nothing can be done")
