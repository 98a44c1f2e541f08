package reference

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

// A file is a table of a source: rows written as "patient", "patient/visit" or, of patients, "number=mrn".
type file struct {
	source, table string
	rows          []string
}

var layouts = map[string]*standardize.Layout{
	"patient":     standardize.NewLayout([]string{"patient_id", "mrn"}),
	"encounter":   standardize.NewLayout([]string{"patient_id", "encounter_id"}),
	"observation": standardize.NewLayout([]string{"patient_id", "encounter_id"}),
}

func (f file) row(text string) *standardize.Row {
	first, second, _ := strings.Cut(strings.ReplaceAll(text, "=", "/"), "/")
	return &standardize.Row{Values: []string{first, second}, Unusable: make([]bool, 2)}
}

// judge returns what the files' rows break, as "file/row RULE value".
func judge(t *testing.T, partBytes int64, files ...file) []string {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	var names []Names
	for _, f := range files {
		taker := NewTaker(p.Table(f.table), layouts[f.table])
		var b []byte
		for _, r := range f.rows {
			b = taker.Append(b, f.row(r))
		}
		names = append(names, Names{f.source, int64(len(b)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }})
	}
	dir := t.TempDir()
	broken, err := find(t.Context(), dir, names, partBytes)
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files were left behind", len(left))
	}
	found := []string{}
	for i, f := range files {
		c := broken[i].Check(p.Table(f.table), layouts[f.table])
		for k, text := range f.rows {
			r := f.row(text)
			if c != nil {
				c.Row(r)
			}
			for _, h := range r.Hits {
				found = append(found, fmt.Sprintf("%d/%d %s %s", i, k, h.Rule, r.Values[h.Slot]))
			}
		}
	}
	return found
}

func TestFind(t *testing.T) {
	tests := []struct {
		name  string
		files []file
		want  []string
	}{
		{"all there", []file{{"a", "patient", []string{"P1", "P2=M2"}}, {"a", "observation", []string{"P1", "M2", "P1"}}}, nil},
		{"nobody to refer to", []file{{"a", "observation", []string{"P1/E1"}}, {"a", "observation", []string{"P2/E1"}}}, nil},
		{"missing", []file{{"a", "patient", []string{"P1"}}, {"a", "observation", []string{"P1", "P9", "P9"}}},
			[]string{"1/1 REF-001 P9", "1/2 REF-001 P9"}},
		{"zeros lost and added", []file{{"a", "patient", []string{"0012", "7"}}, {"a", "observation", []string{"12", "0012", "007"}}},
			[]string{"1/0 REF-002 0012", "1/2 REF-002 7"}},
		{"zeros of two patients", []file{{"a", "patient", []string{"012", "0012"}}, {"a", "observation", []string{"12", "012"}}},
			[]string{"1/0 REF-001 12"}},
		{"letters are no numbers", []file{{"a", "patient", []string{"0A"}}, {"a", "observation", []string{"A"}}}, []string{"1/0 REF-001 A"}},
		{"zero", []file{{"a", "patient", []string{"0"}}, {"a", "observation", []string{"00", "0"}}}, []string{"1/0 REF-002 0"}},
		{"own source first", []file{{"a", "patient", []string{"1"}}, {"b", "patient", []string{"2"}}, {"a", "observation", []string{"2"}},
			{"c", "observation", []string{"2", "3"}}}, []string{"2/0 REF-001 2", "3/1 REF-001 3"}},
		{"visit of another", []file{{"a", "encounter", []string{"P1/E1", "P2/E2"}}, {"a", "observation", []string{"P2/E1", "P2/E2", "P2/E3"}}},
			[]string{"1/0 REF-003 E1"}},
		{"visit of the same number", []file{{"a", "encounter", []string{"001/E1"}}, {"a", "observation", []string{"1/E1"}}}, nil},
		{"a visit without its patient", []file{{"a", "patient", []string{"P1"}}, {"a", "encounter", []string{"P2/E1"}}}, []string{"1/0 REF-001 P2"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, partBytes := range []int64{partBytes, 1} {
				if got := judge(t, partBytes, tt.files...); !slices.Equal(got, tt.want) {
					t.Errorf("parts of %d bytes: %v, want %v", partBytes, got, tt.want)
				}
			}
		})
	}
}
