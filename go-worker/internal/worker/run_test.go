package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/go-worker/internal/store"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

func TestItemsSucceed(t *testing.T) {
	s := newStage(t)
	s.start(s.config(succeed))
	s.enqueue(nil, "i1", "i2", "i3")
	s.wantStories([]string{"i1", "i2", "i3"}, "started succeeded")
	events := s.events()
	checkSchema(t, "result.json", string(events[len(events)-1].Result))
	s.eventuallyIs(func() bool {
		return testutil.ToFloat64(s.metrics.Finished.WithLabelValues("file", "succeeded")) == 3
	}, "three items are counted")
	for verdict, rows := range map[string]float64{"clean": 6, "quarantined": 3, "duplicate": 3, "dropped": 3} {
		if got := testutil.ToFloat64(s.metrics.Rows.WithLabelValues(verdict)); got != rows {
			t.Errorf("%v rows %s, want %v", got, verdict, rows)
		}
	}
	for line := range strings.Lines(s.log.String()) {
		checkSchema(t, "log.json", line)
	}
}

func checkSchema(t *testing.T, name, document string) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join("../../../queue/contract/schemas", name))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%s: %v\n%s", name, err, document)
	}
}

func TestSlotsRunAtTheSameTime(t *testing.T) {
	s := newStage(t)
	var together sync.WaitGroup
	together.Add(5)
	s.start(s.config(func(context.Context, worker.Item) (worker.Result, error) {
		together.Done()
		together.Wait() // for ever, unless five run at once
		return done, nil
	}))
	s.enqueue(nil, "i1", "i2", "i3", "i4", "i5")
	s.wantStories([]string{"i1", "i2", "i3", "i4", "i5"}, "started succeeded")
}

func TestNoMoreThanItsSlots(t *testing.T) {
	s := newStage(t)
	var running, most atomic.Int32
	c := s.config(func(context.Context, worker.Item) (worker.Result, error) {
		for now, seen := running.Add(1), most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		defer running.Add(-1)
		return done, nil
	})
	c.Slots = 2
	s.start(c)
	var ids []string
	for i := range 50 {
		ids = append(ids, fmt.Sprint("i", i))
	}
	s.enqueue(nil, ids...)
	s.wantStories(ids, "started succeeded")
	if most.Load() > 2 {
		t.Errorf("%d items ran at once in two slots", most.Load())
	}
}

func TestACancelStopsTheHandler(t *testing.T) {
	s := newStage(t)
	c := s.config(until)
	c.Lease = shortLease
	s.start(c)
	s.enqueue(nil, "i1")
	s.wantStory("i1", "started")
	if answer, err := s.q.Cancel(ctx, "i1", 1); err != nil || answer != queue.Requested {
		t.Fatalf("Cancel = %s, %v", answer, err)
	}
	s.wantStory("i1", "started cancelled")
}

func TestAFailureIsTriedAgain(t *testing.T) {
	s := newStage(t)
	var calls atomic.Int32
	s.start(s.config(func(context.Context, worker.Item) (worker.Result, error) {
		if calls.Add(1) < 3 {
			return worker.Result{}, errHandler
		}
		return done, nil
	}))
	s.enqueue(nil, "i1")
	s.wantStory("i1", "started retry:handler_error started retry:handler_error started succeeded")
}

