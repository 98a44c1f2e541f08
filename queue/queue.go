// Package queue is the Go side of the contract between the languages: it embeds the files of
// queue/contract, names the keys of Redis, and wraps one script per transition. The contract in
// prose is README.md in this folder. The package decides nothing: what to fetch, run or retry is
// for package worker to say.
package queue

import (
	"context"
	"embed"
	"io/fs"
	"strings"

	"github.com/redis/go-redis/v9"
)

//go:embed contract
var embedded embed.FS

// Contract holds the files of queue/contract, rooted there: lua, schemas, tables, profiles, vectors, the version.
var Contract = func() fs.FS {
	root, err := fs.Sub(embedded, "contract")
	if err != nil {
		panic(err) // only for an invalid path
	}
	return root
}()

// Release is the version of the release, which the programs of both languages have in common.
var Release = func() string {
	text, err := fs.ReadFile(Contract, "version.txt")
	if err != nil {
		panic(err) // it is embedded
	}
	return strings.TrimSpace(string(text))
}()

// Batch is how many items enqueue, claim and complete take in one call.
const Batch = 100

// Queue is the queue behind one prefix of one Redis. Its methods may be called from many
// goroutines, Fetch from one only.
type Queue struct {
	rdb      redis.UniversalClient
	fetching redis.UniversalClient
	prefix   string
}

// New returns the queue behind prefix (without the colon). The caller keeps rdb and closes it;
// Close closes the connection that Fetch blocks on.
func New(rdb redis.UniversalClient, prefix string) *Queue {
	return &Queue{rdb: rdb, fetching: blockingTwin(rdb), prefix: prefix}
}

// Close closes the connection of Fetch. Call it when no Fetch is under way: an id that Redis
// hands to a closed connection waits in processing:<worker> until bye, bury or reap looks there.
func (q *Queue) Close() error {
	return q.fetching.Close()
}

// Key returns the real name of a key of the contract, such as "ready" or "queue:high".
func (q *Queue) Key(name string) string {
	return q.prefix + ":" + name
}

// run runs a script: EVALSHA, or EVAL on a server that has forgotten it.
func (q *Queue) run(ctx context.Context, name string, items []string, args ...any) *redis.Cmd {
	keys, argv := q.parts(items, args)
	return scripts[name].Run(ctx, q.rdb, keys, argv...)
}

// parts returns KEYS and ARGV of a script about some items.
func (q *Queue) parts(items []string, args []any) (keys []string, argv []any) {
	keys = make([]string, 0, len(items)+2)
	for _, id := range items {
		keys = append(keys, q.Key("item:"+id))
	}
	keys = append(keys, q.Key("ready"), q.Key("generation"))
	return keys, append([]any{q.prefix + ":"}, args...)
}
