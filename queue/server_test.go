package queue

import (
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"harmonizer/queue/redistest"
)

func TestRefusedServers(t *testing.T) {
	text, err := fs.ReadFile(Contract, "vectors/redis_settings.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Description string
		Info        map[string]string
		Refused     *string
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		var lines strings.Builder
		lines.WriteString("# Server\r\n")
		for name, value := range v.Info {
			lines.WriteString(name + ":" + value + "\r\n")
		}
		got := refusal(parseInfo(lines.String()))
		if v.Refused == nil && got != "" || v.Refused != nil && !strings.Contains(got, *v.Refused) {
			t.Errorf("%s: refusal = %q", v.Description, got)
		}
	}
}

func TestCheckServer(t *testing.T) {
	rdb, err := Connect(redistest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	defer rdb.Close()
	q := New(rdb, "test")
	defer q.Close()
	if err := q.CheckServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := rdb.ConfigSet(t.Context(), "maxmemory-policy", "allkeys-lru").Err(); err != nil {
		t.Fatal(err)
	}
	if err := q.CheckServer(t.Context()); !errors.Is(err, ErrUnfit) {
		t.Errorf("CheckServer of a server that evicts = %v, want ErrUnfit", err)
	}
}
