package worker_test

import (
	"fmt"
	"testing"
)

// Several workers, and a network that breaks every connection again and again: each item succeeds
// exactly once, and no process that lives counts as lost.
func TestBrokenConnectionsLoseNothing(t *testing.T) {
	s := newStage(t)
	for range 3 {
		c := s.config(succeed)
		c.Queue = queueAt(t, s.url)
		s.start(c)
	}
	var ids []string
	for i := range 90 {
		ids = append(ids, fmt.Sprint("i", i))
	}
	s.enqueue(nil, ids...)
	ended := func() int {
		n := 0
		for _, e := range s.events() {
			if e.Event == "succeeded" {
				n++
			}
		}
		return n
	}
	for least := 10; least <= len(ids); least += 10 {
		if err := s.rdb.ClientKillByFilter(ctx, "TYPE", "normal", "SKIPME", "yes").Err(); err != nil {
			t.Fatal(err)
		}
		s.eventuallyIs(func() bool { return ended() >= least }, fmt.Sprint(least, " items succeed"))
	}
	s.wantStories(ids, "started succeeded")
}
