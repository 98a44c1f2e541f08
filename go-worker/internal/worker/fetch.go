package worker

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"time"

	"harmonizer/queue"
	"harmonizer/queue/faults"
)

const (
	fetchTime = 2 * time.Second        // how long one fetch blocks
	listEvery = 15 * time.Second       // how often a worker looks for what it holds and does not know
	fetchMost = 16                     // items of one fetch: each claim that is offered costs something
	fullPause = 250 * time.Millisecond // between looks at a full server with nothing to do
	callTime  = 3 * time.Second        // for any other call to Redis
)

// fetch is the one loop that fetches and claims, each time for the slots that are free.
func (w *Worker) fetch(ctx context.Context) {
	var trouble backoff
	defer w.followUntil.Store(0)
	for ctx.Err() == nil {
		free := w.takeFreeSlots(ctx)
		if free == 0 {
			return
		}
		used, err := w.fetchSome(ctx, free)
		w.giveSlots(free - used)
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

// fetchSome fetches items, claims them, and starts them in the slots that its caller has taken. It
// returns how many slots are in use now.
func (w *Worker) fetchSome(ctx context.Context, free int) (used int, err error) {
	w.takeMet()
	if len(w.suspects) > 0 {
		w.followUntil.Store(0) // they need all slots
	}
	if len(w.suspects) > 0 && len(w.unclaimed) == 0 {
		return w.claimSuspect(ctx, free)
	}
	claimed, err := w.next(ctx, free)
	granted, suspects := grantedOf(claimed)
	w.suspects = append(w.suspects, suspects...)
	if ctx.Err() != nil {
		w.release(granted)
		return 0, err
	}
	w.start(granted, 1)
	runtime.Gosched() // the handlers first, then the next fetch
	return len(granted), err
}

// release hands back what was claimed for a worker that stops now.
func (w *Worker) release(granted []queue.Claimed) {
	call, cancel := context.WithTimeout(context.Background(), lastCalls)
	defer cancel()
	for _, one := range granted { // when it is not heard, bye or reap finds it
		_, _ = w.Queue.Release(call, queue.Ticket{ID: one.ID, Claim: one.Claim})
	}
}

// grantedOf returns what was claimed, and what may run only alone. Anything else ended, is paused or somebody
// else's: it is out of the list.
func grantedOf(claimed []queue.Claimed) (granted []queue.Claimed, suspects []queue.Ticket) {
	for _, one := range claimed {
		switch one.Answer {
		case queue.OK:
			granted = append(granted, one)
		case queue.Alone:
			suspects = append(suspects, queue.Ticket{ID: one.ID, Claim: one.Claim})
		}
	}
	return granted, suspects
}

// claimSuspect claims an item that may have killed its last workers. It waits until nothing else runs
// here, and nothing else runs beside it.
func (w *Worker) claimSuspect(ctx context.Context, free int) (used int, err error) {
	rest := w.Slots - free
	if !w.takeSlots(ctx, rest) {
		return 0, nil // stopping: it goes back unclaimed
	}
	claimed, err := w.claim(ctx, w.suspects[:1], true)
	if err == nil {
		w.suspects = w.suspects[1:]
		if claimed[0].Answer == queue.OK {
			w.start(claimed, w.Slots)
			return free, nil
		}
	}
	w.giveSlots(rest)
	return 0, err
}

// next claims at most n items: those that are held already, else what waits. A worker that was told to take
// nothing more only finishes what it holds.
func (w *Worker) next(ctx context.Context, n int) ([]queue.Claimed, error) {
	if w.unheard.Swap(false) {
		w.listAgain = true
	}
	if (w.listAgain || w.now()-w.lastListed >= listEvery) && !faults.Off(faults.OwnList) {
		if err := w.adopt(ctx); err != nil {
			return nil, err
		}
	}
	switch {
	case len(w.unclaimed) > 0:
		return w.claimHeld(ctx, n)
	case w.resting.Load():
		w.health.fetched(w.now)
		pause(ctx, w.Pulse)
		return nil, nil
	}
	return w.fetchNext(ctx, n)
}

// claimHeld claims what is in this worker's list already.
func (w *Worker) claimHeld(ctx context.Context, n int) ([]queue.Claimed, error) {
	if ctx.Err() != nil { // stopping: it goes back unclaimed
		return nil, nil
	}
	tickets := w.unclaimed[:min(n, len(w.unclaimed))]
	claimed, err := w.claim(ctx, tickets, false)
	if err == nil { // otherwise the same claims again will tell whether they were granted
		w.unclaimed = w.unclaimed[len(tickets):]
	}
	return claimed, err
}

// fetchNext waits for what is ready, and claims it in the same round trip.
func (w *Worker) fetchNext(ctx context.Context, n int) ([]queue.Claimed, error) {
	if !w.plenty {
		w.followUntil.Store(0) // nothing more waits, as far as this worker knows
	}
	var claims []string
	if !faults.Asked(faults.Fetched) {
		claims = newClaims(min(n, fetchMost))
	}
	claimed, id, err := w.Queue.Fetch(ctx, w.id, fetchTime, w.Lease, claims)
	var ids []string
	switch {
	case errors.Is(err, queue.ErrFull):
		ids, err = w.take(ctx, n)
	case err != nil:
		w.offer(claims)
		return nil, err
	case id != "":
		ids = []string{id}
	}
	w.plenty = len(claims) > 0 && len(claimed) == len(claims)
	w.unclaimed = append(w.unclaimed, w.ticketsFor(ids)...)
	atClaimed(claimed)
	return claimed, err
}

// ticketsFor returns a new claim for each id that was fetched.
func (w *Worker) ticketsFor(ids []string) []queue.Ticket {
	w.health.fetched(w.now)
	tickets := make([]queue.Ticket, len(ids))
	for i, id := range ids {
		faults.At(faults.Fetched, "")
		tickets[i] = queue.Ticket{ID: id, Claim: newClaim()}
	}
	return tickets
}

// take fetches from a full server, which refuses the blocking fetch.
func (w *Worker) take(ctx context.Context, n int) ([]string, error) {
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	ids, err := w.Queue.Take(call, w.id, n)
	if err == nil && len(ids) == 0 {
		pause(ctx, fullPause)
	}
	return ids, err
}

// adopt notes every item that stands in this worker's list although it knows nothing of it: Redis
// moved it, and the reply was lost. One that has a claim which was offered is asked for under that.
func (w *Worker) adopt(ctx context.Context) error {
	w.following.Lock() // what follows has started, or its call was not answered
	defer w.following.Unlock()
	w.takeMet()
	call, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	held, err := w.Queue.Processing(call, w.id)
	if err != nil {
		return err
	}
	known := make(map[string]bool)
	for _, a := range w.attempts() {
		known[a.ticket.ID] = true
	}
	for _, ticket := range slices.Concat(w.unclaimed, w.suspects) {
		known[ticket.ID] = true
	}
	var found []string
	for _, id := range held {
		if !known[id] {
			known[id] = true
			found = append(found, id)
		}
	}
	tickets, err := w.askClaims(call, found)
	if err != nil {
		return err
	}
	w.listAgain, w.lastListed = false, w.now()
	for _, ticket := range tickets {
		w.unclaimed = append(w.unclaimed, ticket)
		w.log.Info("found an item whose fetch was not answered", "item_id", ticket.ID)
	}
	return nil
}

// askClaims returns a claim for each id: the one it has, when that was offered, else a new one.
func (w *Worker) askClaims(ctx context.Context, ids []string) ([]queue.Ticket, error) {
	tickets := make([]queue.Ticket, len(ids))
	for i, id := range ids {
		tickets[i] = queue.Ticket{ID: id, Claim: newClaim()}
	}
	w.mu.Lock()
	offered := len(w.offered)
	w.mu.Unlock()
	if len(ids) == 0 || offered == 0 {
		return tickets, nil
	}
	claims, err := w.Queue.ClaimsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, claim := range claims {
		if w.offered[claim] {
			delete(w.offered, claim)
			tickets[i].Claim = claim
		}
	}
	return tickets, nil
}

// claim makes fetched items this worker's.
func (w *Worker) claim(ctx context.Context, tickets []queue.Ticket, alone bool) ([]queue.Claimed, error) {
	call, cancel := claimTime(ctx)
	defer cancel()
	claimed, err := w.Queue.Claim(call, tickets, w.id, w.Lease, alone)
	atClaimed(claimed)
	return claimed, err
}

// claimTime bounds a claim. It does not end with a stop: an item that is claimed without anybody
// knowing would count as lost.
func claimTime(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), callTime)
}

// atClaimed lets the fault harness stop the process after each claim.
func atClaimed(claimed []queue.Claimed) {
	for _, one := range claimed {
		if one.Answer == queue.OK {
			faults.At(faults.Claimed, "")
		}
	}
}
