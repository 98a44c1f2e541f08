package queue_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/redis/go-redis/v9"

	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

func TestRedisURL(t *testing.T) {
	var vectors []struct {
		Description string
		Environ     map[string]string
		PortFile    *string `json:"port_file"`
		URL         string
	}
	readJSON(t, "vectors/redis_url.json", &vectors)
	for _, v := range vectors {
		t.Run(v.Description, func(t *testing.T) {
			home := t.TempDir()
			if v.PortFile != nil {
				if err := os.WriteFile(filepath.Join(home, "redis.port"), []byte(*v.PortFile), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			v.Environ["HARMONIZER_HOME"] = home
			got, err := queue.RedisURL(func(name string) string { return v.Environ[name] })
			if err != nil || got != v.URL {
				t.Errorf("RedisURL = %q, %v, want %q", got, err, v.URL)
			}
		})
	}
}

func TestConnectResendsNothing(t *testing.T) {
	client, err := queue.Connect("redis://127.0.0.1:1/0")
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	q := queue.New(client, "harmonizer")
	defer q.Close()
	for _, c := range []redis.UniversalClient{client, q.Fetching()} {
		if retries := c.(*redis.Client).Options().MaxRetries; retries != 0 {
			t.Errorf("the library sends a command again %d times", retries)
		}
	}
	if _, err := queue.Connect("http://example"); err == nil {
		t.Error("Connect took an URL that is not of Redis")
	}
}

func TestFollowFindsARedisThatMoved(t *testing.T) {
	home := t.TempDir()
	client, err := queue.Follow(func(name string) string {
		return map[string]string{"HARMONIZER_HOME": home}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for _, place := range []string{"first", "second"} { // each server ends with its subtest
		t.Run(place, func(t *testing.T) {
			port := redistest.FreePort(t)
			redistest.Start(t, "--port", port)
			if err := os.WriteFile(filepath.Join(home, "redis.port"), []byte(port), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := client.Set(context.Background(), place, "x", 0).Err(); err != nil {
				t.Error(err)
			}
			if n := client.DBSize(context.Background()).Val(); n != 1 {
				t.Errorf("this server has %d keys, want the one just set", n)
			}
		})
	}
}
