package worker

import (
	"context"

	"harmonizer/queue"
)

// A completion is a result on its way to Redis.
type completion struct {
	settled queue.Settled
	told    chan<- told // holds one
}

// told is what Redis said about it.
type told struct {
	answer queue.Answer
	err    error
}

// complete says that an attempt succeeded. Those that end while a call is under way share the next
// one; a lone one does not wait.
func (w *Worker) complete(ctx context.Context, settled queue.Settled) (queue.Answer, error) {
	heard := make(chan told, 1)
	select {
	case w.completions <- completion{settled, heard}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	select {
	case t := <-heard:
		return t.answer, t.err
	case <-ctx.Done(): // it may be told all the same: the next call hears "again"
		return "", ctx.Err()
	}
}

// completeAll is the one loop that calls complete.
func (w *Worker) completeAll(ctx context.Context) {
	for {
		select {
		case first := <-w.completions:
			w.completeSome(w.gather(first))
		case <-ctx.Done():
			return
		}
	}
}

// gather returns what waits to be told, as much as one call can be about.
func (w *Worker) gather(first completion) []completion {
	some := []completion{first}
	for len(some) < w.Batch {
		select {
		case next := <-w.completions:
			some = append(some, next)
		default:
			return some
		}
	}
	return some
}

func (w *Worker) completeSome(some []completion) {
	settled := make([]queue.Settled, len(some))
	for i, one := range some {
		settled[i] = one.settled
	}
	call, cancel := context.WithTimeout(w.unsettled, callTime)
	defer cancel()
	answers, err := w.Queue.Complete(call, settled)
	for i, one := range some {
		if err != nil {
			one.told <- told{err: err}
		} else {
			one.told <- told{answer: answers[i]}
		}
	}
}
