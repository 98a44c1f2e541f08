package worker

import (
	"os/exec"
	"testing"
	"time"

	"harmonizer/queue"
)

func TestIdentityNamesThisProcess(t *testing.T) {
	id, err := Identity()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := queue.ParseWorkerID(id.String()); err != nil || again != id {
		t.Errorf("ParseWorkerID = %v, %v, want %v", again, err, id)
	}
	if gone(id, id) {
		t.Error("this process is said to be gone")
	}
}

func TestGone(t *testing.T) {
	self, err := Identity()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command("true")
	if err := process.Run(); err != nil {
		t.Fatal(err)
	}
	ended := self
	ended.PID = process.Process.Pid
	tests := []struct {
		name   string
		change func(*queue.WorkerID)
		want   bool
	}{
		{"its process has ended", func(id *queue.WorkerID) {}, true},
		{"its pid is used again", func(id *queue.WorkerID) { id.PID, id.StartTime = self.PID, "1" }, true},
		{"another boot, perhaps another machine", func(id *queue.WorkerID) { id.BootID = "x" }, false},
		{"another container", func(id *queue.WorkerID) { id.Namespace = "x" }, false},
	}
	for _, tt := range tests {
		other := ended
		tt.change(&other)
		if got := gone(other, self); got != tt.want {
			t.Errorf("%s: gone = %v, want %v", tt.name, got, tt.want)
		}
	}
	unknownSelf, unknownOther := self, ended
	unknownSelf.BootID, unknownOther.BootID = unknown, unknown
	if gone(unknownOther, unknownSelf) {
		t.Error("without a boot id nobody is gone")
	}
}

func TestAZombieIsGone(t *testing.T) {
	self, err := Identity()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.Command("sleep", "600")
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	other := self
	other.PID = process.Process.Pid
	_, other.StartTime, err = stat(other.PID)
	if err != nil {
		t.Fatal(err)
	}
	if gone(other, self) {
		t.Error("a process that runs is said to be gone")
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !gone(other, self); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("a process that has ended is not said to be gone before somebody waits for it")
		}
	}
	_ = process.Wait() // its exit status is the kill
}
