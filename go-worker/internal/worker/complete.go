package worker

import (
	"context"
	"slices"
	"time"

	"harmonizer/queue"
)

// offersKept bounds the claims that are remembered of calls without an answer.
const offersKept = 10 * queue.Batch

// A completion is a result on its way to Redis.
type completion struct {
	of     *attempt
	result string
	told   chan<- told // holds one
}

// told is what Redis said about it.
type told struct {
	answer queue.Answer
	err    error
}

// complete says that an attempt succeeded. Those that end while a round trip is under way share the next
// one; a lone one does not wait.
func (w *Worker) complete(ctx context.Context, a *attempt, result string) (queue.Answer, error) {
	heard := make(chan told, 1)
	select {
	case w.completions <- completion{a, result, heard}:
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

// completeAll is a loop that calls complete.
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

// gather returns what waits to be told.
func (w *Worker) gather(first completion) []completion {
	some := []completion{first}
	for len(some) < queue.Batch {
		select {
		case next := <-w.completions:
			some = append(some, next)
		default:
			return some
		}
	}
	return some
}

// completeSome tells Redis what some attempts came to, with a call for each Batch of them and all calls in one
// round trip. While more waits than there are slots, they are followed by others in the same call.
func (w *Worker) completeSome(some []completion) {
	w.following.RLock()
	defer w.following.RUnlock()
	var steps []queue.Step
	var lent [][]*attempt
	for call := range slices.Chunk(some, w.Batch) {
		slots := w.lend(call)
		steps = append(steps, stepOf(call, len(slots)))
		lent = append(lent, slots)
	}
	call, cancel := context.WithTimeout(w.unsettled, callTime)
	defer cancel()
	for i, taken := range w.Queue.Proceed(call, steps, w.id, w.Lease) {
		if taken.Err != nil {
			w.offer(steps[i].Claims)
		}
		w.follow(taken.Begun, lent[i])
		for j, one := range some[i*w.Batch:][:len(steps[i].Settled)] {
			if taken.Err != nil {
				one.told <- told{err: taken.Err}
			} else {
				one.told <- told{answer: taken.Answers[j]}
			}
		}
	}
}

// stepOf returns the call about what ends, and about as many others as it may be followed by.
func stepOf(some []completion, others int) queue.Step {
	step := queue.Step{Settled: make([]queue.Settled, len(some)), Claims: newClaims(others)}
	for i, one := range some {
		step.Settled[i] = queue.Settled{ID: one.of.ticket.ID, Claim: one.of.ticket.Claim, Result: one.result}
	}
	return step
}

// follow starts what has begun, in slots that were lent for it.
func (w *Worker) follow(begun []queue.Claimed, lent []*attempt) {
	if len(lent) == 0 {
		return
	}
	atClaimed(begun)
	granted, suspects := grantedOf(begun)
	w.meetSuspects(suspects)
	w.start(granted, 1)
	w.giveBack(lent[len(granted):])
}

// offer keeps claims whose call was not answered: items of this worker's list may have them.
func (w *Worker) offer(claims []string) {
	if len(claims) == 0 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.offered) > offersKept {
		clear(w.offered)
	}
	for _, claim := range claims {
		w.offered[claim] = true
	}
	w.unheard.Store(true)
}

// lend takes the slots of attempts that end, for what may follow them. An attempt that is told of for a
// second time, its first call being under way, has none any more.
func (w *Worker) lend(some []completion) []*attempt {
	if w.now() >= time.Duration(w.followUntil.Load()) || w.resting.Load() || w.unheard.Load() {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var lent []*attempt
	for _, one := range some {
		if one.of.slots == 1 {
			one.of.slots = 0
			lent = append(lent, one.of)
		}
	}
	return lent
}

// giveBack returns slots that nothing followed in, to their attempts or for those that are gone to all.
func (w *Worker) giveBack(lent []*attempt) {
	w.mu.Lock()
	free := 0
	for _, a := range lent {
		if w.running[a.ticket.Claim] == a {
			a.slots = 1
		} else {
			free++
		}
	}
	w.mu.Unlock()
	w.giveSlots(free)
}

func (w *Worker) meetSuspects(suspects []queue.Ticket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.met = append(w.met, suspects...)
}

// takeMet hands the suspects that were met to the fetch loop.
func (w *Worker) takeMet() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.suspects = append(w.suspects, w.met...)
	w.met = nil
}
