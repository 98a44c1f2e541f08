package worker

import (
	"context"
	"math/rand/v2"
	"time"
)

const (
	firstPause   = 50 * time.Millisecond
	longestPause = 2 * time.Second
)

// A backoff spaces the attempts to reach a server that is away: longer each time, and never at the
// same moments as other workers.
type backoff struct {
	last time.Duration
}

// wait pauses, or returns false when ctx ends first.
func (b *backoff) wait(ctx context.Context) bool {
	b.last = min(max(2*b.last, firstPause), longestPause)
	return pause(ctx, b.last/2+rand.N(b.last/2))
}

// fresh reports whether there was no trouble since the last reset.
func (b *backoff) fresh() bool {
	return b.last == 0
}

func (b *backoff) reset() {
	b.last = 0
}
