package queue

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

const (
	defaultPort = "6390"
	dialTimeout = 5 * time.Second
	noRetries   = -1 // as the library wants it said
)

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
// command whose reply was lost. Nothing is sent yet. A URL is redis://, rediss:// or unix:// for one
// server, redis+cluster:// or redis+sentinel:// for several.
func Connect(url string) (redis.UniversalClient, error) {
	several, err := parseGroup(url)
	if err != nil {
		return nil, fmt.Errorf("queue: redis url %w", err)
	}
	if several != nil {
		return several.connect()
	}
	options, err := parse(url)
	if err != nil {
		return nil, err
	}
	return redis.NewClient(options), nil
}

// Follow returns a client like Connect's for the Redis that RedisURL names, and asks again for each
// new connection when that is the private one: it may come back on another port.
func Follow(getenv func(string) string) (redis.UniversalClient, error) {
	url, err := RedisURL(getenv)
	if err != nil {
		return nil, err
	}
	if getenv("HARMONIZER_REDIS_URL") != "" {
		return Connect(url)
	}
	options, err := parse(url)
	if err != nil {
		return nil, err
	}
	options.Dialer = dialPrivate(getenv)
	return redis.NewClient(options), nil
}

// dialPrivate returns a dialer that connects to where the private Redis is now.
func dialPrivate(getenv func(string) string) func(context.Context, string, string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: time.Minute}
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		url, err := RedisURL(getenv)
		if err != nil {
			return nil, err
		}
		options, err := parse(url)
		if err != nil {
			return nil, err
		}
		return dialer.DialContext(ctx, network, options.Addr)
	}
}

func parse(url string) (*redis.Options, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, fmt.Errorf("queue: redis url: %w", err)
	}
	options.MaxRetries = noRetries
	options.ContextTimeoutEnabled = true
	options.DialTimeout = dialTimeout
	options.DialerRetries = 1
	options.ReadTimeout = 10 * time.Second
	options.Protocol = 2 // the scripts answer the same in both, and with 3 each call looks for messages that nobody sends
	// A feature of one vendor's cloud; the second client of the same options would log an error.
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return options, nil
}

// blockingTwin returns a client of one connection to the same server, for the blocking fetch. Its
// retries are turned off again: a client's own options say 0, which a new client reads as 3.
func blockingTwin(rdb redis.UniversalClient) redis.UniversalClient {
	switch client := rdb.(type) {
	case *redis.Client:
		options := *client.Options()
		options.PoolSize, options.MaxRetries = 1, noRetries
		return redis.NewClient(&options)
	case *redis.ClusterClient:
		options := *client.Options()
		options.PoolSize, options.MaxRetries, options.MaxRedirects = 1, noRetries, noRetries
		return redis.NewClusterClient(&options)
	default:
		return rdb
	}
}
