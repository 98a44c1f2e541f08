package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
)

// Names of outputs that a job has once.
const (
	planName    = "plan.yaml"
	cardName    = "scorecard.json"
	reportName  = "report.html"
	issuesName  = "issues.ndjson"
	changesName = "changes.ndjson.gz"
	logName     = "log.ndjson"
)

// An assembly puts the parts of a job together.
type assembly struct {
	job      *Job
	env      Env
	parts    []loaded
	settings []setting
	manifest *Manifest
	pieces   []*placed
	cards    []scorecard.File
	crossing *crossing // nil: no rule tells who is who
	people   *linkage  // nil: nobody asked who is who
	found    *writer   // issues that only all rows together show; they follow the others
	lists    map[foundKey]*foundList
	tick     func(bytes int) error

	peopleCard *scorecard.People
}

// A placed piece knows its part and its file.
type placed struct {
	*piece
	part    *loaded
	file    *FileResult
	card    *scorecard.File
	place   int    // among the pieces whose rows are compared
	removed int64  // rows that repeat others
	group   string // of files that make one table
}

// newAssembly returns one that tells of its progress as a stage.
func newAssembly(ctx context.Context, job *Job, parts []loaded, env Env, stage string) *assembly {
	a := &assembly{job: job, env: env, parts: parts, settings: settingsOf(job.Profile), manifest: newManifest(job),
		lists: map[foundKey]*foundList{}}
	progress := reporter{tell: env.Progress, p: Progress{Stage: stage}}
	var mu sync.Mutex // outputs are written beside each other
	a.tick = func(bytes int) error {
		mu.Lock()
		defer mu.Unlock()
		progress.add(0, bytes)
		return ctx.Err()
	}
	return a
}

// assemble makes the tables and reports of a job from the parts of its files.
func assemble(ctx context.Context, job *Job, parts []loaded, env Env) (_ *Manifest, err error) {
	a := newAssembly(ctx, job, parts, env, "finish")
	again, err := a.references(ctx)
	defer func() { err = errors.Join(err, os.RemoveAll(again)) }()
	if err != nil {
		return nil, fmt.Errorf("references between tables: %w", err)
	}
	if err := a.place(); err != nil {
		return nil, err
	}
	if a.found, err = a.create(Output{Name: "piece-found", Kind: kindIssues}); err != nil {
		return nil, err
	}
	a.failures()
	a.deliveredTwice()
	a.deliveredBefore()
	a.rowsJumped()
	a.medians()
	if job.links() {
		defer func() { _ = a.people.close() }()
		if err := a.linkOrRefuse(ctx); err != nil {
			return nil, err
		}
	}
	a.crossing = a.newCrossing()
	defer a.crossing.wait()
	for _, name := range a.tables() {
		if err := a.table(ctx, name); err != nil {
			return nil, fmt.Errorf("table %s: %w", name, err)
		}
	}
	if err := a.histories(ctx); err != nil {
		return nil, fmt.Errorf("rows of one patient: %w", err)
	}
	if err := errors.Join(a.whoIsWho(), a.crossed(ctx)); err != nil {
		return nil, fmt.Errorf("persons: %w", err)
	}
	for _, step := range []func() error{a.issues, a.changes, a.reports, a.log, a.clear} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for _, f := range a.manifest.Files {
		a.manifest.Counts.add(f.Counts)
	}
	return a.manifest, a.manifest.write(env.Dir)
}

// place lists the files and pieces of all parts.
func (a *assembly) place() error {
	type origin struct {
		part  *loaded
		piece *piece
		file  int
	}
	var origins []origin
	for i := range a.parts {
		part := &a.parts[i]
		first := len(a.manifest.Files)
		a.manifest.Files = append(a.manifest.Files, part.manifest.Files...)
		a.manifest.Issues = append(a.manifest.Issues, part.manifest.Issues...)
		for k := range part.manifest.Pieces {
			p := &part.manifest.Pieces[k]
			origins = append(origins, origin{part, p, first + p.File})
		}
		cards := make([]scorecard.File, 0, len(part.manifest.Files))
		if part.open != nil {
			var err error
			if cards, err = part.cardsOf(); err != nil {
				return err
			}
		}
		for k := len(cards); k < len(part.manifest.Files); k++ {
			cards = append(cards, failedCard(&part.manifest.Files[k]))
		}
		a.cards = append(a.cards, cards...)
	}
	for _, o := range origins {
		a.pieces = append(a.pieces, &placed{piece: o.piece, part: o.part, file: &a.manifest.Files[o.file], card: &a.cards[o.file]})
	}
	a.group()
	return nil
}

// deliveredTwice notes files whose bytes an earlier file of the job has too.
func (a *assembly) deliveredTwice() {
	seen := map[string]bool{}
	at := 0
	for _, part := range a.parts {
		if len(part.manifest.Files) == 0 {
			continue
		}
		f := &part.manifest.Files[0] // the members of an archive share its digest
		if seen[f.SHA256] {
			a.noteFile(at, ruleDelivered, "")
		}
		seen[f.SHA256] = f.SHA256 != ""
		at += len(part.manifest.Files)
	}
}

// noteFile notes and lists a finding about a file as a whole, by its place among the files.
func (a *assembly) noteFile(at int, id rule.ID, detail string) { a.noteColumn(at, id, "", detail) }

