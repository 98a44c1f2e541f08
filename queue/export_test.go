package queue

import (
	"context"

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
