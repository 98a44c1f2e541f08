package worker

import (
	"sync"
	"time"
)

const (
	fetchSilence = time.Minute     // a fetch loop that fetched nothing for so long is not alive
	beatSilence  = 5 * time.Second // Redis was not heard of for so long: not ready
)

// health is what the probes are answered from.
type health struct {
	mu        sync.Mutex
	began     bool          // Redis has been reached once
	waiting   bool          // the fetch loop waits for a slot and fetches nothing on purpose
	lastFetch time.Duration // the last time that Redis answered a fetch
	lastBeat  time.Duration
}

func (h *health) wait() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting = true
}

// resume ends waiting: from now on fetches are expected.
func (h *health) resume(now func() time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting, h.lastFetch = false, now()
}

func (h *health) fetched(now func() time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.lastFetch = now()
}

func (h *health) beat(now func() time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.began, h.lastBeat = true, now()
}

// Alive reports whether the process is of use, or only looks like it: a fetch loop that wants work
// and hears nothing is to be started again. While Redis has not been there yet, waiting is its work.
func (w *Worker) Alive() bool {
	h := &w.health
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.began || h.waiting || w.draining.Load() || w.now()-h.lastFetch < fetchSilence
}

// Connected reports whether Redis has answered in the last seconds, and work is taken.
func (w *Worker) Connected() bool {
	h := &w.health
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.began && !w.draining.Load() && w.now()-h.lastBeat < beatSilence
}
