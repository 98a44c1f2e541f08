package settings

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func environ(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if name == Prefix+pairs[i] {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDefaultsAreBelowTheRootWhereverTheProcessStarts(t *testing.T) {
	repository, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(environ())
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(repository, "var")
	if s.Home != home || s.StoreURL != "file://"+home+"/store" {
		t.Errorf("home %s, store %s; want them below %s", s.Home, s.StoreURL, repository)
	}
	if s.WorkerPort != 8081 || s.RedisPort != 6390 || s.Lease != 15*time.Second || s.Grace != 25*time.Second {
		t.Errorf("defaults are %s", s)
	}
	if s.WorkerConcurrency < 5 {
		t.Errorf("a worker runs %d items at a time, want at least 5", s.WorkerConcurrency)
	}
}

func TestHomeMovesTheStore(t *testing.T) {
	s, err := Read(environ("HOME", "/data/home", "WORKER_CONCURRENCY", "2"))
	if err != nil {
		t.Fatal(err)
	}
	if s.StoreURL != "file:///data/home/store" || s.WorkerConcurrency != 2 {
		t.Errorf("settings are %s", s)
	}
}

func TestAWrongValueIsOneClearSentence(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"WORKER_PORT", "http", "must be a whole number from 1 to 65535."},
		{"WORKER_PORT", "65536", "must be a whole number from 1 to 65535."},
		{"WORKER_PORT", "+80", "must be a whole number from 1 to 65535."},
		{"WORKER_CONCURRENCY", "-1", "must be a whole number from 0 to 1024."},
		{"LEASE_SECONDS", "1", "must be a whole number from 2 to 3600."},
		{"REDIS_URL", "localhost:6379", "must be redis://HOST:PORT/NUMBER, rediss://… or unix://PATH, redis+sentinel://… or redis+cluster://…."},
		{"STORE_URL", "/data", "must be file:///FOLDER or s3://BUCKET/PREFIX."},
		{"STORE_URL", "file:///", "must be file:///FOLDER or s3://BUCKET/PREFIX."},
		{"STORE_URL", "file:///a?b", "must be file:///FOLDER or s3://BUCKET/PREFIX."},
		{"STORE_URL", "s3://", "must be file:///FOLDER or s3://BUCKET/PREFIX."},
		{"QUEUE_PREFIX", "a b", "must be letters, digits, _ . -, or those in braces."},
		{"INTERNAL_TOKEN", "a b", "must be at most 256 visible ASCII characters."},
		{"LOG_LEVEL", "loud", "must be one of debug, info, warning, error."},
	}
	for _, tt := range tests {
		_, err := Read(environ(tt.name, tt.value))
		if want := Prefix + tt.name + " " + tt.want; err == nil || err.Error() != want {
			t.Errorf("%s=%s: %v, want %s", tt.name, tt.value, err, want)
		}
	}
}

func TestEveryWrongValueIsNamed(t *testing.T) {
	_, err := Read(environ("WORKER_PORT", "x", "LOG_LEVEL", "y"))
	if err == nil || strings.Count(err.Error(), "\n") != 1 ||
		!strings.Contains(err.Error(), "WORKER_PORT") || !strings.Contains(err.Error(), "LOG_LEVEL") {
		t.Errorf("Read = %v, want a line for each of the two", err)
	}
}

func TestSecretsAreHidden(t *testing.T) {
	s, err := Read(environ("REDIS_URL", "redis://me:hid@den-1@h:1/0", "INTERNAL_TOKEN", "hidden-2"))
	if err != nil {
		t.Fatal(err)
	}
	text := s.String()
	if strings.Contains(text, "den-1") || strings.Contains(text, "hidden-2") {
		t.Error("a secret is shown")
	}
	for _, want := range []string{"HARMONIZER_REDIS_URL=redis://me:***@h:1/0", "HARMONIZER_INTERNAL_TOKEN=***"} {
		if !slices.Contains(strings.Split(text, "\n"), want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
}

var row = regexp.MustCompile("(?m)^\\| `HARMONIZER_(\\w+)` \\| (?:`(.*?)`)? ?\\| (\\w+)(, \\*secret\\*)? \\|")

func TestTheDocumentedTableIsTheTableInTheCode(t *testing.T) {
	text, err := os.ReadFile("../../../docs/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[string][]string)
	for _, found := range row.FindAllStringSubmatch(string(text), -1) {
		documented[found[1]] = found[2:]
	}
	for _, one := range table {
		want := []string{one.standard, one.kind, ""}
		if one.secret {
			want[2] = ", *secret*"
		}
		if got := documented[one.name]; !slices.Equal(got, want) {
			t.Errorf("docs/settings.md has %q for %s, the code %q", got, one.name, want)
		}
	}
}
