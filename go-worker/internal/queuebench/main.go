// Command queuebench is a worker whose handler does nothing: what is left is what the queue costs.
// bench/queue starts it, beside workers of other task systems that do the same nothing.
//
//	queuebench REDIS_URL SLOTS BATCH FILE
//
// An item of which a time is to be known says so in its params; a line about it goes to FILE.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"harmonizer/go-worker/internal/logs"
	"harmonizer/go-worker/internal/metrics"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

// nap is how long an item of kind "sleep" runs: long enough to be killed in.
const nap = 5 * time.Second

func main() {
	if err := run(os.Args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("usage: %s REDIS_URL SLOTS BATCH FILE", args[0])
	}
	slots, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	batch, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	out, err := os.OpenFile(args[4], os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	rdb, err := queue.Connect(args[1])
	if err != nil {
		return err
	}
	defer rdb.Close()
	q := queue.New(rdb, "harmonizer")
	defer q.Close()
	id, err := worker.Identity()
	if err != nil {
		return err
	}
	w := worker.New(worker.Config{
		Queue:    q,
		Handlers: map[string]worker.Handler{queue.KindFile: handler{out}},
		Metrics:  metrics.New(prometheus.NewRegistry()),
		Log:      logs.New("worker", slog.LevelWarn, os.Stderr), // the others are as silent
		ID:       id,
		Version:  "bench",
		Slots:    slots,
		Batch:    batch,
		Lease:    15 * time.Second,
		Grace:    time.Second,
	})
	stopping, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	return w.Run(stopping, stopping)
}

type handler struct{ out *os.File }

// params is the payload of bench/queue/payload.py.
type params struct {
	Kind string `json:"k"`
	ID   int    `json:"id"`
	Sent int64  `json:"t"` // ns since 1970
}

func (h handler) Handle(ctx context.Context, item worker.Item) (worker.Result, error) {
	var p params
	if err := json.Unmarshal(item.Message.Params, &p); err != nil {
		return worker.Result{}, err
	}
	switch p.Kind {
	case "time":
		fmt.Fprintln(h.out, "L", time.Now().UnixNano()-p.Sent)
	case "sleep":
		fmt.Fprintln(h.out, "S", p.ID, time.Now().UnixNano())
		select {
		case <-time.After(nap):
		case <-ctx.Done():
			return worker.Result{}, ctx.Err()
		}
		fmt.Fprintln(h.out, "E", p.ID, time.Now().UnixNano())
	}
	return worker.Result{Manifest: "none", Counts: map[string]int64{}}, nil
}
