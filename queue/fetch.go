package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrFull reports that Redis is at maxmemory and refused a command; nothing was written. Fetch
// answers it even on an empty list: then Take does the same without blocking.
var ErrFull = errors.New("queue: redis is full")

// spare is how long past its timeout a fetch waits for the reply, before it counts as lost.
const spare = 3 * time.Second

// Fetch waits at most timeout (whole seconds, at least 1) for an id and moves it from ready to
// this worker's list, or answers "" when none came. Call it with a free slot only, from one
// goroutine. It returns only after the server's reply, even when ctx ends before: an id that was
// moved must not be forgotten. After an error it may stand in the list all the same: see Processing.
func (q *Queue) Fetch(ctx context.Context, worker string, timeout time.Duration) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	bound, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout+spare)
	defer cancel()
	id, err := q.fetching.BRPopLPush(bound, q.Key("ready"), q.Key("processing:"+worker), timeout).Result()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("fetch from ready: %w", full(err))
	}
	return id, nil
}

// Take does what Fetch does, at once and on a full server too: an id, or "" when there is none.
func (q *Queue) Take(ctx context.Context, worker string) (string, error) {
	id, err := q.run(ctx, "take", nil, worker).Text()
	if errors.Is(err, redis.Nil) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("take: %w", err)
	}
	return id, nil
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

// full turns the server's OOM answer into ErrFull.
func full(err error) error {
	if err != nil && strings.HasPrefix(err.Error(), "OOM ") {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return err
}