func TestFailuresHaveTheirReasons(t *testing.T) {
	tests := []struct {
		name  string
		do    handler
		story string
	}{
		{"again and again", func(context.Context, worker.Item) (worker.Result, error) {
			return worker.Result{}, errHandler
		}, "started retry:handler_error started dead:handler_error"},
		{"for good", func(context.Context, worker.Item) (worker.Result, error) {
			return worker.Result{}, &worker.Failure{Reason: "bad_params", Permanent: true, Err: errHandler}
		}, "started dead:bad_params"},
		{"panic", func(context.Context, worker.Item) (worker.Result, error) {
			panic("Smith")
		}, "started retry:handler_panic started dead:handler_panic"},
		{"timeout", until, "started retry:timeout started dead:timeout"},
		{"too long a result", func(context.Context, worker.Item) (worker.Result, error) {
			return worker.Result{Manifest: strings.Repeat("x", queue.MaxResultBytes)}, nil
		}, "started retry:handler_error started dead:handler_error"},
		{"an error that quotes", func(context.Context, worker.Item) (worker.Result, error) {
			var n int
			err := json.Unmarshal([]byte(`"Smith"`), &n)
			_, parse := time.Parse(time.DateOnly, "Smith")
			return worker.Result{}, errors.Join(err, fmt.Errorf("birth date: %w", parse))
		}, "started retry:handler_error started dead:handler_error"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.start(s.config(tt.do))
			s.enqueue(func(m *queue.Message) {
				m.MaxFailures = 2
				if tt.name == "timeout" {
					m.TimeoutMS = 20
				}
			}, "i1")
			s.wantStory("i1", tt.story)
			s.eventuallyIs(func() bool {
				return testutil.ToFloat64(s.metrics.Finished.WithLabelValues("file", "dead")) == 1
			}, "the dead item is counted")
			if strings.Contains(s.log.String(), "Smith") {
				t.Errorf("the log quotes a value:\n%s", s.log)
			}
		})
	}
}

func TestWhatIsPutOff(t *testing.T) {
	tests := []struct {
		name, kind string
		version    int
		reason     string
	}{
		{"the store is away", queue.KindFile, 1, "store_unreachable"},
		{"a kind without a handler", queue.KindLink, 1, "unsupported"},
		{"a kind of the future", "fold", 1, "unsupported"},
		{"a version of the future", queue.KindFile, 2, "unsupported"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t)
			s.start(s.config(func(context.Context, worker.Item) (worker.Result, error) {
				return worker.Result{}, fmt.Errorf("open input: %w", store.ErrUnreachable)
			}))
			s.enqueue(func(m *queue.Message) { m.Kind, m.V = tt.kind, tt.version }, "i1")
			s.wantStory("i1", "started deferred:"+tt.reason)
			if state, failures := s.field("i1", "state"), s.field("i1", "failures"); state != "delayed" || failures != "0" {
				t.Errorf("it is %s with %s failures, want delayed with none", state, failures)
			}
		})
	}
}

// A dispatch that SQL has replaced: the old attempt is told, and its end changes nothing.
func TestALostClaimStopsItsHandler(t *testing.T) {
	s := newStage(t)
	var calls atomic.Int32
	c := s.config(func(ctx context.Context, item worker.Item) (worker.Result, error) {
		if calls.Add(1) == 1 {
			return until(ctx, item)
		}
		return done, nil
	})
	c.Lease = shortLease
	s.start(c)
	s.enqueue(nil, "i1")
	s.wantStory("i1", "started")
	s.dispatch(queue.Entry{ID: "i1", Epoch: 2, Message: s.field("i1", "msg")})
	s.wantStory("i1", "started started succeeded")
	s.eventuallyIs(func() bool {
		return testutil.ToFloat64(s.metrics.Attempts.WithLabelValues("file", "lost")) == 1
	}, "the lost attempt is counted")
}

func TestProgressIsTold(t *testing.T) {
	s := newStage(t)
	s.start(s.config(func(ctx context.Context, item worker.Item) (worker.Result, error) {
		item.Progress(worker.Progress{Stage: "transform", Rows: 10, Bytes: 100, TotalBytes: 400})
		return until(ctx, item)
	}))
	s.enqueue(nil, "i1")
	const want = `{"stage":"transform","rows":10,"bytes":100,"total_bytes":400}`
	s.eventuallyIs(func() bool { return s.field("i1", "progress") == want }, "Redis holds the progress")
}

// Redis is at maxmemory: it refuses BRPOPLPUSH, and what waits is drained all the same.
func TestAFullServerIsDrained(t *testing.T) {
	s := newStage(t)
	s.enqueue(nil, "i1", "i2", "i3", "i4", "i5", "i6", "i7")
	if err := s.rdb.ConfigSet(ctx, "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	s.start(s.config(succeed))
	s.wantStories([]string{"i1", "i2", "i3", "i4", "i5", "i6", "i7"}, "started succeeded")
}
