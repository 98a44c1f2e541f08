package engine

import (
	"errors"
	"slices"
	"strconv"
)

// patients writes the clean table of the patients: for deduplicate the row that stands for each person, and the list of the others, which
// is still to be listed; for link all rows.
func (a *assembly) patients() (repeated *writer, err error) {
	if a.job.Operation != Deduplicate {
		return nil, a.cleanPatients()
	}
	others := beside(a.samePersons)
	err = a.cleanPatients()
	repeated, failed := others()
	return repeated, errors.Join(err, failed)
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
	if a.job.Operation == Deduplicate {
		err = a.goldenPatients(form)
	} else {
		err = a.allPatients(form)
	}
	if err = errors.Join(err, w.err); err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	a.countSafe(patientTable, form.end())
	return a.add(w)
}

// patientRow returns a row of the clean table: the person, the values, and where they are from.
func (p *linkage) patientRow(i int, values []string) []string {
	return slices.Concat([]string{p.found.IDs[p.found.Person[i]]}, values, p.provenance(i))
}

// provenance says where a row is from.
func (p *linkage) provenance(i int) []string {
	return []string{p.placed(i).file.Name, strconv.FormatInt(p.rows[i].record, 10), p.uid(i)}
}

// goldenPatients writes what survives of each person, into the table of persons too.
func (a *assembly) goldenPatients(clean form) (err error) {
	t, err := a.createPersons()
	if err != nil {
		return err
	}
	a.people.persons = t
	lines, isCSV := clean.(*csvForm)
	err = a.survivors(true, isCSV, func(g *goldenPart) error {
		if isCSV {
			lines.add(&g.clean)
		}
		for i := range g.rows {
			clean.row(a.people.patientRow(int(g.rows[i].members[0]), g.rows[i].golden.Values))
		}
		return t.add(g)
	})
	if err != nil {
		return errors.Join(err, t.w.remove(a.env.Dir))
	}
	return nil
}

// allPatients writes the rows as they are.
func (a *assembly) allPatients(clean form) error {
	p := a.people
	next := 0
	for piece := range p.pieces {
		rows := p.inOrder(piece)
		for ; next < len(p.rows) && int(p.rows[next].piece) == piece; next++ {
			cells, err := rows.next()
			if err != nil {
				return err
			}
			clean.row(p.patientRow(next, p.under(int32(piece), cells)))
		}
	}
	return nil
}
