package queue_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"harmonizer/queue"
)

func TestMessagesKeepEveryField(t *testing.T) {
	var vectors []struct {
		Description string
		Allowed     bool
		Message     json.RawMessage
	}
	readJSON(t, "vectors/messages.json", &vectors)
	for _, v := range vectors {
		if !v.Allowed {
			continue
		}
		t.Run(v.Description, func(t *testing.T) {
			message, err := queue.ParseMessage(string(v.Message))
			if err != nil {
				t.Fatal(err)
			}
			if got, want := decoded(t, []byte(asJSON(message))), decoded(t, v.Message); !reflect.DeepEqual(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestParseMessageTellsTheNewFromTheBroken(t *testing.T) {
	tests := []struct {
		name, text  string
		unsupported bool
	}{
		{"a later version", `{"v":2,"kind":"file","input":"elsewhere"}`, true},
		{"an unknown kind", `{"v":1,"kind":"paint"}`, true},
		{"no JSON", `{`, false},
		{"another form", `{"v":1,"kind":"file","input":"elsewhere"}`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := queue.ParseMessage(tt.text)
			if err == nil || errors.Is(err, queue.ErrUnsupported) != tt.unsupported {
				t.Errorf("ParseMessage: %v, want unsupported %v", err, tt.unsupported)
			}
		})
	}
}

func TestBackoffIsRandomUpToADoublingBound(t *testing.T) {
	backoff := queue.Backoff{BaseMS: 1000, CapMS: 300_000}
	tests := []struct {
		name   string
		n      int
		random float64
		want   time.Duration
	}{
		{"no delay", 1, 0, 0},
		{"first", 1, 0.5, 500 * time.Millisecond},
		{"third", 3, 0.5, 2 * time.Second},
		{"capped", 20, 0.5, 150 * time.Second},
		{"far beyond", 5000, 0.5, 150 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := backoff.Delay(tt.n, tt.random); got != tt.want {
				t.Errorf("Delay(%d, %v) = %v, want %v", tt.n, tt.random, got, tt.want)
			}
		})
	}
}

func TestWorkerIDSurvivesItsText(t *testing.T) {
	id := queue.WorkerID{Host: "node-1.local", BootID: "b00t", Namespace: "4026531836", PID: 42, StartTime: "777", Random: "Zx81"}
	if got, err := queue.ParseWorkerID(id.String()); err != nil || got != id {
		t.Errorf("ParseWorkerID(%s) = %v, %v", id, got, err)
	}
	for _, text := range []string{"", "w1", "a/b/c/d/e/f"} {
		if _, err := queue.ParseWorkerID(text); err == nil {
			t.Errorf("ParseWorkerID(%q) has no error", text)
		}
	}
}
