package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/profile"
)

// ErrNotClean reports a file that is no clean table as the engine writes it.
var ErrNotClean = errors.New("this is no clean table in CSV")

// Convert writes a clean table, read from the CSV of an earlier job, into a folder in another format. The table is the
// one that the file names, or its name's beginning; any other is generic.
func Convert(ctx context.Context, p *profile.Profile, file File, o Options, dir string) (Output, error) {
	if err := o.check(); err != nil {
		return Output{}, err
	}
	stem, csv := strings.CutSuffix(file.Name, ".csv")
	if !csv {
		return Output{}, ErrNotClean
	}
	name := file.Table
	if name == "" {
		name, _, _ = strings.Cut(stem, ".")
	}
	t := p.Table(name)
	if t == nil {
		t = p.Table(profile.Generic)
	}
	c := conversion{ctx: ctx, file: file}
	columns, err := c.kinds(t, formatOf(&o, t.Name))
	if err != nil {
		return Output{}, err
	}
	out := cleanOutput(t.Name, formatOf(&o, t.Name))
	out.Name = stem + strings.TrimPrefix(out.Name, t.Name+".clean")
	w, err := create(dir, out)
	if err != nil {
		return out, err
	}
	form := newForm(w, columns, o.CSVSafe)
	if err := c.each(func(row []string) error { form.row(row); return w.err }); err != nil {
		return out, errors.Join(err, w.remove(dir))
	}
	form.end()
	return w.close()
}

// A conversion reads a clean table.
type conversion struct {
	ctx  context.Context
	file File
}

// kinds returns the columns; those of Parquet are known when all rows were seen.
func (c *conversion) kinds(t *profile.Table, format string) (kinds, error) {
	in, err := c.file.Input.Open()
	if err != nil {
		return nil, err
	}
	first, err := newRowReader(in).next()
	header := slices.Clone(first)
	if err := errors.Join(err, in.Close()); err != nil || !distinct(header) {
		return nil, ErrNotClean
	}
	if format != "parquet" {
		return newKinds(nil, header), nil
	}
	k := newKinds(t, header)
	places := placesOf(header, header)
	return k, c.each(func(row []string) error { k.check(row, places); return nil })
}

// distinct reports whether there are names, and none twice.
func distinct(names []string) bool {
	met := map[string]bool{}
	for _, n := range names {
		if n == "" || met[n] {
			return false
		}
		met[n] = true
	}
	return len(names) > 0
}

// each hands on every row behind the header.
func (c *conversion) each(do func(row []string) error) error {
	in, err := c.file.Input.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	rows := newRowReader(in)
	width := 0
	for n := 0; c.ctx.Err() == nil; n++ {
		row, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
			return err
		case n == 0:
			width = len(row)
		case err != nil || len(row) != width:
			return fmt.Errorf("%w: row %d is cut differently", ErrNotClean, n)
		default:
			if err := do(row); err != nil {
				return err
			}
		}
	}
	return c.ctx.Err()
}
