package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
)

// A codeError ends the program with a code; without a message everything was said already.
type codeError struct {
	code int
	err  error
}

func (e codeError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e codeError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return codeError{exitUsage, fmt.Errorf(format, args...)}
}

// exitOf returns the exit code that an error stands for.
func exitOf(err error) int {
	var code codeError
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &code):
		return code.code
	}
	return exitNothing
}

// A list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(v string) error { *l = append(*l, v); return nil }

// settings are what the flags say.
type settings struct {
	operation, profile, plan, format, today, output string
	goldPairs                                       string
	tables, sources, codes, unique                  list
	provenance, csvSafe, force, json, again         bool
	maxRejectPct                                    float64
	concurrency                                     int
	files                                           []string
	set                                             map[string]bool // flags that were given
}

// parse reads flags that stand before, between or after the files.
func parse(args []string) (*settings, error) {
	s := &settings{set: map[string]bool{}}
	f := flag.NewFlagSet("harmonize", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.operation, "operation", engine.Harmonize, "")
	f.StringVar(&s.profile, "profile", "us-core", "")
	f.StringVar(&s.plan, "plan", "", "")
	f.StringVar(&s.goldPairs, "gold-pairs", "", "")
	f.StringVar(&s.format, "format", "csv", "")
	f.StringVar(&s.today, "today", "", "")
	f.StringVar(&s.output, "o", "", "")
	f.StringVar(&s.output, "output", "", "")
	f.Var(&s.tables, "table", "")
	f.Var(&s.sources, "source", "")
	f.Var(&s.codes, "codes", "")
	f.Var(&s.unique, "source-unique", "")
	f.BoolVar(&s.provenance, "provenance", false, "")
	f.BoolVar(&s.csvSafe, "csv-safe", false, "")
	f.BoolVar(&s.again, "again", false, "")
	f.BoolVar(&s.force, "force", false, "")
	f.BoolVar(&s.json, "json", false, "")
	f.Float64Var(&s.maxRejectPct, "max-reject-pct", 50, "")
	f.IntVar(&s.concurrency, "concurrency", runtime.GOMAXPROCS(0), "")
	for rest := args; len(rest) > 0; {
		if err := f.Parse(rest); err != nil {
			return nil, usageError("%w", err)
		}
		if rest = f.Args(); len(rest) == 0 {
			break
		}
		if before := len(args) - len(rest) - 1; before >= 0 && args[before] == "--" {
			s.files = append(s.files, rest...)
			break
		}
		s.files = append(s.files, rest[0])
		rest, args = rest[1:], rest[1:]
	}
	f.Visit(func(fl *flag.Flag) { s.set[fl.Name] = true })
	return s, s.check()
}

// operations are all that the engine can do.
var operations = slices.Concat(engine.Operations, engine.Linking)

func (s *settings) check() error {
	switch {
	case !slices.Contains(operations, s.operation):
		return usageError("there is no operation %q; there are: %s", s.operation, strings.Join(operations, ", "))
	case s.goldPairs != "" && !slices.Contains(engine.Linking, s.operation):
		return usageError("--gold-pairs goes with the operations %s", strings.Join(engine.Linking, " and "))
	case s.set["source-unique"] && !slices.Contains(engine.Linking, s.operation):
		return usageError("--source-unique goes with the operations %s", strings.Join(engine.Linking, " and "))
	case !slices.Contains(engine.Formats, s.format):
		return usageError("there is no format %q; there are: %s", s.format, strings.Join(engine.Formats, ", "))
	case len(s.files) == 0:
		return usageError("no file is named")
	case len(s.tables) > len(s.files):
		return usageError("more tables than files are named")
	case len(s.sources) > len(s.files):
		return usageError("more sources than files are named")
	case !(s.maxRejectPct >= 0 && s.maxRejectPct <= 100): // NaN is neither
		return usageError("--max-reject-pct lies between 0 and 100")
	case s.concurrency < 1:
		return usageError("--concurrency is 1 or more")
	}
	return nil
}

func tableNames(p *profile.Profile) string {
	var names []string
	for i := range p.Tables {
		names = append(names, p.Tables[i].Name)
	}
	return strings.Join(names, ", ")
}

// load returns the job and its files, which are summed up while profile and lists are read.
func (s *settings) load() (job engine.Job, files []engine.File, err error) {
	summed := make(chan error, 1)
	go func() {
		var err error
		files, err = s.inputs()
		summed <- err
	}()
	if job, err = s.job(); err != nil {
		return job, nil, err // without waiting for large files: the program ends
	}
	err = <-summed
	return job, files, err
}

// job returns the job that the flags describe.
func (s *settings) job() (engine.Job, error) {
	p, err := profile.Load(s.profile)
	if err != nil {
		return engine.Job{}, usageError("%w", err)
	}
	for _, t := range s.tables {
		if p.Table(t) == nil {
			return engine.Job{}, usageError("profile %s has no table %q; there are: %s", p.Name, t, tableNames(p))
		}
	}
	job := engine.Job{Operation: s.operation, Profile: p, Today: time.Now().UTC().Truncate(24 * time.Hour),
		Options: engine.Options{Format: s.format, Provenance: s.provenance, CSVSafe: s.csvSafe, Again: s.again}}
	if job.Codes, err = codelist.Load(slices.Concat(p.Lists(), s.codes)...); err != nil {
		return job, usageError("%w", err)
	}
	if s.set["max-reject-pct"] {
		job.Options.MaxRejectPct = &s.maxRejectPct
	}
	if s.set["source-unique"] {
		job.Options.SourceUnique = slices.DeleteFunc(slices.Clone(s.unique), func(source string) bool { return source == "" })
	}
	if s.today != "" {
		if job.Today, err = time.Parse(time.DateOnly, s.today); err != nil {
			return job, usageError("--today %q is not a date YYYY-MM-DD", s.today)
		}
	}
	if s.goldPairs != "" {
		if job.GoldPairs, err = os.ReadFile(s.goldPairs); err != nil {
			return job, usageError("%w", err)
		}
	}
	if s.plan != "" {
		document, err := os.ReadFile(s.plan)
		if err != nil {
			return job, usageError("%w", err)
		}
		if job.Plan, err = plan.Parse(document); err != nil {
			return job, usageError("%s: %w", s.plan, err)
		}
	}
	return job, nil
}

// inputs describes the files.
func (s *settings) inputs() ([]engine.File, error) {
	var files []engine.File
	for i, path := range s.files {
		f, err := input(path)
		if err != nil {
			return nil, usageError("%w", err)
		}
		f.No = i + 1
		if f.Source = stem(path); i < len(s.sources) {
			f.Source = s.sources[i]
		}
		if i < len(s.tables) {
			f.Table = s.tables[i]
		}
		files = append(files, f)
	}
	for _, source := range s.unique {
		if source != "" && !slices.ContainsFunc(files, func(f engine.File) bool { return f.Source == source }) {
			return nil, usageError("--source-unique %q: no file is from there", source)
		}
	}
	return files, nil
}

// stem is the name of a file without its folder, its ending, and that of how it is packed, as the API has it.
func stem(path string) string {
	name := filepath.Base(path)
	for _, packed := range []string{".gz", ".zip", ".zst"} {
		if at := len(name) - len(packed); at > 0 && strings.EqualFold(name[at:], packed) {
			name = name[:at]
		}
	}
	if ending := filepath.Ext(name); len(ending) > 1 && len(ending) < len(name) {
		return strings.TrimSuffix(name, ending)
	}
	return name
}
