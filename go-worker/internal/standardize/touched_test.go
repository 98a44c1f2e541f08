package standardize

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWhatIsWrittenIsTouched: steps write into a row by its methods, which note the slot. Cells of slots that nobody touched are counted
// by what their column made of them, so a step that wrote there itself would make counts wrong.
func TestWhatIsWrittenIsTouched(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	writes := regexp.MustCompile(`\br\.(Values|Unusable|Hits)(\[[^\]]*\])? = `)
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if writes.MatchString(line) && name != "row.go" && name != "cell.go" && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}
