package engine

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
)

// table writes what a table's files left of it: its clean rows, its quarantine and its duplicates.
func (a *assembly) table(ctx context.Context, name string) error {
	var removed removals
	var repeated *writer // the list of duplicates, which follows the other outputs of the table
	if pieces := a.of(name, kindEntries); len(pieces) > 0 {
		var err error
		if removed, repeated, err = a.duplicates(ctx, name, pieces); err != nil {
			return err
		}
		defer removed.close()
		if name == patientTable {
			a.cross(ctx)
		}
	}
	if pieces := a.of(name, kindClean); len(pieces) > 0 {
		var err error
		switch {
		case a.people != nil && name == patientTable:
			repeated, err = a.patients()
		case a.job.Operation == Link:
			err = a.rekeyed(name, pieces)
		default:
			err = a.clean(name, pieces, &removed)
		}
		if err != nil {
			return err
		}
	}
	if err := a.quarantine(name, a.of(name, kindQuarantine)); err != nil || repeated == nil {
		return err
	}
	return a.add(repeated)
}

// clean writes the clean table, without the rows that repeat others.
func (a *assembly) clean(name string, pieces []*placed, removed *removals) error {
	columns := a.columns(name, pieces)
	out := cleanOutput(name, formatOf(&a.job.Options, name))
	asIs := out.Format == "csv" && !a.job.Options.CSVSafe
	if asIs && len(pieces) == 1 && pieces[0].part.dir != "" {
		if removed.rows == 0 {
			return a.take(pieces[0], kindClean, out)
		}
		return a.squeeze(pieces[0], removed, out)
	}
	w, err := a.create(out)
	if err != nil {
		return err
	}
	k, err := a.kinds(out, columns, pieces)
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	form := newForm(w, k, a.job.Options.CSVSafe)
	for _, p := range pieces {
		kept, err := a.kept(p, removed)
		if err != nil {
			return errors.Join(err, w.remove(a.env.Dir))
		}
		if asIs && slices.Equal(p.Columns, columns) {
			_, err = io.CopyBuffer(counted{w}, kept, make([]byte, keptAtOnce))
			w.out.Rows += p.output(kindClean).Rows - p.removed
		} else {
			err = reshape(w, form, columns, kept, p.Columns)
		}
		if err = errors.Join(err, kept.Close()); err != nil {
			return errors.Join(fmt.Errorf("copy rows: %w", err), w.remove(a.env.Dir))
		}
	}
	a.countSafe(name, form.end())
	return a.add(w)
}

// squeeze makes a piece's rows the clean table, in their own file: those that stay move up to where those that repeat others stood.
func (a *assembly) squeeze(p *placed, removed *removals, out Output) error {
	kept, err := a.kept(p, removed)
	if err != nil {
		return err
	}
	w, err := rewrite(a.env.Dir, p.output(kindClean), out)
	if err != nil {
		return errors.Join(err, kept.Close())
	}
	w.tick = a.tick
	w.write(p.cleanHead(), 0)
	_, err = io.CopyBuffer(counted{w}, kept, make([]byte, keptAtOnce))
	w.out.Rows = p.output(kindClean).Rows - p.removed
	if err = errors.Join(err, kept.Close()); err != nil {
		return errors.Join(fmt.Errorf("move rows: %w", err), w.remove(a.env.Dir))
	}
	return a.add(w)
}

