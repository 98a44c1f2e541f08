package queue_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"testing"

	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"harmonizer/queue"
)

// The scripts against a small model of what the contract says of them: any two workers, in any order, each
// call perhaps repeated. The model knows nothing of lists and indexes; verify looks at them after each step.

const (
	mostFailures, mostLosses = 3, 4
	suspect                  = 2 // losses from which on an item is claimed alone
)

// A known is one item as the model has it.
type known struct {
	epoch            int64
	priority, state  string
	claim, worker    string
	cancel           bool
	failures, losses int
	deliveries       int
}

func (k *known) terminal() bool {
	return k.state == "succeeded" || k.state == "dead" || k.state == "cancelled"
}

// A machine is one history. Its ids are few, so that steps meet.
type machine struct {
	ctx     context.Context
	q       *queue.Queue
	rdb     redis.UniversalClient
	items   map[string]*known
	paused  map[string]bool
	tickets []queue.Ticket // every claim that was ever granted, or tried
	owners  map[string]string
	ended   map[string]string // by id and epoch, how it ended
	numbers int
}

var workers = []string{"w1", "w2"}

func TestScriptsFollowTheModel(t *testing.T) {
	q, rdb := start(t)
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		if err := rdb.FlushAll(ctx).Err(); err != nil {
			t.Fatal(err)
		}
		m := &machine{ctx: ctx, q: q, rdb: rdb, items: map[string]*known{}, paused: map[string]bool{},
			owners: map[string]string{}, ended: map[string]string{}}
		for _, worker := range workers {
			m.must(t, q.Hello(ctx, worker, queue.About{Slots: 3}))
		}
		t.Repeat(map[string]func(*rapid.T){
			"":        m.verify,
			"enqueue": m.enqueue,
			"fetch":   m.fetch,
			"claim":   m.claimAny,
			"settle":  m.settle,
			"proceed": m.proceed,
			"renew":   m.renew,
			"cancel":  m.cancel,
			"pause":   m.pause,
			"resume":  m.resume,
			"expire":  m.expire,
			"bury":    m.bury,
			"promote": m.promote,
			"lose":    m.loseList,
		})
	})
}

