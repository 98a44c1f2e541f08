package engine

import (
	"context"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/table"
)

// A panic in any goroutine of a stage becomes an error that says where it happened, and no value.
func TestPanicOfStage(t *testing.T) {
	const secret = "Frances"
	sources, err := table.Open(context.Background(), fileOf("p.csv", "a,b\n"+secret+",2\n"+secret+",4\n").Input, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	broken := func(*table.Batch, int64) int {
		panic("cannot read " + secret)
	}
	s := stage[int]{name: "transform", source: sources[0], goroutines: 2}
	s.work = func() func(*table.Batch, int64) int { return broken }
	s.hand = func(int, int) error { return nil }
	err = s.run(context.Background())
	if err == nil || !strings.Contains(err.Error(), "transform: the records from line 2") || strings.Contains(err.Error(), secret) {
		t.Errorf("error %v", err)
	}
	s.work = func() func(*table.Batch, int64) int { panic(secret) }
	if err := s.run(context.Background()); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("error %v", err)
	}
}

// A panic in the goroutine that runs the job ends in an error too, and nothing goes on behind it.
func TestPanicOfJob(t *testing.T) {
	env := Env{Dir: t.TempDir(), Concurrency: 2, Progress: func(Progress) { panic("no bar") }}
	_, err := RunFile(context.Background(), newJob(t, Harmonize), fileOf("patients.csv", messyPatients(50, 3)), true, env)
	if err == nil || !strings.Contains(err.Error(), "in file 1") {
		t.Errorf("error %v", err)
	}
}
