package faults

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func environment(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func TestNothingHappensWithoutTheVariables(t *testing.T) {
	if err := Configure(environment(nil)); err != nil || current.Load() != nil {
		t.Fatalf("%v, %v", err, current.Load())
	}
	At(Fetched, "")
	if Off(Reap) {
		t.Error("a repair is off")
	}
}

func TestWhatIsForTestsOrNoFailpointIsRefused(t *testing.T) {
	for _, points := range []string{
		"fetched=kill", "fetched=kill:often", "fetched=hold:1", "fetched=wait:1:1", "fetched", "seed=x",
	} {
		variables := map[string]string{"HARMONIZER_FAILPOINTS": points, "HARMONIZER_TEST_MODE": "1"}
		if Configure(environment(variables)) == nil {
			t.Errorf("%q is accepted", points)
		}
	}
	for _, name := range []string{"HARMONIZER_FAILPOINTS", "HARMONIZER_REPAIRS_OFF"} {
		if Configure(environment(map[string]string{name: "seed=1"})) == nil {
			t.Errorf("%s is accepted outside a test", name)
		}
	}
	if current.Load() != nil {
		t.Error("what was refused holds")
	}
}

func TestTheSameSeedDoesTheSame(t *testing.T) {
	draw := func() (happened [100]bool) {
		p, err := parse("seed=7,fetched=kill:0.5", "")
		if err != nil {
			t.Fatal(err)
		}
		for i := range happened {
			happened[i] = p.happens(p.actions[Fetched])
		}
		return happened
	}
	first := draw()
	if first != draw() || first == [100]bool{} {
		t.Error("two runs differ, or nothing ever happens")
	}
}

func TestNothingHappensWhenTheTimeIsOver(t *testing.T) {
	for points, want := range map[string]bool{"for=0,fetched=kill:1": false, "for=60,fetched=kill:1": true} {
		p, err := parse(points, "")
		if err != nil || p.happens(p.actions[Fetched]) != want {
			t.Errorf("%s: %v, want %v", points, err, want)
		}
	}
}

// A process of its own: it is killed at a point, but only about what is named.
func TestAPointKillsAndTells(t *testing.T) {
	if os.Getenv("HARMONIZER_FAILPOINTS") != "" {
		if err := Configure(os.Getenv); err != nil {
			os.Exit(3)
		}
		At(Handling, "other")
		began := time.Now()
		At(Claimed, "")
		if time.Since(began) < 50*time.Millisecond || !Off(Audit) || Off(Bury) {
			os.Exit(4)
		}
		At(Handling, "poison")
		os.Exit(0)
	}
	log := filepath.Join(t.TempDir(), "failpoints")
	process := exec.Command(os.Args[0], "-test.run", "^TestAPointKillsAndTells$")
	process.Env = append(os.Environ(), "HARMONIZER_TEST_MODE=1", "HARMONIZER_REPAIRS_OFF=audit,reap",
		"HARMONIZER_FAILPOINTS=claimed=hold:1:0.05,handling@poison=kill:1,log="+log)
	_ = process.Run()
	if status := process.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGKILL {
		t.Fatalf("ended with %v", process.ProcessState)
	}
	told, err := os.ReadFile(log)
	if want := "claimed hold\nhandling@poison kill\n"; err != nil || string(told) != want {
		t.Errorf("told %q, %v, want %q", told, err, want)
	}
}
