package queue

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Permanent is the delay of Fail that means: no further attempt.
const Permanent = time.Duration(-1)

// MaxResultBytes bounds the result of an item; what is longer belongs into its manifest.
const MaxResultBytes = 16 << 10

// Ticket names an item and a claim on it. The claim id is random, chosen by the worker.
type Ticket struct {
	ID, Claim string
}

// Entry is one dispatch: an item, its epoch, its message as JSON, and the budgets SQL has
// counted so far.
type Entry struct {
	ID               string
	Epoch            int64
	Message          string
	Delay            time.Duration
	Failures, Losses int
}

// Claimed is what Claim says about one item. The rest is filled when Answer is OK.
type Claimed struct {
	Answer   Answer // OK, Alone, Paused, Cancelled, Dup, Unknown
	ID       string
	Claim    string
	Message  Message
	Err      error // of ParseMessage: ErrUnsupported, or a message that is no message
	Epoch    int64
	Delivery int // which claim of this epoch it is, from 1
	Failures int
	Losses   int
}

// Settled is an item with the result a claim has for it (JSON, contract/schemas/result.json).
type Settled struct {
	ID, Claim, Result string
}

// Enqueue dispatches up to Batch items; OK or Exists for each. ErrFull: nothing was written.
func (q *Queue) Enqueue(ctx context.Context, entries []Entry) ([]Answer, error) {
	items, args := make([]string, 0, len(entries)), make([]any, 0, 5*len(entries))
	for _, e := range entries {
		items = append(items, e.ID)
		args = append(args, e.Epoch, e.Message, e.Delay.Milliseconds(), e.Failures, e.Losses)
	}
	return q.answers(ctx, "enqueue", items, args...)
}

// Claim makes up to Batch fetched items this worker's, for lease. A suspect (2 losses or more)
// answers Alone unless alone says that this worker runs nothing else; its id stays in the list.
// Repeating a claim with the same claim id gets the same answer.
func (q *Queue) Claim(ctx context.Context, tickets []Ticket, worker string, lease time.Duration, alone bool) ([]Claimed, error) {
	items, args := split(tickets, worker, lease.Milliseconds(), flag(alone))
	return readClaims(tickets, q.run(ctx, "claim", items, args...))
}

func readClaims(tickets []Ticket, cmd *redis.Cmd) ([]Claimed, error) {
	reply, err := cmd.Slice()
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	if len(reply) != len(tickets) {
		return nil, fmt.Errorf("claim: %d answers for %d items", len(reply), len(tickets))
	}
	claimed := make([]Claimed, len(tickets))
	for i, ticket := range tickets {
		if claimed[i], err = readClaimed(ticket, reply[i]); err != nil {
			return nil, fmt.Errorf("claim: %w", err)
		}
	}
	return claimed, nil
}

// Renew gives new leases to tickets: OK, Cancel (renewed; stop it) or Lost for each. It is a
// heartbeat as well.
func (q *Queue) Renew(ctx context.Context, worker string, lease time.Duration, tickets []Ticket) ([]Answer, error) {
	items, args := split(tickets, worker, lease.Milliseconds())
	return q.answers(ctx, "renew", items, args...)
}

// Beat is the heartbeat of each second: OK, Drain while the worker is to take nothing more, or Greet
// when Redis has lost what it knew of this worker: call Hello again.
func (q *Queue) Beat(ctx context.Context, worker string) (Answer, error) {
	reply, err := q.run(ctx, "renew", nil, worker, 0).StringSlice()
	if err != nil {
		return "", fmt.Errorf("renew: %w", err)
	}
	if len(reply) == 0 {
		return OK, nil
	}
	return Answer(reply[0]), nil
}

// Progress stores how far an item is, a flat JSON object of counts: OK or Stale. ErrFull may be ignored.
func (q *Queue) Progress(ctx context.Context, t Ticket, progress string) (Answer, error) {
	return q.answer(ctx, "progress", t.ID, t.Claim, progress)
}

// Fail says that the handler failed: Retry, Dead, Cancelled or Stale. The delay comes from
// Backoff.Delay; Permanent ends the item.
func (q *Queue) Fail(ctx context.Context, t Ticket, reason string, delay time.Duration) (Answer, error) {
	ms := delay.Milliseconds()
	if delay < 0 {
		ms = -1
	}
	return q.answer(ctx, "fail", t.ID, t.Claim, reason, ms)
}

// Defer puts an item off without burning a budget: OK, Dead (deferred for 24 h), Cancelled or Stale.
func (q *Queue) Defer(ctx context.Context, t Ticket, delay time.Duration, reason string) (Answer, error) {
	return q.answer(ctx, "defer", t.ID, t.Claim, delay.Milliseconds(), reason)
}

// Release hands an item back unfinished, at the head of its queue: OK, Cancelled or Stale.
func (q *Queue) Release(ctx context.Context, t Ticket) (Answer, error) {
	return q.answer(ctx, "release", t.ID, t.Claim)
}

// Cancelled says that the handler has stopped because a cancel was wanted: OK or Stale.
func (q *Queue) Cancelled(ctx context.Context, t Ticket) (Answer, error) {
	return q.answer(ctx, "cancelled", t.ID, t.Claim)
}

