package queue_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

const lease = 15 * time.Second

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

// fetch fetches one item, which must come at once.
func fetch(t *testing.T, q *queue.Queue, worker string) string {
	t.Helper()
	_, id, err := q.Fetch(context.Background(), worker, time.Second, lease, nil)
	if err != nil || id == "" {
		t.Fatalf("Fetch = %q, %v, want an item", id, err)
	}
	return id
}

// claim claims one item, which must be granted.
func claim(t *testing.T, q *queue.Queue, worker string, ticket queue.Ticket) queue.Claimed {
	t.Helper()
	claimed, err := q.Claim(context.Background(), []queue.Ticket{ticket}, worker, lease, false)
	if err != nil {
		t.Fatal(err)
	}
	if claimed[0].Answer != queue.OK {
		t.Fatalf("Claim = %s, want ok", claimed[0].Answer)
	}
	return claimed[0]
}

func TestAnItemGoesThroughAWorker(t *testing.T) {
	q, _ := start(t)
	ctx := context.Background()
	if err := q.Hello(ctx, "w1", queue.About{Host: "h", PID: 1, Version: "test", Slots: 2}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, q, "i1")

	ticket := queue.Ticket{ID: fetch(t, q, "w1"), Claim: "c1"}
	got := claim(t, q, "w1", ticket)
	if got.Err != nil || got.ID != "i1" || got.Claim != "c1" || got.Epoch != 1 || got.Delivery != 1 ||
		got.Message.Input.URI != "jobs/j1/input/1" || got.Message.Timeout() != time.Minute {
		t.Fatalf("Claim = %+v", got)
	}
	if held, err := q.Processing(ctx, "w1"); err != nil || len(held) != 1 || held[0] != "i1" {
		t.Errorf("Processing = %v, %v, want i1", held, err)
	}
	renewed, err := q.Renew(ctx, "w1", lease, []queue.Ticket{ticket, {ID: "i1", Claim: "c2"}})
	if err != nil || renewed[0] != queue.OK || renewed[1] != queue.Lost {
		t.Errorf("Renew = %v, %v, want ok and lost", renewed, err)
	}
	for _, want := range []queue.Answer{queue.OK, queue.Again} {
		answers, err := q.Complete(ctx, []queue.Settled{{ID: "i1", Claim: "c1", Result: `{"manifest":"m"}`}})
		if err != nil || answers[0] != want {
			t.Errorf("Complete = %v, %v, want %s", answers, err, want)
		}
	}
	if begun, id, err := q.Fetch(ctx, "w1", time.Second, lease, []string{"c3"}); err != nil || len(begun) != 0 || id != "" {
		t.Errorf("Fetch from an empty list = %v, %q, %v, want nothing", begun, id, err)
	}
}

func TestEveryMethodAsksItsScript(t *testing.T) {
	q, _ := start(t)
	ctx := context.Background()
	enqueue(t, q, "i1")
	ticket := queue.Ticket{ID: fetch(t, q, "w1"), Claim: "c1"}
	claim(t, q, "w1", ticket)

	steps := []struct {
		name string
		call func() (any, error)
		want any
	}{
		{"unknown worker", func() (any, error) { return q.Beat(ctx, "w1") }, queue.Greet},
		{"drain nobody", func() (any, error) { return q.Drain(ctx, "w1", true) }, queue.Unknown},
		{"hello", func() (any, error) { return nil, q.Hello(ctx, "w1", queue.About{Slots: 2, Draining: true}) }, nil},
		{"known worker", func() (any, error) { return q.Beat(ctx, "w1") }, queue.OK},
		{"drain", func() (any, error) { return q.Drain(ctx, "w1", true) }, queue.OK},
		{"drained worker", func() (any, error) { return q.Beat(ctx, "w1") }, queue.Drain},
		{"drain no more", func() (any, error) { return q.Drain(ctx, "w1", false) }, queue.OK},
		{"progress", func() (any, error) { return q.Progress(ctx, ticket, `{"rows":1}`) }, queue.OK},
		{"defer", func() (any, error) { return q.Defer(ctx, ticket, 0, "store_away") }, queue.OK},
		{"promote", func() (any, error) { return q.Promote(ctx) }, 1},
		{"take", func() (any, error) { return q.Take(ctx, "w1", 1) }, []string{"i1"}},
		{"claim again", func() (any, error) { return claim(t, q, "w1", ticket).Delivery, nil }, 2},
		{"release", func() (any, error) { return q.Release(ctx, ticket) }, queue.OK},
		{"take back", func() (any, error) { return q.Take(ctx, "w1", 1) }, []string{"i1"}},
		{"take nothing", func() (any, error) { return q.Take(ctx, "w1", 1) }, []string{}},
		{"claim once more", func() (any, error) { return claim(t, q, "w1", ticket).Delivery, nil }, 3},
		{"fail", func() (any, error) { return q.Fail(ctx, ticket, "boom", 0) }, queue.Retry},
		{"promote the retry", func() (any, error) { return q.Promote(ctx) }, 1},
		{"take the retry", func() (any, error) { return q.Take(ctx, "w1", 1) }, []string{"i1"}},
		{"claim the retry", func() (any, error) { return claim(t, q, "w1", ticket).Failures, nil }, 1},
		{"stale", func() (any, error) { return q.Cancelled(ctx, ticket) }, queue.Stale},
		{"cancel", func() (any, error) { return q.Cancel(ctx, "i1", 1) }, queue.Requested},
		{"bury", func() (any, error) { return q.Bury(ctx, "w1") }, 1},
		{"ended", func() (any, error) { return q.Cancel(ctx, "i1", 1) }, queue.Ended},
		{"permanent", func() (any, error) { return q.Fail(ctx, ticket, "boom", queue.Permanent) }, queue.Stale},
		{"reap", func() (any, error) { return q.Reap(ctx) }, 0},
		{"audit", func() (any, error) { return q.Audit(ctx) }, 0},
		{"bye", func() (any, error) { return nil, q.Bye(ctx, "w1") }, nil},
	}
	for _, step := range steps {
		if got, err := step.call(); err != nil || !reflect.DeepEqual(got, step.want) {
			t.Fatalf("%s = %v, %v, want %v", step.name, got, err, step.want)
		}
	}
	if workers, err := q.Workers(ctx); err != nil || len(workers) != 0 {
		t.Errorf("Workers = %v, %v, want none", workers, err)
	}
}

