// Command worker takes items from the queue and does them. Its settings come from the environment
// (docs/settings.md); flags win over them. It may start before Redis does, and waits.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"harmonizer/go-worker/internal/logs"
	"harmonizer/go-worker/internal/metrics"
	"harmonizer/go-worker/internal/settings"
	"harmonizer/go-worker/internal/store"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
	"harmonizer/queue/faults"
)

func main() {
	s, command, err := read(os.Args[1:])
	if err == nil {
		err = faults.Configure(os.Getenv)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if command == probing {
		if err := probe(s.WorkerPort); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	log := logs.New("worker", s.LogLevel, os.Stderr)
	if err := run(s, log); err != nil {
		log.Error("worker cannot go on", "error", err.Error())
		os.Exit(1)
	}
}

// read returns the settings of the environment, with those of the flags in their place, and what to do
// instead of working, if anything.
func read(args []string) (s *settings.Settings, command string, err error) {
	s, err = settings.Read(os.Getenv)
	if err != nil {
		return nil, "", err
	}
	flags := flag.NewFlagSet("worker", flag.ExitOnError)
	override := func(name, variable, help string) {
		flags.Func(name, help+" (environment: "+settings.Prefix+variable+")", func(text string) error {
			return s.Set(variable, text)
		})
	}
	override("port", "WORKER_PORT", "listen on this `port` for health and metrics")
	override("concurrency", "WORKER_CONCURRENCY", "run this `number` of items at a time")
	_ = flags.Parse(args) // it exits instead of returning an error
	if flags.NArg() > 1 || flags.NArg() == 1 && flags.Arg(0) != probing {
		return nil, "", fmt.Errorf("worker takes flags, and then nothing or %q", probing)
	}
	return s, flags.Arg(0), nil
}

// run connects everything, works until a signal, and closes everything.
func run(s *settings.Settings, log *slog.Logger) error {
	stopping, atOnce, stopListening := signals()
	defer stopListening()
	log.Info("settings read", "settings", s.String())
	if limit := settings.MemoryLimit(os.DirFS("/"), os.Getenv); limit > 0 {
		debug.SetMemoryLimit(limit)
		log.Info("memory limit set below the container's", "bytes", limit)
	}

	redis.SetLogger(libraryLog{log})
	client, err := queue.Follow(s.Getenv)
	if err != nil {
		return err
	}
	defer client.Close()
	q := queue.New(client, s.QueuePrefix)
	defer q.Close()
	place, err := store.At(s.StoreURL)
	if err != nil {
		return err
	}
	id, err := worker.Identity()
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	w := worker.New(worker.Config{
		Queue:    q,
		Handlers: worker.Handlers(place),
		Metrics:  metrics.New(registry),
		Log:      log,
		ID:       id,
		Version:  queue.Release,
		Slots:    s.WorkerConcurrency,
		Lease:    s.Lease,
		Grace:    s.Grace,
	})
	token := s.InternalToken
	routes := w.Routes(registry, place.Check, worker.Preview(token, log), worker.Golden(token), worker.CheckProfile(token))
	stopServing, err := serve(s, routes, log)
	if err != nil {
		return err
	}
	defer stopServing()
	return w.Run(stopping, atOnce)
}

// signals returns a context that ends with the first SIGTERM or SIGINT, and one that ends with the second.
func signals() (stopping, atOnce context.Context, stop func()) {
	stopping, first := context.WithCancel(context.Background())
	atOnce, second := context.WithCancel(context.Background())
	received := make(chan os.Signal, 2)
	signal.Notify(received, syscall.SIGTERM, os.Interrupt)
	go func() {
		<-received
		first()
		<-received
		second()
	}()
	return stopping, atOnce, func() { signal.Stop(received) }
}

// serve listens on the worker's port: for everybody with a token, else for this machine.
func serve(s *settings.Settings, routes http.Handler, log *slog.Logger) (stop func(), err error) {
	host := "127.0.0.1"
	if s.InternalToken != "" {
		host = ""
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(s.WorkerPort)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %d is taken: stop what uses it, or set %sWORKER_PORT", s.WorkerPort, settings.Prefix)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on port %d: %w", s.WorkerPort, err)
	}
	server := &http.Server{
		Handler:           routes,
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	go func() { _ = server.Serve(listener) }() // ErrServerClosed
	log.Info("listening", "address", listener.Addr().String())
	return func() { server.Close() }, nil
}

// libraryLog turns what the Redis client says on its own into lines of the log.
type libraryLog struct{ log *slog.Logger }

func (l libraryLog) Printf(ctx context.Context, format string, v ...any) {
	l.log.DebugContext(ctx, "redis client", "detail", fmt.Sprintf(format, v...))
}
