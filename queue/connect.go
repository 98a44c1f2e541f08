package queue

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const defaultPort = "6390"

// RedisURL returns the URL of the queue's Redis, as every process of a stack finds it:
// HARMONIZER_REDIS_URL when set; otherwise the private Redis on loopback, whose port stands in
// $HARMONIZER_HOME/redis.port (default home "var") once it runs, else in HARMONIZER_REDIS_PORT
// (default 6390). redis_url is the same in Python.
func RedisURL(getenv func(string) string) (string, error) {
	if url := getenv("HARMONIZER_REDIS_URL"); url != "" {
		return url, nil
	}
	home, port := getenv("HARMONIZER_HOME"), getenv("HARMONIZER_REDIS_PORT")
	if home == "" {
		home = "var"
	}
	if port == "" {
		port = defaultPort
	}
	text, err := os.ReadFile(filepath.Join(home, "redis.port"))
	switch {
	case err == nil:
		port = strings.TrimSpace(string(text))
	case !errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("queue: read the port of the private Redis: %w", err)
	}
	return "redis://127.0.0.1:" + port + "/0", nil
}

// Connect returns a client that never sends a command twice: the library's own retries resend a
// command whose reply was lost. Nothing is sent yet. A URL is redis://, rediss:// or unix://.
func Connect(url string) (redis.UniversalClient, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("queue: redis url: %w", err)
	}
	options.MaxRetries = -1
	options.ContextTimeoutEnabled = true
	options.DialTimeout = 5 * time.Second
	options.ReadTimeout = 10 * time.Second
	return redis.NewClient(options), nil
}

// blockingTwin returns a client of one connection to the same server, for the blocking fetch. Its
// retries are turned off again: a client's own options say 0, which a new client reads as 3.
func blockingTwin(rdb redis.UniversalClient) redis.UniversalClient {
	switch client := rdb.(type) {
	case *redis.Client:
		options := *client.Options()
		options.PoolSize, options.MaxRetries = 1, -1
		return redis.NewClient(&options)
	case *redis.ClusterClient:
		options := *client.Options()
		options.PoolSize, options.MaxRetries = 1, -1
		return redis.NewClusterClient(&options)
	default:
		return rdb
	}
}