func TestAnUnknownKindIsClaimedAndSaysSo(t *testing.T) {
	q, _ := start(t)
	ctx := context.Background()
	text := strings.Replace(message, `"kind":"file"`, `"kind":"paint"`, 1)
	if _, err := q.Enqueue(ctx, []queue.Entry{{ID: "i1", Epoch: 1, Message: text}}); err != nil {
		t.Fatal(err)
	}
	got := claim(t, q, "w1", queue.Ticket{ID: fetch(t, q, "w1"), Claim: "c1"})
	if !errors.Is(got.Err, queue.ErrUnsupported) || got.Message.Kind != "paint" {
		t.Errorf("Claim = %+v, want ErrUnsupported", got)
	}
}

func TestALargeResultIsRefusedHere(t *testing.T) {
	q, _ := start(t)
	large := `{"manifest":"` + strings.Repeat("x", queue.MaxResultBytes) + `"}`
	if _, err := q.Complete(context.Background(), []queue.Settled{{ID: "i1", Claim: "c1", Result: large}}); err == nil {
		t.Error("Complete took a result larger than 16 KiB")
	}
}

func TestFetchWaitsForItsReplyAfterTheContextEnded(t *testing.T) {
	q, rdb := start(t)
	ctx, cancel := context.WithCancel(context.Background())
	type fetched struct {
		begun []queue.Claimed
		err   error
	}
	done := make(chan fetched)
	go func() {
		begun, _, err := q.Fetch(ctx, "w1", 10*time.Second, lease, []string{"c1", "c2"})
		done <- fetched{begun, err}
	}()
	waitFor(t, func() bool {
		return strings.Contains(rdb.Info(context.Background(), "clients").Val(), "blocked_clients:1")
	})
	cancel()
	enqueue(t, q, "i1")
	if got := <-done; !slices.Equal(idsOf(got.begun), []string{"i1"}) || got.err != nil {
		t.Errorf("Fetch = %v, %v, want the item that was moved to this worker", got.begun, got.err)
	}
	if begun, id, err := q.Fetch(ctx, "w1", time.Second, lease, []string{"c3"}); len(begun) != 0 || id != "" || !errors.Is(err, context.Canceled) {
		t.Errorf("Fetch = %v, %q, %v, want no new fetch", begun, id, err)
	}
}

