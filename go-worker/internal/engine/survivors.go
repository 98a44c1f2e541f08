package engine

import (
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/table"
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

// A goldenPart is what is written of some persons.
type goldenPart struct {
	persons csvLines
	clean   csvLines   // of a clean table of CSV
	rows    []survivor // of one in another format
}

// survivors finds out what survives of each person and hands it over, in the order of their first rows. Several goroutines work on it, ahead
// of hand. The clean table may be left out.
func (a *assembly) survivors(clean, isCSV bool, hand func(*goldenPart) error) error {
	members := a.people.members()
	g := goldenRows{p: a.people, decides: link.NewSurvivor(a.people.columns, a.job.Profile), byName: inOrderOf(a.people.columns),
		clean: clean, isCSV: isCSV, asWritten: a.asWritten(!clean || isCSV)}
	spare := make(shelf[goldenPart], max(a.env.Concurrency, 1)+1)
	return ahead(a.env.Concurrency, (len(members)+atOnce-1)/atOnce, func(i int) (*goldenPart, error) {
		part := spare.take()
		part.persons.reset(a.job.Options.CSVSafe)
		part.clean.reset(a.job.Options.CSVSafe)
		part.rows = part.rows[:0]
		return part, g.make(members[i*atOnce:min((i+1)*atOnce, len(members))], part)
	}, func(part *goldenPart) error {
		err := hand(part)
		spare.put(part)
		return err
	})
}

// asWritten returns, for each piece, whether the line of a row says of a person of one record what is to be written of it.
func (a *assembly) asWritten(lines bool) []bool {
	all := make([]bool, len(a.people.pieces))
	for i, piece := range a.people.pieces {
		all[i] = lines && !a.job.Options.CSVSafe && slices.Equal(piece.Columns, slices.Concat(a.people.columns, provenanceColumns))
	}
	return all
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

// goldenRows makes what is written of persons.
type goldenRows struct {
	p            *linkage
	decides      *link.Survivor
	byName       []int
	clean, isCSV bool
	asWritten    []bool // by piece
}

// make makes what is written of some persons.
func (g *goldenRows) make(persons [][]int32, part *goldenPart) error {
	rows := rowFetcher{p: g.p}
	if err := rows.readAhead(int(persons[0][0]), int(persons[len(persons)-1][0])); err != nil {
		return err
	}
	var records []link.Member
	for _, members := range persons {
		if done, err := g.alone(&rows, members, part); err != nil {
			return err
		} else if done {
			continue
		}
		records = records[:0]
		for _, m := range members {
			values, err := rows.row(int(m))
			if err != nil {
				return err
			}
			records = append(records, link.Member{Values: values, UID: g.p.uid(int(m)), Source: g.p.placed(int(m)).file.Source})
		}
		s := survivor{person: g.p.found.Person[members[0]], members: members, golden: g.decides.Merge(records)}
		s.explain(g.p.columns, g.byName, records)
		part.persons.row(g.p.personRow(&s))
		switch {
		case !g.clean:
		case g.isCSV:
			part.clean.row(g.p.patientRow(int(members[0]), s.golden.Values))
		default:
			part.rows = append(part.rows, s)
		}
	}
	return nil
}

// alone writes what stands in the line of the only record of a person, as most persons have one: all of it survives. It does not where the
// line would have to be written otherwise, or may hold a list, whose elements are put in order.
func (g *goldenRows) alone(rows *rowFetcher, members []int32, part *goldenPart) (done bool, err error) {
	i := int(members[0])
	if len(members) > 1 || !g.asWritten[g.p.rows[i].piece] {
		return false, nil
	}
	line, err := rows.line(i)
	if err != nil {
		return false, err
	}
	from := table.AppendCSVRow(nil, g.p.provenance(i))
	if bytes.IndexByte(line, '|') >= 0 || !bytes.HasSuffix(line, from) {
		return false, nil
	}
	id := g.p.found.IDs[g.p.found.Person[i]]
	part.persons.begin(id, "1", g.p.placed(i).file.Source)
	part.persons.end(line[:len(line)-len(from)], ",\n")
	if g.clean {
		part.clean.begin(id)
		part.clean.end(line, "")
	}
	return true, nil
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
	form *csvForm
}

func (a *assembly) createPersons() (*personsTable, error) {
	w, err := a.create(Output{Name: personsName, Kind: kindPersons})
	if err != nil {
		return nil, err
	}
	columns := slices.Concat([]string{personColumn, "records", "sources"}, a.people.columns, []string{"winners", "alternates"})
	return &personsTable{a, w, newCSVForm(w, a.job.Options.CSVSafe, columns)}, nil
}

// personRow is the line of a person.
func (p *linkage) personRow(s *survivor) []string {
	var sources []string
	for _, m := range s.members {
		if source := p.placed(int(m)).file.Source; !slices.Contains(sources, source) {
			sources = append(sources, source)
		}
	}
	return slices.Concat([]string{p.found.IDs[s.person], strconv.Itoa(len(s.members)), strings.Join(sources, "|")}, s.golden.Values,
		[]string{s.winners, s.alternates})
}

func (t *personsTable) add(g *goldenPart) error {
	t.form.add(&g.persons)
	return t.w.err
}

// persons writes the persons, if they are not written yet, and lists them among the outputs.
func (a *assembly) persons() (err error) {
	t := a.people.persons
	if t == nil {
		if t, err = a.createPersons(); err != nil {
			return err
		}
		if err := a.survivors(false, false, t.add); err != nil {
			return errors.Join(err, t.w.remove(a.env.Dir))
		}
	}
	a.countSafe("", t.form.end())
	return a.add(t.w)
}
