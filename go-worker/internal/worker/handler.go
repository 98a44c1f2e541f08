package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"harmonizer/queue"
)

// A Handler does the items of one kind. Many calls may run at the same time. It returns soon after
// ctx ends, and calls item.Progress or item.Moved at least once in Config.Stall while it is at work.
type Handler interface {
	Handle(ctx context.Context, item Item) (Result, error)
}

// An Item is one attempt, as its handler sees it.
type Item struct {
	Message     queue.Message
	Claim       string         // names the attempt; its outputs stand under it
	Concurrency int            // how many goroutines may compute at the same time
	Progress    func(Progress) // cheap; every call shows that the handler is at work
	Moved       func()         // shows the same without saying how far it is
	Log         *slog.Logger
}

// Progress is how far a handler is.
type Progress struct {
	Stage      string `json:"stage"`
	Rows       int64  `json:"rows"`
	Bytes      int64  `json:"bytes"`
	TotalBytes int64  `json:"total_bytes"`
}

// A Result is what an item came to, as contract/schemas/result.json describes it.
type Result struct {
	Manifest string           `json:"manifest"`
	Counts   map[string]int64 `json:"counts"`
	Files    []FileResult     `json:"files,omitempty"`
	Ranges   int              `json:"ranges,omitempty"` // of a file that was planned and is to be read in so many

	BytesIn  int64 `json:"-"` // for the metrics
	BytesOut int64 `json:"-"`
}

// A FileResult is what became of one input file.
type FileResult struct {
	Name   string  `json:"name"`
	Status string  `json:"status"` // ok, failed, skipped
	Reason *string `json:"reason"`
}

// encode returns the result as JSON. A long list of files stays in the manifest only.
func (r Result) encode() (string, error) {
	text, err := json.Marshal(r)
	if err == nil && len(text) > queue.MaxResultBytes {
		r.Files = nil
		text, err = json.Marshal(r)
	}
	if err != nil {
		return "", fmt.Errorf("encode the result: %w", err)
	}
	if len(text) > queue.MaxResultBytes {
		return "", fmt.Errorf("the result has %d bytes", len(text))
	}
	return string(text), nil
}

// A Failure is a handler's error that has a reason code of its own. Any other error has the reason
// handler_error.
type Failure struct {
	Reason    string
	Permanent bool // another attempt would fail in the same way
	Err       error
}

func (f *Failure) Error() string { return f.Reason + ": " + f.Err.Error() }

func (f *Failure) Unwrap() error { return f.Err }

// A deferral puts an item off without counting a failure.
type deferral struct {
	reason string
	delay  time.Duration
	why    string
}

func (d *deferral) Error() string { return d.reason + ": " + d.why }

// unsupported puts off an item that only a newer worker knows how to do.
func unsupported(why string) error {
	return &deferral{reasonUnsupported, 30 * time.Second, why}
}
