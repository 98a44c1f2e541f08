package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrFull reports that Redis is at maxmemory and refused a command; nothing was written. Fetch
// answers it even on an empty list: then Take does the same without blocking.
var ErrFull = errors.New("queue: redis is full")

// spare is how long past its timeout a fetch waits for the reply, before it counts as lost.
const spare = 3 * time.Second

// Fetch waits at most timeout (whole seconds, at least 1) for an id, and moves it from ready to this worker's
// list. With claims, it is claimed in the same round trip, and so is what else waits: at most as many items as there
// are claims, each under one of them. Call it with as many free slots, from one goroutine. It returns only after
// the server's reply, even when ctx ends before: an id that was moved must not be forgotten.
//
// Begun is what was taken, as Claim says it; unclaimed is an id that came and was not claimed. After an error others
// may have become this worker's: see Processing and ClaimsOf.
func (q *Queue) Fetch(ctx context.Context, worker string, timeout, lease time.Duration, claims []string) (begun []Claimed, unclaimed string, err error) {
	if err := ctx.Err(); err != nil {
		return nil, "", err
	}
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout+spare)
	defer cancel()
	// One round trip: the server looks for more as soon as it has answered for the first.
	pipe := q.fetching.Pipeline()
	first := pipe.BRPopLPush(bound, q.Key("ready"), q.Key("processing:"+worker), timeout)
	step := Step{Claims: claims}
	var next *redis.Cmd
	if len(claims) > 0 {
		next = q.send(bound, pipe, step, worker, lease)
	}
	_, _ = pipe.Exec(bound) // each command has its own error

	id, err := first.Result()
	err = full(err)
	if err != nil && !errors.Is(err, redis.Nil) && !errors.Is(err, ErrFull) {
		return nil, "", fmt.Errorf("fetch from ready: %w", err)
	}
	if next != nil {
		taken := q.heard(bound, next, step, worker, lease)
		if taken.Err != nil {
			return nil, "", fmt.Errorf("fetch from ready: %w", taken.Err)
		}
		begun = taken.Begun
	}
	if errors.Is(err, ErrFull) && len(begun) == 0 {
		return nil, "", fmt.Errorf("fetch from ready: %w", err)
	}
	if slices.ContainsFunc(begun, func(one Claimed) bool { return one.ID == id }) {
		id = ""
	}
	return begun, id, nil
}

// Take moves at most most ids that are ready, at once and on a full server too.
func (q *Queue) Take(ctx context.Context, worker string, most int) ([]string, error) {
	ids, err := q.run(ctx, "take", nil, worker, most).StringSlice()
	if err != nil {
		return nil, fmt.Errorf("take: %w", err)
	}
	return ids, nil
}

// Processing returns the ids in a worker's list, the oldest first: what it holds, and what a
// lost reply left there.
func (q *Queue) Processing(ctx context.Context, worker string) ([]string, error) {
	ids, err := q.rdb.LRange(ctx, q.Key("processing:"+worker), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list processing: %w", err)
	}
	for i, j := 0, len(ids)-1; i < j; i, j = i+1, j-1 {
		ids[i], ids[j] = ids[j], ids[i]
	}
	return ids, nil
}

// ClaimsOf returns the claim that each item has now, "" where there is none: an item that Proceed made
// this worker's has one of those that were given to it, whether its answer was heard or not.
func (q *Queue) ClaimsOf(ctx context.Context, ids []string) ([]string, error) {
	pipe := q.rdb.Pipeline()
	found := make([]*redis.StringCmd, len(ids))
	for i, id := range ids {
		found[i] = pipe.HGet(ctx, q.Key("item:"+id), "claim")
	}
	_, _ = pipe.Exec(ctx) // each command has its own error
	claims := make([]string, len(ids))
	for i, one := range found {
		claim, err := one.Result()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, fmt.Errorf("read claims: %w", err)
		}
		claims[i] = claim
	}
	return claims, nil
}

// full turns the server's OOM answer into ErrFull.
func full(err error) error {
	if err != nil && strings.HasPrefix(err.Error(), "OOM ") {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}
