package queue_test

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

const message = `{"v":1,"item_id":"i1","job_id":"j1","kind":"file","priority":"normal","created_at":1,
"timeout_ms":60000,"max_failures":3,"max_losses":4,"backoff":{"base_ms":1000,"cap_ms":300000},
"input":{"uri":"jobs/j1/input/1","sha256":"00","bytes":1,"media":"text/csv","range":null},
"params":{"operation":"harmonize"},"trace":{}}`

// start returns a queue on an empty server, and a client of that server.
func start(t *testing.T, settings ...string) (*queue.Queue, redis.UniversalClient) {
	t.Helper()
	rdb, err := queue.Connect(redistest.Start(t, settings...))
	if err != nil {
		t.Fatal(err)
	}
	q := queue.New(rdb, "harmonizer")
	t.Cleanup(func() {
		if err := q.Close(); err != nil {
			t.Error(err)
		}
		rdb.Close()
	})
	return q, rdb
}

func enqueue(t *testing.T, q *queue.Queue, ids ...string) {
	t.Helper()
	entries := make([]queue.Entry, len(ids))
	for i, id := range ids {
		entries[i] = queue.Entry{ID: id, Epoch: 1, Message: message}
	}
	answers, err := q.Enqueue(context.Background(), entries)
	if err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		if answer != queue.OK {
			t.Fatalf("Enqueue(%s) = %s, want ok", ids[i], answer)
		}
	}
}

func TestAnItemGoesThroughAWorker(t *testing.T) {
	q, _ := start(t)
	ctx := context.Background()
	if err := q.Hello(ctx, "w1", queue.About{Host: "h", PID: 1, Version: "test", Slots: 2}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, q, "i1")

	id, err := q.Fetch(ctx, "w1", time.Second)
	if err != nil || id != "i1" {
		t.Fatalf("Fetch = %q, %v, want i1", id, err)
	}
	ticket := queue.Ticket{ID: id, Claim: "c1"}
	claimed, err := q.Claim(ctx, []queue.Ticket{ticket}, "w1", 15*time.Second, false)
	if err != nil {
		t.Fatal(err)
	}
	got := claimed[0]
	if got.Answer != queue.OK || got.Err != nil || got.Epoch != 1 || got.Delivery != 1 ||
		got.Message.Input.URI != "jobs/j1/input/1" {
		t.Fatalf("Claim = %+v", got)
	}
	if held, err := q.Processing(ctx, "w1"); err != nil || len(held) != 1 || held[0] != "i1" {
		t.Errorf("Processing = %v, %v, want i1", held, err)
	}
	renewed, err := q.Renew(ctx, "w1", 15*time.Second, []queue.Ticket{ticket, {ID: "i1", Claim: "c2"}})
	if err != nil || renewed[0] != queue.OK || renewed[1] != queue.Lost {
		t.Errorf("Renew = %v, %v, want ok and lost", renewed, err)
	}
	for _, want := range []queue.Answer{queue.OK, queue.Again} {
		answers, err := q.Complete(ctx, []queue.Settled{{ID: "i1", Claim: "c1", Result: `{"manifest":"m"}`}})
		if err != nil || answers[0] != want {
			t.Errorf("Complete = %v, %v, want %s", answers, err, want)
		}
	}
	if id, err := q.Fetch(ctx, "w1", time.Second); err != nil || id != "" {
		t.Errorf("Fetch from an empty list = %q, %v, want nothing", id, err)
	}
}
