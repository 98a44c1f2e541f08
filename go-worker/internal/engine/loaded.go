package engine

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/scorecard"
)

// Names of what stands beside the pieces of a part. They begin like pieces: neither is an output of the job.
const (
	partPlanName = "piece-plan.yaml"
	partCardName = "piece-scorecard.json"
)

// A loaded part is what one file of a job left: its manifest, its section of the plan, and where its pieces are.
type loaded struct {
	manifest *Manifest
	input    File       // what it is the part of
	plan     *plan.Plan // nil where the file has no folder
	open     Folder
	cards    []scorecard.File // nil: open has them
	dir      string           // where the pieces lie in the folder of the outputs, and may be taken; "" elsewhere
}

// load reads the part of a file. One without a folder counts as a failed file.
func load(job *Job, p Part, env Env) (loaded, error) {
	if p.Open == nil || p.Reason != "" {
		m := newManifest(job)
		m.Files = append(m.Files, FileResult{Name: p.File.Name, Source: p.File.Source, SHA256: p.File.SHA256,
			Bytes: p.File.Input.Size, Status: StatusFailed, Reason: p.Reason})
		return loaded{manifest: m}, nil
	}
	m, err := p.Open.manifest()
	if err != nil {
		return loaded{}, err
	}
	l := loaded{manifest: m, open: p.Open, input: p.File}
	if err := l.readPlan(); err != nil || m.Division == nil {
		return l, err
	}
	return gather(job, p, &l, env)
}

// manifest reads the manifest of what an item left.
func (open Folder) manifest() (*Manifest, error) {
	f, err := open(ManifestName)
	if err != nil {
		return nil, fmt.Errorf("open part: %w", err)
	}
	defer f.Close()
	m, err := ReadManifest(f)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(m.Pieces, func(p piece) bool { return p.Form != pieceForm }) {
		return nil, ErrOtherRelease
	}
	return m, nil
}

// localPart is the part that lies in the folder of the outputs.
func localPart(dir string, m *Manifest) loaded {
	l := loaded{manifest: m, dir: dir}
	l.open = func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(dir, name)) }
	return l
}

func (l *loaded) readPlan() error {
	f, err := l.open(partPlanName)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	defer f.Close()
	document, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("read part: %w", err)
	}
	l.plan, err = plan.Parse(document)
	return err
}
