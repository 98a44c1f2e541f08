package match

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

// people returns standardized rows of n records of patients: every third is another record of the person before it, with another address
// and sometimes without its number.
func people(l *standardize.Layout, n int) []*standardize.Row {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	word := func(letters int) string {
		b := make([]byte, letters)
		for i := range b {
			b[i] = "aeioubdgklmnrst"[r.IntN(15)]
		}
		return string(b)
	}
	rows := make([]*standardize.Row, n)
	for i := range rows {
		row := &standardize.Row{Values: make([]string, len(l.Names)), Unusable: make([]bool, len(l.Names))}
		set := func(name, value string) { row.Values[l.Slot(name)] = value }
		if i%3 == 2 {
			copy(row.Values, rows[i-1].Values)
			if r.IntN(2) == 0 {
				set("ssn", "")
			}
		} else {
			set("name_family", word(6))
			set("name_given", word(5))
			set("birth_date", fmt.Sprintf("%d-%02d-%02d", 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28)))
			set("administrative_gender", []string{"female", "male"}[r.IntN(2)])
			set("ssn", fmt.Sprintf("%09d", 100_000_000+r.IntN(500_000_000)))
			set("phone_home", fmt.Sprintf("+1614%07d", r.IntN(10_000_000)))
			set("zip", fmt.Sprintf("%05d", 10_000+r.IntN(800)))
		}
		set("patient_id", fmt.Sprint(i))
		set("address_line1", fmt.Sprintf("%d %s St", 1+r.IntN(2000), word(5)))
		rows[i] = row
	}
	return rows
}

// processor returns the processor time that this process has used, in seconds.
func processor() float64 {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano()).Seconds()
}

// BenchmarkPersons finds, by deterministic rules alone, the records of one person among standardized rows in memory, on all processors:
// facts are taken of them, into memory that is used again each time, then compared.
func BenchmarkPersons(b *testing.B) {
	p, err := profile.Load("us-core")
	if err != nil {
		b.Fatal(err)
	}
	table := p.Table("patient")
	names := []string{}
	for _, f := range table.Fields {
		names = append(names, f.Name)
	}
	l := standardize.NewLayout(names)
	for _, n := range []int{125_000, 250_000, 500_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			rows := people(l, n)
			key := []string{"patient_id"}
			h, facts := NewHasher(secret, "east", names, key), NewFacts(secret, "east", p, table, l, key, nil)
			workers := runtime.GOMAXPROCS(0)
			parts := make([][]byte, workers)
			for w := range parts {
				parts[w] = make([]byte, 0, (n/workers+1)*8*facts.words())
			}
			found, used := 0, processor()
			for b.Loop() {
				files := make([]FactFile, workers)
				var wait sync.WaitGroup
				for w := range workers {
					wait.Go(func() {
						taken, first := parts[w][:0], w*n/workers
						for i, r := range rows[first : (w+1)*n/workers] {
							sums := h.Row(r.Values)
							taken = facts.Append(taken, r, int64(first+i+1), &sums)
						}
						parts[w] = taken
						files[w] = FactFile{int64(len(taken)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(taken)), nil }}
					})
				}
				wait.Wait()
				all, err := FindSame(b.Context(), b.TempDir(), true, files, Options{Workers: workers})
				if err != nil {
					b.Fatal(err)
				}
				found = len(all)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			b.ReportMetric(float64(n)*float64(b.N)/(processor()-used), "rows/cpu-s")
			b.ReportMetric(float64(found), "found")
		})
	}
}
