package queue_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"harmonizer/queue"
	"harmonizer/queue/redistest"
)

const ttlSlack = 10 * time.Second

var timeToken = regexp.MustCompile(`^<time([+-]\d+)?>$`)

// vector is an element of contract/vectors/<script>.json; contract/schemas/script-vectors.json
// says what it means.
type vector struct {
	Description string
	Before      map[string]any
	BeforeTTL   map[string]int64 `json:"before_ttl"`
	Script      string
	Items       []string
	Argv        []any
	Reply       any
	After       map[string]any
	TTL         map[string]int64
}

// TestVectors runs what tests/contract/test_script_vectors.py runs, so that both languages are
// proved to put the same scripts together and to call them in the same way.
func TestVectors(t *testing.T) {
	runVectors(t, redistest.Start(t), "harmonizer")
}

// A server in cluster mode checks the slot of each key of each command, also of those a script
// builds, and even when it holds all slots itself.
func TestVectorsInOneSlotOfACluster(t *testing.T) {
	url := redistest.Start(t, "--cluster-enabled", "yes", "--cluster-port", redistest.FreePort(t))
	rdb, err := queue.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	ctx := context.Background()
	if err := rdb.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return strings.Contains(rdb.ClusterInfo(ctx).Val(), "cluster_state:ok") })
	if err := rdb.LMove(ctx, "harmonizer:a", "harmonizer:b", "RIGHT", "LEFT").Err(); err == nil || !strings.HasPrefix(err.Error(), "CROSSSLOT") {
		t.Fatalf("two slots in one command: %v, want CROSSSLOT", err)
	}
	runVectors(t, url, "{harmonizer}")
}

func runVectors(t *testing.T, url, prefix string) {
	rdb, err := queue.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	q := queue.New(rdb, prefix)
	defer q.Close()
	for _, script := range scriptNames(t) {
		var vectors []vector
		readJSON(t, "vectors/"+script+".json", &vectors)
		for _, v := range vectors {
			t.Run(script+": "+v.Description, func(t *testing.T) { checkVector(t, rdb, q, v) })
		}
	}
}

func scriptNames(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(queue.Contract, "lua/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatalf("found no scripts: %v", err)
	}
	for i, file := range files {
		files[i] = strings.TrimSuffix(path.Base(file), ".lua")
	}
	return files
}