// One call ends an item and starts others; who loses the answer finds their claims in the hashes.
func TestProceedEndsAndStarts(t *testing.T) {
	q, _ := start(t)
	ctx := context.Background()
	enqueue(t, q, "i1")
	claim(t, q, "w1", queue.Ticket{ID: fetch(t, q, "w1"), Claim: "c1"})
	enqueue(t, q, "i2", "i3")
	settled := []queue.Settled{{ID: "i1", Claim: "c1", Result: "{}"}}
	answers, begun, err := q.ProceedOnce(ctx, settled, "w1", lease, []string{"c2", "c3", "c4"})
	if err != nil || !slices.Equal(answers, []queue.Answer{queue.OK}) || len(begun) != 2 {
		t.Fatalf("Proceed = %v, %v, %v, want that one ends and two start", answers, begun, err)
	}
	for i, one := range begun {
		want := queue.Claimed{Answer: queue.OK, ID: fmt.Sprintf("i%d", i+2), Claim: fmt.Sprintf("c%d", i+2),
			Message: one.Message, Epoch: 1, Delivery: 1}
		if !reflect.DeepEqual(one, want) || one.Message.JobID != "j1" {
			t.Errorf("Proceed started %+v, want %+v", one, want)
		}
	}
	answers, begun, err = q.ProceedOnce(ctx, settled, "w1", lease, []string{"c5"})
	if err != nil || !slices.Equal(answers, []queue.Answer{queue.Again}) || len(begun) != 0 {
		t.Errorf("Proceed again = %v, %v, %v, want again and nothing", answers, begun, err)
	}
	claims, err := q.ClaimsOf(ctx, []string{"i3", "nobody", "i2"})
	if err != nil || !slices.Equal(claims, []string{"c3", "", "c2"}) {
		t.Errorf("ClaimsOf = %q, %v, want c3, nothing, c2", claims, err)
	}
	settled[0].Result = strings.Repeat(" ", queue.MaxResultBytes+1)
	if _, _, err := q.ProceedOnce(ctx, settled, "w1", lease, nil); err == nil {
		t.Error("a result that is too large was sent")
	}
}

