package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"harmonizer/queue"
)

// Why an attempt's context ended, besides its own timeout.
var (
	errCancelled = errors.New("worker: a cancel is wanted")
	errLost      = errors.New("worker: the claim is lost")
	errStalled   = errors.New("worker: no progress for too long")
	errStopping  = errors.New("worker: the process stops")
)

// An attempt is one claimed item while its handler runs and until it is settled.
type attempt struct {
	kind    string
	claimed queue.Claimed
	ticket  queue.Ticket
	slots   int // guarded by Worker.mu: lent while what follows it is asked for
	began   time.Duration
	log     *slog.Logger

	ctx     context.Context
	stop    context.CancelCauseFunc
	release context.CancelFunc // of the timer

	moved    atomic.Int64             // when the handler last made progress
	latest   atomic.Pointer[Progress] // its last progress
	settling atomic.Bool              // the handler has returned

	told  *Progress     // the progress Redis knows; owned by the heartbeat
	ended time.Duration // when ctx was first seen to have ended; owned by the watch
}

// start runs the handlers of claimed items, each in a goroutine of its own that uses so many slots.
func (w *Worker) start(claimed []queue.Claimed, slots int) {
	begun := make([]*attempt, len(claimed))
	w.mu.Lock()
	for i, one := range claimed {
		begun[i] = w.attempt(one, slots)
		w.running[one.Claim] = begun[i]
	}
	concurrency := share(len(w.running))
	w.mu.Unlock()
	w.countSlots()
	for _, a := range begun {
		m := a.claimed.Message
		if a.claimed.Delivery == 1 && m.CreatedAt > 0 {
			w.Metrics.Wait.WithLabelValues(a.kind).Observe(max(0, time.Since(time.UnixMilli(m.CreatedAt)).Seconds()))
		}
		a.log.Info("attempt started")
		go w.run(a, concurrency)
	}
}

// attempt returns the attempt that a claim is, not running yet.
func (w *Worker) attempt(claimed queue.Claimed, slots int) *attempt {
	m := claimed.Message
	kind := m.Kind
	if _, ok := w.Handlers[kind]; !ok {
		kind = "unsupported" // not any word that a message holds: it becomes a label of metrics
	}
	a := &attempt{
		kind:    kind,
		claimed: claimed,
		ticket:  queue.Ticket{ID: claimed.ID, Claim: claimed.Claim},
		slots:   slots,
		began:   w.now(),
		log:     w.log.With("job_id", m.JobID, "item_id", claimed.ID, "kind", kind, "attempt", claimed.Delivery),
	}
	a.moved.Store(int64(a.began))
	timeout := m.Timeout()
	if claimed.Err != nil {
		timeout = w.Stall // the message says nothing; it is settled at once
	}
	within, release := context.WithTimeout(context.Background(), timeout)
	a.ctx, a.stop = context.WithCancelCause(within)
	a.release = release
	return a
}

// run runs the handler, and settles what comes of it.
func (w *Worker) run(a *attempt, concurrency int) {
	defer a.release()
	defer w.forget(a)
	result, err := w.handle(a, concurrency)
	a.settling.Store(true)
	w.settle(a, result, err)
}

func (w *Worker) forget(a *attempt) {
	a.stop(nil)
	w.mu.Lock()
	delete(w.running, a.ticket.Claim)
	slots := a.slots
	w.mu.Unlock()
	w.giveSlots(slots)
	w.countSlots()
}

// countSlots sets the gauges while nothing changes, so that the last one to set them is right.
func (w *Worker) countSlots() {
	w.mu.Lock()
	defer w.mu.Unlock()
	busy := len(w.running)
	w.Metrics.Slots.WithLabelValues("busy").Set(float64(busy))
	w.Metrics.Slots.WithLabelValues("free").Set(float64(max(0, w.Slots-busy)))
}

// handle calls the handler. A panic becomes an error without the value it was given, which may
// be a patient's.
func (w *Worker) handle(a *attempt, concurrency int) (result Result, err error) {
	if err := a.claimed.Err; errors.Is(err, queue.ErrUnsupported) {
		return Result{}, unsupported("a message of another version or an unknown kind")
	} else if err != nil {
		return Result{}, &Failure{Reason: reasonBadMessage, Permanent: true, Err: errors.New("not a message of this form")}
	}
	handler, ok := w.Handlers[a.kind]
	if !ok {
		return Result{}, unsupported("no handler for this kind")
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			a.log.Error("a handler panicked", "error", fmt.Sprintf("%T", thrown), "places", places())
			err = &Failure{Reason: reasonHandlerPanic, Err: errors.New("the handler panicked")}
		}
	}()
	moved := func() { a.moved.Store(int64(w.now())) }
	return handler.Handle(a.ctx, Item{
		Message:     a.claimed.Message,
		Claim:       a.ticket.Claim,
		Concurrency: concurrency,
		Progress: func(p Progress) {
			moved()
			a.latest.Store(&p)
		},
		Moved: moved,
		Log:   a.log,
	})
}
