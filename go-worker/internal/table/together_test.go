package table

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestDecodeTogether decodes the chunks of a source on several goroutines: the same cells come as on one.
func TestDecodeTogether(t *testing.T) {
	var csv, ndjson, array strings.Builder
	csv.WriteString("id,name\n")
	for i := range 2000 {
		fmt.Fprintf(&csv, "%d,\"Lee, \"\"Bo\"\" %d\"\n", i, i)
		fmt.Fprintf(&ndjson, `{"id":%d,"name":{"given":["A","B"],"family":"Lee\u00e9 %d"}}`+"\n", i, i)
		fmt.Fprintf(&array, `,{"resourceType":"Patient","id":"%d","telecom":[{"system":"phone","value":"%d"}]}`, i, i)
	}
	for _, in := range []Input{
		input("a.csv", csv.String()), input("a.ndjson", ndjson.String()), input("a.json", "["+array.String()[1:]+"]"),
	} {
		s := openOne(t, in, Options{ChunkBytes: 1 << 10})
		want, _ := readAll(t, s)
		got := make([][]string, 1000)
		chunks := make(chan *Chunk)
		var decoders sync.WaitGroup
		for range 4 {
			decoders.Go(func() {
				var b Batch
				for c := range chunks {
					if err := s.Decode(c, &b); err != nil {
						t.Error(err)
					}
					for i := range b.Len() {
						got[b.Seq] = append(got[b.Seq], strings.Join(b.Row(i), "|"))
					}
					c.Release()
				}
			})
		}
		if err := s.Scan(context.Background(), func(c *Chunk) error { chunks <- c; return nil }); err != nil {
			t.Error(err)
		}
		close(chunks)
		decoders.Wait()
		same := slices.EqualFunc(slices.Concat(got...), want, func(row string, r record) bool { return row == strings.Join(r.cells, "|") })
		if !same {
			t.Errorf("%s: other records than on one goroutine", in.Name)
		}
	}
}
