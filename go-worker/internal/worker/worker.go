// Package worker fetches items from the queue, has handlers do them, and settles what came of it:
// the Go half of the contract in queue/README.md. One goroutine fetches and claims, one per item
// runs its handler, and a few more renew, report and keep house. It knows nothing of files or rows.
package worker

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"harmonizer/go-worker/internal/metrics"
	"harmonizer/queue"
)

// Config is what a worker needs. Durations that are zero get their usual values.
type Config struct {
	Queue    *queue.Queue
	Handlers map[string]Handler // by kind of item
	Metrics  *metrics.Metrics
	Log      *slog.Logger
	ID       queue.WorkerID
	Version  string
	Slots    int           // items at a time
	Batch    int           // items that one call to Redis is about, at most; queue.Batch
	Lease    time.Duration // how long a claim holds without renewal
	Grace    time.Duration // for work in flight at a stop

	Stall time.Duration // a handler without progress for so long hangs; 60 s
	Yield time.Duration // a handler whose context has ended has so long to return; 10 s
	Pulse time.Duration // of heartbeat, progress, and housekeeping; 1 s
}

// ErrStuck reports that a handler hung and did not return when told to: only the end of the process
// frees its slot. Everything else was handed back.
var ErrStuck = errors.New("worker: a handler hangs")

// A Worker is one process's part in the queue. Run it once.
type Worker struct {
	Config
	id    string
	log   *slog.Logger
	began time.Time // what now counts from

	slots chan struct{} // one element for each free slot; only the fetch loop takes any
	stuck chan struct{} // closed when a handler is found stuck

	mu      sync.Mutex
	running map[string]*attempt // by claim: an item may run twice for a moment, when its first claim was lost

	followUntil atomic.Int64    // until when what ends may be followed at once, on the clock of now; 0 while nothing is to follow
	following   sync.RWMutex    // held for reading from lending slots until what follows has started
	unheard     atomic.Bool     // a call that starts what follows was not answered
	offered     map[string]bool // the claims of such calls; guarded by mu
	met         []queue.Ticket  // suspects that were to follow, for the fetch loop; guarded by mu

	// Owned by the fetch loop while it runs.
	unclaimed  []queue.Ticket // fetched, and not claimed yet
	suspects   []queue.Ticket // fetched, and to be claimed when nothing else runs
	plenty     bool           // the last fetch found as much as it had claims for
	listAgain  bool           // the list of this worker may hold ids it does not know
	lastListed time.Duration

	completions chan completion // of handlers, for the loops that tell Redis

	draining  atomic.Bool     // it stops
	resting   atomic.Bool     // it was told to take nothing more, until it is told otherwise
	unsettled context.Context // ends when what is unsettled has to be given up
	giveUp    context.CancelFunc
	health    health
}

// New returns a worker that has not started.
func New(c Config) *Worker {
	if c.Batch == 0 {
		c.Batch = queue.Batch
	}
	if c.Stall == 0 {
		c.Stall = time.Minute
	}
	if c.Yield == 0 {
		c.Yield = 10 * time.Second
	}
	if c.Pulse == 0 {
		c.Pulse = time.Second
	}
	w := &Worker{
		Config:  c,
		id:      c.ID.String(),
		began:   time.Now(),
		slots:   make(chan struct{}, c.Slots),
		stuck:   make(chan struct{}),
		running: make(map[string]*attempt),
		offered: make(map[string]bool),

		completions: make(chan completion, queue.Batch),
	}
	w.log = c.Log.With("worker_id", w.id)
	w.unsettled, w.giveUp = context.WithCancel(context.Background())
	w.giveSlots(c.Slots)
	w.countSlots()
	return w
}

// Run works until ctx ends, then drains: what runs gets Config.Grace to finish, or until atOnce
// ends; the rest is handed back. It waits for Redis as long as it takes, and outlives its absence.
// The error is nil after a stop, ErrStuck when the process has to end, and queue.ErrUnfit when it is not to
// begin.
func (w *Worker) Run(ctx, atOnce context.Context) error {
	defer w.giveUp()
	if known, err := w.greet(ctx); !known {
		return err
	}
	w.buryPredecessors(ctx)

	background, endBackground := context.WithCancel(context.WithoutCancel(ctx))
	var loops sync.WaitGroup
	loops.Go(func() { w.beat(background) })
	loops.Go(func() { w.renew(background) })
	for range 2 { // while one call is under way, what ends meanwhile has another
		loops.Go(func() { w.completeAll(background) })
	}
	loops.Go(func() { w.watch(background) })
	loops.Go(func() { w.keepHouse(background) })

	fetching, stopFetching := context.WithCancel(ctx)
	defer stopFetching()
	fetched := make(chan struct{})
	go func() {
		defer close(fetched)
		w.fetch(fetching)
	}()

	var err error
	select {
	case <-ctx.Done():
		w.log.Info("draining", "running", len(w.attempts()))
	case <-w.stuck:
		err = ErrStuck
		w.log.Error("a handler hangs, so this process ends")
	}
	stopFetching()
	w.drain(fetched, atOnce, err == nil)
	endBackground() // before bye: a heartbeat after it would bring this worker back
	loops.Wait()
	w.leave()
	w.log.Info("worker ended")
	return err
}

// now is the time since the worker was made, by a clock that never jumps.
func (w *Worker) now() time.Duration {
	return time.Since(w.began)
}

// attempts returns what runs now.
func (w *Worker) attempts() []*attempt {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([]*attempt, 0, len(w.running))
	for _, a := range w.running {
		all = append(all, a)
	}
	return all
}

// takeFreeSlots waits for a free slot and takes all that are free then, as many as one call can be
// about; 0 when ctx ended first. From here on what ends is followed at once, unless this loop needs the slots
// itself; until it waits for items, or the list of this worker is due to be looked at.
func (w *Worker) takeFreeSlots(ctx context.Context) int {
	var until time.Duration
	if len(w.suspects) == 0 && !w.listAgain && (len(w.unclaimed) == 0 || len(w.slots) > 0) {
		until = w.lastListed + listEvery
	}
	w.followUntil.Store(int64(until))
	if !w.takeSlot(ctx) {
		return 0
	}
	for n := 1; ; n++ {
		if n == w.Batch {
			return n
		}
		select {
		case <-w.slots:
		default:
			return n
		}
	}
}

// takeSlots waits for n free slots; false when ctx ended first, and then it holds none.
func (w *Worker) takeSlots(ctx context.Context, n int) bool {
	for taken := range n {
		if !w.takeSlot(ctx) {
			w.giveSlots(taken)
			return false
		}
	}
	return true
}

func (w *Worker) takeSlot(ctx context.Context) bool {
	select {
	case <-w.slots:
		return true
	default:
	}
	w.health.wait()
	defer w.health.resume(w.now)
	select {
	case <-w.slots:
		return true
	case <-ctx.Done():
		return false
	}
}

func (w *Worker) giveSlots(n int) {
	for range n {
		w.slots <- struct{}{}
	}
}

// newClaim returns 22 random characters.
func newClaim() string {
	var random [16]byte
	rand.Read(random[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(random[:])
}

func newClaims(n int) []string {
	claims := make([]string, n)
	for i := range claims {
		claims[i] = newClaim()
	}
	return claims
}

// share returns how many goroutines an attempt may compute with, when it is one of running: alone
// it has all cores, and with more at work fewer, so that many files do not wait for one another.
func share(running int) int {
	return max(1, runtime.GOMAXPROCS(0)/max(1, running))
}

// pause waits, or returns false when ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
