package engine

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
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

// BenchmarkFile harmonizes the file that HARMONIZER_BENCH_FILE names: to profile a large one.
func BenchmarkFile(b *testing.B) {
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
	job := newJob(b, cmp.Or(os.Getenv("HARMONIZER_BENCH_OPERATION"), Harmonize))
	b.SetBytes(info.Size())
	for b.Loop() {
		if _, err := RunFile(context.Background(), job, file, true, Env{Dir: b.TempDir(), Concurrency: runtime.GOMAXPROCS(0)}); err != nil {
			b.Fatal(err)
		}
	}
}
