package queue

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// ErrUnfit reports a server whose settings would lose the queue; the text says what to do.
var ErrUnfit = errors.New("this Redis cannot be used")

// CheckServer returns ErrUnfit when the server is too old or evicts. It asks INFO: CONFIG is often forbidden.
// harmonizer_queue.server says the same in Python; contract/vectors/redis_settings.json holds for both.
func (q *Queue) CheckServer(ctx context.Context) error {
	text, err := q.info(ctx)
	if err != nil {
		return fmt.Errorf("ask for the server's settings: %w", err)
	}
	if why := refusal(parseInfo(text)); why != "" {
		return fmt.Errorf("%w: %s", ErrUnfit, why)
	}
	return nil
}

// info returns what the server that has the queue tells of itself; a cluster's client would ask any of them.
func (q *Queue) info(ctx context.Context) (string, error) {
	if cluster, ok := q.rdb.(*redis.ClusterClient); ok {
		node, err := cluster.MasterForKey(ctx, q.Key("ready"))
		if err != nil {
			return "", err
		}
		return node.Info(ctx).Result()
	}
	return q.rdb.Info(ctx).Result()
}

func refusal(info map[string]string) string {
	least, found := [2]int{7, 0}, info["redis_version"]
	if valkey, ok := info["valkey_version"]; ok {
		least, found = [2]int{7, 2}, valkey
	}
	parts := versionNumbers.FindStringSubmatch(found)
	if parts == nil {
		return "the server does not say its version: Redis 7.0 or Valkey 7.2 is needed"
	}
	major, _ := strconv.Atoi(parts[1])
	minor, _ := strconv.Atoi(parts[2])
	if major < least[0] || major == least[0] && minor < least[1] {
		return "the server is too old: Redis 7.0 or Valkey 7.2 is needed"
	}
	if policy, ok := info["maxmemory_policy"]; ok && policy != "noeviction" {
		return "maxmemory-policy is " + policy + ": set it to noeviction, or the queue is evicted"
	}
	return ""
}

var versionNumbers = regexp.MustCompile(`(\d+)\.(\d+)`)

// parseInfo returns the fields of INFO's answer: lines of name:value, among them headings and blank ones.
func parseInfo(text string) map[string]string {
	fields := make(map[string]string)
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok {
			fields[name] = value
		}
	}
	return fields
}
