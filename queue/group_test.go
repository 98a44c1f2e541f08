package queue

import (
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

func TestSeveralServers(t *testing.T) {
	type want struct {
		Kind, Master, Username, Password string
		Addresses                        []string
		Database                         int
		Secure                           bool
	}
	var vectors []struct {
		Description, URL, Error string
		Group                   *want
	}
	text, err := fs.ReadFile(Contract, "vectors/redis_group.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	for _, v := range vectors {
		t.Run(v.Description, func(t *testing.T) {
			g, err := parseGroup(v.URL)
			if v.Error != "" {
				if err == nil || !strings.Contains(err.Error(), v.Error) {
					t.Errorf("error %v, want %q", err, v.Error)
				}
				return
			}
			if checked := CheckURL(v.URL); err != nil || checked != nil {
				t.Fatalf("errors %v, %v", err, checked)
			}
			if (g == nil) != (v.Group == nil) {
				t.Fatalf("group %+v, want %+v", g, v.Group)
			}
			if g == nil {
				return
			}
			o := g.options
			got := want{g.kind, g.master, o.Username, o.Password, g.addresses, o.DB, o.TLSConfig != nil}
			gotJSON, _ := json.Marshal(got)
			wantJSON, _ := json.Marshal(*v.Group)
			if string(gotJSON) != string(wantJSON) {
				t.Errorf("group %s, want %s", gotJSON, wantJSON)
			}
		})
	}
}

// A client of several servers resends nothing either, and neither does the one that fetches.
func TestSeveralServersResendNothing(t *testing.T) {
	for _, url := range []string{"redis+cluster://127.0.0.1:1", "redis+sentinel://127.0.0.1:1/queue"} {
		client, err := Connect(url)
		if err != nil {
			t.Fatal(err)
		}
		q := New(client, "{harmonizer}")
		for _, c := range []redis.UniversalClient{client, q.fetching} {
			retries := 0
			switch c := c.(type) {
			case *redis.Client:
				retries = c.Options().MaxRetries
			case *redis.ClusterClient:
				retries = max(c.Options().MaxRedirects, c.Options().MaxRetries)
			default:
				t.Fatalf("an unexpected client %T", c)
			}
			if retries > 0 {
				t.Errorf("%s: %T sends a command again %d times", url, c, retries)
			}
		}
		q.Close()
		client.Close()
	}
}
