package engine

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/table"
)

// Outputs that say who is who.
const (
	crosswalkName = "crosswalk.csv"
	personsName   = "persons.csv"
	reviewName    = "review_pairs.csv"
)

// personColumn is the column of a person's id.
const personColumn = "person_id"

var crosswalkColumns = []string{"source", "source_file", "record_no", "source_id", personColumn, "method", "score"}

// beginWhoIsWho begins to write the crosswalk and the pairs to review beside the tables. What the crosswalk needs of the quarantine is read before
// that is moved.
func (a *assembly) beginWhoIsWho() error {
	pieces := a.of(patientTable, kindIssues)
	outside := make([][]int64, len(pieces))
	for i, piece := range pieces {
		var err error
		if outside[i], err = quarantinedRecords(piece); err != nil {
			return err
		}
	}
	a.people.crosswalk = beside(func() (besideOutput, error) { return a.crosswalk(pieces, outside) })
	a.people.pairs = beside(a.reviewPairs)
	return nil
}

// crosswalk writes one line for each record of patients: a quarantined one is a person of its own.
func (a *assembly) crosswalk(pieces []*placed, quarantined [][]int64) (done besideOutput, err error) {
	w, err := a.create(Output{Name: crosswalkName, Kind: kindCrosswalk})
	if err != nil {
		return done, err
	}
	form := newCSVForm(w, a.job.Options.CSVSafe, crosswalkColumns)
	p := a.people
	next, read := 0, 0 // rows and pieces
	for i, piece := range pieces {
		outside := quarantined[i]
		alone := func(record int64) {
			uid := string(appendRowUID(nil, piece.Origin, record, ""))
			form.row([]string{piece.file.Source, piece.file.Name, strconv.FormatInt(record, 10), "", link.PersonID(uid), "", ""})
		}
		var rows *rowReader
		if read < len(p.pieces) && p.pieces[read] == piece {
			if p.leftOut { // there are rows whose values are not among the records
				rows = p.inOrder(read)
			}
			read++
		}
		for ; next < len(p.rows) && p.placed(next) == piece; next++ {
			for len(outside) > 0 && outside[0] < p.rows[next].record {
				alone(outside[0])
				outside = outside[1:]
			}
			own := p.set.OwnID(next)
			if rows != nil {
				cells, err := rows.next()
				if err != nil {
					return done, errors.Join(fmt.Errorf("read part: %w", err), w.remove(a.env.Dir))
				}
				own = ownID(piece.Columns, cells)
			}
			a.crosswalkRow(form, next, own)
		}
		for _, record := range outside {
			alone(record)
		}
	}
	return endBeside(w, form)
}

// list lists what is written beside the tables among the outputs, when it is written.
func (a *assembly) list(written func() (besideOutput, error)) error {
	done, err := written()
	if err != nil {
		return err
	}
	a.countSafe("", done.safe)
	a.manifest.Outputs = append(a.manifest.Outputs, done.out)
	return nil
}

func (a *assembly) crosswalkRow(form form, i int, own string) {
	p := a.people
	method, score := p.method(i)
	piece := p.placed(i)
	form.row([]string{piece.file.Source, piece.file.Name, strconv.FormatInt(p.rows[i].record, 10), own, p.found.IDs[p.found.Person[i]], method, score})
}

// ownID returns the number by which the source knows a patient.
func ownID(columns, cells []string) string {
	for _, name := range ownIDs {
		if at := slices.Index(columns, name); at >= 0 && cells[at] != "" {
			return cells[at]
		}
	}
	return ""
}

// quarantinedRecords returns the numbers of the records of a piece that were kept out, each once.
func quarantinedRecords(p *placed) (records []int64, err error) {
	if out := p.output(kindQuarantine); out == nil || out.Rows == 0 {
		return nil, nil
	}
	in, err := openRows(p, kindQuarantine)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	at := len(p.Header) + slices.Index(quarantineColumns, "record_no")
	rows := newRowReader(in)
	for {
		cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			slices.Sort(records)
			return slices.Compact(records), nil
		} else if err != nil {
			return nil, fmt.Errorf("read part: %w", err)
		}
		n, err := strconv.ParseInt(cells[at], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read part: %w", err)
		}
		records = append(records, n)
	}
}

// reviewPairs writes the pairs that a person should decide on.
func (a *assembly) reviewPairs() (done besideOutput, err error) {
	w, err := a.create(Output{Name: reviewName, Kind: kindReview})
	if err != nil {
		return done, err
	}
	p := a.people
	fields := link.ScoredFields()
	columns := []string{"score", "reason", "why"}
	for _, side := range [...]string{"a_", "b_"} {
		for _, c := range [...]string{"source", "source_file", "record_no", "row_uid", personColumn} {
			columns = append(columns, side+c)
		}
	}
	for _, f := range fields {
		columns = append(columns, f+"_a", f+"_b", f+"_score")
	}
	form := newCSVForm(w, a.job.Options.CSVSafe, columns)
	for i := range p.found.Review {
		r := &p.found.Review[i]
		row := append(make([]string, 0, len(columns)), strconv.FormatFloat(r.Score, 'f', 4, 64), string(r.Veto), p.set.Why(r))
		for _, m := range [...]int{r.A, r.B} {
			source, file, record := p.place(m)
			row = append(row, source, file, strconv.FormatInt(record, 10), p.uid(m), p.whole.IDs[p.whole.Person[m]])
		}
		scores := map[string]link.Score{}
		for _, s := range p.set.Scores(r) {
			scores[s.Field] = s
		}
		for _, f := range fields {
			s := scores[f]
			row = append(row, s.A, s.B, s.Level)
		}
		form.row(row)
	}
	return endBeside(w, form)
}

// whoIsWho writes the outputs about persons, or waits for them.
func (a *assembly) whoIsWho() error {
	if a.people == nil {
		return nil
	}
	return errors.Join(a.list(a.people.crosswalk), a.persons(), a.list(a.people.pairs), a.tellRegistry())
}

// samePersons lists the rows of patients that another row stands for.
func (a *assembly) samePersons() (*writer, error) {
	w, err := a.create(Output{Name: patientTable + ".duplicates.csv", Kind: kindDuplicates, Table: patientTable})
	if err != nil {
		return nil, err
	}
	p := a.people
	w.write(table.AppendCSVRow(nil, duplicateColumns), 0)
	for i := range p.rows {
		kept := int(p.rows[i].kept)
		if kept == i {
			continue
		}
		method, score := p.method(i)
		w.write(table.AppendCSVRow(nil, []string{p.placed(i).file.Name, strconv.FormatInt(p.rows[i].record, 10),
			p.placed(kept).file.Name, strconv.FormatInt(p.rows[kept].record, 10), method, score}), 1)
		p.placed(i).removed++
	}
	for _, piece := range p.pieces {
		a.countDuplicates(piece, nil)
	}
	return w, nil
}