func (m *machine) must(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (m *machine) id(t *rapid.T) string {
	return rapid.SampledFrom([]string{"i1", "i2", "i3", "i4"}).Draw(t, "id")
}

// run runs a script for one item and returns its answer; called twice it must answer again.
func (m *machine) run(t *rapid.T, script, id string, again string, args ...any) string {
	t.Helper()
	answer, err := m.q.Run(m.ctx, script, []string{id}, args...).Result()
	m.must(t, err)
	found := first(answer)
	if again == "" {
		again = found
	}
	second, err := m.q.Run(m.ctx, script, []string{id}, args...).Result()
	m.must(t, err)
	if first(second) != again {
		t.Fatalf("%s %s answered %s, then %s, want %s", script, id, found, first(second), again)
	}
	return found
}

// first returns an answer that may stand in one or two lists.
func first(reply any) string {
	for {
		list, ok := reply.([]any)
		if !ok {
			return fmt.Sprint(reply)
		}
		reply = list[0]
	}
}

func (m *machine) enqueue(t *rapid.T) {
	id := m.id(t)
	item := m.items[id]
	epoch, priority := int64(rapid.IntRange(0, 1).Draw(t, "newer")), queue.High
	if item != nil {
		epoch += item.epoch
	}
	priority = rapid.SampledFrom([]string{queue.High, queue.Normal, queue.Low}).Draw(t, "priority")
	delay := rapid.SampledFrom([]int{0, 0, 60_000}).Draw(t, "delay")
	losses := rapid.SampledFrom([]int{0, 0, suspect, mostLosses - 1}).Draw(t, "losses")
	message, err := json.Marshal(map[string]any{"v": 1, "item_id": id, "job_id": "j1", "kind": "file",
		"priority": priority, "max_failures": mostFailures, "max_losses": mostLosses})
	m.must(t, err)
	want := "ok"
	if item != nil && item.epoch >= epoch {
		want = "exists"
	}
	if got := m.run(t, "enqueue", id, "exists", epoch, string(message), delay, 0, losses); got != want {
		t.Fatalf("enqueue %s in epoch %d = %s, want %s", id, epoch, got, want)
	}
	if want == "ok" {
		state := "waiting"
		if delay > 0 {
			state = "delayed"
		}
		m.items[id] = &known{epoch: epoch, priority: priority, state: state, losses: losses}
	}
}

// fetch moves what is ready into a worker's list; it may be claimed then, or be forgotten.
func (m *machine) fetch(t *rapid.T) {
	worker := rapid.SampledFrom(workers).Draw(t, "worker")
	ids, err := m.q.Take(m.ctx, worker, 1)
	m.must(t, err)
	if len(ids) == 1 && rapid.Bool().Draw(t, "claimed") {
		m.claim(t, worker, ids[0])
	}
}

func (m *machine) claimAny(t *rapid.T) {
	m.claim(t, rapid.SampledFrom(workers).Draw(t, "worker"), m.id(t))
}

func (m *machine) claim(t *rapid.T, worker, id string) {
	m.numbers++
	ticket := queue.Ticket{ID: id, Claim: "c" + strconv.Itoa(m.numbers)}
	alone := rapid.SampledFrom([]int{0, 1}).Draw(t, "alone")
	item, want, again := m.items[id], "ok", ""
	switch {
	case item == nil:
		want = "unknown"
	case item.state == "cancelled":
		want = "cancelled"
	case item.state != "waiting":
		want = "dup"
	case m.paused[queue.All] || m.paused[item.priority]:
		want = "paused"
	case item.losses >= suspect && alone == 0:
		want = "alone"
	}
	got := m.run(t, "claim", id, again, worker, lease.Milliseconds(), alone, ticket.Claim)
	if got != want {
		t.Fatalf("claim %s = %s, want %s", id, got, want)
	}
	m.tickets, m.owners[ticket.Claim] = append(m.tickets, ticket), worker
	if want == "ok" {
		item.state, item.claim, item.worker = "running", ticket.Claim, worker
		item.deliveries++
	}
}

// settle lets some claim, current or not, write one of its ends.
func (m *machine) settle(t *rapid.T) {
	if len(m.tickets) == 0 {
		return
	}
	ticket := m.ticket(t)
	item := m.items[ticket.ID]
	mine := item != nil && item.state == "running" && item.claim == ticket.Claim
	end := rapid.SampledFrom([]string{"complete", "fail", "permanent", "defer", "release", "cancelled"}).Draw(t, "end")
	want, again, state := "stale", "stale", ""
	if mine {
		want, state = m.meant(item, end)
	}
	script, args := end, []any{ticket.Claim}
	switch end {
	case "complete":
		args = append(args, "{}")
		if want == "ok" || item != nil && item.state == "succeeded" && item.claim == ticket.Claim {
			again = "again"
		}
		if want == "stale" {
			want = again
		}
	case "fail":
		args = append(args, "handler_error", 60_000)
	case "permanent":
		script, args = "fail", append(args, "handler_error", -1)
	case "defer":
		args = append(args, 60_000, "store_unreachable")
	}
	if got := m.run(t, script, ticket.ID, again, args...); got != want {
		t.Fatalf("%s of %s by %s = %s, want %s", end, ticket.ID, ticket.Claim, got, want)
	}
	if state != "" {
		if script == "fail" {
			item.failures++
		}
		m.leave(ticket.ID, item, state)
	}
}

// proceed lets some claim, current or not, complete, and its worker take on what comes next.
func (m *machine) proceed(t *rapid.T) {
	if len(m.tickets) == 0 {
		return
	}
	ticket := m.ticket(t)
	item, want, worker := m.items[ticket.ID], queue.Stale, m.owners[ticket.Claim]
	switch {
	case item == nil || item.claim != ticket.Claim:
	case item.state == "running":
		want = queue.OK
		m.leave(ticket.ID, item, "succeeded")
	case item.state == "succeeded":
		want = queue.Again
	}
	var claims []string
	for range rapid.IntRange(0, 3).Draw(t, "most") {
		m.numbers++
		claims = append(claims, "c"+strconv.Itoa(m.numbers))
	}
	settled := []queue.Settled{{ID: ticket.ID, Claim: ticket.Claim, Result: "{}"}}
	answers, begun, err := m.q.ProceedOnce(m.ctx, settled, worker, lease, claims)
	m.must(t, err)
	if answers[0] != want {
		t.Fatalf("proceed from %s by %s = %s, want %s", ticket.ID, ticket.Claim, answers[0], want)
	}
	for i, one := range begun {
		item, want := m.items[one.ID], queue.OK
		switch {
		case item == nil:
			want = queue.Unknown
		case item.state == "cancelled":
			want = queue.Cancelled
		case item.state != "waiting":
			want = queue.Dup
		case m.paused[queue.All] || m.paused[item.priority]:
			want = queue.Paused
		case item.losses >= suspect:
			want = queue.Alone
		}
		if one.Answer != want || one.Claim != claims[i] {
			t.Fatalf("proceed took %s: %s under %s, want %s under %s", one.ID, one.Answer, one.Claim, want, claims[i])
		}
		m.tickets = append(m.tickets, queue.Ticket{ID: one.ID, Claim: one.Claim})
		m.owners[one.Claim] = worker
		if want == queue.OK {
			item.state, item.claim, item.worker = "running", one.Claim, worker
			item.deliveries++
		}
	}
}

// meant returns what the end of a current claim answers, and the state after it: "" when nothing changes.
func (m *machine) meant(item *known, end string) (answer, state string) {
	switch {
	case end == "complete":
		return "ok", "succeeded"
	case end == "cancelled" && !item.cancel:
		return "stale", ""
	case end == "cancelled":
		return "ok", "cancelled"
	case item.cancel:
		return "cancelled", "cancelled"
	case end == "release":
		return "ok", "waiting"
	case end == "defer":
		return "ok", "delayed"
	case end == "permanent" || item.failures+1 >= mostFailures:
		return "dead", "dead"
	}
	return "retry", "delayed"
}

// leave ends the attempt of an item in the model. An item that has ended keeps its claim.
func (m *machine) leave(id string, item *known, state string) {
	item.state = state
	if item.terminal() {
		m.ended[fmt.Sprintf("%s/%d", id, item.epoch)] = state
	} else {
		item.claim, item.worker = "", ""
	}
}

func (m *machine) ticket(t *rapid.T) queue.Ticket {
	if i := slices.IndexFunc(m.tickets, func(one queue.Ticket) bool {
		item := m.items[one.ID]
		return item != nil && item.state == "running" && item.claim == one.Claim
	}); i >= 0 && rapid.IntRange(0, 3).Draw(t, "stale") > 0 {
		return m.tickets[i]
	}
	return rapid.SampledFrom(m.tickets).Draw(t, "ticket")
}

func (m *machine) renew(t *rapid.T) {
	if len(m.tickets) == 0 {
		return
	}
	ticket := m.ticket(t)
	item, want := m.items[ticket.ID], queue.Lost
	if item != nil && item.state == "running" && item.claim == ticket.Claim {
		want = queue.OK
		if item.cancel {
			want = queue.Cancel
		}
	}
	answers, err := m.q.Renew(m.ctx, m.owners[ticket.Claim], lease, []queue.Ticket{ticket})
	m.must(t, err)
	if answers[0] != want {
		t.Fatalf("renew of %s by %s = %s, want %s", ticket.ID, ticket.Claim, answers[0], want)
	}
}

func (m *machine) cancel(t *rapid.T) {
	id := m.id(t)
	item := m.items[id]
	if item == nil {
		return // a tombstone: the vectors have it
	}
	if got := m.run(t, "cancel", id, "ended", item.epoch-1); got != "ended" {
		t.Fatalf("cancel of an older epoch of %s = %s, want ended", id, got)
	}
	want, again := "ended", "ended"
	switch item.state {
	case "waiting", "delayed":
		want = "cancelled"
	case "running":
		want, again = "requested", "requested"
	}
	if got := m.run(t, "cancel", id, again, item.epoch); got != want {
		t.Fatalf("cancel %s = %s, want %s", id, got, want)
	}
	switch want {
	case "cancelled":
		m.leave(id, item, "cancelled")
	case "requested":
		item.cancel = true
	}
}

func (m *machine) pause(t *rapid.T) { m.scope(t, "pause", true) }

func (m *machine) resume(t *rapid.T) { m.scope(t, "resume", false) }

func (m *machine) scope(t *rapid.T, script string, paused bool) {
	scope := rapid.SampledFrom([]string{queue.All, queue.High, queue.Low}).Draw(t, "scope")
	m.must(t, m.q.Run(m.ctx, script, nil, scope).Err())
	m.paused[scope] = paused
}

// expire lets the lease of one item end, and reaps.
func (m *machine) expire(t *rapid.T) {
	id := m.id(t)
	item := m.items[id]
	if item == nil || item.state != "running" {
		return
	}
	m.must(t, m.rdb.ZAdd(m.ctx, m.q.Key("leases"), redis.Z{Score: 1, Member: id}).Err())
	now, err := m.rdb.Time(m.ctx).Result()
	m.must(t, err)
	m.must(t, m.rdb.HSet(m.ctx, m.q.Key("conf"), "reaped_at", now.UnixMilli(), "reap_from", 0).Err())
	taken, err := m.q.Reap(m.ctx)
	m.must(t, err)
	if taken != 1 {
		t.Fatalf("reap took %d, want 1", taken)
	}
	m.lose(id, item)
}

// lose is what reap and bury do to a running item.
func (m *machine) lose(id string, item *known) {
	item.losses++
	switch {
	case item.cancel:
		m.leave(id, item, "cancelled")
	case item.losses >= mostLosses:
		m.leave(id, item, "dead")
	default:
		m.leave(id, item, "waiting")
	}
}

// bury takes everything from one worker, which then comes back as a new process would.
func (m *machine) bury(t *rapid.T) {
	worker := rapid.SampledFrom(workers).Draw(t, "worker")
	_, err := m.q.Bury(m.ctx, worker)
	m.must(t, err)
	for id, item := range m.items {
		if item.state == "running" && item.worker == worker {
			m.lose(id, item)
		}
	}
	m.must(t, m.q.Hello(m.ctx, worker, queue.About{Slots: 3}))
}

// promote lets every delayed item be due.
func (m *machine) promote(t *rapid.T) {
	for id, item := range m.items {
		if item.state == "delayed" {
			m.must(t, m.rdb.ZAdd(m.ctx, m.q.Key("delayed"), redis.Z{Score: 1, Member: id}).Err())
			item.state = "waiting"
		}
	}
	_, err := m.q.Promote(m.ctx)
	m.must(t, err)
}

// loseList deletes a list, as a fault would, lets time pass and perhaps another item come, and lets audit find what stood there.
func (m *machine) loseList(t *rapid.T) {
	name := rapid.SampledFrom([]string{"ready", "queue:high", "queue:normal", "queue:low"}).Draw(t, "list")
	m.must(t, m.rdb.Del(m.ctx, m.q.Key(name)).Err())
	for id, item := range m.items {
		if item.state == "waiting" {
			m.must(t, m.rdb.ZAdd(m.ctx, m.q.Key("waiting:"+item.priority), redis.Z{Score: 1, Member: id}).Err())
		}
	}
	if rapid.Bool().Draw(t, "another comes") {
		m.enqueue(t)
	}
	fed, err := m.rdb.ZRange(m.ctx, m.q.Key("fed"), 0, -1).Result()
	m.must(t, err)
	for _, id := range fed {
		m.must(t, m.rdb.ZAdd(m.ctx, m.q.Key("fed"), redis.Z{Score: 1, Member: id}).Err())
	}
	_, err = m.q.Audit(m.ctx)
	m.must(t, err)
	stands := map[string]bool{}
	for _, name := range []string{"ready", "queue:high", "queue:normal", "queue:low", "processing:w1", "processing:w2"} {
		ids, err := m.rdb.LRange(m.ctx, m.q.Key(name), 0, -1).Result()
		m.must(t, err)
		for _, id := range ids {
			stands[id] = true
		}
	}
	for id, item := range m.items {
		if item.state == "waiting" && !stands[id] {
			t.Fatalf("%s waits, and audit has not found it (I5)", id)
		}
	}
}

// verify compares Redis with the model: hashes (I2, I3, I6), indexes (I4), lists (I5), and events: one end of
// each epoch that has ended, none of any other (I1).
func (m *machine) verify(t *rapid.T) {
	indexes := map[string]map[string]bool{}
	for _, name := range []string{"waiting:high", "waiting:normal", "waiting:low", "leases", "delayed"} {
		ids, err := m.rdb.ZRange(m.ctx, m.q.Key(name), 0, -1).Result()
		m.must(t, err)
		for _, id := range ids {
			if indexes[id] == nil {
				indexes[id] = map[string]bool{}
			}
			indexes[id][name] = true
		}
	}
	for id, item := range m.items {
		m.verifyHash(t, id, item)
		want := map[string]string{"waiting": "waiting:" + item.priority, "running": "leases", "delayed": "delayed"}[item.state]
		if found := indexes[id]; len(found) > 1 || want == "" && len(found) > 0 || want != "" && !found[want] {
			t.Fatalf("%s is %s and stands in %v (I4)", id, item.state, found)
		}
		if item.state == "waiting" {
			m.verifyPlace(t, id, item)
		}
		if item.failures > mostFailures || item.losses > mostLosses {
			t.Fatalf("%s has spent %d failures and %d losses (I6)", id, item.failures, item.losses)
		}
	}
	m.verifyEvents(t)
}

func (m *machine) verifyHash(t *rapid.T, id string, item *known) {
	hash, err := m.rdb.HGetAll(m.ctx, m.q.Key("item:"+id)).Result()
	m.must(t, err)
	want := map[string]string{"state": item.state, "epoch": strconv.FormatInt(item.epoch, 10),
		"failures": strconv.Itoa(item.failures), "losses": strconv.Itoa(item.losses)}
	if item.state == "running" {
		want["claim"], want["worker"] = item.claim, item.worker
	}
	if item.deliveries > 0 {
		want["deliveries"] = strconv.Itoa(item.deliveries)
	}
	for field, value := range want {
		if hash[field] != value {
			t.Fatalf("%s has %s %q, want %q", id, field, hash[field], value)
		}
	}
}

func (m *machine) verifyPlace(t *rapid.T, id string, item *known) {
	if err := m.rdb.ZScore(m.ctx, m.q.Key("fed"), id).Err(); err == nil {
		return // in a list, or audit finds it
	}
	ids, err := m.rdb.LRange(m.ctx, m.q.Key("queue:"+item.priority), 0, -1).Result()
	m.must(t, err)
	if !slices.Contains(ids, id) {
		t.Fatalf("%s waits in no list (I5)", id)
	}
}

func (m *machine) verifyEvents(t *rapid.T) {
	events, err := m.rdb.LRange(m.ctx, m.q.Key("results"), 0, -1).Result()
	m.must(t, err)
	ends := map[string][]string{}
	for _, text := range events {
		var event struct {
			ItemID string `json:"item_id"`
			Event  string
			Epoch  int64
		}
		m.must(t, json.Unmarshal([]byte(text), &event))
		if event.Event == "succeeded" || event.Event == "dead" || event.Event == "cancelled" {
			key := fmt.Sprintf("%s/%d", event.ItemID, event.Epoch)
			ends[key] = append(ends[key], event.Event)
		}
	}
	if len(ends) != len(m.ended) {
		t.Fatalf("events tell of the ends %v, want %v (I1)", ends, m.ended)
	}
	for key, want := range m.ended {
		if !slices.Equal(ends[key], []string{want}) {
			t.Fatalf("%s ended as %v, want %s once (I1)", key, ends[key], want)
		}
	}
}
