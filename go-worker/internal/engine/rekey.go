package engine

import (
	"errors"
	"io"
	"slices"
)

// A personOf finds the person that a row of another table is about, by the number that the row's source has for the patient.
type personOf struct {
	bySource map[[2]string]string
	anywhere map[string]string // of numbers that stand for one person whatever the source; "" for those that stand for several
}

// newPersonOf reads the numbers of the patients.
func (p *linkage) newPersonOf() (*personOf, error) {
	of := &personOf{map[[2]string]string{}, map[string]string{}}
	places := placesOf([]string{"patient_id", "mrn"}, p.columns)
	rows := rowFetcher{p: p}
	for i, person := range p.found.Person {
		cells, err := rows.row(i)
		if err != nil {
			return nil, err
		}
		id := p.found.IDs[person]
		for _, at := range places {
			if at < 0 || cells[at] == "" {
				continue
			}
			of.bySource[[2]string{p.placed(i).file.Source, cells[at]}] = id
			if other, known := of.anywhere[cells[at]]; known && other != id {
				id = ""
			}
			of.anywhere[cells[at]] = id
			id = p.found.IDs[person]
		}
	}
	return of, nil
}

func (of *personOf) find(source, number string) string {
	if number == "" {
		return ""
	}
	if id, ok := of.bySource[[2]string{source, number}]; ok {
		return id
	}
	return of.anywhere[number]
}

// rekeyed writes the clean rows of a table with the person that each is about.
func (a *assembly) rekeyed(name string, pieces []*placed) error {
	of, err := a.people.newPersonOf()
	if err != nil {
		return err
	}
	columns := a.columns(name, pieces)
	out := cleanOutput(name, formatOf(&a.job.Options, name))
	w, err := a.create(out)
	if err != nil {
		return err
	}
	k, err := a.kinds(out, slices.Concat([]string{personColumn}, columns), pieces)
	if err != nil {
		return errors.Join(err, w.remove(a.env.Dir))
	}
	form := newForm(w, k, a.job.Options.CSVSafe)
	for _, p := range pieces {
		if err := rekey(w, form, of, columns, p); err != nil {
			return errors.Join(err, w.remove(a.env.Dir))
		}
	}
	a.countSafe(name, form.end())
	return a.add(w)
}

// rekey appends the rows of a piece.
func rekey(w *writer, form form, of *personOf, columns []string, p *placed) (err error) {
	in, err := openRows(p, kindClean)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	patient := slices.Index(p.Columns, "patient_id")
	places := placesOf(columns, p.Columns)
	rows := newRowReader(in)
	values := make([]string, len(columns)+1)
	for {
		cells, err := rows.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		values[0] = ""
		if patient >= 0 {
			values[0] = of.find(p.file.Source, cells[patient])
		}
		for i, place := range places {
			if values[i+1] = ""; place >= 0 {
				values[i+1] = cells[place]
			}
		}
		if form.row(values); w.err != nil {
			return w.err
		}
	}
}
