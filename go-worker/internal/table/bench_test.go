package table

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// benchmarkRead measures opening a file of about 16 MiB, and cutting and decoding it on one goroutine.
func benchmarkRead(b *testing.B, name, begin, end string, record func(i int) string) {
	var text strings.Builder
	text.WriteString(begin)
	for i := 0; text.Len() < 16<<20; i++ {
		text.WriteString(record(i))
	}
	text.WriteString(end)
	in := Input{Name: name, Size: int64(text.Len()), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text.String())), nil
	}}
	b.Run("open", func(b *testing.B) {
		b.SetBytes(in.Size)
		for b.Loop() {
			openOne(b, in, Options{})
		}
	})
	s := openOne(b, in, Options{})
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(in.Size)
		b.ReportAllocs()
		for b.Loop() {
			if err := s.Scan(context.Background(), func(c *Chunk) error { c.Release(); return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("scan+decode", func(b *testing.B) {
		b.SetBytes(in.Size)
		b.ReportAllocs()
		var batch Batch
		for b.Loop() {
			err := s.Scan(context.Background(), func(c *Chunk) error {
				defer c.Release()
				return s.Decode(c, &batch)
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	benchmarkRead(b, "a.csv", "patient_id,last,first,dob,sex,address,city,state,zip,phone,note\n", "", func(i int) string {
		return fmt.Sprintf("P%07d,Lee,Ann,04/%02d/1985,F,%d Main St,Boston,MA,02139,(617) 555-%04d,\n", i, i%28+1, i%900, i%10000)
	})
}

func BenchmarkCSVQuoted(b *testing.B) {
	benchmarkRead(b, "a.csv", `"patient_id","last","first","dob","sex","address","city","state","zip"`+"\n", "", func(i int) string {
		return fmt.Sprintf("\"P%07d\",\"Lee\",\"Ann\",\"04/%02d/1985\",\"F\",\"%d Main St, Apt 4\",\"Boston\",\"MA\",\"02139\"\n", i, i%28+1, i%900)
	})
}

func jsonRecord(i int) string {
	return fmt.Sprintf(`{"patient_id":"P%07d","name":{"family":"Lee","given":["Ann","B"]},"birthDate":"1985-04-%02d","gender":"female",`+
		`"address":[{"line":["%d Main St"],"city":"Boston","state":"MA","postalCode":"02139"}],"weight":%d.5,"active":true}`,
		i, i%28+1, i%900, i%200)
}

func BenchmarkNDJSON(b *testing.B) {
	benchmarkRead(b, "a.ndjson", "", "", func(i int) string { return jsonRecord(i) + "\n" })
}

func BenchmarkJSONArray(b *testing.B) {
	benchmarkRead(b, "a.json", "["+jsonRecord(0), "]", func(i int) string { return ",\n" + jsonRecord(i) })
}