// Steps share a round trip, and each has its own answers and its own fault, also on a server that has forgotten
// the scripts.
func TestStepsShareARoundTrip(t *testing.T) {
	q, rdb := start(t)
	ctx := context.Background()
	enqueue(t, q, "i1", "i2", "i3", "i4")
	var steps []queue.Step
	for _, n := range []string{"1", "2"} {
		ticket := queue.Ticket{ID: fetch(t, q, "w1"), Claim: "c" + n}
		claim(t, q, "w1", ticket)
		steps = append(steps, queue.Step{Settled: []queue.Settled{{ID: ticket.ID, Claim: ticket.Claim, Result: "{}"}}})
	}
	steps[0].Claims = []string{"c3"}
	refused := queue.Step{Settled: []queue.Settled{{ID: "i3", Claim: "c9", Result: "no JSON"}}, Claims: []string{"c4"}}
	steps = []queue.Step{steps[0], refused, steps[1]}
	if err := rdb.ScriptFlush(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	taken := q.Proceed(ctx, steps, "w1", lease)
	if one := taken[0]; one.Err != nil || one.Answers[0] != queue.OK || len(one.Begun) != 1 || one.Begun[0].ID != "i3" {
		t.Errorf("the step that is followed came to %+v", one)
	}
	if one := taken[1]; one.Err == nil || len(one.Answers)+len(one.Begun) > 0 {
		t.Errorf("the step whose result is no JSON came to %+v", one)
	}
	if one := taken[2]; one.Err != nil || one.Answers[0] != queue.OK || len(one.Begun) != 0 {
		t.Errorf("the step that nothing follows came to %+v", one)
	}
}

// idsOf returns what has begun.
func idsOf(claimed []queue.Claimed) []string {
	var ids []string
	for _, one := range claimed {
		if one.Answer == queue.OK {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// What waits is claimed with one fetch, in order, also on a server that has forgotten the scripts; no more than
// there are claims.
func TestFetchClaimsWhatWaits(t *testing.T) {
	q, rdb := start(t)
	ctx := context.Background()
	if err := q.Hello(ctx, "w1", queue.About{Slots: 3}); err != nil {
		t.Fatal(err)
	}
	enqueue(t, q, "i1", "i2", "i3", "i4", "i5")
	for n, want := range [][]string{{"i1", "i2"}, {"i3", "i4"}, {"i5"}} {
		if err := rdb.ScriptFlush(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		claims := []string{fmt.Sprintf("c%d", n), fmt.Sprintf("d%d", n)}
		begun, id, err := q.Fetch(ctx, "w1", time.Second, lease, claims)
		if err != nil || id != "" || !slices.Equal(idsOf(begun), want) || begun[0].Claim != claims[0] {
			t.Errorf("Fetch = %+v, %q, %v, want %q", begun, id, err, want)
		}
	}
}

// An id that came and was not claimed with the fetch is not forgotten: here nobody knows of it.
func TestFetchTellsOfWhatItDidNotClaim(t *testing.T) {
	q, rdb := start(t)
	ctx := context.Background()
	enqueue(t, q, "i1")
	if err := rdb.RPush(ctx, q.Key("ready"), "nobody").Err(); err != nil {
		t.Fatal(err)
	}
	begun, id, err := q.Fetch(ctx, "w1", time.Second, lease, []string{"c1", "c2"})
	if err != nil || id != "nobody" || !slices.Equal(idsOf(begun), []string{"i1"}) {
		t.Errorf("Fetch = %+v, %q, %v, want i1, and nobody", begun, id, err)
	}
}

func TestAFullServerIsDrainedByTake(t *testing.T) {
	q, rdb := start(t)
	ctx := context.Background()
	enqueue(t, q, "i1")
	if err := rdb.ConfigSet(ctx, "maxmemory", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := q.Fetch(ctx, "w1", time.Second, lease, nil); !errors.Is(err, queue.ErrFull) {
		t.Errorf("Fetch: %v, want ErrFull", err)
	}
	if _, err := q.Enqueue(ctx, []queue.Entry{{ID: "i2", Epoch: 1, Message: message}}); !errors.Is(err, queue.ErrFull) {
		t.Errorf("Enqueue: %v, want ErrFull", err)
	}
	ids, err := q.Take(ctx, "w1", 1)
	if err != nil || !slices.Equal(ids, []string{"i1"}) {
		t.Fatalf("Take = %q, %v, want i1", ids, err)
	}
	id := ids[0]
	claim(t, q, "w1", queue.Ticket{ID: id, Claim: "c1"})
	answers, err := q.Complete(ctx, []queue.Settled{{ID: id, Claim: "c1", Result: "{}"}})
	if err != nil || answers[0] != queue.OK {
		t.Errorf("Complete = %v, %v, want ok", answers, err)
	}
}

// Many processes fetch at the same time, each with its own blocking connection, while items come
// in and replies are repeated: every item is completed once and by one of them.
func TestWorkersShareItemsWithoutOverlap(t *testing.T) {
	const workers, items = 6, 300
	url := redistest.Start(t)
	rdb, err := queue.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()

	var completed sync.Map
	var count atomic.Int64
	var running sync.WaitGroup
	for n := range workers {
		running.Go(func() {
			own, err := queue.Connect(url)
			if err != nil {
				t.Error(err)
				return
			}
			defer own.Close()
			q := queue.New(own, "harmonizer")
			defer q.Close()
			worker := fmt.Sprintf("w%d", n)
			if err := q.Hello(ctx, worker, queue.About{Slots: 2}); err != nil {
				t.Error(err)
			}
			for turn := 0; ctx.Err() == nil; turn++ {
				claims := []string{fmt.Sprintf("%s/%d/1", worker, turn), fmt.Sprintf("%s/%d/2", worker, turn)}
				begun, id, err := q.Fetch(ctx, worker, time.Second, lease, claims)
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
				if id != "" {
					t.Errorf("%s came and was not claimed", id)
				}
				for _, one := range begun {
					settle(t, q, worker, queue.Ticket{ID: one.ID, Claim: one.Claim}, &completed)
					if count.Add(1) == items {
						stop()
					}
				}
			}
		})
	}
	q := queue.New(rdb, "harmonizer")
	defer q.Close()
	for first := 0; first < items; first += 50 {
		ids := make([]string, 50)
		for i := range ids {
			ids[i] = fmt.Sprintf("i%d", first+i)
		}
		enqueue(t, q, ids...)
	}
	running.Wait()

	for i := range items {
		if _, ok := completed.Load(fmt.Sprintf("i%d", i)); !ok {
			t.Errorf("item i%d was not completed", i)
		}
	}
	for _, index := range []string{"waiting:normal", "fed", "leases", "delayed"} {
		if left := rdb.ZCard(context.Background(), q.Key(index)).Val(); left != 0 {
			t.Errorf("%d left in %s", left, index)
		}
	}
}

// settle claims and completes an item, each call twice.
func settle(t *testing.T, q *queue.Queue, worker string, ticket queue.Ticket, completed *sync.Map) {
	ctx := context.Background()
	for range 2 {
		claimed, err := q.Claim(ctx, []queue.Ticket{ticket}, worker, lease, false)
		if err != nil || claimed[0].Answer != queue.OK {
			t.Errorf("Claim = %v, %v, want ok", claimed, err)
		}
	}
	for _, want := range []queue.Answer{queue.OK, queue.Again} {
		answers, err := q.Complete(ctx, []queue.Settled{{ID: ticket.ID, Claim: ticket.Claim, Result: "{}"}})
		if err != nil || answers[0] != want {
			t.Errorf("Complete = %v, %v, want %s", answers, err, want)
		}
	}
	if other, loaded := completed.LoadOrStore(ticket.ID, worker); loaded {
		t.Errorf("%s was completed by %v and by %s", ticket.ID, other, worker)
	}
}

// waitFor waits until a condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("waited a minute in vain")
		}
	}
}
