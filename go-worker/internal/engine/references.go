package engine

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"harmonizer/go-worker/internal/reference"
)

// references finds the rows that name a patient or a visit which the job does not hold, and reads again the files that have such rows:
// only then the rules about references have a say in what becomes of a row, like every other rule. It returns the folder in which the
// new parts stand.
func (a *assembly) references(ctx context.Context) (folder string, err error) {
	if a.patientsUnknown() {
		return "", nil
	}
	type origin struct{ part, piece int }
	var origins []origin
	var names []reference.Names
	for i := range a.parts {
		part := &a.parts[i]
		for k := range part.manifest.Pieces {
			p := &part.manifest.Pieces[k]
			out := p.output(kindNames)
			if out == nil {
				continue
			}
			origins = append(origins, origin{i, k})
			names = append(names, reference.Names{Source: part.manifest.Files[p.File].Source, Bytes: out.Bytes,
				Open: func() (io.ReadCloser, error) { return part.open(out.Name) }})
		}
	}
	if len(names) < 2 {
		return "", nil
	}
	found, err := reference.Find(ctx, a.env.Dir, names)
	if err != nil {
		return "", err
	}
	broken := make([]map[int]*reference.Broken, len(a.parts))
	for i, b := range found {
		if b == nil {
			continue
		}
		o := origins[i]
		if broken[o.part] == nil {
			broken[o.part] = map[int]*reference.Broken{}
		}
		broken[o.part][o.piece] = b
	}
	if folder, err = os.MkdirTemp(a.env.Dir, ".again-"); err != nil {
		return "", err
	}
	for i, b := range broken {
		if b == nil {
			continue
		}
		if err := a.again(ctx, &a.parts[i], b, filepath.Join(folder, strconv.Itoa(i))); err != nil {
			return folder, err
		}
	}
	return folder, nil
}

// patientsUnknown reports whether a file failed that may have held patients: nobody knows then who is missing.
func (a *assembly) patientsUnknown() bool {
	for i := range a.parts {
		for _, f := range a.parts[i].manifest.Files {
			if f.Status == StatusFailed && (f.Table == "" || f.Table == patientTable) {
				return true
			}
		}
	}
	return false
}

// patientTable is the table whose rows are persons.
const patientTable = "patient"

// again makes the part of a file anew, now that it is known which of its references do not hold.
func (a *assembly) again(ctx context.Context, part *loaded, broken map[int]*reference.Broken, dir string) error {
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	env := a.env
	env.Dir = dir
	r, err := newRun(*a.job, part.input, env)
	if err != nil {
		return err
	}
	r.alone, r.broken = true, broken
	if err := r.part(ctx); err != nil {
		return err
	}
	*part = r.made()
	part.dir = "" // the folder of the outputs is another one
	return nil
}
