package engine

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/reference"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/table"
)

// A run is the work on one file.
type run struct {
	job      Job
	file     File
	env      Env
	settings []setting
	manifest *Manifest
	sections []*plan.File
	cards    []scorecard.File
	members  int                       // tables of the input
	alone    bool                      // it makes all outputs of its job
	broken   map[int]*reference.Broken // by piece: references that do not hold, when the file is read for that
	limit    int64                     // bytes of a source that are planned, 0: all
	limited  bool                      // and that was not all of it
	anew     bool                      // the form of the file is not that of the supplied plan

	rangeBytes int64         // about how many bytes a range of the file has, 0: it is not divided
	ranges     []table.Range // found while it is planned
	divided    bool          // their records are left to others
	size       int64         // bytes of the range that is read, 0: the whole file
}

// RunFile does plan, transform and finish of one file. alone says that it is the only file of its job: then Dir holds
// all outputs of the job, unless the job finds out who is who; else it holds the file's part, for Finish. A bad file is not an error: the manifest says
// that it failed, and under which rule.
func RunFile(ctx context.Context, job Job, file File, alone bool, env Env) (*Manifest, error) {
	return runFile(ctx, job, file, alone, 0, env)
}

func runFile(ctx context.Context, job Job, file File, alone bool, rangeBytes int64, env Env) (_ *Manifest, err error) {
	defer recovered(&err, fmt.Sprintf("file %d", file.No))
	if job.Plan != nil { // which may be that of these very bytes
		if err := file.hash(); err != nil {
			return nil, err
		}
	}
	r, err := newRun(job, file, env)
	if err != nil {
		return nil, err
	}
	r.alone, r.rangeBytes = alone && !job.links(), rangeBytes
	if alone {
		r.job.Repeated = job.Repeats([]File{file})
	}
	if err := r.part(ctx); err != nil {
		return nil, err
	}
	if !r.alone || r.divided {
		return r.close()
	}
	return assemble(ctx, &r.job, []loaded{r.made()}, env)
}

// made is the part as it was made, which is put together by the same process.
func (r *run) made() loaded {
	l := localPart(r.env.Dir, r.manifest)
	l.input, l.plan, l.cards = r.file, r.plan(), r.cards
	return l
}

// part makes the part of the file.
func (r *run) part(ctx context.Context) error {
	if r.job.Repeated {
		r.skip()
		return nil
	}
	if err := r.read(ctx); err != nil {
		return fmt.Errorf("file %d: %w", r.file.No, err)
	}
	return nil
}

// related reports whether the job has other tables, which the rows of one may refer to.
func (r *run) related() bool { return !r.alone || r.members > 1 }

func newRun(job Job, file File, env Env) (*run, error) {
	if err := job.check(); err != nil {
		return nil, err
	}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	r := &run{job: job, file: file, env: env, settings: settingsOf(job.Profile), cards: []scorecard.File{}}
	r.manifest = newManifest(&job)
	return r, nil
}

// newManifest returns the manifest of a job, of which nothing is done yet.
func newManifest(job *Job) *Manifest {
	return &Manifest{Version: manifestVersion, Operation: job.Operation, Profile: job.Profile.Name,
		Files: []FileResult{}, Outputs: []Output{}, Issues: []IssueCount{}}
}

