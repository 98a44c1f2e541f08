package worker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

func TestAStopLetsWorkFinish(t *testing.T) {
	s := newStage(t)
	release := make(chan struct{})
	crew := s.start(s.config(func(context.Context, worker.Item) (worker.Result, error) {
		<-release
		return done, nil
	}))
	s.enqueue(nil, "i1")
	s.wantRunning(1)
	crew.stop()
	s.eventuallyIs(func() bool { return s.rdb.HGet(ctx, s.q.Key("worker:"+crew.id), "draining").Val() == "1" }, "it drains")
	s.enqueue(nil, "i2")
	close(release)
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
	s.wantStory("i1", "started succeeded")
	s.wantStory("i2", "")
	s.wantNothingLeft(crew)
}

func (s *stage) wantNothingLeft(crew *crew) {
	s.t.Helper()
	workers, err := s.q.Workers(ctx)
	if err != nil || len(workers) > 0 {
		s.t.Errorf("registered workers: %v, %v", workers, err)
	}
	if held := s.held(crew); len(held) > 0 {
		s.t.Errorf("it holds %v", held)
	}
}

func TestWorkThatDoesNotFinishIsHandedBackWithoutALoss(t *testing.T) {
	for _, how := range []string{"when the grace ends", "at the second signal"} {
		t.Run(how, func(t *testing.T) {
			s := newStage(t)
			c := s.config(until)
			if how == "when the grace ends" {
				c.Grace = 10 * time.Millisecond
			}
			crew := s.start(c)
			s.enqueue(nil, "i1", "i2")
			s.wantRunning(2)
			crew.stop()
			if how == "at the second signal" {
				crew.atOnce()
			}
			if err := <-crew.ended; err != nil {
				t.Error(err)
			}
			for _, id := range []string{"i1", "i2"} {
				s.wantStory(id, "started released")
				if state, losses := s.field(id, "state"), s.field(id, "losses"); state != "waiting" || losses != "0" {
					t.Errorf("%s is %s with %s losses, want waiting with none", id, state, losses)
				}
			}
			s.wantNothingLeft(crew)

			s.start(s.config(succeed))
			s.wantStory("i1", "started released started succeeded")
		})
	}
}

// A handler that does not listen is left behind; its item is handed back all the same.
func TestAStopDoesNotWaitForADeafHandler(t *testing.T) {
	s := newStage(t)
	end := make(chan struct{})
	c := s.config(func(context.Context, worker.Item) (worker.Result, error) {
		<-end
		return done, nil
	})
	c.Grace, c.Yield = 0, 10*time.Millisecond
	crew := s.start(c)
	s.enqueue(nil, "i1")
	s.wantRunning(1)
	crew.stop()
	if err := <-crew.ended; err != nil {
		t.Error(err)
	}
	s.wantStory("i1", "started released")
	s.wantNothingLeft(crew)
	close(end)
}

func TestAStalledHandlerThatListensIsAFailure(t *testing.T) {
	s := newStage(t)
	c := s.config(until)
	c.Stall = 50 * time.Millisecond
	s.start(c)
	s.enqueue(func(m *queue.Message) { m.MaxFailures = 1 }, "i1")
	s.wantStory("i1", "started dead:stalled")
}

// A handler that hangs and does not listen takes the process with it, and nothing else.
func TestAHandlerThatHangsEndsTheProcess(t *testing.T) {
	s := newStage(t)
	end := make(chan struct{})
	c := s.config(func(ctx context.Context, item worker.Item) (worker.Result, error) {
		if item.Message.ItemID == "deaf" {
			<-end
			return done, nil
		}
		for ctx.Err() == nil {
			item.Progress(worker.Progress{})
			time.Sleep(time.Millisecond)
		}
		return worker.Result{}, ctx.Err()
	})
	c.Stall, c.Yield = 3*time.Second, time.Second
	crew := s.start(c)
	s.enqueue(nil, "deaf", "good")
	if err := <-crew.ended; !errors.Is(err, worker.ErrStuck) {
		t.Errorf("Run = %v, want ErrStuck", err)
	}
	s.wantStory("deaf", "started")
	s.wantStory("good", "started released")
	close(end)
}
