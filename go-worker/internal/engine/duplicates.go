package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

var duplicateColumns = []string{"source_file", "record_no", "kept_source_file", "kept_record_no", "method", "score"}

// duplicates finds the rows of a table that repeat others, and writes them down. The output is still to be listed.
func (a *assembly) duplicates(ctx context.Context, name string, pieces []*placed) (removals, *writer, error) {
	out := removals{}
	sidecars, err := a.sidecars(pieces)
	if err != nil {
		return out, nil, err
	}
	w, err := a.create(Output{Name: name + ".duplicates.csv", Kind: kindDuplicates, Table: tableOf(name)})
	if err != nil {
		return out, nil, err
	}
	w.write(table.AppendCSVRow(nil, duplicateColumns), 0)
	if out.file, err = os.CreateTemp(a.env.Dir, "piece-removed-"); err == nil {
		err = a.find(ctx, name, pieces, sidecars, w, &out)
	}
	if err != nil {
		return out, nil, errors.Join(err, w.remove(a.env.Dir), out.close())
	}
	return out, w, nil
}

// find lists in w the rows that others say already, and those to leave out in removed.
func (a *assembly) find(ctx context.Context, name string, pieces []*placed, sidecars []match.Sidecar, w *writer, removed *removals) error {
	ctx, cancel := context.WithCancel(ctx)
	same := beside(func() ([]match.Same, error) { return a.same(ctx, name, pieces) })
	defer func() { cancel(); _, _ = same() }()
	l := leaving{assembly: a, persons: name == patientTable && a.crossing != nil, pieces: pieces, out: w, store: bufio.NewWriter(removed.file), removed: removed,
		counts: make([]map[rule.ID]int64, len(pieces))}
	for i := range l.counts {
		l.counts[i] = map[rule.ID]int64{}
	}
	for f, err := range match.Find(ctx, a.env.Dir, sidecars, match.Options{}) {
		if err = errors.Join(err, l.learn(same)); err != nil {
			return err
		}
		if err := l.before(f.Place); err != nil {
			return err
		}
		if f.Exact && pieces[f.File].Repeats == plan.RepeatsStay {
			l.tell(f.Place, ruleRepeatStays)
			continue
		}
		for _, id := range f.Rules {
			l.tell(f.Place, id)
		}
		if f.Exact {
			err = l.repeats(f.Place, f.First)
		} else if l.stays(f.Place) && l.stays(f.First) {
			pieces[f.File].card.Rows.KeyConflicts++
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(l.learn(same), l.before(match.Place{File: len(pieces)})); err != nil {
		return err
	}
	for i, p := range pieces {
		a.countDuplicates(p, l.counts[i])
	}
	return errors.Join(l.store.Flush(), removed.rewind())
}

// A besideOutput is an output that is written beside others, and how many of its cells were made safe.
type besideOutput struct {
	out  Output
	safe int64
}

// endBeside ends an output that was written beside others.
func endBeside(w *writer, f form) (done besideOutput, err error) {
	done.safe = f.end()
	done.out, err = w.close()
	return done, err
}

// beside does something while the caller goes on, and returns what waits for its end.
func beside[T any](do func() (T, error)) func() (T, error) {
	var result T
	var err error
	var running sync.WaitGroup
	running.Go(func() {
		defer recovered(&err, "beside")
		result, err = do()
	})
	return func() (T, error) {
		running.Wait()
		return result, err
	}
}

// countDuplicates notes what was found about the rows of a piece.
func (a *assembly) countDuplicates(p *placed, counts map[rule.ID]int64) {
	p.file.Counts.DuplicatesRemoved += p.removed
	p.file.Counts.RowsOut -= p.removed
	p.card.Rows.Duplicates += p.removed
	a.countFound(p, counts)
}

// countFound counts, for the manifest and the scorecard, what all rows together show of the rows of a piece; what needs no line for each
// row is listed once.
func (a *assembly) countFound(p *placed, counts map[rule.ID]int64) {
	ids := make([]rule.ID, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if a.settings[id].disposition == rule.Fix {
			a.line(p, id, "", counts[id], nil)
		} else {
			a.flush(p, id)
		}
		p.card.Hit(a.job.Profile, id, counts[id])
		a.manifest.Issues = append(a.manifest.Issues, issueCount(a.settings, p.file.Name, p.Table, "", id, counts[id]))
	}
}

// sidecars returns the entries of the pieces as files; those of other folders are copied here.
func (a *assembly) sidecars(pieces []*placed) ([]match.Sidecar, error) {
	var sidecars []match.Sidecar
	for i, p := range pieces {
		p.place = i
		name := p.output(kindEntries).Name
		path := filepath.Join(p.part.dir, name)
		if p.part.dir == "" {
			path = filepath.Join(a.env.Dir, fmt.Sprintf("piece-sidecar-%d", len(sidecars)))
			if err := copyPiece(path, p, name); err != nil {
				return nil, err
			}
		}
		sidecars = append(sidecars, match.Sidecar{Path: path, Source: p.file.Source})
	}
	return sidecars, nil
}

func copyPiece(path string, p *placed, name string) error {
	in, err := p.part.open(name)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	defer in.Close()
	to, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, in)
	return errors.Join(err, to.Close())
}
