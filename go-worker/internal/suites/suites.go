// Package suites opens the public test suites that tests compare the product with. They are no part of the
// repository: HARMONIZER_SUITES names the folder that holds them (default: ../shared/data beside the repository).
package suites

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Path returns the path of a file of the suites, such as "cvx/cvx.csv". A test is skipped where the suites are
// absent, and fails where CI=true says that they must be there.
func Path(t testing.TB, file string) string {
	t.Helper()
	folder := os.Getenv("HARMONIZER_SUITES")
	if folder == "" {
		folder = filepath.Join(repository(t), "..", "shared", "data")
	}
	path := filepath.Join(folder, filepath.FromSlash(file))
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("suite %s is missing: set HARMONIZER_SUITES", file)
		}
		t.Skipf("suite %s is absent; set HARMONIZER_SUITES to run it", file)
	}
	return path
}

// Records returns the lines of a CSV file of the suites as maps by header.
func Records(t testing.TB, file string) []map[string]string {
	t.Helper()
	content, err := os.ReadFile(Path(t, file))
	if err != nil {
		t.Fatalf("read suite %s: %v", file, err)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(content), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatalf("read suite %s: %v", file, err)
	}
	if len(lines) < 2 {
		t.Fatalf("suite %s holds no record", file)
	}
	records := make([]map[string]string, 0, len(lines)-1)
	for _, line := range lines[1:] {
		record := make(map[string]string, len(line))
		for i, name := range lines[0] {
			record[name] = line[i]
		}
		records = append(records, record)
	}
	return records
}

// repository returns the folder that holds go.mod.
func repository(t testing.TB) string {
	folder, err := os.Getwd()
	if err != nil {
		t.Fatalf("find the repository: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			t.Fatal("find the repository: no go.mod above the test")
		}
		folder = parent
	}
}
