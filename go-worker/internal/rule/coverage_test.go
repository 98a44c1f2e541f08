package rule

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// evidence is what a line of docs/coverage.md names: a Go test by its package, or a file, or in a
// file of Python one test.
var evidence = regexp.MustCompile(`^(?:([a-z]+)\.((?:Test|Fuzz)\w+)|(\S+/\S+))$`)

// TestCoverageNamesWhatExists: the page promises nothing that no test of that name shows.
func TestCoverageNamesWhatExists(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "coverage.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{} // of a package, all together
	named := 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 2 || !strings.HasPrefix(line, "| ") || strings.TrimSpace(cells[1]) == "shown by" {
			continue
		}
		for name := range strings.SplitSeq(cells[1], ",") {
			name = strings.TrimSpace(name)
			found := evidence.FindStringSubmatch(name)
			if found == nil {
				t.Errorf("%q is neither a test nor a file", name)
				continue
			}
			named++
			if found[3] != "" {
				file, test, one := strings.Cut(found[3], "::")
				text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(file)))
				if err != nil || one && !strings.Contains(string(text), "\ndef "+test+"(") {
					t.Errorf("there is no %s", name)
				}
				continue
			}
			if _, read := tests[found[1]]; !read {
				tests[found[1]] = testsOf(t, found[1])
			}
			if !strings.Contains(tests[found[1]], "\nfunc "+found[2]+"(") {
				t.Errorf("there is no test %s", name)
			}
		}
	}
	if named < 100 {
		t.Errorf("only %d tests are named", named)
	}
}

// testsOf returns the tests of a package, as they are written.
func testsOf(t *testing.T, name string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", name, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Errorf("package %s has no tests", name)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}
