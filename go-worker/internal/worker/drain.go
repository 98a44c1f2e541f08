package worker

import (
	"context"
	"slices"
	"time"
)

// A drain's last calls share this long, so that it ends in time however Redis is.
const lastCalls = time.Second

// drain waits until the fetch loop and all attempts have ended, as long as there is grace, and then
// tells the rest to stop.
func (w *Worker) drain(fetched <-chan struct{}, atOnce context.Context, graceful bool) {
	w.draining.Store(true)
	grace, cancel := context.WithTimeout(atOnce, w.Grace)
	defer cancel()
	if !graceful {
		cancel()
	}
	// So that feed counts on others. When it is not heard, bye or reap will say the same.
	_ = w.hello(context.WithoutCancel(atOnce))
	<-fetched
	if !w.idle(grace) {
		w.following.Lock() // nothing that follows starts behind this
		for _, a := range w.attempts() {
			a.stop(errStopping)
		}
		w.following.Unlock()
		yield, cancel := context.WithTimeout(context.Background(), min(w.Yield, 2*time.Second))
		defer cancel()
		w.idle(yield)
	}
}

// idle waits until nothing runs; false when ctx ended first.
func (w *Worker) idle(ctx context.Context) bool {
	return w.takeSlots(ctx, w.Slots)
}

// leave hands back what is left and unregisters. What hangs stays: that is a loss.
func (w *Worker) leave() {
	call, cancel := context.WithTimeout(context.Background(), lastCalls)
	defer cancel()
	for _, a := range w.attempts() {
		if context.Cause(a.ctx) == errStopping {
			if answer, err := w.Queue.Release(call, a.ticket); err == nil {
				a.log.Warn("handed back while its handler still runs", "result", string(answer))
			}
		}
	}
	if len(w.offered) > 0 {
		_ = w.adopt(call)
	}
	for _, ticket := range slices.Concat(w.unclaimed, w.suspects) { // a claim whose answer was lost; without one this changes nothing
		_, _ = w.Queue.Release(call, ticket) // when it is not heard, reap finds it
	}
	if err := w.Queue.Bye(call, w.id); err != nil {
		w.log.Warn("left without a word, redis does not answer", "error", describe(err))
	}
}
