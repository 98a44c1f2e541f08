package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

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

// crosswalk writes one line for each record of patients: a quarantined one is a person of its own.
func (a *assembly) crosswalk() error {
	w, err := a.create(Output{Name: crosswalkName, Kind: kindCrosswalk})
	if err != nil {
		return err
	}
	form := newCSVForm(w, a.job.Options.CSVSafe, crosswalkColumns)
	p := a.people
	next := 0
	for _, piece := range a.of(patientTable, kindIssues) {
		outside, err := quarantinedRecords(piece)
		if err != nil {
			return errors.Join(err, w.remove(a.env.Dir))
		}
		alone := func(record int64) {
			uid := string(appendRowUID(nil, piece.Origin, record, ""))
			form.row([]string{piece.file.Source, piece.file.Name, strconv.FormatInt(record, 10), "", link.PersonID(uid), "", ""})
		}
		for ; next < len(p.rows) && p.placed(next) == piece; next++ {
			for len(outside) > 0 && outside[0] < p.rows[next].record {
				alone(outside[0])
				outside = outside[1:]
			}
			if err := a.crosswalkRow(form, next); err != nil {
				return errors.Join(err, w.remove(a.env.Dir))
			}
		}
		for _, record := range outside {
			alone(record)
		}
	}
	a.countSafe("", form.end())
	return a.add(w)
}

func (a *assembly) crosswalkRow(form form, i int) error {
	p := a.people
	cells, err := p.row(i)
	if err != nil {
		return err
	}
	method, score := p.method(i)
	piece := p.placed(i)
	form.row([]string{piece.file.Source, piece.file.Name, strconv.FormatInt(p.rows[i].record, 10), p.ownID(cells),
		p.found.IDs[p.found.Person[i]], method, score})
	return nil
}

// ownID returns the number by which the source knows a patient.
func (p *linkage) ownID(cells []string) string {
	for _, name := range ownIDs {
		if at := slices.Index(p.columns, name); at >= 0 && cells[at] != "" {
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

// golden calls do for each person, in the order of their first rows, with its members and the row that stands for it.
func (a *assembly) golden(do func(person int32, members []int32, g *link.Golden) error) error {
	p := a.people
	members := make([][]int32, len(p.found.IDs))
	for i, person := range p.found.Person {
		members[person] = append(members[person], int32(i))
	}
	survivor := link.NewSurvivor(p.columns, a.job.Profile)
	for i, person := range p.found.Person {
		if p.rows[i].kept != int32(i) {
			continue
		}
		g, err := a.merge(survivor, members[person])
		if err != nil {
			return err
		}
		if err := do(person, members[person], &g); err != nil {
			return err
		}
	}
	return nil
}

func (a *assembly) merge(survivor *link.Survivor, members []int32) (link.Golden, error) {
	p := a.people
	rows := make([]link.Member, len(members))
	for k, m := range members {
		values, err := p.row(int(m))
		if err != nil {
			return link.Golden{}, err
		}
		rows[k] = link.Member{Values: values, UID: p.uid(int(m)), Source: p.placed(int(m)).file.Source}
	}
	return survivor.Merge(rows), nil
}

// uid returns the row_uid of a row.
func (p *linkage) uid(i int) string { return p.set.UID(i) }

// persons writes a line for each person: what survives of its records, which of them each value is from and by which rule, and what else
// they say.
func (a *assembly) persons() error {
	w, err := a.create(Output{Name: personsName, Kind: kindPersons})
	if err != nil {
		return err
	}
	p := a.people
	columns := slices.Concat([]string{personColumn, "records", "sources"}, p.columns, []string{"winners", "alternates"})
	form := newCSVForm(w, a.job.Options.CSVSafe, columns)
	err = a.golden(func(person int32, members []int32, g *link.Golden) error {
		var sources []string
		for _, m := range members {
			if s := p.placed(int(m)).file.Source; !slices.Contains(sources, s) {
				sources = append(sources, s)
			}
		}
		winners, alternates, err := p.provenance(members, g)
		if err != nil {
			return err
		}
		form.row(slices.Concat([]string{p.found.IDs[person], strconv.Itoa(len(members)), strings.Join(sources, "|")}, g.Values, []string{winners, alternates}))
		return w.err
	})
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	a.countSafe("", form.end())
	return a.add(w)
}

// provenance tells, as JSON, of each value which row it is from and by which rule, and of each field its other values. A person of one
// record has none of both.
func (p *linkage) provenance(members []int32, g *link.Golden) (winners, alternates string, err error) {
	if len(members) == 1 {
		return "", "", nil
	}
	type winner struct {
		Rule string `json:"rule"`
		Row  string `json:"row_uid"`
	}
	wins, others := map[string]winner{}, map[string][]string{}
	for c, name := range p.columns {
		if win := g.Winners[c]; win.Member >= 0 && g.Values[c] != "" {
			wins[name] = winner{win.Rule, p.uid(int(members[win.Member]))}
		}
		if len(g.Alternates[c]) > 0 {
			others[name] = g.Alternates[c]
		}
	}
	one, err := json.Marshal(wins)
	if err != nil {
		return "", "", err
	}
	if len(others) == 0 {
		return string(one), "", nil
	}
	two, err := json.Marshal(others)
	return string(one), string(two), err
}

// reviewPairs writes the pairs that a person should decide on.
func (a *assembly) reviewPairs() error {
	w, err := a.create(Output{Name: reviewName, Kind: kindReview})
	if err != nil {
		return err
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
	a.countSafe("", form.end())
	return a.add(w)
}

// whoIsWho writes the outputs about persons.
func (a *assembly) whoIsWho() error {
	if a.people == nil {
		return nil
	}
	return errors.Join(a.crosswalk(), a.persons(), a.reviewPairs(), a.tellRegistry())
}

// patients writes the clean table of the patients: for deduplicate the row that stands for each person, and the list of the others, which
// is still to be listed; for link all rows.
func (a *assembly) patients() (repeated *writer, err error) {
	if a.job.Operation == Deduplicate {
		if repeated, err = a.samePersons(); err != nil {
			return nil, err
		}
	}
	return repeated, a.cleanPatients()
}

func (a *assembly) cleanPatients() error {
	p := a.people
	columns := slices.Concat([]string{personColumn}, p.columns, provenanceColumns)
	out := cleanOutput(patientTable, formatOf(&a.job.Options, patientTable))
	w, err := a.create(out)
	if err != nil {
		return err
	}
	k, err := a.kinds(out, columns, p.pieces)
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	form := newForm(w, k, a.job.Options.CSVSafe)
	write := func(i int, person int32, values []string) error {
		form.row(slices.Concat([]string{p.found.IDs[person]}, values, []string{p.placed(i).file.Name, strconv.FormatInt(p.rows[i].record, 10), p.uid(i)}))
		return w.err
	}
	if a.job.Operation == Deduplicate {
		err = a.golden(func(person int32, members []int32, g *link.Golden) error {
			return write(int(members[0]), person, g.Values)
		})
	} else {
		for i, person := range p.found.Person {
			var values []string
			if values, err = p.row(i); err == nil {
				err = write(i, person, values)
			}
			if err != nil {
				break
			}
		}
	}
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	a.countSafe(patientTable, form.end())
	return a.add(w)
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