// kinds returns the columns of a clean table. Those of Parquet are known when all rows were seen; rows that repeat others
// say nothing new.
func (a *assembly) kinds(out Output, columns []string, pieces []*placed) (kinds, error) {
	if out.Format != "parquet" {
		return newKinds(nil, columns), nil
	}
	k := newKinds(a.job.Profile.Table(out.Table), columns)
	for _, p := range pieces {
		if k.sure() {
			break
		}
		rows, err := openRows(p, kindClean)
		if err != nil {
			return nil, err
		}
		if err := errors.Join(k.scan(rows, p.Columns), rows.Close()); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// countSafe notes how many cells were made safe.
func (a *assembly) countSafe(name string, made int64) {
	if made > 0 {
		a.manifest.Issues = append(a.manifest.Issues, issueCount(a.settings, "", tableOf(name), "", ruleSafe, made))
	}
}

// placesOf returns where the wanted columns stand among those of a row, -1 nowhere.
func placesOf(wanted, columns []string) []int {
	places := make([]int, len(wanted))
	for i, c := range wanted {
		places[i] = slices.Index(columns, c)
	}
	return places
}

// reshape writes rows under other columns: those that a row does not have are empty.
func reshape(w *writer, f form, wanted []string, rows io.Reader, columns []string) error {
	places := placesOf(wanted, columns)
	in := newRowReader(rows)
	values := make([]string, len(places))
	for {
		cells, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for i, place := range places {
			if values[i] = ""; place >= 0 {
				values[i] = cells[place]
			}
		}
		if f.row(values); w.err != nil {
			return w.err
		}
	}
}

// columns returns the columns of several pieces of a table together, in the order that one file with all of them has.
func (a *assembly) columns(name string, pieces []*placed) []string {
	all := slices.Clone(pieces[0].Columns)
	for _, p := range pieces[1:] {
		for _, c := range p.Columns {
			if !slices.Contains(all, c) {
				all = append(all, c)
			}
		}
	}
	t := a.job.Profile.Table(name)
	if len(pieces) == 1 || t == nil || t.Name == profile.Generic {
		return all
	}
	rank := columnRanks(t)
	slices.SortStableFunc(all, func(x, y string) int { return cmp.Compare(rank(x), rank(y)) })
	return all
}

// columnRanks orders the columns of a table: fields, what the engine adds, what passed untouched, and where it came from.
func columnRanks(t *profile.Table) func(name string) int {
	ranks := map[string]int{}
	rank := func(name string) {
		if _, known := ranks[name]; !known {
			ranks[name] = len(ranks)
		}
	}
	for i := range t.Fields {
		rank(t.Fields[i].Name)
	}
	for _, name := range additions(t) {
		rank(name)
	}
	untouched := len(ranks)
	for _, name := range provenanceColumns {
		ranks[name] = untouched + 1
	}
	return func(name string) int {
		if r, known := ranks[name]; known {
			return r
		}
		return untouched
	}
}

// quarantine writes the records that were kept out, one file for each header that they came under: repaired and submitted again, they are
// read as they were.
func (a *assembly) quarantine(name string, pieces []*placed) error {
	var headers [][]*placed
	for _, p := range pieces {
		if p.output(kindQuarantine).Rows == 0 {
			continue
		}
		same := func(g []*placed) bool { return slices.Equal(g[0].Header, p.Header) }
		if at := slices.IndexFunc(headers, same); at >= 0 {
			headers[at] = append(headers[at], p)
		} else {
			headers = append(headers, []*placed{p})
		}
	}
	if len(headers) == 0 && len(pieces) > 0 && a.job.Operation != Standardize {
		headers = [][]*placed{pieces[:1]} // says that nothing was kept out
	}
	for n, of := range headers {
		file := name
		if n > 0 {
			file += "-" + strconv.Itoa(n+1)
		}
		if err := a.quarantineOf(Output{Name: file + ".quarantine.csv", Kind: kindQuarantine, Table: tableOf(name)}, of); err != nil {
			return err
		}
	}
	return nil
}

// quarantineOf writes the quarantine of files with one header.
func (a *assembly) quarantineOf(out Output, pieces []*placed) error {
	header := pieces[0].Header
	safe := a.job.Options.CSVSafe
	if len(pieces) == 1 && pieces[0].part.dir != "" && !safe {
		return a.take(pieces[0], kindQuarantine, out)
	}
	w, err := a.create(out)
	if err != nil {
		return err
	}
	columns := slices.Concat(header, quarantineColumns)
	form := newCSVForm(w, safe, columns)
	for _, p := range pieces {
		if err := a.quarantined(w, form, columns, p); err != nil {
			return errors.Join(err, w.remove(a.env.Dir))
		}
	}
	a.countSafe(out.Table, form.end())
	return a.add(w)
}

// quarantined appends the quarantine of a piece.
func (a *assembly) quarantined(w *writer, f form, columns []string, p *placed) error {
	in, err := openRows(p, kindQuarantine)
	if err != nil {
		return err
	}
	return errors.Join(reshape(w, f, columns, in, slices.Concat(p.Header, quarantineColumns)), in.Close())
}

// rowStream is a piece's table behind its header.
type rowStream struct {
	io.Reader
	io.Closer
}

// openRows opens a piece's table behind its header.
func openRows(p *placed, kind string) (rowStream, error) {
	f, err := p.part.open(p.output(kind).Name)
	if err != nil {
		return rowStream{}, fmt.Errorf("open part: %w", err)
	}
	columns := p.Columns
	if kind == kindQuarantine {
		columns = slices.Concat(p.Header, quarantineColumns)
	}
	in := bufio.NewReaderSize(f, 64<<10)
	if _, err := in.Discard(len(table.AppendCSVRow(nil, columns))); err != nil {
		return rowStream{}, errors.Join(fmt.Errorf("read part: %w", err), f.Close())
	}
	return rowStream{in, f}, nil
}
