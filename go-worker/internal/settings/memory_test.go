package settings

import (
	"testing"
	"testing/fstest"
)

func TestMemoryLimit(t *testing.T) {
	const v2, v1 = "sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"
	tests := []struct {
		name, file, text, set string
		want                  int64
	}{
		{"cgroup v2", v2, "536870910\n", "", 483183819},
		{"cgroup v1", v1, "1000\n", "", 900},
		{"no limit in v2", v2, "max\n", "", 0},
		{"no limit in v1", v1, "9223372036854771712\n", "", 0},
		{"no cgroup", "etc/passwd", "x", "", 0},
		{"what is set stays", v2, "1000\n", "400MiB", 0},
	}
	for _, tt := range tests {
		root := fstest.MapFS{tt.file: {Data: []byte(tt.text)}}
		if got := MemoryLimit(root, func(string) string { return tt.set }); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
