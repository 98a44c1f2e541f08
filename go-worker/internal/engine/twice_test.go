package engine

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// footer is where the report says when it was made.
var footer = regexp.MustCompile(`Made \d{4}-\d\d-\d\d \d\d:\d\d UTC`)

// everything are all files that a job leaves, without the moment at which it was made and the sums that it changes.
func everything(t *testing.T, r *result) map[string]string {
	t.Helper()
	for i := range r.Outputs {
		if o := &r.Outputs[i]; o.Kind == kindScorecard || o.Kind == kindReport {
			o.SHA256 = ""
		}
	}
	m, err := json.Marshal(r.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{ManifestName: string(m)}
	for _, o := range r.Outputs {
		content, err := os.ReadFile(filepath.Join(r.dir, o.Name))
		if err != nil {
			t.Fatal(err)
		}
		all[o.Name] = string(content)
		switch o.Kind {
		case kindScorecard:
			all[o.Name] = madeAt.ReplaceAllString(all[o.Name], "")
		case kindReport:
			all[o.Name] = footer.ReplaceAllString(all[o.Name], "")
		}
	}
	return all
}

// TestEveryRunSaysTheSame runs jobs twice: nothing but the moment at which it was made differs.
func TestEveryRunSaysTheSame(t *testing.T) {
	supplied := newJob(t, Harmonize)
	supplied.Plan = planIn(t, runJob(t, newJob(t, Harmonize), Env{}, delivered()...).read(planName))
	packed := newJob(t, Harmonize)
	packed.Options = Options{Format: "parquet", Provenance: true}
	for name, job := range map[string]Job{"harmonize": newJob(t, Harmonize), "validate": newJob(t, Validate), "with a plan": supplied, "parquet": packed} {
		t.Run(name, func(t *testing.T) {
			files := func() []File { return append(delivered(), twoMonths()...) }
			first := everything(t, runJob(t, job, Env{Concurrency: 1}, files()...))
			second := everything(t, runJob(t, job, Env{Concurrency: 3}, files()...))
			if len(first) != len(second) {
				t.Errorf("%d outputs, then %d", len(first), len(second))
			}
			for name, text := range first {
				if second[name] != text {
					t.Errorf("%s is not the same again", name)
				}
			}
		})
	}
}
