package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Step is one call about items that end, up to Batch, and about others that are to start in free slots: at most
// as many as there are claims, each under one of them.
type Step struct {
	Settled []Settled
	Claims  []string
}

// Stepped is what came of a step. Without an error there is an answer for each settled item (OK, Again or
// Stale), and Begun is what was taken under the first of the claims, as Claim says it: fewer than claims when fewer
// wait. After an error the items are settled or not, as after Complete, and others may have become this worker's:
// they stand in its list, see Processing and ClaimsOf.
type Stepped struct {
	Answers []Answer
	Begun   []Claimed
	Err     error
}

// Proceed takes steps, all in one round trip, and says what came of each.
func (q *Queue) Proceed(ctx context.Context, steps []Step, worker string, lease time.Duration) []Stepped {
	taken, calls := make([]Stepped, len(steps)), make([]*redis.Cmd, len(steps))
	pipe := q.rdb.Pipeline()
	for i, step := range steps {
		if taken[i].Err = step.check(); taken[i].Err == nil {
			calls[i] = q.send(ctx, pipe, step, worker, lease)
		}
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, step := range steps {
		if calls[i] != nil {
			taken[i] = q.heard(ctx, calls[i], step, worker, lease)
		}
	}
	return taken
}

// send puts the call of a step into a pipeline.
func (q *Queue) send(ctx context.Context, pipe redis.Pipeliner, step Step, worker string, lease time.Duration) *redis.Cmd {
	name, items, args := step.call(worker, lease)
	keys, argv := q.parts(items, args)
	return scripts[name].EvalSha(ctx, pipe, keys, argv...)
}

// heard reads the answer to the call of a step. A server that has forgotten the script is asked again, which
// makes it known.
func (q *Queue) heard(ctx context.Context, call *redis.Cmd, step Step, worker string, lease time.Duration) Stepped {
	if redis.HasErrorPrefix(call.Err(), "NOSCRIPT") {
		name, items, args := step.call(worker, lease)
		call = q.run(ctx, name, items, args...)
	}
	return step.read(call)
}

// check reports a result that is too large to be sent.
func (s Step) check() error {
	for _, one := range s.Settled {
		if len(one.Result) > MaxResultBytes {
			return fmt.Errorf("proceed: the result of item %s has %d bytes", one.ID, len(one.Result))
		}
	}
	return nil
}

// call returns the script of a step, and what it is told: complete, when nothing is to follow.
func (s Step) call(worker string, lease time.Duration) (name string, items []string, args []any) {
	name = "complete"
	if len(s.Claims) > 0 {
		name, args = "proceed", []any{worker, lease.Milliseconds()}
	}
	for _, one := range s.Settled {
		items = append(items, one.ID)
		args = append(args, one.Claim, one.Result)
	}
	for _, claim := range s.Claims {
		args = append(args, claim)
	}
	return name, items, args
}

// read reads what complete or proceed has answered.
func (s Step) read(call *redis.Cmd) (taken Stepped) {
	reply, err := call.Slice()
	if err != nil {
		return Stepped{Err: fmt.Errorf("proceed: %w", err)}
	}
	begun := len(reply) - len(s.Settled)
	if begun < 0 || begun > len(s.Claims) {
		return Stepped{Err: fmt.Errorf("proceed: %d answers for %d items and %d claims", len(reply), len(s.Settled), len(s.Claims))}
	}
	for _, one := range reply[:len(s.Settled)] {
		taken.Answers = append(taken.Answers, Answer(fmt.Sprint(one)))
	}
	for i, one := range reply[len(s.Settled):] {
		claimed, err := readProceeded(s.Claims[i], one)
		if err != nil {
			return Stepped{Err: fmt.Errorf("proceed: %w", err)}
		}
		taken.Begun = append(taken.Begun, claimed)
	}
	return taken
}

// readProceeded reads what proceed says of an item that it took: as claim does, with the id behind it.
func readProceeded(claim string, reply any) (Claimed, error) {
	parts, ok := reply.([]any)
	if !ok || len(parts) < 2 {
		return Claimed{}, fmt.Errorf("unexpected reply of type %T", reply)
	}
	last := len(parts) - 1
	return readClaimed(Ticket{ID: fmt.Sprint(parts[last]), Claim: claim}, parts[:last])
}
