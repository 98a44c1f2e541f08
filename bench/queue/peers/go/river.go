package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// Kind makes a payload the arguments of a River job.
func (Payload) Kind() string { return "job" }

type riverWorker struct{ river.WorkerDefaults[Payload] }

func (riverWorker) Work(_ context.Context, job *river.Job[Payload]) error { return handle(job.Args) }

func connect(ctx context.Context) (*riverpgxv5.Driver, error) {
	pool, err := pgxpool.New(ctx, os.Getenv("BENCH_POSTGRES_URL"))
	if err != nil {
		return nil, err
	}
	return riverpgxv5.New(pool), nil
}

func migrate(ctx context.Context) error {
	driver, err := connect(ctx)
	if err != nil {
		return err
	}
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func riverSystem(ctx context.Context) (system, error) {
	driver, err := connect(ctx)
	if err != nil {
		return system{}, err
	}
	quiet := slog.New(slog.DiscardHandler)
	producer, err := river.NewClient[pgx.Tx](driver, &river.Config{Logger: quiet})
	if err != nil {
		return system{}, err
	}
	put := func(p Payload) error {
		_, err := producer.Insert(ctx, p, nil)
		return err
	}
	putMany := func(all []Payload) error {
		params := make([]river.InsertManyParams, len(all))
		for i, p := range all {
			params[i] = river.InsertManyParams{Args: p}
		}
		_, err := producer.InsertManyFast(ctx, params)
		return err
	}
	return system{put, putMany, func(ctx context.Context, slots int) error {
		workers := river.NewWorkers()
		river.AddWorker(workers, &riverWorker{})
		config := &river.Config{Workers: workers, Logger: quiet,
			Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: slots}}}
		if tuned {
			config.FetchCooldown, config.FetchPollInterval = time.Millisecond, 50*time.Millisecond
			config.JobTimeout, config.RescueStuckJobsAfter = 8*time.Second, 10*time.Second
		}
		client, err := river.NewClient[pgx.Tx](driver, config)
		if err != nil {
			return err
		}
		if err := client.Start(ctx); err != nil {
			return err
		}
		<-ctx.Done()
		return client.Stop(context.WithoutCancel(ctx))
	}}, nil
}
