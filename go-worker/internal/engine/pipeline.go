package engine

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"harmonizer/go-worker/internal/table"
)

// A task is one chunk on its way.
type task[R any] struct {
	chunk  *table.Chunk
	before <-chan int64 // records before this chunk, from the task of the previous one
	after  chan<- int64 // records before the next chunk
	result R
	err    error
	done   chan struct{}
}

// A stage is what happens to the chunks of a source.
type stage[R any] struct {
	name       string // for errors
	source     *table.Source
	goroutines int
	first      int64 // records of the file before those of the source
	// work returns the function of one goroutine: it makes something of the records of a chunk, knowing how many
	// stand before them in the file.
	work func() func(b *table.Batch, before int64) R
	// hand takes over what became of a chunk, in the order of the file, in the goroutine that called run.
	hand func(result R, bytes int) error
	// meet sees each chunk before what became of it is handed over; may be nil.
	meet func(c *table.Chunk)
}

// run scans the source. The chunks in flight are bounded, and so is memory.
func (s stage[R]) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // hand may panic
	n := max(s.goroutines, 1)
	inFlight := 2 * n
	order, ready := make(chan *task[R], inFlight), make(chan *task[R], inFlight+1)
	var running sync.WaitGroup
	var scanned error
	running.Go(func() {
		defer close(order)
		defer close(ready)
		scanned = s.scan(ctx, order, ready)
	})
	for range n {
		running.Go(func() { s.serve(ctx, ready) })
	}
	var failed error
	for t := range order {
		<-t.done
		if failed == nil {
			failed = t.err
		}
		if failed == nil && s.meet != nil {
			s.meet(t.chunk)
		}
		if failed == nil {
			failed = s.hand(t.result, t.chunk.Bytes())
		}
		t.chunk.Release()
		if failed != nil {
			cancel()
		}
	}
	cancel()
	running.Wait()
	if failed != nil {
		return failed
	}
	return scanned
}

// scan hands each chunk to the goroutines, and to whom waits for the results.
func (s stage[R]) scan(ctx context.Context, order, ready chan<- *task[R]) (err error) {
	defer recovered(&err, s.name+": reading")
	first := make(chan int64, 1)
	first <- s.first
	var before <-chan int64 = first
	return s.source.Scan(ctx, func(c *table.Chunk) error {
		after := make(chan int64, 1)
		t := &task[R]{chunk: c, before: before, after: after, done: make(chan struct{})}
		before = after
		select {
		case order <- t:
			ready <- t // has room for all that order holds, and for the one being waited for
			return nil
		case <-ctx.Done():
			c.Release()
			return ctx.Err()
		}
	})
}

// serve works on chunks until there are no more.
func (s stage[R]) serve(ctx context.Context, ready <-chan *task[R]) {
	batch := new(table.Batch)
	work, err := s.begin()
	for t := range ready {
		if t.err = err; err == nil {
			t.err = s.do(ctx, t, batch, work)
		}
		close(t.done)
	}
}

// begin makes the function of one goroutine.
func (s stage[R]) begin() (work func(*table.Batch, int64) R, err error) {
	defer recovered(&err, s.name)
	return s.work(), nil
}

// do works on one chunk. Tasks are begun in the order of the file, so the one before it is further on, or done.
func (s stage[R]) do(ctx context.Context, t *task[R], b *table.Batch, work func(*table.Batch, int64) R) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = bug(reason, fmt.Sprintf("%s: the records from line %d", s.name, t.chunk.Line))
		}
	}()
	if err := s.source.Decode(t.chunk, b); err != nil {
		return err
	}
	select {
	case before := <-t.before:
		t.after <- before + int64(b.Len())
		t.result = work(b, before)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// recovered turns a panic into an error that says where it was met: no input may end the process. It is deferred.
func recovered(err *error, where string) {
	if reason := recover(); reason != nil {
		*err = bug(reason, where)
	}
}

// bug describes a panic. It tells where it happened, never what the data were.
func bug(reason any, where string) error {
	what := fmt.Sprintf("a %T", reason)
	var e runtime.Error
	if err, ok := reason.(error); ok && errors.As(err, &e) {
		what = e.Error()
	}
	return fmt.Errorf("bug: %s in %s\n%s", what, where, debug.Stack())
}
