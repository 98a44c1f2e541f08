// Package settings reads the settings of a worker from the environment, once, when it starts. The
// names, defaults and meanings are those of web/config.py; docs/settings.md describes them, and a
// test compares it with this package. It knows nothing of what they are used for.
package settings

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"

	"harmonizer/queue"
)

// Prefix begins the name of every variable.
const Prefix = "HARMONIZER_"

// leastItems is how many items a worker runs at a time at least, unless it is told otherwise:
// reading and writing leaves the cores of a small machine free now and then.
const leastItems = 5

// Settings is what a worker needs to know. Paths are absolute.
type Settings struct {
	Home              string
	RedisURL          string // empty: the private Redis of the stack in Home
	RedisPort         int
	StoreURL          string
	QueuePrefix       string
	WorkerPort        int
	WorkerConcurrency int // at least 1
	Lease             time.Duration
	Grace             time.Duration
	LogLevel          slog.Level
	InternalToken     string // empty: listen on loopback only
}

// A setting is one environment variable: its row of the table in docs/settings.md.
type setting struct {
	name     string // without the prefix
	standard string // the default as it would stand in the environment; {home} is the home folder
	kind     string
	secret   bool
	read     func(text string, s *Settings) error
	show     func(s *Settings) any
}

// table has the settings in the order of docs/settings.md.
var table = []setting{
	{"HOME", "var", "folder", false,
		func(text string, s *Settings) error { s.Home = absolute(text); return nil },
		func(s *Settings) any { return s.Home }},
	{"REDIS_URL", "", "URL", true,
		func(text string, s *Settings) (err error) { s.RedisURL, err = redisURL(text); return err },
		func(s *Settings) any { return s.RedisURL }},
	{"REDIS_PORT", "6390", "number", false,
		func(text string, s *Settings) (err error) { s.RedisPort, err = number(text, 1, 65535); return err },
		func(s *Settings) any { return s.RedisPort }},
	{"STORE_URL", "file://{home}/store", "URL", false,
		func(text string, s *Settings) (err error) { s.StoreURL, err = storeURL(text); return err },
		func(s *Settings) any { return s.StoreURL }},
	{"QUEUE_PREFIX", "harmonizer", "text", false,
		func(text string, s *Settings) (err error) { s.QueuePrefix, err = queuePrefix(text); return err },
		func(s *Settings) any { return s.QueuePrefix }},
	{"WORKER_PORT", "8081", "number", false,
		func(text string, s *Settings) (err error) { s.WorkerPort, err = number(text, 1, 65535); return err },
		func(s *Settings) any { return s.WorkerPort }},
	{"WORKER_CONCURRENCY", "0", "number", false,
		func(text string, s *Settings) (err error) { s.WorkerConcurrency, err = concurrency(text); return err },
		func(s *Settings) any { return s.WorkerConcurrency }},
	{"INTERNAL_TOKEN", "", "text", true,
		func(text string, s *Settings) (err error) { s.InternalToken, err = token(text); return err },
		func(s *Settings) any { return s.InternalToken }},
	{"LEASE_SECONDS", "15", "seconds", false,
		func(text string, s *Settings) (err error) { s.Lease, err = seconds(text, 2, 3600); return err },
		func(s *Settings) any { return int(s.Lease.Seconds()) }},
	{"GRACE_SECONDS", "25", "seconds", false,
		func(text string, s *Settings) (err error) { s.Grace, err = seconds(text, 0, 3600); return err },
		func(s *Settings) any { return int(s.Grace.Seconds()) }},
	{"LOG_LEVEL", "info", "word", false,
		func(text string, s *Settings) (err error) { s.LogLevel, err = logLevel(text); return err },
		func(s *Settings) any { return strings.ToLower(s.LogLevel.String()) }},
}

// Read returns the settings that an environment gives; an empty variable counts as unset. The
// error has one sentence for each value that cannot be used, a line each.
func Read(getenv func(string) string) (*Settings, error) {
	s := new(Settings)
	var wrong []string
	for _, one := range table {
		text := getenv(Prefix + one.name)
		if text == "" {
			text = strings.ReplaceAll(one.standard, "{home}", s.Home)
		}
		if err := one.read(text, s); err != nil {
			wrong = append(wrong, Prefix+one.name+" "+err.Error()+".")
		}
	}
	if queue.IsCluster(s.RedisURL) && !strings.HasPrefix(s.QueuePrefix, "{") {
		wrong = append(wrong, Prefix+"QUEUE_PREFIX must be in braces on a cluster, as {harmonizer}.")
	}
	if len(wrong) > 0 {
		return nil, errors.New(strings.Join(wrong, "\n"))
	}
	return s, nil
}

// Set gives one setting another value, as from a flag. The error is a part of a sentence.
func (s *Settings) Set(name, text string) error {
	for _, one := range table {
		if one.name == name {
			return one.read(text, s)
		}
	}
	return errors.New("no such setting")
}

// Getenv returns what package queue asks the environment for, with defaults and absolute paths.
func (s *Settings) Getenv(name string) string {
	switch name {
	case Prefix + "REDIS_URL":
		return s.RedisURL
	case Prefix + "HOME":
		return s.Home
	case Prefix + "REDIS_PORT":
		return strconv.Itoa(s.RedisPort)
	}
	return ""
}

var password = regexp.MustCompile(`(://[^/@:]*):[^/]*@`)

// String returns NAME=value lines; tokens, and the passwords in URLs, are hidden.
func (s *Settings) String() string {
	var lines []string
	for _, one := range table {
		value := fmt.Sprint(one.show(s))
		switch {
		case one.secret && one.kind == "URL":
			value = password.ReplaceAllString(value, "$1:***@")
		case one.secret && value != "":
			value = "***"
		}
		lines = append(lines, Prefix+one.name+"="+value)
	}
	return strings.Join(lines, "\n")
}

// items returns how many items a worker runs at a time when 0 was asked for.
func items() int {
	return max(runtime.GOMAXPROCS(0), leastItems)
}

// absolute returns a path as every process of a stack understands it: relative ones start from
// the root of the repository.
func absolute(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(root(), path)
}

// root returns the root of the repository: the nearest folder with a go.mod above the program,
// else above the working folder (go run and go test build elsewhere). An installed program has
// none, and takes the working folder.
func root() string {
	working, err := os.Getwd()
	if err != nil {
		working = "/"
	}
	starts := []string{working}
	if program, err := os.Executable(); err == nil {
		starts = []string{filepath.Dir(program), working}
	}
	for _, folder := range starts {
		for {
			if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
				return folder
			}
			parent := filepath.Dir(folder)
			if parent == folder {
				break
			}
			folder = parent
		}
	}
	return working
}