// Cancel cancels an item: Cancelled (ended now), Requested (it runs) or Ended (it had, or was dispatched again since).
func (q *Queue) Cancel(ctx context.Context, id string, epoch int64) (Answer, error) {
	return q.answer(ctx, "cancel", id, epoch)
}

// Promote makes due delayed items wait, at most 100, and returns how many.
func (q *Queue) Promote(ctx context.Context) (int, error) {
	return q.count(ctx, "promote")
}

// Reap takes items from ended leases and silent workers, and returns how many.
func (q *Queue) Reap(ctx context.Context) (int, error) {
	return q.count(ctx, "reap")
}

// Bury takes everything from a worker whose process is known to be gone, and returns how many
// items. Only for a worker id of this host's boot and pid namespace; see WorkerID.
func (q *Queue) Bury(ctx context.Context, worker string) (int, error) {
	return q.count(ctx, "bury", worker)
}

// Audit puts waiting items that stand in no list back into one, and returns how many.
func (q *Queue) Audit(ctx context.Context) (int, error) {
	return q.count(ctx, "audit")
}

// About is what a worker tells of itself.
type About struct {
	Host     string
	PID      int
	Version  string
	Slots    int
	Drain    bool // it was told to take nothing more
	Draining bool // it takes nothing more, being told so or because it stops
}

// Hello registers a worker, or changes what is known of it (Draining).
func (q *Queue) Hello(ctx context.Context, worker string, about About) error {
	err := q.run(ctx, "hello", nil, worker, "host", about.Host, "pid", about.PID, "version", about.Version,
		"slots", about.Slots, "drain", flag(about.Drain), "draining", flag(about.Draining)).Err()
	if err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	return nil
}

// Drain tells a worker to take nothing more, or to take work again: OK or Unknown. It hears of it
// with its next heartbeat.
func (q *Queue) Drain(ctx context.Context, worker string, on bool) (Answer, error) {
	text, err := q.run(ctx, "drain", nil, worker, flag(on)).Text()
	if err != nil {
		return "", fmt.Errorf("drain: %w", err)
	}
	return Answer(text), nil
}

// Bye unregisters a worker; what it had fetched and not claimed goes back without a loss. Wait
// for Fetch to return and Release what runs before.
func (q *Queue) Bye(ctx context.Context, worker string) error {
	if err := q.run(ctx, "bye", nil, worker).Err(); err != nil {
		return fmt.Errorf("bye: %w", err)
	}
	return nil
}

// Workers returns the ids of the registered workers.
func (q *Queue) Workers(ctx context.Context) ([]string, error) {
	ids, err := q.rdb.ZRange(ctx, q.Key("workers"), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list workers: %w", err)
	}
	return ids, nil
}

func (q *Queue) answer(ctx context.Context, script, id string, args ...any) (Answer, error) {
	text, err := q.run(ctx, script, []string{id}, args...).Text()
	if err != nil {
		return "", fmt.Errorf("%s: %w", script, full(err))
	}
	return Answer(text), nil
}

func (q *Queue) answers(ctx context.Context, script string, items []string, args ...any) ([]Answer, error) {
	texts, err := q.run(ctx, script, items, args...).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", script, full(err))
	}
	if len(texts) != len(items) {
		return nil, fmt.Errorf("%s: %d answers for %d items", script, len(texts), len(items))
	}
	answers := make([]Answer, len(texts))
	for i, text := range texts {
		answers[i] = Answer(text)
	}
	return answers, nil
}

func (q *Queue) count(ctx context.Context, script string, args ...any) (int, error) {
	n, err := q.run(ctx, script, nil, args...).Int()
	if err != nil {
		return 0, fmt.Errorf("%s: %w", script, err)
	}
	return n, nil
}

// split returns the ids of tickets, and args followed by their claims.
func split(tickets []Ticket, args ...any) ([]string, []any) {
	items := make([]string, 0, len(tickets))
	for _, t := range tickets {
		items = append(items, t.ID)
		args = append(args, t.Claim)
	}
	return items, args
}

func flag(set bool) int {
	if set {
		return 1
	}
	return 0
}

// readClaimed reads one element of claim's reply: an answer, and for "ok" the message, epoch,
// deliveries, failures and losses, all as text.
func readClaimed(ticket Ticket, reply any) (Claimed, error) {
	parts, ok := reply.([]any)
	if !ok || len(parts) == 0 {
		return Claimed{}, fmt.Errorf("unexpected reply of type %T", reply)
	}
	texts := make([]string, len(parts))
	for i, part := range parts {
		if texts[i], ok = part.(string); !ok {
			return Claimed{}, fmt.Errorf("unexpected element of type %T in the reply", part)
		}
	}
	claimed := Claimed{Answer: Answer(texts[0]), ID: ticket.ID, Claim: ticket.Claim}
	if claimed.Answer != OK {
		return claimed, nil
	}
	if len(texts) != 6 {
		return Claimed{}, fmt.Errorf("%d elements in the reply instead of 6", len(texts))
	}
	var numbers [4]int64
	for i, text := range texts[2:] {
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return Claimed{}, fmt.Errorf("a count in the reply: %w", err)
		}
		numbers[i] = number
	}
	claimed.Message, claimed.Err = ParseMessage(texts[1])
	claimed.Epoch, claimed.Delivery = numbers[0], int(numbers[1])
	claimed.Failures, claimed.Losses = int(numbers[2]), int(numbers[3])
	return claimed, nil
}
