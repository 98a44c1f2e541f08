package engine

import (
	"context"
	"fmt"
	"runtime"
	"testing"
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
