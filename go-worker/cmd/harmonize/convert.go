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

// convert writes a clean table of an earlier run in another format.
func convert(ctx context.Context, args []string, stdout, _ io.Writer) error {
	s, err := parse(args)
	if err != nil {
		return err
	}
	switch {
	case len(s.files) != 1:
		return usageError("convert takes one file")
	case s.output == "":
		return usageError("-o DIR is missing")
	}
	job, files, err := s.load()
	if err != nil {
		return err
	}
	out, err := s.convert(ctx, job, files[0])
	switch {
	case errors.Is(err, engine.ErrNotClean):
		return fmt.Errorf("%s: %w", s.files[0], err)
	case err != nil:
		return err
	case s.json:
		return json.NewEncoder(stdout).Encode(out)
	}
	note := ""
	if out.Format != s.format {
		note = fmt.Sprintf(", as plain %s: the name is that of no table that has a resource; --table says which it is", out.Format)
	}
	_, err = fmt.Fprintf(stdout, "%s: %s%s\n", filepath.Join(s.output, out.Name), some(out.Rows, "row"), note)
	return err
}

// convert works in a folder beside the output, and moves the file when it is whole.
func (s *settings) convert(ctx context.Context, job engine.Job, file engine.File) (out engine.Output, err error) {
	if err := s.makeOutput(); err != nil {
		return out, err
	}
	work, err := os.MkdirTemp(s.output, ".harmonize-")
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if out, err = engine.Convert(ctx, job.Profile, file, job.Options, work); err != nil {
		return out, err
	}
	to := filepath.Join(s.output, out.Name)
	if _, err := os.Lstat(to); err == nil && !s.force {
		return out, usageError("%s is there already; --force replaces it", to)
	}
	return out, os.Rename(filepath.Join(work, out.Name), to)
}
