package engine

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the .want files of golden tests")

// TestGolden holds small messy files of every table against everything that is written of them.
func TestGolden(t *testing.T) {
	inputs, err := filepath.Glob("testdata/*.in")
	if err != nil || len(inputs) == 0 {
		t.Fatalf("no golden inputs: %v", err)
	}
	for _, path := range inputs {
		name := strings.TrimSuffix(filepath.Base(path), ".in")
		t.Run(name, func(t *testing.T) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			r := harmonizeText(t, name+".csv", string(content))
			var got strings.Builder
			for _, o := range r.Outputs {
				switch o.Kind {
				case kindClean, kindQuarantine, kindDuplicates, kindIssues, kindChanges:
					got.WriteString("== " + o.Name + "\n" + r.read(o.Name))
				}
			}
			want := strings.TrimSuffix(path, ".in") + ".want"
			if *update {
				if err := os.WriteFile(want, []byte(got.String()), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			expected, err := os.ReadFile(want)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != string(expected) {
				t.Errorf("the outputs differ from %s; go test -update rewrites it\n%s", want, got.String())
			}
		})
	}
}
