package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"github.com/hibiken/asynq"
)

func asynqSystem() (system, error) {
	redis, err := asynq.ParseRedisURI(os.Getenv("BENCH_REDIS_URL"))
	if err != nil {
		return system{}, err
	}
	client := asynq.NewClient(redis)
	put := func(p Payload) error {
		text, err := json.Marshal(p)
		if err == nil {
			_, err = client.Enqueue(asynq.NewTask("job", text))
		}
		return err
	}
	return system{put: put, work: func(ctx context.Context, slots int) error {
		config := asynq.Config{Concurrency: slots, LogLevel: asynq.FatalLevel}
		if tuned {
			config.TaskCheckInterval = 10 * time.Millisecond
		}
		server := asynq.NewServer(redis, config)
		err := server.Start(asynq.HandlerFunc(func(_ context.Context, task *asynq.Task) error {
			var p Payload
			if err := json.Unmarshal(task.Payload(), &p); err != nil {
				return err
			}
			return handle(p)
		}))
		if err != nil {
			return err
		}
		<-ctx.Done()
		server.Shutdown()
		return nil
	}}, nil
}
