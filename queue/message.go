package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// Version is the form of message this code knows.
const Version = 1

// ErrUnsupported reports a message of another version or an unknown kind. The worker defers it
// (reason "unsupported"): a newer worker may know it.
var ErrUnsupported = errors.New("queue: unsupported message")

// Message says what a worker needs to do one item, as contract/schemas/item.json describes it.
type Message struct {
	V           int             `json:"v"`
	ItemID      string          `json:"item_id"`
	JobID       string          `json:"job_id"`
	Kind        string          `json:"kind"`
	Priority    string          `json:"priority"`
	CreatedAt   int64           `json:"created_at"` // ms since 1970 UTC
	TimeoutMS   int64           `json:"timeout_ms"` // of one attempt
	MaxFailures int             `json:"max_failures"`
	MaxLosses   int             `json:"max_losses"`
	Backoff     Backoff         `json:"backoff"`
	Input       Input           `json:"input"`
	Params      json.RawMessage `json:"params"` // an object; its form depends on Kind
	Trace       Trace           `json:"trace"`
}

// Input is what an item reads: a reference relative to the store, with digest and size.
type Input struct {
	URI    string `json:"uri"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Media  string `json:"media"`
	Range  *Range `json:"range"` // nil: all of it
}

// Range is the bytes Start <= i < End of an input.
type Range struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

// Backoff bounds the delay after a failure.
type Backoff struct {
	BaseMS int64 `json:"base_ms"`
	CapMS  int64 `json:"cap_ms"`
}

// Trace is the W3C trace context of the submission; empty when there is none.
type Trace struct {
	Traceparent string `json:"traceparent,omitempty"`
	Tracestate  string `json:"tracestate,omitempty"`
}

// ParseMessage reads the message of an item. A message of another version or of an unknown kind
// comes back with what could be read and ErrUnsupported; anything else is no JSON of this form.
func ParseMessage(text string) (Message, error) {
	var m Message
	err := json.Unmarshal([]byte(text), &m)
	if err == nil && m.V == Version && known(m.Kind) {
		return m, nil
	}
	var head struct {
		V    int    `json:"v"`
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal([]byte(text), &head); err != nil {
		return Message{}, fmt.Errorf("queue: parse message: %w", err)
	}
	switch m = (Message{V: head.V, Kind: head.Kind}); {
	case !known(head.Kind):
		return m, fmt.Errorf("%w: kind %q", ErrUnsupported, head.Kind)
	case head.V != Version:
		return m, fmt.Errorf("%w: version %d", ErrUnsupported, head.V)
	}
	return Message{}, fmt.Errorf("queue: parse message: %w", err)
}

func known(kind string) bool {
	switch kind {
	case KindFile, KindPlan, KindTransform, KindFinish, KindLink:
		return true
	}
	return false
}

// Timeout is the longest one attempt may take.
func (m Message) Timeout() time.Duration {
	return time.Duration(m.TimeoutMS) * time.Millisecond
}

// Delay draws the delay before the attempt that follows the n-th failure (n >= 1), with full
// jitter: between 0 and min(cap, base * 2^(n-1)). random is in [0, 1). It is drawn here because
// the random numbers of a Redis script are the same in every call.
func (b Backoff) Delay(n int, random float64) time.Duration {
	most := math.Min(float64(b.CapMS), math.Ldexp(float64(b.BaseMS), n-1))
	return time.Duration(random*most) * time.Millisecond
}
