// Package faults lets a test end or hold up a process at the named points between two steps of the
// contract, and switch its repairs off one by one. Without the variables of docs/faults.md it does
// nothing, and it refuses them outside a test. harmonizer_queue.faults is the same in Python.
package faults

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// The points, by what has just happened. Those of the Python processes stand in faults.py.
const (
	Fetched  = "fetched"  // an id is in this worker's list, not claimed
	Claimed  = "claimed"  // it runs here, and its handler has not begun
	Handling = "handling" // the handler begins; about the source of its file, or shard-1 and so on
	Written  = "written"  // outputs are in their folder, not durable
	Unnamed  = "unnamed"  // outputs are durable, their manifest is not
	Handled  = "handled"  // everything is durable, redis has not heard
	Settled  = "settled"  // redis has heard
)

// The repairs of a worker that can be switched off.
const (
	Reap    = "reap"
	Audit   = "audit"
	OwnList = "own-list"
	Bury    = "bury"
)

// An action is what happens at a point, with a probability each time.
type action struct {
	kill        bool
	probability float64
	hold        time.Duration
}

type plan struct {
	actions map[string]action // by point, or point@about
	off     map[string]bool
	log     string
	over    time.Time // zero: never

	mu     sync.Mutex
	random *rand.Rand
}

var current atomic.Pointer[plan]

// Configure reads HARMONIZER_FAILPOINTS and HARMONIZER_REPAIRS_OFF. Call it once, before anything else runs.
func Configure(getenv func(string) string) error {
	points, off := getenv("HARMONIZER_FAILPOINTS"), getenv("HARMONIZER_REPAIRS_OFF")
	if points == "" && off == "" {
		return nil
	}
	if getenv("HARMONIZER_TEST_MODE") != "1" {
		return errors.New("HARMONIZER_FAILPOINTS and HARMONIZER_REPAIRS_OFF are for tests: they need HARMONIZER_TEST_MODE=1")
	}
	p, err := parse(points, off)
	if err != nil {
		return err
	}
	current.Store(p)
	return nil
}

// parse reads entries such as fetched=kill:0.1, handling@poison=kill:1, settled=hold:0.05:3 (seconds),
// seed=7, log=FILE, and for=25: nothing happens later than so many seconds after the start.
func parse(points, off string) (*plan, error) {
	p := &plan{actions: make(map[string]action), off: make(map[string]bool)}
	seed := rand.Uint64()
	for _, entry := range strings.Split(points, ",") {
		if entry == "" {
			continue
		}
		name, value, _ := strings.Cut(entry, "=")
		var err error
		switch name {
		case "seed":
			seed, err = strconv.ParseUint(value, 10, 64)
		case "log":
			p.log = value
		case "for":
			var seconds float64
			seconds, err = strconv.ParseFloat(value, 64)
			p.over = time.Now().Add(time.Duration(seconds * float64(time.Second)))
		default:
			p.actions[name], err = parseAction(value)
		}
		if err != nil {
			return nil, fmt.Errorf("HARMONIZER_FAILPOINTS: %q is no failpoint", entry)
		}
	}
	for _, repair := range strings.Split(off, ",") {
		p.off[repair] = true
	}
	p.random = rand.New(rand.NewPCG(seed, seed))
	return p, nil
}

func parseAction(text string) (action, error) {
	parts := strings.Split(text, ":")
	a := action{kill: parts[0] == "kill"}
	if !(a.kill && len(parts) == 2 || parts[0] == "hold" && len(parts) == 3) {
		return a, errors.New("neither kill:PROBABILITY nor hold:PROBABILITY:SECONDS")
	}
	var err error
	if a.probability, err = strconv.ParseFloat(parts[1], 64); err != nil || a.kill {
		return a, err
	}
	seconds, err := strconv.ParseFloat(parts[2], 64)
	a.hold = time.Duration(seconds * float64(time.Second))
	return a, err
}

// At is called at a point, about some item where that matters. It may not return.
func At(point, about string) {
	p := current.Load()
	if p == nil {
		return
	}
	for _, name := range []string{point, point + "@" + about} {
		if a, ok := p.actions[name]; ok && p.happens(a) {
			p.tell(name, a)
			a.do()
		}
	}
}

// Asked reports whether anything is to happen at a point: one that lies between two calls which share a round trip
// otherwise.
func Asked(point string) bool {
	p := current.Load()
	if p == nil {
		return false
	}
	_, asked := p.actions[point]
	return asked
}

// Off reports whether a repair is switched off.
func Off(repair string) bool {
	p := current.Load()
	return p != nil && p.off[repair]
}

func (p *plan) happens(a action) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return (p.over.IsZero() || time.Now().Before(p.over)) && p.random.Float64() < a.probability
}

// tell notes in the log's file, which all processes share, what happens now.
func (p *plan) tell(name string, a action) {
	if p.log == "" {
		return
	}
	file, err := os.OpenFile(p.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return
	}
	defer file.Close()
	word := "hold"
	if a.kill {
		word = "kill"
	}
	_, _ = file.WriteString(name + " " + word + "\n") // one write: lines of processes do not mix
}

func (a action) do() {
	if a.kill {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // nothing follows, however late the signal is
	}
	time.Sleep(a.hold)
}
