package worker

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"harmonizer/queue"
)

// What a handler tells of its progress, or that it moved, keeps it from stalling; an hour of silence does not.
func TestProgressKeepsAHandlerFromStalling(t *testing.T) {
	tests := []struct {
		name string
		tell func(Item)
		want error
	}{
		{"progress", func(item Item) { item.Progress(Progress{}) }, nil},
		{"a move", func(item Item) { item.Moved() }, nil},
		{"nothing", func(Item) {}, errStalled},
	}
	for _, tt := range tests {
		w := &Worker{Config: Config{Stall: time.Minute}, log: slog.New(slog.NewJSONHandler(io.Discard, nil)), began: time.Now()}
		var a *attempt
		w.Handlers = map[string]Handler{queue.KindFile: handleFunc(func(ctx context.Context, item Item) (Result, error) {
			w.began = w.began.Add(-time.Hour) // an hour passes
			tt.tell(item)
			if w.isStuck(a) {
				t.Errorf("after %s it is stuck before it was told to stop", tt.name)
			}
			return Result{}, context.Cause(ctx)
		})}
		message := queue.Message{Kind: queue.KindFile, TimeoutMS: time.Hour.Milliseconds()}
		a = w.attempt(queue.Claimed{Message: message}, 1)
		if _, err := w.handle(a, 1); err != tt.want {
			t.Errorf("after %s: %v, want %v", tt.name, err, tt.want)
		}
		a.release()
	}
}

type handleFunc func(context.Context, Item) (Result, error)

func (f handleFunc) Handle(ctx context.Context, item Item) (Result, error) { return f(ctx, item) }
