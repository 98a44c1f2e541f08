package engine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// gather makes the part of a divided file from those of its ranges. Their rows stay where they are and are read one after another.
func gather(job *Job, p Part, planning *loaded, env Env) (loaded, error) {
	r, planned, d, err := newDivided(*job, p.File, p.Open, env)
	if err != nil {
		return loaded{}, err
	}
	if len(p.Ranges) != len(d.Ranges) {
		return loaded{}, fmt.Errorf("%d of %d ranges", len(p.Ranges), len(d.Ranges))
	}
	t := newTransform(r, planned)
	g := gathering{run: r, t: t, yield: yield{issues: newIssueCounts(len(t.layout.Names))}, splice: splice{}}
	for place, open := range p.Ranges {
		if err := g.add(open); err != nil {
			return loaded{}, fmt.Errorf("range %d: %w", place, err)
		}
	}
	if err := g.end(planned); err != nil {
		return loaded{}, err
	}
	return loaded{manifest: r.manifest, input: p.File, plan: planning.plan, open: g.splice.open, cards: r.cards}, nil
}

// A gathering sums up the ranges of a file.
type gathering struct {
	run    *run
	t      *transform
	yield  yield
	splice splice
	kinds  []Output // of the ranges, summed up
}

// add adds what a range left.
func (g *gathering) add(open Folder) error {
	m, err := open.manifest()
	if err != nil {
		return err
	}
	cards, err := open.cards()
	if err != nil {
		return err
	}
	if len(m.Files) != 1 || len(m.Pieces) != 1 || len(cards) != 1 || len(cards[0].Columns) != len(g.t.layout.Names) {
		return errNotAsPlanned
	}
	g.yield.counts.add(m.Files[0].Counts)
	if len(g.yield.card.Columns) == 0 {
		g.yield.card = cards[0]
	} else {
		g.yield.card.Add(&cards[0])
	}
	if why := m.Files[0].Reason; why != "" && g.yield.failed == 0 {
		if g.yield.failed, err = g.run.ruleCalled(why); err != nil {
			return err
		}
	}
	for _, n := range m.Issues {
		id, err := g.run.ruleCalled(n.RuleID)
		if err != nil {
			return err
		}
		g.yield.issues.add(g.t.layout.Slot(n.Field), id, n.Count)
	}
	for _, o := range m.Pieces[0].Outputs {
		g.count(o)
		g.splice.add(o.Kind, func() (io.ReadCloser, error) { return open(o.Name) })
	}
	return nil
}

// count adds an output of a range to the one that all ranges make.
func (g *gathering) count(o Output) {
	for i := range g.kinds {
		if g.kinds[i].Kind == o.Kind {
			g.kinds[i].Rows += o.Rows
			g.kinds[i].Bytes += o.Bytes
			return
		}
	}
	g.kinds = append(g.kinds, Output{Name: o.Kind, Kind: o.Kind, Table: o.Table, Rows: o.Rows, Bytes: o.Bytes})
}

// end judges the file, and puts what is told once before and behind the rows.
func (g *gathering) end(p *planned) error {
	r := g.run
	out := &pieceWriter{dir: r.env.Dir, piece: r.pieceOf(g.t)}
	before, err := lines(out, func() { out.findings(g.t, p) })
	if err != nil {
		return err
	}
	var result *FileResult
	behind, err := lines(out, func() { result = r.judge(g.t, p, &g.yield, out) })
	if err != nil {
		return err
	}
	g.splice.frame(kindClean, out.piece.cleanHead(), nil)
	g.splice.frame(kindQuarantine, out.piece.quarantineHead(), nil)
	g.splice.frame(kindIssues, before.text, behind.text)
	for _, o := range g.kinds {
		switch o.Kind {
		case kindIssues:
			o.Rows += before.rows + behind.rows
		case kindQuarantine:
		default: // the rows of a file that failed are withheld
			if result.Status == StatusFailed {
				continue
			}
		}
		out.piece.Outputs = append(out.piece.Outputs, o)
	}
	r.manifest.Files = append(r.manifest.Files, *result)
	r.manifest.Pieces = append(r.manifest.Pieces, out.piece)
	r.manifest.Counts.add(result.Counts)
	return nil
}

// listed are lines of issues.
type listed struct {
	text []byte
	rows int64
}

// lines returns the issues that a function lists.
func lines(out *pieceWriter, list func()) (listed, error) {
	var text bytes.Buffer
	w := &writer{buffer: bufio.NewWriter(&text)}
	out.issues = w
	list()
	err := errors.Join(w.err, w.buffer.Flush())
	return listed{text.Bytes(), w.out.Rows}, err
}
