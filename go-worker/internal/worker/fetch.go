package worker

import (
	"context"
	"errors"
	"slices"
	"time"

	"harmonizer/queue"
	"harmonizer/queue/faults"
)

const (
	fetchTime = 2 * time.Second        // how long one fetch blocks
	listEvery = 15 * time.Second       // how often a worker looks for what it holds and does not know
	fullPause = 250 * time.Millisecond // between looks at a full server with nothing to do
	callTime  = 3 * time.Second        // for any other call to Redis
)

// fetch is the one loop that fetches and claims, each time with a free slot.
func (w *Worker) fetch(ctx context.Context) {
	var trouble backoff
	for ctx.Err() == nil && w.takeSlots(ctx, 1) {
		started, err := w.fetchOne(ctx)
		if !started {
			w.giveSlots(1)
		}
		if err == nil {
			trouble.reset()
			continue
		}
		if trouble.fresh() && ctx.Err() == nil {
			w.log.Warn("redis does not answer", "error", describe(err))
		}
		w.listAgain = true // the reply may have been lost on its way
		trouble.wait(ctx)
	}
}

// fetchOne fetches an item, claims it, and starts it in the slot that its caller has taken.
func (w *Worker) fetchOne(ctx context.Context) (started bool, err error) {
	ticket, err := w.next(ctx)
	if err != nil || ticket.ID == "" || ctx.Err() != nil { // stopping: it goes back unclaimed
		return false, err
	}
	started, err = w.claim(ctx, ticket)
	if err != nil {
		// Whether it was claimed is not known; the same claim again will tell.
		w.unclaimed = slices.Insert(w.unclaimed, 0, ticket)
	}
	return started, err
}

// next returns an item to claim, or none: one that is held already, else the next that is ready.
func (w *Worker) next(ctx context.Context) (queue.Ticket, error) {
	if (w.listAgain || w.now()-w.lastListed > listEvery) && !faults.Off(faults.OwnList) {
		if err := w.adopt(ctx); err != nil {
			return queue.Ticket{}, err
		}
	}
	if len(w.unclaimed) > 0 {
		ticket := w.unclaimed[0]
		w.unclaimed = w.unclaimed[1:]
		return ticket, nil
	}
	id, err := w.Queue.Fetch(ctx, w.id, fetchTime)
	if errors.Is(err, queue.ErrFull) {
		id, err = w.take(ctx)
	}
	if err != nil || id == "" {
		if err == nil {
			w.health.fetched(w.now)
		}
		return queue.Ticket{}, err
	}
	faults.At(faults.Fetched, "")
	w.health.fetched(w.now)
	return queue.Ticket{ID: id, Claim: newClaim()}, nil
}

// take fetches from a full server, which refuses the blocking fetch.
func (w *Worker) take(ctx context.Context) (string, error) {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	id, err := w.Queue.Take(call, w.id)
	if err == nil && id == "" {
		pause(ctx, fullPause)
	}
	return id, err
}

// adopt notes every item that stands in this worker's list although it knows nothing of it: Redis
// moved it, and the reply was lost.
func (w *Worker) adopt(ctx context.Context) error {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	held, err := w.Queue.Processing(call, w.id)
	if err != nil {
		return err
	}
	w.listAgain, w.lastListed = false, w.now()
	known := make(map[string]bool)
	for _, a := range w.attempts() {
		known[a.ticket.ID] = true
	}
	for _, ticket := range w.unclaimed {
		known[ticket.ID] = true
	}
	for _, id := range held {
		if !known[id] {
			known[id] = true
			w.unclaimed = append(w.unclaimed, queue.Ticket{ID: id, Claim: newClaim()})
			w.log.Info("found an item whose fetch was not answered", "item_id", id)
		}
	}
	return nil
}

// claim makes a fetched item this worker's, and starts it. A suspect, which may have killed its
// last workers, waits until nothing else runs here, and nothing else runs beside it.
func (w *Worker) claim(ctx context.Context, ticket queue.Ticket) (started bool, err error) {
	claimed, err := w.tryClaim(ctx, ticket, false)
	if err != nil {
		return false, err
	}
	slots := 1
	if claimed.Answer == queue.Alone {
		if !w.takeSlots(ctx, w.Slots-1) {
			return false, nil // stopping: it goes back unclaimed
		}
		slots = w.Slots
		if claimed, err = w.tryClaim(ctx, ticket, true); err != nil || claimed.Answer != queue.OK {
			w.giveSlots(slots - 1)
			return false, err
		}
	}
	if claimed.Answer != queue.OK {
		return false, nil // ended, paused or somebody else's: it is out of the list
	}
	faults.At(faults.Claimed, "")
	w.start(claimed, slots)
	return true, nil
}

func (w *Worker) tryClaim(ctx context.Context, ticket queue.Ticket, alone bool) (queue.Claimed, error) {
	// Not the context of a stop: an item that is claimed without anybody knowing would count as lost.
	call, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTime)
	defer cancel()
	claimed, err := w.Queue.Claim(call, []queue.Ticket{ticket}, w.id, w.Lease, alone)
	if err != nil {
		return queue.Claimed{}, err
	}
	return claimed[0], nil
}
