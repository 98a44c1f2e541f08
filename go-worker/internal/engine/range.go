package engine

import (
	"context"
	"fmt"
	"slices"

	"harmonizer/go-worker/internal/table"
)

// RunRange transforms the records of one range, by its place from 0, of a file that PlanFile has divided; Dir holds what they
// became, for Finish. Whether the file as a whole is good shows only when all of it is there.
func RunRange(ctx context.Context, job Job, file File, divided Folder, place int, env Env) (_ *Manifest, err error) {
	defer recovered(&err, fmt.Sprintf("file %d, range %d", file.No, place))
	r, p, d, err := newDivided(job, file, divided, env)
	if err != nil {
		return nil, err
	}
	if d == nil || place < 0 || place >= len(d.Ranges) {
		return nil, fmt.Errorf("file %d: there is no range %d", file.No, place)
	}
	whole, err := r.openAgain(ctx, p)
	if err != nil {
		return nil, err
	}
	at := d.Ranges[place]
	r.size = at.End - at.Start
	// What was found about the file is told once, by Finish.
	p.source = whole.Within(at, place == len(d.Ranges)-1)
	p.source.Notes, p.findings = nil, nil
	if err := r.transformRange(ctx, p, at); err != nil {
		return nil, fmt.Errorf("file %d, range %d: %w", file.No, place, err)
	}
	return r.close()
}

// newDivided returns a run over a divided file, as it was planned; no Division when it was not divided.
func newDivided(job Job, file File, divided Folder, env Env) (*run, *planned, *Division, error) {
	r, err := newRun(job, file, env)
	if err != nil {
		return nil, nil, nil, err
	}
	r.members = 1
	m, err := divided.manifest()
	if err != nil || m.Division == nil {
		return nil, nil, nil, err
	}
	r.alone = m.Division.Alone
	l := loaded{manifest: m, open: divided}
	if err := l.readPlan(); err != nil {
		return nil, nil, nil, err
	}
	p, err := r.planned(m.Division, &l.plan.Files[0])
	return r, p, m.Division, err
}

// openAgain opens a file that was planned: nothing that took reading it through is decided again.
func (r *run) openAgain(ctx context.Context, p *planned) (*table.Source, error) {
	planned := p.source
	o := r.openOptions()
	frozen := o.Frozen[planned.Name]
	if planned.Ingest.Format == "ndjson" {
		frozen = planned.Ingest
	}
	frozen.Encoding = planned.Ingest.Encoding
	o.Frozen, o.Trust = map[string]table.Ingest{planned.Name: frozen}, true
	sources, err := table.Open(ctx, r.file.Input, o)
	if err != nil {
		return nil, err
	}
	if len(sources) != 1 || !slices.Equal(sources[0].Header, planned.Header) || sources[0].HeaderLine != planned.HeaderLine || !sources[0].Divisible() {
		return nil, errNotAsPlanned
	}
	return sources[0].InSmallerChunks(p.rows), nil
}

// transformRange writes the piece of a range.
func (r *run) transformRange(ctx context.Context, p *planned, at table.Range) error {
	t := newTransform(r, p)
	out, err := r.createPiece(t)
	if err != nil {
		return err
	}
	s := r.stage(p.source)
	s.first = at.Records
	y, err := r.transformRecords(ctx, t, s, out)
	if err != nil {
		out.discard()
		return err
	}
	result := r.fileResult(p.source, p.table.Name)
	result.Counts = y.counts
	if y.failed != 0 {
		result.fail(&failure{rule: y.failed}, r.settings)
	}
	r.addIssues(t, p, y.issues)
	r.cards = append(r.cards, y.card)
	pc, err := out.close()
	r.manifest.Files = append(r.manifest.Files, *result)
	r.manifest.Pieces = append(r.manifest.Pieces, *pc)
	r.manifest.Counts.add(result.Counts)
	return err
}
