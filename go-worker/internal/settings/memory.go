package settings

import (
	"cmp"
	"io/fs"
	"strconv"
	"strings"
)

// memoryFiles hold the memory limit of the container in bytes: of cgroups v2 and v1, as seen from within.
var memoryFiles = []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"}

// noLimit is where version 1 begins to mean that there is none: it then names a number near the largest.
const noLimit = 1 << 60

// MemoryLimit returns what GOMEMLIMIT should be: nine tenths of the container's limit, so that Go collects before the
// kernel kills. It is 0 where GOMEMLIMIT is set, or where nothing limits the container. root is the file system's.
func MemoryLimit(root fs.FS, getenv func(string) string) int64 {
	if getenv("GOMEMLIMIT") != "" {
		return 0
	}
	var limit int64
	for _, name := range memoryFiles {
		text, _ := fs.ReadFile(root, name)
		n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is no number
		if err == nil && n > 0 && n < noLimit {
			limit = cmp.Or(limit, n)
		}
	}
	return limit / 10 * 9
}
