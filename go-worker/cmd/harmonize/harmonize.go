package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"harmonizer/go-worker/internal/engine"
)

// harmonize runs a job and says what became of it.
func harmonize(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	if s.files[0] == "-" {
		return usageError("standard input is not read: a file is read more than once, so write it into one first")
	}
	if _, err := os.Stat(s.files[0]); err != nil && filepath.Ext(s.files[0]) == "" { // a slip of the pen
		return usageError("there is no command and no file %q", s.files[0])
	}
	if s.output == "" {
		return usageError("-o DIR is missing")
	}
	job, files, err := s.load()
	if err != nil {
		return err
	}
	m, err := s.run(ctx, job, files, stderr)
	switch {
	case errors.Is(err, engine.ErrGoldPairs):
		return usageError("%s: %w", s.goldPairs, err)
	case err != nil:
		return err
	}
	if s.json {
		e := json.NewEncoder(stdout)
		e.SetIndent("", "  ")
		err = e.Encode(m)
	} else {
		err = summary(stdout, m, s.output)
	}
	return errors.Join(err, verdict(m))
}

// run works in a folder beside the outputs, and moves what it wrote when all of it is there.
func (s *settings) run(ctx context.Context, job engine.Job, files []engine.File, stderr io.Writer) (m *engine.Manifest, err error) {
	if err := s.makeOutput(); err != nil {
		return nil, err
	}
	there, err := os.ReadDir(s.output)
	if err != nil {
		return nil, usageError("%w", err)
	}
	if len(there) > 0 && !s.force {
		return nil, usageError("%s is not empty; --force writes into it", s.output)
	}
	work, err := os.MkdirTemp(s.output, ".harmonize-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	bar := newBar(stderr)
	m, err = engine.Run(ctx, job, files, engine.Env{Dir: work, Concurrency: s.concurrency, Progress: bar.show})
	bar.clear()
	if err != nil {
		return nil, err
	}
	return m, publish(work, s.output, m)
}

// makeOutput makes the folder of the outputs.
func (s *settings) makeOutput() error {
	if info, err := os.Stat(s.output); err == nil && !info.IsDir() {
		return usageError("-o %s is a file, not a folder", s.output)
	}
	if err := os.MkdirAll(s.output, 0o755); err != nil {
		return usageError("%w", err)
	}
	return nil
}

// publish takes away what an earlier run left, and moves the outputs in, the manifest last.
func publish(from, to string, m *engine.Manifest) error {
	if f, err := os.Open(filepath.Join(to, engine.ManifestName)); err == nil {
		old, err := engine.ReadManifest(f)
		err = errors.Join(err, f.Close(), os.Remove(filepath.Join(to, engine.ManifestName)))
		if err != nil {
			return err
		}
		for _, o := range old.Outputs {
			if err := os.Remove(filepath.Join(to, filepath.Base(o.Name))); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
	}
	for _, o := range m.Outputs {
		if err := os.Rename(filepath.Join(from, o.Name), filepath.Join(to, o.Name)); err != nil {
			return err
		}
	}
	return os.Rename(filepath.Join(from, engine.ManifestName), filepath.Join(to, engine.ManifestName))
}

// summary tells a person what became of the files.
func summary(w io.Writer, m *engine.Manifest, dir string) error {
	var err error
	say := func(format string, args ...any) {
		if err == nil {
			_, err = fmt.Fprintf(w, format, args...)
		}
	}
	for _, f := range m.Files {
		if f.Status == engine.StatusFailed {
			say("%s: failed, %s: %s\n", f.Name, f.Reason, f.Detail)
			continue
		}
		if f.Status == engine.StatusSkipped {
			say("%s: skipped, %s: %s%s\n", f.Name, f.Reason, f.Detail, doAgain[f.Reason])
			continue
		}
		say("%s: %s, %s\n", f.Name, f.Table, account(&f.Counts))
	}
	for _, o := range m.Outputs {
		say("  %s\n", filepath.Join(dir, o.Name))
	}
	say("  %s\n", filepath.Join(dir, engine.ManifestName))
	return err
}

// doAgain says, by the reason why a file was skipped, how to have it done.
var doAgain = map[string]string{"FILE-003": "; --again does it"}

// account says what became of the records of a file, so that it adds up.
func account(c *engine.Counts) string {
	text := fmt.Sprintf("%s in, %s out, %d quarantined, %s removed", some(c.RowsIn, "record"), some(c.RowsOut, "row"), c.Quarantined,
		some(c.DuplicatesRemoved, "duplicate"))
	if c.RowsUnpivoted > 0 {
		text += fmt.Sprintf("; %s more than records, one for each result", some(c.RowsUnpivoted, "row"))
	}
	if dropped := c.DroppedBlank + c.DroppedRepeatedHeader + c.DroppedFooter; dropped > 0 {
		text += fmt.Sprintf("; %d dropped (blank, repeated header or footer)", dropped)
	}
	return text
}

// some writes a number with its noun: 1 row, 2 rows.
func some(n int64, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprint(n, " ", noun)
}

// verdict is the exit code that a manifest stands for, as an error without words.
func verdict(m *engine.Manifest) error {
	if m.Status() == "failed" {
		return codeError{code: exitNothing}
	}
	if m.Status() == "partial" || m.Counts.Quarantined > 0 {
		return codeError{code: exitIssues}
	}
	for _, i := range m.Issues {
		if i.Severity == "error" || i.Severity == "fatal" {
			return codeError{code: exitIssues}
		}
	}
	return nil
}