// noteColumn notes a finding about a column of a file, which its header names.
func (a *assembly) noteColumn(at int, id rule.ID, header, detail string) {
	f := &a.manifest.Files[at]
	a.cards[at].Hit(a.job.Profile, id, 1)
	a.cards[at].Drift(a.job.Profile, id, header, detail)
	if header != "" {
		detail = header + ": " + detail
	}
	a.manifest.Issues = append(a.manifest.Issues, issueCount(a.settings, f.Name, f.Table, "", id, 1))
	p := &placed{piece: &piece{Table: f.Table}, file: f}
	a.line(p, id, detail, 1, nil)
}

// plans are the sections of the plan that the parts have.
func (a *assembly) plans() []*plan.Plan {
	var plans []*plan.Plan
	for i := range a.parts {
		if p := a.parts[i].plan; p != nil {
			plans = append(plans, p)
		}
	}
	return plans
}

// tables returns the names of the tables that the files make, in the order of the profile.
func (a *assembly) tables() []string {
	var names []string
	add := func(name string) {
		if !slices.Contains(names, name) && len(a.of(name, kindIssues)) > 0 {
			names = append(names, name)
		}
	}
	for _, t := range a.job.Profile.Tables {
		add(t.Name)
	}
	for _, p := range a.pieces {
		add(p.group) // generic ones, which the profile may not list
	}
	return names
}

// of returns the pieces of a table that hold an output of a kind; "" is every table.
func (a *assembly) of(table, kind string) []*placed {
	var found []*placed
	for _, p := range a.pieces {
		if (table == "" || p.group == table) && p.output(kind) != nil {
			found = append(found, p)
		}
	}
	return found
}

// create starts an output that tells of its progress.
func (a *assembly) create(out Output) (*writer, error) {
	w, err := create(a.env.Dir, out)
	if err == nil {
		w.tick = a.tick
	}
	return w, err
}

// add closes an output and lists it.
func (a *assembly) add(w *writer) error {
	out, err := w.close()
	a.manifest.Outputs = append(a.manifest.Outputs, out)
	return err
}

// take moves a piece's output to its final name, when it lies in the folder already.
func (a *assembly) take(p *placed, kind string, out Output) error {
	from := p.output(kind)
	path := filepath.Join(p.part.dir, from.Name)
	out.Bytes, out.SHA256, out.Rows = from.Bytes, from.SHA256, from.Rows
	if out.SHA256 == "" {
		var err error
		if out.SHA256, err = digest(path); err != nil {
			return err
		}
	}
	a.manifest.Outputs = append(a.manifest.Outputs, out)
	return os.Rename(path, filepath.Join(a.env.Dir, out.Name))
}

// appendPiece copies a piece's output behind what stands in w.
func appendPiece(w *writer, p *placed, kind string) error {
	in, err := p.part.open(p.output(kind).Name)
	if err != nil {
		return fmt.Errorf("open part: %w", err)
	}
	defer in.Close()
	w.out.Rows += p.output(kind).Rows
	if _, err := io.Copy(counted{w}, in); err != nil {
		return fmt.Errorf("copy part: %w", err)
	}
	return nil
}

// issues writes all findings, of files in their order and then of all rows together.
func (a *assembly) issues() error {
	found, err := a.found.close()
	if err != nil {
		return err
	}
	pieces := a.of("", kindIssues)
	if found.Rows > 0 {
		here := localPart(a.env.Dir, a.manifest)
		pieces = append(pieces, &placed{piece: &piece{Outputs: []Output{found}}, part: &here})
	}
	return a.join(Output{Name: issuesName, Kind: kindIssues}, pieces)
}

// changes writes all lineage. Packed streams, one behind the other, are a packed stream.
func (a *assembly) changes() error {
	if a.job.Operation == Validate {
		return nil
	}
	return a.join(Output{Name: changesName, Kind: kindChanges}, a.of("", kindChanges))
}

// join makes one output of those of its kind.
func (a *assembly) join(out Output, pieces []*placed) error {
	if len(pieces) == 1 && pieces[0].part.dir != "" && (out.Kind != kindChanges || pieces[0].output(out.Kind).Bytes > 0) {
		return a.take(pieces[0], out.Kind, out)
	}
	w, pieces, err := a.begin(out, pieces)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if err := appendPiece(w, p, out.Kind); err != nil {
			return errors.Join(err, w.remove(a.env.Dir))
		}
	}
	if w.out.Bytes == 0 && out.Kind == kindChanges {
		w.write(new(packer).member(nil, nil), 0)
	}
	return a.add(w)
}

// begin starts an output that pieces follow in: behind the first of them, when it lies in the folder already. It returns the
// pieces that are still to be copied.
func (a *assembly) begin(out Output, pieces []*placed) (*writer, []*placed, error) {
	if len(pieces) == 0 || pieces[0].part.dir == "" || pieces[0].output(out.Kind).sum == nil {
		w, err := a.create(out)
		return w, pieces, err
	}
	w, err := extend(a.env.Dir, pieces[0].output(out.Kind), out)
	if err == nil {
		w.tick = a.tick
	}
	return w, pieces[1:], err
}

// clear removes what was only there to be put together.
func (a *assembly) clear() error {
	left, err := filepath.Glob(filepath.Join(a.env.Dir, "piece-*"))
	for _, path := range left {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
