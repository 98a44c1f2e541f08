package queue

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Step is one call about items that end, up to Batch, and about others that follow in their slots: at most as
// many as there are claims, each under one of them.
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
	taken := make([]Stepped, len(steps))
	calls := make([]*redis.Cmd, len(steps))
	pipe := q.rdb.Pipeline()
	for i, step := range steps {
		name, items, args, err := step.call(worker, lease)
		if err != nil {
			taken[i].Err = err
			continue
		}
		keys, argv := q.parts(items, args)
		calls[i] = scripts[name].EvalSha(ctx, pipe, keys, argv...)
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	for i, step := range steps {
		if calls[i] == nil {
			continue
		}
		if redis.HasErrorPrefix(calls[i].Err(), "NOSCRIPT") {
			name, items, args, _ := step.call(worker, lease)
			calls[i] = q.run(ctx, name, items, args...) // which makes it known
		}
		taken[i] = step.read(calls[i])
	}
	return taken
}

// call returns the script of a step, and what it is told: complete, when nothing is to follow.
func (s Step) call(worker string, lease time.Duration) (name string, items []string, args []any, err error) {
	if len(s.Claims) == 0 {
		items, args, err = splitSettled(s.Settled)
		return "complete", items, args, err
	}
	items, args, err = splitSettled(s.Settled, worker, lease.Milliseconds())
	for _, claim := range s.Claims {
		args = append(args, claim)
	}
	return "proceed", items, args, err
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

// splitSettled returns the ids of settled items, and args followed by their claims and results.
func splitSettled(settled []Settled, args ...any) ([]string, []any, error) {
	items := make([]string, 0, len(settled))
	for _, s := range settled {
		if len(s.Result) > MaxResultBytes {
			return nil, nil, fmt.Errorf("the result of item %s has %d bytes", s.ID, len(s.Result))
		}
		items = append(items, s.ID)
		args = append(args, s.Claim, s.Result)
	}
	return items, args, nil
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
