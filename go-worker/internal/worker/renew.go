package worker

import (
	"context"
	"sync"
	"time"

	"harmonizer/queue"
)

// renew gives new leases to what runs, each third of a lease; after an error at the next pulse. A
// wish to cancel, and the loss of a claim, come back with the answer.
func (w *Worker) renew(ctx context.Context) {
	wait := w.Lease / 3
	for pause(ctx, wait) {
		wait = w.Lease / 3
		if err := w.renewAll(ctx); err != nil && ctx.Err() == nil {
			w.Metrics.RenewErrors.Inc()
			w.log.Warn("leases not renewed", "error", describe(err))
			wait = min(w.Pulse, wait)
		}
	}
}

func (w *Worker) renewAll(ctx context.Context) error {
	var alive []*attempt
	for _, a := range w.attempts() {
		if cause := context.Cause(a.ctx); cause != errStalled && cause != errLost {
			alive = append(alive, a)
		}
	}
	for len(alive) > 0 {
		some := alive[:min(queue.Batch, len(alive))]
		alive = alive[len(some):]
		if err := w.renewSome(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) renewSome(ctx context.Context, some []*attempt) error {
	tickets := make([]queue.Ticket, len(some))
	for i, a := range some {
		tickets[i] = a.ticket
	}
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	answers, err := w.Queue.Renew(call, w.id, w.Lease, tickets)
	if err != nil {
		return err
	}
	for i, a := range some {
		switch answers[i] {
		case queue.Cancel:
			a.stop(errCancelled)
		case queue.Lost:
			a.stop(errLost)
		}
	}
	return nil
}

// watch looks for handlers that hang. One without progress is told to stop and its lease is no
// longer renewed; one that was told to stop, for whatever reason, and does not is stuck.
func (w *Worker) watch(ctx context.Context) {
	var once sync.Once
	for pause(ctx, w.Pulse) {
		for _, a := range w.attempts() {
			if w.isStuck(a) {
				once.Do(func() { close(w.stuck) })
			}
		}
	}
}

func (w *Worker) isStuck(a *attempt) bool {
	if a.settling.Load() {
		return false
	}
	if a.ctx.Err() == nil {
		if w.now()-time.Duration(a.moved.Load()) > w.Stall {
			a.log.Warn("a handler made no progress for too long")
			a.stop(errStalled)
		}
		return false
	}
	if a.ended == 0 {
		a.ended = w.now()
	}
	return w.now()-a.ended > w.Yield
}
