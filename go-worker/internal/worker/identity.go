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
	if start, err := startTime(id.PID); err == nil {
		id.StartTime = start
	}
	return id, nil
}

const unknown = "unknown"

// gone reports whether another worker's process has certainly ended: it ran under the same kernel
// since the same boot and in the same pid namespace as this one, and its pid is free, or used again.
func gone(other, self queue.WorkerID) bool {
	if other.BootID != self.BootID || other.Namespace != self.Namespace ||
		self.BootID == unknown || self.Namespace == unknown {
		return false
	}
	if err := syscall.Kill(other.PID, 0); errors.Is(err, syscall.ESRCH) {
		return true
	}
	start, err := startTime(other.PID)
	return err == nil && other.StartTime != unknown && start != other.StartTime
}

// startTime returns when a process began, in the kernel's ticks since boot.
func startTime(pid int) (string, error) {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return "", err
	}
	// The second field is the program's name in parentheses, and may hold anything.
	rest := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if len(rest) < 20 {
		return "", errors.New("an unknown form of /proc/<pid>/stat")
	}
	return rest[19], nil
}