// read plans and transforms every table of the file.
func (r *run) read(ctx context.Context) error {
	sources, err := r.open(ctx)
	if err != nil {
		return r.failed(&table.Source{}, "", err)
	}
	r.members = len(sources)
	aside := besideTables(sources)
	for at := 0; at < len(sources); at++ {
		do := r.readSource
		if aside[sources[at]] {
			do = r.leaveAside
		}
		var further *furtherTables
		if err := do(ctx, sources[at]); errors.As(err, &further) {
			sources = slices.Replace(sources, at, at+1, further.sources...)
			r.members = len(sources)
			at--
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (r *run) readSource(ctx context.Context, src *table.Source) error {
	p, err := r.planSource(ctx, src)
	if err != nil {
		return r.failed(src, "", err)
	}
	if err := r.file.hash(); err != nil { // its rows are named by it
		return err
	}
	r.sections = append(r.sections, p.section)
	if r.divided = len(r.ranges) > 1; r.divided {
		r.manifest.Division = r.division(p)
		return nil
	}
	pc, result, err := r.transformSource(ctx, p)
	if err != nil {
		return r.failed(src, p.table.Name, err)
	}
	r.manifest.Files = append(r.manifest.Files, *result)
	r.manifest.Pieces = append(r.manifest.Pieces, *pc)
	r.manifest.Counts.add(result.Counts)
	return nil
}

// failed notes a table that cannot be processed; an error that says nothing of the file is returned.
func (r *run) failed(src *table.Source, tableName string, err error) error {
	f, err := failureOf(err)
	if err != nil {
		return err
	}
	if err := r.file.hash(); err != nil {
		return err
	}
	result := r.fileResult(src, tableName)
	result.fail(f, r.settings)
	r.manifest.Files = append(r.manifest.Files, *result)
	r.cards = append(r.cards, failedCard(result))
	r.addIssue(result.Name, tableName, "", f.rule, 1)
	return nil
}

func (r *run) fileResult(src *table.Source, tableName string) *FileResult {
	return &FileResult{Name: r.nameOf(src), Source: r.file.Source, SHA256: r.file.SHA256, Bytes: r.file.Input.Size,
		Table: tableName, Status: StatusOK}
}

// nameOf returns the name under which a table is reported: that of the file, and of the member of an archive.
func (r *run) nameOf(src *table.Source) string {
	if r.members > 1 {
		return src.Name
	}
	return r.file.Name
}

func (f *FileResult) fail(why *failure, settings []setting) {
	f.Status, f.Reason, f.Detail = StatusFailed, settings[why.rule].id, why.detail
}

// open looks at the file as a supplied plan says. Where no table of that plan is in it then, it came in another form (another
// delimiter, encoding, lines above the header), and is looked at anew.
func (r *run) open(ctx context.Context) ([]*table.Source, error) {
	sources, err := table.Open(ctx, r.file.Input, r.openOptions())
	if r.job.Plan == nil || err == nil && slices.ContainsFunc(sources, r.inPlan) || ctx.Err() != nil {
		return sources, err
	}
	r.anew = true
	found, failed := table.Open(ctx, r.file.Input, r.openOptions())
	if failed != nil {
		r.anew = false
		return sources, err
	}
	return found, nil
}

// inPlan reports whether the supplied plan has a section for a source.
func (r *run) inPlan(src *table.Source) bool {
	return src.Refused == nil && r.job.Plan.For(src.Name, r.file.Source, src.Header) != nil
}

// openOptions are how package table looks at the file: a supplied plan's decisions are obeyed.
func (r *run) openOptions() table.Options {
	o := table.Options{
		ChunkBytes:  r.env.chunkBytes,
		TempDir:     r.env.Dir, // the system's folder may be small, or in memory
		HeaderScore: plan.HeaderScorer(r.job.Profile),
	}
	if r.limit > 0 {
		o.Beginning = r.limit + beyondLimit
	}
	if r.job.Plan == nil || r.anew {
		return o
	}
	o.Frozen = map[string]table.Ingest{}
	for i := range r.job.Plan.Files {
		f := &r.job.Plan.Files[i]
		if f.Name == r.file.Name || f.Source == r.file.Source {
			o.Frozen[f.Name] = f.Ingest
		}
	}
	return o
}

// plan returns the plan of the part, which is named in its manifest.
func (r *run) plan() *plan.Plan {
	p := r.job.newPlan(r.sections...)
	r.manifest.PlanID = p.ID
	return p
}

// close writes what stands beside the pieces of a part, its manifest last.
func (r *run) close() (*Manifest, error) {
	p := r.plan()
	var card bytes.Buffer
	if err := scorecard.New(p.ID, r.job.Profile.Name, r.cards...).Write(&card, time.Time{}); err != nil {
		return nil, err
	}
	for _, o := range []struct {
		out     Output
		content []byte
	}{{Output{Name: partPlanName, Kind: kindPlan}, plan.Marshal(p)}, {Output{Name: partCardName, Kind: kindScorecard}, card.Bytes()}} {
		out, err := writeFile(r.env.Dir, o.out, o.content)
		if err != nil {
			return nil, err
		}
		r.manifest.Outputs = append(r.manifest.Outputs, out)
	}
	return r.manifest, r.manifest.write(r.env.Dir)
}

// Finish makes the tables and reports of a job of several files from their parts, in the order of the files.
func Finish(ctx context.Context, job Job, parts []Part, env Env) (_ *Manifest, err error) {
	defer recovered(&err, "finish")
	all, err := loadAll(&job, parts, env)
	if err != nil {
		return nil, err
	}
	return assemble(ctx, &job, all, env)
}

// loadAll reads the parts of all files of a job, in the order of the files.
func loadAll(job *Job, parts []Part, env Env) ([]loaded, error) {
	if err := job.check(); err != nil {
		return nil, err
	}
	parts = slices.Clone(parts)
	slices.SortStableFunc(parts, func(a, b Part) int { return cmp.Compare(a.File.No, b.File.No) })
	all := make([]loaded, len(parts))
	for i, p := range parts {
		part, err := load(job, p, env)
		if err != nil {
			return nil, fmt.Errorf("file %d: %w", p.File.No, err)
		}
		all[i] = part
	}
	return all, nil
}

// Run is RunFile for each file, then Finish when there are several or persons are to be found: the command line.
func Run(ctx context.Context, job Job, files []File, env Env) (m *Manifest, err error) {
	if len(files) == 1 && !job.links() {
		return RunFile(ctx, job, files[0], true, env)
	}
	files = slices.Clone(files)
	if job.Plan != nil {
		for i := range files {
			if err := files[i].hash(); err != nil {
				return nil, err
			}
		}
	}
	job.Repeated = job.Repeats(files)
	scratch, err := os.MkdirTemp(env.Dir, ".parts-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	parts := make([]Part, len(files))
	for i, f := range files {
		dir := filepath.Join(scratch, fmt.Sprint(f.No))
		if err := os.Mkdir(dir, 0o755); err != nil {
			return nil, err
		}
		one := env
		one.Dir = dir
		if _, err := RunFile(ctx, job, f, false, one); err != nil {
			return nil, err
		}
		if err := f.hash(); err != nil {
			return nil, err
		}
		parts[i] = Part{File: f, Open: func(name string) (io.ReadCloser, error) { return os.Open(filepath.Join(dir, name)) }}
	}
	return Finish(ctx, job, parts, env)
}
