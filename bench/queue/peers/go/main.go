// Command peers is a worker or a producer of asynq or River, as bench/queue wants it:
//
//	peers asynq|river work SLOTS
//	peers asynq|river enqueue N one|batch
//	peers asynq|river steady RATE SECONDS
//	peers asynq|river sleepers N
//	peers river migrate
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// batch is how many payloads a system that can takes in one call.
const batch = 500

// A Payload is that of bench/queue/payload.py.
type Payload struct {
	What string `json:"k"`
	ID   int    `json:"id"`
	Sent int64  `json:"t"`
	Pad  string `json:"pad"`
}

// A system puts payloads into its queue, or works on them until a context ends. putMany is nil where
// there is no such call.
type system struct {
	put     func(Payload) error
	putMany func([]Payload) error
	work    func(ctx context.Context, slots int) error
}

var tuned = os.Getenv("BENCH_TUNED") == "1"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("too few arguments: %q", args)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if args[0] == "river" && args[1] == "migrate" {
		return migrate(ctx)
	}
	s, err := open(ctx, args[0])
	if err != nil {
		return err
	}
	numbers := make([]int, 2)
	for i, text := range args[2:] {
		numbers[i], _ = strconv.Atoi(text) // "one" and "batch" are none
	}
	switch args[1] {
	case "work":
		return s.work(ctx, numbers[0])
	case "enqueue":
		return s.enqueue(numbers[0], args[3] == "batch")
	case "steady":
		return s.steady(numbers[0], numbers[1])
	case "sleepers":
		for i := range numbers[0] {
			if err := s.put(payload("sleep", i)); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("unknown: %s", args[1])
}

func open(ctx context.Context, name string) (system, error) {
	switch name {
	case "asynq":
		return asynqSystem()
	case "river":
		return riverSystem(ctx)
	}
	return system{}, fmt.Errorf("unknown: %s", name)
}

func payload(what string, id int) Payload {
	return Payload{what, id, time.Now().UnixNano(), strings.Repeat("x", 240)}
}

func (s system) enqueue(n int, batches bool) error {
	if err := s.put(payload("none", -1)); err != nil { // connects
		return err
	}
	began := time.Now()
	for i := 0; i < n-1; i++ {
		if !batches {
			if err := s.put(payload("none", i)); err != nil {
				return err
			}
			continue
		}
		some := make([]Payload, min(batch, n-1-i))
		for j := range some {
			some[j] = payload("none", i+j)
		}
		if err := s.putMany(some); err != nil {
			return err
		}
		i += len(some) - 1
	}
	fmt.Println(time.Since(began).Seconds())
	return nil
}

func (s system) steady(rate, seconds int) error {
	began := time.Now()
	for i := range rate * seconds {
		time.Sleep(time.Until(began.Add(time.Duration(i) * time.Second / time.Duration(rate))))
		if err := s.put(payload("time", i)); err != nil {
			return err
		}
	}
	return nil
}

// handle is the handler of both systems.
func handle(p Payload) error {
	switch p.What {
	case "time":
		return say("L %d\n", time.Now().UnixNano()-p.Sent)
	case "sleep":
		if err := say("S %d %d\n", p.ID, time.Now().UnixNano()); err != nil {
			return err
		}
		time.Sleep(5 * time.Second)
		return say("E %d %d\n", p.ID, time.Now().UnixNano())
	}
	return nil
}

func say(format string, values ...any) error {
	out, err := os.OpenFile(os.Getenv("BENCH_OUT"), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	defer out.Close()
	_, err = fmt.Fprintf(out, format, values...)
	return err
}
