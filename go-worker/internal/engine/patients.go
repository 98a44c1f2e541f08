package engine

import (
	"errors"
	"slices"
	"strconv"
)

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
	write := func(i int, values []string) error {
		form.row(slices.Concat([]string{p.found.IDs[p.found.Person[i]]}, values,
			[]string{p.placed(i).file.Name, strconv.FormatInt(p.rows[i].record, 10), p.uid(i)}))
		return w.err
	}
	if a.job.Operation == Deduplicate {
		err = a.goldenPatients(write)
	} else {
		err = a.allPatients(write)
	}
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	a.countSafe(patientTable, form.end())
	return a.add(w)
}

// goldenPatients writes what survives of each person, into the table of persons too.
func (a *assembly) goldenPatients(write func(i int, values []string) error) (err error) {
	t, err := a.createPersons()
	if err != nil {
		return err
	}
	a.people.persons = t
	err = a.survivors(func(s *survivor) error { return errors.Join(t.add(s), write(int(s.members[0]), s.golden.Values)) })
	if err != nil {
		return errors.Join(err, t.w.remove(a.env.Dir))
	}
	return nil
}

// allPatients writes the rows as they are.
func (a *assembly) allPatients(write func(i int, values []string) error) error {
	p := a.people
	next := 0
	for piece := range p.pieces {
		rows := p.inOrder(piece)
		for ; next < len(p.rows) && int(p.rows[next].piece) == piece; next++ {
			cells, err := rows.next()
			if err != nil {
				return err
			}
			if err := write(next, p.under(int32(piece), cells)); err != nil {
				return err
			}
		}
	}
	return nil
}
