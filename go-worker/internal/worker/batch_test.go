package worker_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

// calls returns how often Redis has run a command so far.
func (s *stage) calls(command string) int {
	s.t.Helper()
	_, after, _ := strings.Cut(s.rdb.Info(ctx, "commandstats").Val(), "cmdstat_"+command+":calls=")
	digits, _, _ := strings.Cut(after, ",")
	count, _ := strconv.Atoi(digits) // none: it never ran
	return count
}

func ids(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("i%d", i)
	}
	return all
}

// What is ready is fetched, claimed and completed together, as far as slots are free: with a call
// for each item there would be two scripts and a fetch for each.
func TestItemsShareCalls(t *testing.T) {
	s := newStage(t)
	all, release := ids(20), make(chan struct{})
	c := s.config(func(context.Context, worker.Item) (worker.Result, error) {
		<-release
		return done, nil
	})
	c.Slots = len(all)
	s.enqueue(nil, all...)
	s.start(c)
	s.wantStories(all, "started")
	if fetches := s.calls("brpoplpush"); fetches > len(all)/2 {
		t.Errorf("%d items were fetched with %d calls", len(all), fetches)
	}
	close(release)
	s.wantStories(all, "started succeeded")
}

// With a batch of one each item has calls of its own, and nothing else is different.
func TestABatchOfOne(t *testing.T) {
	s := newStage(t)
	all := ids(20)
	c := s.config(succeed)
	c.Batch = 1
	s.enqueue(nil, all...)
	s.start(c)
	s.wantStories(all, "started succeeded")
	// rpop is that of take, rpoplpush that of proceed.
	if fetches := s.calls("brpoplpush") + s.calls("rpop") + s.calls("rpoplpush"); fetches < len(all) {
		t.Errorf("%d items were fetched with %d calls", len(all), fetches)
	}
}

// A suspect among others that were fetched with it runs alone, after them; also when they were
// fetched with its claim.
func TestASuspectInABatchRunsAlone(t *testing.T) {
	for _, batch := range []int{1, 2, queue.Batch} {
		for _, slots := range []int{1, 2, 10} {
			t.Run(fmt.Sprintf("%d in %d slots", batch, slots), func(t *testing.T) { suspectRunsAlone(t, batch, slots) })
		}
	}
}

func suspectRunsAlone(t *testing.T, batch, slots int) {
	s := newStage(t)
	s.enqueue(nil, "first", "second")
	s.suspect("suspect")
	s.enqueue(nil, "third", "fourth")
	c := s.config(succeed)
	c.Slots, c.Batch = slots, batch
	s.start(c)
	s.wantStories([]string{"first", "second", "suspect", "third", "fourth"}, "started succeeded")
	var order []string
	for _, e := range s.events() {
		order = append(order, e.Item+" "+e.Event)
	}
	began := slices.Index(order, "suspect started")
	if order[began+1] != "suspect succeeded" || slices.Index(order, "first succeeded") > began {
		t.Errorf("the suspect did not run alone: %q", order)
	}
}

// While all slots are used, what ends is followed by the next in the same call: nothing else is fetched.
func TestWhatEndsIsFollowed(t *testing.T) {
	for _, batch := range []int{1, queue.Batch} {
		for _, slots := range []int{2, 10} {
			t.Run(fmt.Sprintf("%d in %d slots", batch, slots), func(t *testing.T) { whatEndsIsFollowed(t, batch, slots) })
		}
	}
}

func whatEndsIsFollowed(t *testing.T, batch, slots int) {
	s := newStage(t)
	all := ids(200)
	running := make(chan struct{}, slots+1)
	c := s.config(func(context.Context, worker.Item) (worker.Result, error) {
		running <- struct{}{} // more than there are slots would wait here, and be seen
		defer func() { <-running }()
		if len(running) == cap(running) {
			t.Error("more run than there are slots")
		}
		time.Sleep(time.Millisecond)
		return done, nil
	})
	c.Slots, c.Batch = slots, batch
	for some := range slices.Chunk(all, queue.Batch) {
		s.enqueue(nil, some...)
	}
	crew := s.start(c)
	s.wantStories(all, "started succeeded")
	if fetches := s.calls("brpoplpush"); fetches > len(all)/2 {
		t.Errorf("%d items were fetched with %d calls", len(all), fetches)
	}
	crew.stop()
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
	s.wantNothingLeft(crew)
}
