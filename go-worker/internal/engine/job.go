// Package engine turns input files into clean tables: it plans a file, transforms its records in parallel and in
// order, and writes everything a job leaves behind, the manifest last. It reads no clock and knows no queue; what the
// values mean is the stages' business.
package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
)

// Operations that the engine can do.
const (
	Harmonize   = "harmonize"   // standardized, bad rows quarantined, exact duplicates removed
	Standardize = "standardize" // standardized, all rows kept
	Clean       = "clean"       // standardized, bad rows quarantined
	Validate    = "validate"    // values unchanged, findings only
	Deduplicate = "deduplicate" // standardized, bad rows quarantined, one row for each person
	Link        = "link"        // standardized, no row removed, all rows say whose they are
)

// Operations lists those that look at rows, Linking those that find out who is who.
var (
	Operations = []string{Harmonize, Standardize, Clean, Validate}
	Linking    = []string{Deduplicate, Link}
)

// Job is what all items of one job share.
type Job struct {
	ID        string // "" on the command line
	Operation string // one of Operations or Linking
	Profile   *profile.Profile
	Codes     *codelist.Lists // that codes are held against, or nil
	Today     time.Time       // UTC midnight
	Options   Options
	Plan      *plan.Plan // a supplied one, which nothing changes, or nil
	Repeated  bool       // it is the last delivery once more, see Repeats: nothing is done again. A file that is alone finds out itself
	GoldPairs []byte     // known pairs of records that links are held against, or nil
	Compared  []Folder   // what items that compared shards of its patients left (Compare), all of them; none: they are compared at the end

	Registry func() (io.ReadCloser, error) // opens the snapshot of a registry of persons; nil: the job uses none
}

// links reports whether the job finds out who is who.
func (j *Job) links() bool { return slices.Contains(Linking, j.Operation) }

// quarantines reports whether bad rows are kept out of the clean tables.
func (j *Job) quarantines() bool {
	return j.Operation == Clean || j.Operation == Harmonize || j.Operation == Deduplicate
}

// removesRepeats reports whether rows of a table that repeat others exactly are left out. Patients of deduplicate are
// merged instead.
func (j *Job) removesRepeats(table string) bool {
	return j.Operation == Harmonize || j.Operation == Deduplicate && table != patientTable
}

// keepsTests reports whether the rows of test patients are linked as others are.
func (j *Job) keepsTests() bool { return j.Profile.TestRecords == profile.KeepTests }

// newPlan returns the plan of the job from the sections of files, in their order.
func (j *Job) newPlan(files ...*plan.File) *plan.Plan {
	var lists []plan.CodeList
	for _, s := range j.Codes.Sources() {
		lists = append(lists, plan.CodeList{Name: s.Name, SHA256: s.SHA256, Codes: s.Codes})
	}
	return plan.New(j.Profile, j.Today, files...).WithLists(lists)
}

// Options are the choices of a job that are no part of its profile.
type Options struct {
	Format       string   `json:"format"`         // of clean tables, one of Formats; "" csv
	Provenance   bool     `json:"provenance"`     // clean tables say where each row came from
	CSVSafe      bool     `json:"csv_safe"`       // no cell of a CSV output begins like a formula
	Again        bool     `json:"again"`          // files are done also when the last delivery was the same
	MaxRejectPct *float64 `json:"max_reject_pct"` // instead of the profile's
	SourceUnique []string `json:"source_unique"`  // sources that have each person once; nil: linkage finds out by itself
}

// ParseOptions reads options from JSON, "" being none; an unknown key or value is an error.
func ParseOptions(document []byte) (Options, error) {
	o := Options{Format: "csv"}
	if len(bytes.TrimSpace(document)) == 0 {
		return o, nil
	}
	d := json.NewDecoder(bytes.NewReader(document))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return o, fmt.Errorf("options: %w", err)
	}
	return o, o.check()
}

// check reports what no job can be, and fills in what was left out.
func (j *Job) check() error {
	if !slices.Contains(Operations, j.Operation) && !j.links() {
		return fmt.Errorf("there is no operation %q", j.Operation)
	}
	if j.links() {
		j.Options.Provenance = true
	}
	return j.Options.check()
}

func (o *Options) check() error {
	if o.Format == "" {
		o.Format = "csv"
	}
	if !slices.Contains(Formats, o.Format) {
		return fmt.Errorf("options: format %q is not one of %s", o.Format, strings.Join(Formats, ", "))
	}
	if p := o.MaxRejectPct; p != nil && (*p < 0 || *p > 100) {
		return fmt.Errorf("options: max_reject_pct lies between 0 and 100")
	}
	return nil
}

// File is one input file of a job.
type File struct {
	No     int                    // place in the job, from 1
	Name   string                 // as its sender named it
	Source string                 // who delivers it
	Table  string                 // the table that the user named, "" to choose
	SHA256 string                 // of its bytes, in hexadecimal
	Hash   func() (string, error) // waits for SHA256, which is asked for when the file is planned; nil: it is known. It may be called again
	Input  table.Input
}

// hash sees to it that the hash of the file is known.
func (f *File) hash() error {
	if f.SHA256 != "" || f.Hash == nil {
		return nil
	}
	var err error
	if f.SHA256, err = f.Hash(); err != nil {
		return fmt.Errorf("hash %s: %w", f.Name, err)
	}
	return nil
}

// Env is where and how the work is done.
type Env struct {
	Dir         string         // an existing empty folder; everything is written there, manifest.json last
	Concurrency int            // goroutines that transform; 0 is 1
	Progress    func(Progress) // never called concurrently, some times a second at most; may be nil
	Log         *slog.Logger   // may be nil

	chunkBytes int // for tests; 0 is the default of package table
}

// Progress is how far a stage has come.
type Progress struct {
	Stage             string // plan, transform, finish
	Rows              int64
	Bytes, TotalBytes int64 // of the unpacked input; TotalBytes is 0 when it is not known
}

// Part is what became of one file of a job: its folder in the store, or the reason why there is none.
type Part struct {
	File   File
	Open   Folder
	Ranges []Folder // of a divided file, in their order
	Reason string   // rule id or reason code, when there is no folder
}

// A Folder opens what an item left in the store, by name.
type Folder func(name string) (io.ReadCloser, error)