func checkVector(t *testing.T, rdb redis.UniversalClient, q *queue.Queue, v vector) {
	ctx := context.Background()
	if err := rdb.FlushAll(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	f := fixer{at: now(t, rdb), message: template(t)}
	f.fill(t, rdb, q, v)
	untouched := dump(t, rdb, q)
	argv := f.fixed(v.Argv).([]any)

	reply, err := q.Run(ctx, v.Script, v.Items, argv...).Result()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	if want, ok := v.Reply.(map[string]any); ok {
		if err == nil || !strings.Contains(err.Error(), want["error"].(string)) {
			t.Errorf("error %v, want %v", err, want["error"])
		}
	} else if err != nil {
		t.Errorf("error %v", err)
	} else if want := f.fixed(v.Reply); !reflect.DeepEqual(plain(reply), plain(want)) {
		t.Errorf("reply %v, want %v", reply, want)
	}
	f.end = now(t, rdb)

	after := dump(t, rdb, q)
	for key, want := range v.After {
		if !f.matches(after[key], want) {
			t.Errorf("%s is %v, want %v", key, after[key], want)
		}
	}
	maps.Copy(untouched, v.After)
	for key := range after {
		if _, named := v.After[key]; !named && !reflect.DeepEqual(after[key], untouched[key]) {
			t.Errorf("%s became %v from %v", key, after[key], untouched[key])
		}
		checkTTL(t, rdb, q.Key(key), v.TTL[key])
		delete(untouched, key)
	}
	for key, want := range untouched {
		if want != nil {
			t.Errorf("%s is gone", key)
		}
	}
}

func checkTTL(t *testing.T, rdb redis.UniversalClient, key string, mostMS int64) {
	t.Helper()
	left, most := rdb.PTTL(context.Background(), key).Val(), time.Duration(mostMS)*time.Millisecond
	if mostMS == 0 && left >= 0 || mostMS > 0 && (left > most || left <= most-ttlSlack) {
		t.Errorf("%s has %v to live, want at most %v", key, left, most)
	}
}

// fixer fills the clock and the messages into a vector.
type fixer struct {
	at, end int64
	message map[string]any
}

func (f fixer) fixed(value any) any {
	switch value := value.(type) {
	case []any:
		out := make([]any, len(value))
		for i, part := range value {
			out[i] = f.fixed(part)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, part := range value {
			out[key] = f.fixed(part)
		}
		return out
	case string:
		if token := timeToken.FindStringSubmatch(value); token != nil {
			return strconv.FormatInt(f.at+offset(token), 10)
		}
		if words, ok := strings.CutPrefix(value, "<msg "); ok {
			return f.messageOf(strings.Fields(strings.TrimSuffix(words, ">")))
		}
	}
	return value
}

func (f fixer) messageOf(words []string) string {
	message := maps.Clone(f.message)
	message["item_id"] = words[0]
	if len(words) > 1 {
		message["priority"] = words[1]
	}
	return asJSON(message)
}

func (f fixer) fill(t *testing.T, rdb redis.UniversalClient, q *queue.Queue, v vector) {
	t.Helper()
	ctx := context.Background()
	for name, raw := range v.Before {
		key := q.Key(name)
		var err error
		switch value := f.fixed(raw).(type) {
		case string:
			err = rdb.Set(ctx, key, value, 0).Err()
		case []any:
			err = fillList(rdb, key, value)
		case map[string]any:
			err = fillMap(rdb, key, value)
		}
		if ttl := v.BeforeTTL[name]; err == nil && ttl > 0 {
			err = rdb.PExpire(ctx, key, time.Duration(ttl)*time.Millisecond).Err()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func fillList(rdb redis.UniversalClient, key string, value []any) error {
	ctx := context.Background()
	for _, element := range value {
		var err error
		switch fields, isMap := element.(map[string]any); {
		case strings.HasSuffix(key, ":progress"):
			err = rdb.XAdd(ctx, &redis.XAddArgs{Stream: key, Values: fields}).Err()
		case strings.HasSuffix(key, ":paused"):
			err = rdb.SAdd(ctx, key, element).Err()
		case isMap:
			err = rdb.RPush(ctx, key, asJSON(fields)).Err()
		default:
			err = rdb.RPush(ctx, key, element).Err()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var hashKey = regexp.MustCompile(`:(item:|worker:|conf$)`)

func fillMap(rdb redis.UniversalClient, key string, value map[string]any) error {
	ctx := context.Background()
	if hashKey.MatchString(key) {
		return rdb.HSet(ctx, key, value).Err()
	}
	for member, score := range value {
		number, err := strconv.ParseFloat(score.(string), 64)
		if err != nil {
			return err
		}
		if err := rdb.ZAdd(ctx, key, redis.Z{Score: number, Member: member}).Err(); err != nil {
			return err
		}
	}
	return nil
}

// matches compares what Redis holds with a vector's value; a time may lie anywhere in the call.
func (f fixer) matches(got, want any) bool {
	switch want := want.(type) {
	case string:
		if token := timeToken.FindStringSubmatch(want); token != nil {
			at, err := strconv.ParseInt(fmt.Sprint(plain(got)), 10, 64)
			return err == nil && f.at <= at-offset(token) && at-offset(token) <= f.end
		}
	case map[string]any:
		if text, ok := got.(string); ok {
			var decoded any
			if json.Unmarshal([]byte(text), &decoded) != nil {
				return false
			}
			got = decoded
		}
		fields, ok := got.(map[string]any)
		if !ok || len(fields) != len(want) {
			return false
		}
		for key, part := range want {
			if value, found := fields[key]; !found || !f.matches(value, part) {
				return false
			}
		}
		return true
	case []any:
		elements, ok := got.([]any)
		return ok && slices.EqualFunc(elements, want, f.matches)
	}
	return reflect.DeepEqual(plain(got), plain(f.fixed(want)))
}

// dump returns everything Redis holds in the form of the vectors, keys without the prefix.
func dump(t *testing.T, rdb redis.UniversalClient, q *queue.Queue) map[string]any {
	t.Helper()
	ctx := context.Background()
	found := make(map[string]any)
	for _, key := range rdb.Keys(ctx, "*").Val() {
		value, err := readKey(ctx, rdb, key)
		if err != nil {
			t.Fatal(err)
		}
		found[strings.TrimPrefix(key, q.Key(""))] = value
	}
	return found
}

func readKey(ctx context.Context, rdb redis.UniversalClient, key string) (any, error) {
	switch kind := rdb.Type(ctx, key).Val(); kind {
	case "list":
		elements, err := rdb.LRange(ctx, key, 0, -1).Result()
		return plain(elements), err
	case "set":
		members, err := rdb.SMembers(ctx, key).Result()
		slices.Sort(members)
		return plain(members), err
	case "hash":
		fields, err := rdb.HGetAll(ctx, key).Result()
		return plain(fields), err
	case "zset":
		scores := make(map[string]any)
		members, err := rdb.ZRangeWithScores(ctx, key, 0, -1).Result()
		for _, z := range members {
			scores[z.Member.(string)] = strconv.FormatInt(int64(z.Score), 10)
		}
		return scores, err
	case "stream":
		entries, err := rdb.XRange(ctx, key, "-", "+").Result()
		values := make([]any, len(entries))
		for i, entry := range entries {
			values[i] = entry.Values
		}
		return values, err
	default:
		return rdb.Get(ctx, key).Result()
	}
}

// plain returns a value as encoding/json would decode it, with every number as text.
func plain(value any) any {
	switch value := value.(type) {
	case int64:
		return strconv.FormatInt(value, 10)
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64)
	case []string:
		out := make([]any, len(value))
		for i, part := range value {
			out[i] = part
		}
		return out
	case map[string]string:
		out := make(map[string]any, len(value))
		for key, part := range value {
			out[key] = part
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, part := range value {
			out[i] = plain(part)
		}
		return out
	}
	return value
}

func offset(token []string) int64 {
	n, err := strconv.ParseInt(token[1], 10, 64)
	if err != nil {
		return 0 // <time>, without an offset
	}
	return n
}

func template(t *testing.T) map[string]any {
	t.Helper()
	var message map[string]any
	readJSON(t, "vectors/script-message.json", &message)
	return message
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	text, err := fs.ReadFile(queue.Contract, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // only what came from JSON
	}
	return string(text)
}

func now(t *testing.T, rdb redis.UniversalClient) int64 {
	t.Helper()
	at, err := rdb.Time(context.Background()).Result()
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}
