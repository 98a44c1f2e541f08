package worker

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"harmonizer/queue"
)

// Identity returns the id of this process. Where there is no /proc, boot id and pid namespace are
// "unknown", and nobody buries such a worker: reap finds it by its silence.
func Identity() (queue.WorkerID, error) {
	host, err := os.Hostname()
	if err != nil {
		return queue.WorkerID{}, fmt.Errorf("name of this host: %w", err)
	}
	id := queue.WorkerID{
		Host: strings.ReplaceAll(host, "/", "_"), BootID: unknown, Namespace: unknown,
		PID: os.Getpid(), StartTime: unknown, Random: newClaim(),
	}
	if boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		id.BootID = strings.TrimSpace(string(boot))
	}
	if namespace, err := os.Readlink("/proc/self/ns/pid"); err == nil {
		id.Namespace = strings.Trim(strings.TrimPrefix(namespace, "pid:"), "[]")
	}
	if _, start, err := stat(id.PID); err == nil {
		id.StartTime = start
	}
	return id, nil
}

const unknown = "unknown"

// gone reports whether another worker's process has certainly ended: it ran under the same kernel
// since the same boot and in the same pid namespace as this one, and its pid is free, used again, or that
// of a zombie: a process that has ended and for which nobody has asked yet.
func gone(other, self queue.WorkerID) bool {
	if other.BootID != self.BootID || other.Namespace != self.Namespace ||
		self.BootID == unknown || self.Namespace == unknown {
		return false
	}
	if err := syscall.Kill(other.PID, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	state, start, err := stat(other.PID)
	return err == nil && other.StartTime != unknown && (start != other.StartTime || state == "Z" || state == "X")
}

// stat returns the state of a process, a letter, and when it began, in the kernel's ticks since boot.
func stat(pid int) (state, start string, err error) {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return "", "", err
	}
	// The second field is the program's name in parentheses, and may hold anything.
	rest := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(rest) < 20 {
		return "", "", errors.New("an unknown form of /proc/<pid>/stat")
	}
	return rest[0], rest[19], nil
}
