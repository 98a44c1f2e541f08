package engine

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"syscall"
	"testing"

	"harmonizer/go-worker/internal/table"
)

// BenchmarkPatients harmonizes messy patients of several sizes: throughput of large files, latency of small ones.
func BenchmarkPatients(b *testing.B) {
	job := newJob(b, Harmonize)
	for _, rows := range []int{100, 50_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			file := fileOf("patients.csv", messyPatients(rows, 1))
			b.SetBytes(file.Input.Size)
			for b.Loop() {
				if _, err := RunFile(context.Background(), job, file, true, Env{Dir: b.TempDir(), Concurrency: runtime.GOMAXPROCS(0)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchFile is the file that HARMONIZER_BENCH_FILE names, and a job for it.
func benchFile(b *testing.B) (File, Job) {
	b.Helper()
	path := os.Getenv("HARMONIZER_BENCH_FILE")
	if path == "" {
		b.Skip("HARMONIZER_BENCH_FILE is not set")
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	file := File{No: 1, Name: "patients.csv", Source: "patients", Input: table.Input{
		Name: "patients.csv", Size: info.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) },
	}}
	return file, newJob(b, cmp.Or(os.Getenv("HARMONIZER_BENCH_OPERATION"), Harmonize))
}

// BenchmarkFile harmonizes the file that HARMONIZER_BENCH_FILE names: to profile a large one.
func BenchmarkFile(b *testing.B) {
	file, job := benchFile(b)
	b.SetBytes(file.Input.Size)
	for b.Loop() {
		if _, err := RunFile(context.Background(), job, file, true, Env{Dir: b.TempDir(), Concurrency: runtime.GOMAXPROCS(0)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRecords only makes rows of the records of that file, all of them in memory: no plan, no reading, no writing.
func BenchmarkRecords(b *testing.B) {
	file, job := benchFile(b)
	r, p, batches := decoded(b, job, file)
	b.SetBytes(file.Input.Size)
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		t := newTransform(r, p)
		w := newTransformer(t)
		var records int64
		for _, batch := range batches {
			t.shelf.put(w.chunk(batch, records))
			records += int64(batch.Len())
		}
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// decoded is a file that is planned and whose records are in memory.
func decoded(tb testing.TB, job Job, file File) (*run, *planned, []*table.Batch) {
	tb.Helper()
	r, err := newRun(job, file, Env{Dir: tb.TempDir(), Concurrency: 1})
	if err != nil {
		tb.Fatal(err)
	}
	sources, err := table.Open(context.Background(), file.Input, r.openOptions())
	if err != nil {
		tb.Fatal(err)
	}
	p, err := r.planSource(context.Background(), sources[0])
	if err != nil {
		tb.Fatal(err)
	}
	var batches []*table.Batch
	if err := p.source.Scan(context.Background(), func(c *table.Chunk) error {
		batches = append(batches, new(table.Batch))
		return p.source.Decode(c, batches[len(batches)-1])
	}); err != nil {
		tb.Fatal(err)
	}
	return r, p, batches
}

// processorTime is what the process has used, in nanoseconds: on a machine with other programs the only figure that says something.
func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}
