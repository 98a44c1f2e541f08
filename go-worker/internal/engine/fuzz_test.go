package engine

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

// FuzzRunFile puts anything through the default operation: nothing panics, and every record is accounted for.
func FuzzRunFile(f *testing.F) {
	goldens, _ := filepath.Glob("testdata/*.in")
	for _, path := range goldens {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, false)
	}
	f.Add([]byte(messyPatients(20, 4)), true)
	f.Add([]byte("patient_id,source_line,record_no,rule_ids,reasons\n\"1,2\",7,6,CSV-004|CSV-005,\n"), false)
	f.Add([]byte(`[{"patient_id": 1, "bp": "120/80", "dx": [{"code": "I10"}]}, 7]`), false)
	job := newJob(f, Harmonize)
	f.Fuzz(func(t *testing.T, content []byte, small bool) {
		env := Env{Dir: t.TempDir(), Concurrency: 2}
		if small {
			env.chunkBytes = 64
		}
		m, err := RunFile(context.Background(), job, fileOf("patients.csv", string(content)), true, env)
		if err != nil {
			t.Fatal(err)
		}
		r := &result{m, t, env.Dir}
		r.checkOutputs()
	})
}
