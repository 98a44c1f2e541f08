package engine

import (
	"context"
	"errors"
	"reflect"
	"testing"
)

// TestHashBeside: a file whose hash is still worked out comes to the same as one whose hash is known, and fails without it.
func TestHashBeside(t *testing.T) {
	const text = "patient_id,last_name,dob\nP1,Lee,1985-04-05\nP2,Kim,1990-01-02\n"
	for name, content := range map[string]string{"patients.csv": text, "empty.csv": ""} {
		known := fileOf(name, content)
		later := known
		later.SHA256, later.Hash = "", func() (string, error) { return known.SHA256, nil }
		for _, operation := range []string{Harmonize, Link} {
			a, b := runJob(t, newJob(t, operation), Env{}, known), runJob(t, newJob(t, operation), Env{}, later)
			if !reflect.DeepEqual(a.Files, b.Files) {
				t.Errorf("%s, %s: %+v; want %+v", operation, name, b.Files, a.Files)
			}
			for i, o := range a.Outputs {
				if o.Kind == kindClean && o.SHA256 != b.Outputs[i].SHA256 {
					t.Errorf("%s, %s: %s differs", operation, name, o.Name)
				}
			}
		}
		broken := errors.New("broken")
		later.Hash = func() (string, error) { return "", broken }
		if _, err := Run(context.Background(), newJob(t, Harmonize), []File{later}, Env{Dir: t.TempDir()}); !errors.Is(err, broken) {
			t.Errorf("%s: without a hash: %v", name, err)
		}
	}
}
