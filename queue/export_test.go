package queue

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// Run runs any script, for the vectors.
func (q *Queue) Run(ctx context.Context, name string, items []string, args ...any) *redis.Cmd {
	return q.run(ctx, name, items, args...)
}

// Fetching returns the client of Fetch, to look at its options.
func (q *Queue) Fetching() redis.UniversalClient {
	return q.fetching
}

// Complete settles items, and nothing follows.
func (q *Queue) Complete(ctx context.Context, settled []Settled) ([]Answer, error) {
	taken := q.Proceed(ctx, []Step{{Settled: settled}}, "", 0)[0]
	return taken.Answers, taken.Err
}

// ProceedOnce takes one step.
func (q *Queue) ProceedOnce(ctx context.Context, settled []Settled, worker string, lease time.Duration, claims []string) ([]Answer, []Claimed, error) {
	taken := q.Proceed(ctx, []Step{{settled, claims}}, worker, lease)[0]
	return taken.Answers, taken.Begun, taken.Err
}
