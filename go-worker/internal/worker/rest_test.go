package worker_test

import (
	"context"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

// rest tells a crew to take nothing more, and waits until it knows and its last fetch has ended.
func (s *stage) rest(crew *crew) {
	s.t.Helper()
	s.eventuallyIs(func() bool {
		answer, err := s.q.Drain(ctx, crew.id, true)
		return answer == queue.OK && err == nil
	}, "it is registered")
	s.eventuallyIs(func() bool { return strings.Contains(s.log.String(), `"takes_work":false`) }, "it knows")
	s.rdb.LPush(ctx, s.q.Key("ready"), "nobody") // ends a fetch, which may block for two seconds more
	s.eventuallyIs(func() bool {
		return strings.Contains(s.rdb.Info(ctx, "clients").Val(), "blocked_clients:0\r")
	}, "nobody waits for work")
	s.rdb.Del(ctx, s.q.Key("ready"))
}

func TestAWorkerThatIsToldToDrainFinishesAndTakesNothing(t *testing.T) {
	s := newStage(t)
	release := make(chan struct{})
	crew := s.start(s.config(func(context.Context, worker.Item) (worker.Result, error) {
		<-release
		return done, nil
	}))
	s.enqueue(nil, "i1")
	s.wantStory("i1", "started")
	s.rest(crew)
	s.enqueue(nil, "i2")
	close(release)
	s.wantStory("i1", "started succeeded")
	if state := s.field("i2", "state"); state != "waiting" {
		t.Errorf("i2 is %s, want waiting", state)
	}
	if !crew.Alive() || !crew.Connected() {
		t.Error("a worker that rests is healthy and ready: it answers previews")
	}

	if _, err := s.q.Drain(ctx, crew.id, false); err != nil {
		t.Fatal(err)
	}
	s.wantStory("i2", "started succeeded")
}

// What a worker was told outlives a Redis that forgets it.
func TestAWorkerSaysAgainThatItRests(t *testing.T) {
	s := newStage(t)
	crew := s.start(s.config(succeed))
	s.rest(crew)
	s.rdb.FlushAll(ctx)
	s.eventuallyIs(func() bool { return s.rdb.HGet(ctx, s.q.Key("worker:"+crew.id), "draining").Val() == "1" }, "it says so")
	if strings.Contains(s.log.String(), `"takes_work":true`) {
		t.Error("it took work meanwhile")
	}
}
