package queue

import (
	"fmt"
	"strconv"
	"strings"
)

// WorkerID names one worker process for as long as it lives. Two processes never share one, and
// a successor on the same host can tell from it whether its predecessor's process is gone.
type WorkerID struct {
	Host      string
	BootID    string // of the kernel: processes do not outlive it
	Namespace string // of pids: elsewhere the same pid is another process
	PID       int
	StartTime string // of the process: pids are used again
	Random    string
}

// String returns the id as it stands in Redis: the six parts joined by "/".
func (w WorkerID) String() string {
	return strings.Join([]string{w.Host, w.BootID, w.Namespace, strconv.Itoa(w.PID), w.StartTime, w.Random}, "/")
}

// ParseWorkerID reads an id that String wrote.
func ParseWorkerID(text string) (WorkerID, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 6 {
		return WorkerID{}, fmt.Errorf("queue: worker id of %d parts instead of 6", len(parts))
	}
	pid, err := strconv.Atoi(parts[3])
	if err != nil {
		return WorkerID{}, fmt.Errorf("queue: pid of a worker id: %w", err)
	}
	return WorkerID{parts[0], parts[1], parts[2], pid, parts[4], parts[5]}, nil
}
