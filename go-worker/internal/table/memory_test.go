package table

import (
	"context"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// endless is an input that is made while it is read: one record again and again, up to size bytes.
type endless struct {
	record, end string
	size        int64
	read        int64
	rest        string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.read >= e.size {
			e.rest, e.record, e.end = e.end, "", ""
		} else {
			e.rest = e.record
		}
		if e.rest == "" {
			return 0, io.EOF
		}
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	e.read += int64(n)
	return n, nil
}

// TestMemoryIsBounded reads files of 64 MiB. What was read and not yet handed out stays within a few chunks, at
// any moment, and opening a file allocates a fraction of it.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("64 MiB four times; and the race detector, which runs with -short, empties pools at random")
	}
	const size, chunkBytes = 64 << 20, 64 << 10
	tests := []struct{ name, begin, record, end string }{
		{"a.csv", "id,name,note\n", "12,\"Lee, Ann\",something of no interest\n", ""},
		{"a.ndjson", "", `{"id":12,"name":{"family":"Lee"},"note":"something of no interest"}` + "\n", ""},
		{"a.json", `[{"id":0}`, `,{"id":12,"name":{"family":"Lee"},"note":"something of no interest"}`, "]"},
		{"b.json", `{"n":1,"data":[{"id":0}`, `,{"id":12,"name":{"family":"Lee"},"note":"of no interest"}`, `],"x":{}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var reader *endless
			in := Input{Name: tt.name, Size: size, Open: func() (io.ReadCloser, error) {
				reader = &endless{rest: tt.begin, record: tt.record, end: tt.end, size: size}
				return io.NopCloser(reader), nil
			}}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s := openOne(t, in, Options{ChunkBytes: chunkBytes})
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > size/3 {
				t.Errorf("opening allocated %d bytes", n)
			}
			var b Batch
			records := 0
			err := s.Scan(context.Background(), func(c *Chunk) error {
				defer c.Release()
				if held := reader.read - c.Offset; held > 4*chunkBytes {
					return errors.New("too much is held")
				}
				err := s.Decode(c, &b)
				records += b.Len()
				return err
			})
			if want := size / len(tt.record); err != nil || records < want || records > want+2 {
				t.Errorf("%d records, %v; want about %d", records, err, want)
			}
		})
	}
}

// TestManyValuesInOneCell reads cells that are joined of many values, in memory of about their size.
func TestManyValuesInOneCell(t *testing.T) {
	const n = 30_000
	tests := []struct {
		name, begin, more, end string
		want                   []string
	}{
		{"an array of numbers", `[{"a":[12.5`, `,0.25`, `]}]`, []string{"12.5" + strings.Repeat("|0.25", n)}},
		{"keys that come again and again", `[{"a":1,"b":2`, `,"a":3,"b":4`, `}]`, []string{"1" + strings.Repeat("|3", n), "2" + strings.Repeat("|4", n)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.begin + strings.Repeat(tt.more, n) + tt.end
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			got, _ := readAll(t, openOne(t, input("a.json", text), Options{}))
			runtime.ReadMemStats(&after)
			if len(got) != 1 || !slices.Equal(got[0].cells, tt.want) {
				t.Errorf("%d records, and not the cells that they should have", len(got))
			}
			if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 256*uint64(len(text)) {
				t.Errorf("%d bytes allocated for %d", allocated, len(text))
			}
		})
	}
}
