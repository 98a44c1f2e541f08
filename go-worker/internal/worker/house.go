package worker

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"

	"harmonizer/queue"
	"harmonizer/queue/faults"
)

// greet registers this worker as soon as Redis is there; false when ctx ended before. The error says
// what is to be done before this Redis can be used.
func (w *Worker) greet(ctx context.Context) (bool, error) {
	var trouble backoff
	for why := ""; ; {
		err := w.meet(ctx)
		if err == nil {
			break
		}
		if errors.Is(err, queue.ErrUnfit) {
			return false, err
		}
		if text := describe(err); text != why {
			why = text
			w.log.Warn("waiting for redis", "error", why)
		}
		if !trouble.wait(ctx) {
			return false, nil
		}
	}
	w.health.fetched(w.now)
	w.health.beat(w.now)
	w.log.Info("worker started", "slots", w.Slots, "version", w.Version)
	return true, nil
}

// meet says hello to a server that can be used. Later nobody looks: a worker that is at work goes on.
func (w *Worker) meet(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	if err := w.Queue.CheckServer(call); err != nil {
		return err
	}
	return w.hello(ctx)
}

func (w *Worker) hello(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	stopping, resting := w.draining.Load(), w.resting.Load()
	return w.Queue.Hello(call, w.id, queue.About{
		Host: w.ID.Host, PID: w.ID.PID, Version: w.Version, Slots: w.Slots,
		Drain: resting && !stopping, Draining: resting || stopping, // whoever stops is not called back to work
	})
}

// buryPredecessors takes their items from workers of this host whose processes are gone. Reap would
// find them too, seconds later.
func (w *Worker) buryPredecessors(ctx context.Context) {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	others, err := w.Queue.Workers(call)
	if err != nil || faults.Off(faults.Bury) {
		return
	}
	for _, other := range others {
		id, err := queue.ParseWorkerID(other)
		if err != nil || !gone(id, w.ID) {
			continue
		}
		if n, err := w.Queue.Bury(call, other); err == nil {
			w.Metrics.Reaped.WithLabelValues("worker").Add(float64(n))
			w.log.Info("took over from a worker that is gone", "items", n)
		}
	}
}

// beat sends the heartbeat, and what progress there is, with each pulse.
func (w *Worker) beat(ctx context.Context) {
	for pause(ctx, w.Pulse) {
		if err := w.beatOnce(ctx); err != nil {
			continue // the fetch loop tells of it
		}
		w.health.beat(w.now)
		for _, a := range w.attempts() {
			w.tellProgress(ctx, a)
		}
	}
}

func (w *Worker) beatOnce(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	answer, err := w.Queue.Beat(call, w.id)
	if err == nil && answer == queue.Greet {
		return w.hello(ctx) // Redis forgot that it rests, if it does
	}
	if err == nil && w.resting.Swap(answer == queue.Drain) != (answer == queue.Drain) {
		w.log.Info("told what to take", "takes_work", answer != queue.Drain)
	}
	return err
}

func (w *Worker) tellProgress(ctx context.Context, a *attempt) {
	latest := a.latest.Load()
	if latest == nil || latest == a.told || a.settling.Load() {
		return
	}
	text, err := json.Marshal(latest)
	if err != nil {
		return // numbers and a word: there is none
	}
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	if _, err := w.Queue.Progress(call, a.ticket, string(text)); err == nil {
		a.told = latest
	}
}

// keepHouse does for all workers what any of them may do, with each pulse and some jitter.
func (w *Worker) keepHouse(ctx context.Context) {
	for pause(ctx, w.Pulse*3/4+rand.N(w.Pulse/2)) {
		w.keep(ctx, w.Queue.Promote, "")
		if !faults.Off(faults.Reap) {
			w.keep(ctx, w.Queue.Reap, "lease")
		}
		if !faults.Off(faults.Audit) {
			w.keep(ctx, w.Queue.Audit, "orphan")
		}
	}
}

func (w *Worker) keep(ctx context.Context, script func(context.Context) (int, error), reason string) {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	n, err := script(call)
	if err != nil || n == 0 || reason == "" {
		return // an error is told by the fetch loop, and the next pulse tries again
	}
	w.Metrics.Reaped.WithLabelValues(reason).Add(float64(n))
	w.log.Warn("put items back", "reason", reason, "items", n)
}
