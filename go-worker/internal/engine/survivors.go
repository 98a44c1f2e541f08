package engine

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/link"
)

// A survivor is a person with what survives of its records.
type survivor struct {
	person     int32
	members    []int32 // its rows, in their order
	golden     link.Golden
	winners    string // JSON: of each value which row it is from and by which rule
	alternates string // JSON: of each field its other values
}

// atOnce is how many persons are worked on together.
const atOnce = 256

// survivors calls do for each person, in the order of their first rows. Several goroutines find out what survives, ahead of do.
func (a *assembly) survivors(do func(*survivor) error) (err error) {
	p := a.people
	members := p.members()
	decides := link.NewSurvivor(p.columns, a.job.Profile)
	var ahead []func() ([]survivor, error)
	hand := func() error {
		done, err := ahead[0]()
		ahead = ahead[1:]
		for i := range done {
			if err == nil {
				err = do(&done[i])
			}
		}
		return err
	}
	for from := 0; from < len(members) && err == nil; from += atOnce {
		part := members[from:min(from+atOnce, len(members))]
		ahead = append(ahead, beside(func() ([]survivor, error) { return p.survive(decides, part) }))
		if len(ahead) > max(a.env.Concurrency, 1) {
			err = hand()
		}
	}
	for len(ahead) > 0 {
		if err == nil {
			err = hand()
		} else {
			_, _ = ahead[0]()
			ahead = ahead[1:]
		}
	}
	return err
}

// members returns the rows of each person. Persons are numbered in the order of their first rows.
func (p *linkage) members() [][]int32 {
	ends := make([]int32, len(p.found.IDs))
	for _, person := range p.found.Person {
		ends[person]++
	}
	rows := make([]int32, len(p.found.Person))
	members := make([][]int32, len(ends))
	at := int32(0)
	for person, n := range ends {
		members[person] = rows[at : at : at+n]
		at += n
	}
	for i, person := range p.found.Person {
		members[person] = append(members[person], int32(i))
	}
	return members
}

// survive finds out what survives of the records of some persons.
func (p *linkage) survive(decides *link.Survivor, persons [][]int32) ([]survivor, error) {
	all := make([]survivor, len(persons))
	rows := rowFetcher{p: p}
	byName := inOrderOf(p.columns)
	var records []link.Member
	for i, members := range persons {
		records = records[:0]
		for _, m := range members {
			values, err := rows.row(int(m))
			if err != nil {
				return nil, err
			}
			records = append(records, link.Member{Values: values, UID: p.uid(int(m)), Source: p.placed(int(m)).file.Source})
		}
		all[i] = survivor{person: p.found.Person[members[0]], members: members, golden: decides.Merge(records)}
		all[i].explain(p.columns, byName, records)
	}
	return all, nil
}

// inOrderOf returns the places of names in the order of the alphabet.
func inOrderOf(names []string) []int {
	places := make([]int, len(names))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	return places
}

// explain tells where the values are from, of the columns in the order of their names. A person of one record has nothing to explain.
func (s *survivor) explain(columns []string, byName []int, records []link.Member) {
	if len(records) == 1 {
		return
	}
	wins, others := []byte{'{'}, []byte{'{'}
	for _, c := range byName {
		if win := s.golden.Winners[c]; win.Member >= 0 && s.golden.Values[c] != "" {
			wins = appendJSON(append(appendKey(wins, columns[c]), `{"rule":`...), win.Rule)
			wins = append(appendJSON(append(wins, `,"row_uid":`...), records[win.Member].UID), '}')
		}
		if other := s.golden.Alternates[c]; len(other) > 0 {
			others = append(appendKey(others, columns[c]), '[')
			for i, v := range other {
				if i > 0 {
					others = append(others, ',')
				}
				others = appendJSON(others, v)
			}
			others = append(others, ']')
		}
	}
	s.winners = string(append(wins, '}'))
	if len(others) > 1 {
		s.alternates = string(append(others, '}'))
	}
}

// appendKey appends the name of a member of an object that is begun.
func appendKey(object []byte, name string) []byte {
	if len(object) > 1 {
		object = append(object, ',')
	}
	return append(appendJSON(object, name), ':')
}

// A personsTable has a line for each person: what survives of its records, which of them each value is from and by which rule, and what
// else they say.
type personsTable struct {
	a    *assembly
	w    *writer
	form form
}

func (a *assembly) createPersons() (*personsTable, error) {
	w, err := a.create(Output{Name: personsName, Kind: kindPersons})
	if err != nil {
		return nil, err
	}
	columns := slices.Concat([]string{personColumn, "records", "sources"}, a.people.columns, []string{"winners", "alternates"})
	return &personsTable{a, w, newCSVForm(w, a.job.Options.CSVSafe, columns)}, nil
}

func (t *personsTable) add(s *survivor) error {
	p := t.a.people
	var sources []string
	for _, m := range s.members {
		if source := p.placed(int(m)).file.Source; !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	t.form.row(slices.Concat([]string{p.found.IDs[s.person], strconv.Itoa(len(s.members)), strings.Join(sources, "|")}, s.golden.Values,
		[]string{s.winners, s.alternates}))
	return t.w.err
}

// persons writes the persons, if they are not written yet, and lists them among the outputs.
func (a *assembly) persons() (err error) {
	t := a.people.persons
	if t == nil {
		if t, err = a.createPersons(); err != nil {
			return err
		}
		if err := a.survivors(t.add); err != nil {
			return errors.Join(err, t.w.remove(a.env.Dir))
		}
	}
	a.countSafe("", t.form.end())
	return a.add(t.w)
}
