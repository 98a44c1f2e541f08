package engine

import (
	"context"
	"io"

	"harmonizer/go-worker/internal/history"
	"harmonizer/go-worker/internal/rule"
)

// histories lists what the rows of one patient, in all files and tables of the job, say about each other.
func (a *assembly) histories(ctx context.Context) error {
	pieces := a.of("", kindFacts)
	facts := make([]history.Facts, len(pieces))
	sourceOf := a.patientSources()
	for i, p := range pieces {
		facts[i] = history.Facts{Source: sourceOf(p), Bytes: p.output(kindFacts).Bytes,
			Open: func() (io.ReadCloser, error) { return p.part.open(p.output(kindFacts).Name) }}
	}
	counts := make([]map[rule.ID]int64, len(pieces))
	err := history.Find(ctx, a.env.Dir, facts, a.job.removesRepeats(""), func(f history.Finding) error {
		if counts[f.File] == nil {
			counts[f.File] = map[rule.ID]int64{}
		}
		counts[f.File][f.Rule]++
		if a.settings[f.Rule].disposition != rule.Fix {
			a.listRow(pieces[f.File], f.Record, f.Rule)
		}
		return a.found.err
	})
	if err != nil {
		return err
	}
	for i, p := range pieces {
		a.countFound(p, counts[i])
	}
	return nil
}

// patientSources returns by whose numbers the rows of a piece name their patients: those of its own source, but where only another source
// of the job has delivered patients, by these, as references are understood too.
func (a *assembly) patientSources() func(*placed) string {
	owners := map[string]bool{}
	only := ""
	for _, p := range a.pieces {
		if p.Table == patientTable {
			only = p.file.Source
			owners[only] = true
		}
	}
	return func(p *placed) string {
		if len(owners) == 1 {
			return only
		}
		return p.file.Source
	}
}
