package plan

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/profile"
)

// A mapping is one way to read a header: as one table, each column as one field.
type mapping struct {
	table   *profile.Table
	columns []match // by column
	mapped  int     // columns with a field
	strong  int     // of these, columns that speak for this table
	meets   bool    // the fields meet a minimum set of the table
	numbers bool    // nothing but numbers speaks for this table
	tells   bool    // a column is neither a number nor a text
	byName  bool    // the file's name is one of the table's
	called  int     // columns that speak for this table, in whose headers a name of it stands
	coded   bool    // so do the values of its codes
}

// A match is what a column was found to be.
type match struct {
	target *target // nil: unknown
	likeness
	rival   string     // the field that another column took from this one (HDR-003)
	spare   *candidate // that field again, where the header is one of its names: this column may have what the other lacks
	suggest string     // a field it resembles, but not enough (HDR-002)
}

// twin matches the name a reader gives to the second of two equal headers (CSV-008).
var twin = regexp.MustCompile(`__\d+$`)

// knownHeaders are headers that more is known of than their likeness to names of fields.
type knownHeaders struct {
	weak    map[string]bool       // normalized: too common to say what a file is
	written map[string]bool       // of columns that an earlier run added: they are no misspelt fields
	role    string                // word before all columns of the persons of the file, "" none
	read    map[string]readHeader // the headers of the file, each read once for all tables
}

// readHeader are the normalized forms that a header of the file can have, and behind them that without the role of its persons, "" none.
type readHeader struct {
	all    []string
	inRole string
}

func (k *knownHeaders) readings(header string) (all []string, inRole string) {
	r, ok := k.read[header]
	if !ok {
		r.all = readings(header)
		if rest, ok := strings.CutPrefix(r.all[len(r.all)-1], k.role+"_"); ok && k.role != "" && rest != "" {
			r = readHeader{append(r.all, rest), rest}
		}
		k.read[header] = r
	}
	return r.all, r.inRole
}

// A candidate is a pair of column and target that fits well enough.
type candidate struct {
	column int
	target *target
	likeness
}

// mapHeader maps every column to the field of the table it fits best; values are told apart by the sample.
func mapHeader(p *profile.Profile, t *profile.Table, header []string, sample *sample, known knownHeaders) mapping {
	m := mapping{table: t, columns: make([]match, len(header)), numbers: true}
	all := targets(p, t)
	var candidates []candidate
	likes, everywhere := make([]likeness, len(all)), knownNames(p)
	for i, h := range header {
		if question, choice, ok := checkbox(h); ok {
			for j := range all {
				if l := all[j].chosen(question, choice); l.score > 0 {
					candidates = append(candidates, candidate{i, &all[j], l})
				}
			}
			continue
		}
		sure := known.written[h] || strings.HasPrefix(h, "x_")
		names, inRole := known.readings(twin.ReplaceAllString(h, ""))
		bare, elsewhere := false, false
		part := partOfAddress(nameOf(h))
		for _, name := range names {
			known, asked := false, newInquiry(name)
			bare = name == inRole || name != names[0] && name == part
			for j := range all {
				likes[j] = all[j].is(asked)
				known = known || likes[j].score > 0 && (name == names[len(names)-1] || !sample.strange(i, t.Field(all[j].name)))
			}
			if known {
				sure = true
				break
			}
			elsewhere = elsewhere || everywhere[name]
			for j := range all {
				likes[j] = all[j].like(asked)
			}
		}
		sure = sure || elsewhere
		dropBare(likes)
		for j, l := range likes {
			if l.score == 0 || sure && l.score < scoreJoined { // a known header is never a misspelt other one
				continue
			}
			if sample.contradicts(h, i, &all[j]) {
				continue
			}
			l.score = min(l.most, l.score+sample.agreement(i, all[j].typ))
			if bare || all[j].ref && !sample.empty(i) && (sample.most(i, isPersonName) || sample.names(i)) {
				l.rank += behindOthers // and names under Patient behind the numbers of patients
			}
			if l.rank > 0 && all[j].typ == "datetime" && sample.timed(header, i) {
				l.rank = 0
			}
			if twin.MatchString(h) {
				l.rank += len(all[j].names) // the first of two equal headers comes first
			}
			switch {
			case l.score >= acceptFrom-1e-9:
				candidates = append(candidates, candidate{i, &all[j], l})
			case l.score >= suggestFrom && m.columns[i].suggest == "":
				m.columns[i].suggest = all[j].name
			}
		}
	}
	m.assign(header, candidates, sample, func(c candidate) bool {
		return known.written[header[c.column]] && header[c.column] != c.target.name && cleaned(header, c.target.name, known.written)
	})
	m.settleNames(header, sample, all)
	m.settleUnits(header, sample, all)
	for i := range m.columns {
		c := &m.columns[i]
		if c.target == nil {
			continue
		}
		m.mapped++
		name, _ := Normalize(header[i])
		if c.sure && (!c.target.ref || c.ofRegister(name)) && !known.weak[name] && !known.weak[withoutContext(name)] {
			m.strong++
			if namedAfter(header[i], t) {
				m.called++
			}
			m.numbers = m.numbers && c.target.typ == "identifier"
		}
		m.coded = m.coded || sample.ofSystem(i, c.target)
		m.tells = m.tells || c.target.typ != "identifier" && c.target.typ != "text"
	}
	m.meets = meetsMinimum(t, m.has)
	return m
}

// dropBare takes back what a header is without the word that says whose it is, where it is a name of a field with that word: patient.reference
// is a patient, and no range of reference beside one.
func dropBare(likes []likeness) {
	if !slices.ContainsFunc(likes, func(l likeness) bool { return l.score >= scoreExact && l.rank < behindOthers }) {
		return
	}
	for i := range likes {
		if likes[i].rank >= behindOthers {
			likes[i] = likeness{}
		}
	}
}

// Headers of a name that may be the whole or a part: Name beside Vorname is the family's, Nome without Cognome is all of it.
var (
	wholeOrFamily = []string{"name", "namen", "nama", "navn", "namn"}
	wholeOrGiven  = []string{"nome", "nombre"}
)

// settleNames says which part of a name a column holds whose header may be that of the whole, by the columns beside it and by how many words
// its values have.
func (m *mapping) settleNames(header []string, sample *sample, all []target) {
	full, family, given := m.columnOf("name_full"), m.columnOf("name_family"), m.columnOf("name_given")
	several := func(v string) bool { return strings.ContainsAny(v, " ,") }
	switch {
	case family >= 0 || given < 0 || m.has("name_family_second"):
	case full >= 0 && slices.Contains(wholeOrFamily, withoutContext(nameOf(header[full]))) && !sample.empty(full) && !sample.mostly(full, several):
		m.retarget(full, "name_family", all, "a name beside a given name, most of one word")
	case full < 0 && slices.Contains(wholeOrGiven, withoutContext(nameOf(header[given]))) && !sample.empty(given) && sample.most(given, several):
		m.retarget(given, "name_full", all, "a name of several words, and no family name beside it")
	}
}

// settleUnits tells the number of a flat from that which a hospital gives a patient, both of which are called unit number: it is a flat's where houses
// have a column of numbers of their own, or where the values say so (apt 3, #12).
func (m *mapping) settleUnits(header []string, sample *sample, all []target) {
	column := m.columnOf("mrn")
	if column < 0 || !strings.HasSuffix(nameOf(header[column]), "unit_number") {
		return
	}
	switch {
	case !m.has("house_number") && (sample.empty(column) || !sample.most(column, namesFlat)):
	case m.has("address_line2"):
		m.columns[column] = match{}
	default:
		m.retarget(column, "address_line2", all, "the unit of an address, as the columns or values beside it show")
	}
}

// flats are words that stand before the number of a flat, in small letters.
var flats = func() map[string]bool {
	all := map[string]bool{"#": true}
	for _, row := range facts.Rows("unit_designators.csv", "written", "standard", "needs_number") {
		all[strings.ToLower(row[0])] = true
	}
	return all
}()

// namesFlat reports whether a value says that it is the number of a flat.
func namesFlat(v string) bool {
	first, rest, _ := strings.Cut(strings.ToLower(v), " ")
	return flats[strings.TrimSuffix(first, ".")] && rest != "" || strings.HasPrefix(v, "#")
}

// columnOf returns the column that maps to a field, -1 when none does.
func (m *mapping) columnOf(field string) int {
	return slices.IndexFunc(m.columns, func(c match) bool { return c.target != nil && c.target.name == field })
}

// retarget maps a column to another field than its header says.
func (m *mapping) retarget(column int, field string, all []target, why string) {
	if at := slices.IndexFunc(all, func(t target) bool { return t.name == field }); at >= 0 {
		m.columns[column].target, m.columns[column].why = &all[at], why
	}
}

// assign gives each column at most one target and each target one column (several, when it repeats): the best
// fitting pairs first; equal ones by whether the column holds anything, and more than here and there, how usual the header is, and position.
func (m *mapping) assign(header []string, candidates []candidate, sample *sample, ours func(candidate) bool) {
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score),
			cmp.Compare(sample.says(b), sample.says(a)),
			compareBool(sample.empty(a.column), sample.empty(b.column)),
			compareBool(sample.sparse(a), sample.sparse(b)),
			cmp.Compare(a.rank, b.rank),
			cmp.Compare(a.column, b.column),
		)
	})
	taken := map[string]int{} // the column that has a field
	for _, c := range candidates {
		column := &m.columns[c.column]
		if column.target != nil || ours(c) {
			continue
		}
		if first, ok := taken[c.target.name]; ok && c.repeat == 0 && c.adds == "" {
			if column.rival == "" {
				column.rival = c.target.name
				if c.sure && c.target.completes(header[first], header[c.column]) {
					column.spare = &c
				}
			}
			continue
		}
		taken[c.target.name] = c.column
		column.target, column.likeness = c.target, c.likeness
		column.rival, column.suggest, column.spare = "", "", nil
	}
	for i := range m.columns {
		if m.columns[i].rival != "" {
			m.columns[i].suggest = ""
		}
	}
}

// cleaned reports whether a header is that of a clean table: it has a field under its own name, and several columns that the engine adds.
// There postal_code is what an earlier run wrote beside zip, and not another column of it.
func cleaned(header []string, field string, written map[string]bool) bool {
	n := 0
	for _, h := range header {
		if written[h] {
			n++
		}
	}
	return n > 1 && slices.Contains(header, field)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// has reports whether a column maps to the field; "wide" stands for any wide column.
func (m *mapping) has(field string) bool {
	return slices.ContainsFunc(m.columns, func(c match) bool {
		return c.target != nil && (c.target.name == field || field == "wide" && c.target.wide)
	})
}

func meetsMinimum(t *profile.Table, has func(string) bool) bool { return hasOne(t.Minimum, has) }

// meetsNamed reports whether a file has what a table needs that the user says it is.
func meetsNamed(t *profile.Table, has func(string) bool) bool {
	return meetsMinimum(t, has) || hasOne(t.Named, has)
}

func hasOne(sets [][]string, has func(string) bool) bool {
	return slices.ContainsFunc(sets, func(set []string) bool {
		return !slices.ContainsFunc(set, func(field string) bool { return !has(field) })
	})
}

// chooseTable maps the header as every table of the profile and returns the one that fits: the best coverage that
// meets a minimum set, where a header of its own or the file's name speaks for it; ties go by the file's name, then
// to the table with more headers of its own, then to that which more of these name, then to the one whose
// codes they are. The second result says why.
func chooseTable(p *profile.Profile, fileName string, header []string, sample *sample, known knownHeaders) (mapping, string) {
	var fit []mapping
	for i := range p.Tables {
		t := &p.Tables[i]
		if t.Name == profile.Generic {
			continue
		}
		m := mapHeader(p, t, header, sample, known)
		m.byName = namedAfter(fileName, t)
		if m.meets && (m.strong > 0 && (!m.numbers || m.tells) || m.byName || m.coded || m.covers(header)) {
			fit = append(fit, m)
		}
	}
	if len(fit) == 0 {
		return genericMapping(p, header), "no table's minimum set of columns was found"
	}
	slices.SortStableFunc(fit, func(a, b mapping) int {
		return cmp.Or(cmp.Compare(b.mapped, a.mapped), compareBool(b.byName, a.byName), cmp.Compare(b.strong, a.strong), cmp.Compare(b.called, a.called),
			compareBool(b.coded, a.coded))
	})
	best := rowsOf(fit, sample)
	why := fmt.Sprintf("%d of %s %s known to it", best.mapped, some(len(header), "column", "columns"), verb(best.mapped, "is", "are"))
	if len(fit) > 1 && best.table == fit[0].table && fit[1].mapped == best.mapped {
		switch {
		case best.byName && !fit[1].byName:
			why += fmt.Sprintf(", as many as to %s; the file's name decided", fit[1].table.Name)
		case best.strong > fit[1].strong:
			why += fmt.Sprintf(", as many as to %s; its own headers decided", fit[1].table.Name)
		case best.called > fit[1].called:
			why += fmt.Sprintf(", as many as to %s; its name in a header decided", fit[1].table.Name)
		case best.coded && !fit[1].coded:
			why += fmt.Sprintf(", as many as to %s; the system of its codes decided", fit[1].table.Name)
		default:
			return genericMapping(p, header), fmt.Sprintf("%s and %s fit equally well; name the table", best.table.Name, fit[1].table.Name)
		}
	}
	return best, why
}

// wholly is how many columns a file must have at least before it is a table's because that has a field for each of them.
const wholly = 3

// covers reports whether the table of persons has a field for every column of a file and a header says whose rows they are, as patient_id does:
// then headers speak for it together that do not alone, a name, a phone and a city. What rows of events are a start, an end and a plan do not tell.
func (m *mapping) covers(header []string) bool {
	return !refers(m.table) && m.mapped == len(header) && m.mapped >= wholly && slices.ContainsFunc(header, func(h string) bool {
		return withoutContext(nameOf(h)) != nameOf(h)
	})
}

// ownColumns is how many columns beyond those of the persons make each row of a file an event of its table.
const ownColumns = 4

// rowsOf returns the best of the mappings, the first; but where that is the persons', in whose table a person has one row, another one that
// explains several of the columns which the persons' table has no place for: a result with all that is known of its patient. So does one
// in whose columns alone the rows of a person differ.
func rowsOf(fit []mapping, sample *sample) mapping {
	if refers(fit[0].table) {
		return fit[0]
	}
	for _, m := range fit[1:] {
		own := 0
		for i, c := range m.columns {
			if c.target != nil && c.sure && !c.target.wide && fit[0].columns[i].target == nil {
				own++
			}
		}
		if own >= ownColumns || sample.eventful(&fit[0], &m) {
			return m
		}
	}
	return fit[0]
}

// hintedTable maps the header as the table that the format names. A resource that lacks what its table needs is no row of
// another table; a table that the profile has not is chosen as for any file.
func hintedTable(p *profile.Profile, in Input, sample *sample, known knownHeaders) (mapping, string) {
	if in.Hint == profile.Generic {
		return genericMapping(p, in.Header), "the format says so"
	}
	if t := p.Table(in.Hint); t != nil {
		if m := mapHeader(p, t, in.Header, sample, known); m.meets {
			return m, "the format says so"
		}
		return genericMapping(p, in.Header), "the format says " + t.Name + ", but its minimum set of columns was not found"
	}
	return chooseTable(p, in.Name, in.Header, sample, known)
}

// knownNames are the normalized headers that fields of any table of the profile accept: one that stands for a field of another table is no
// misspelt one of this.
func knownNames(p *profile.Profile) map[string]bool {
	type key struct{}
	return p.Derived(key{}, func() any {
		known := map[string]bool{}
		for i := range p.Tables {
			for _, t := range targets(p, &p.Tables[i]) {
				for name := range t.ranks {
					known[name] = true
				}
				for name := range t.flags {
					known[name] = true
				}
			}
		}
		return known
	}).(map[string]bool)
}

// HeaderScorer returns how well a line fits as a header: the share of its cells, from 0 to 1, that are headers of any
// table of the profile.
func HeaderScorer(p *profile.Profile) func(cells []string) float64 {
	known := maps.Clone(knownNames(p))
	words := newNullSet("", nil, nil)
	maps.DeleteFunc(known, func(name string, _ bool) bool { return words.Is(name) }) // NA is sodium in a header, and nothing in a record
	return func(cells []string) float64 {
		if len(cells) == 0 {
			return 0
		}
		n := 0
		for _, cell := range cells {
			name, _ := Normalize(cell)
			base, _ := numbered(name)
			if rest, _ := unitAtEnd(name); known[name] || known[withoutContext(name)] || known[base] || known[rest] {
				n++
			}
		}
		return float64(n) / float64(len(cells))
	}
}

func weakHeaders(p *profile.Profile) map[string]bool {
	weak := make(map[string]bool, len(p.WeakHeaders))
	for _, h := range p.WeakHeaders {
		name, _ := Normalize(h)
		weak[name] = true
	}
	return weak
}

// genericMapping leaves every column as it is.
func genericMapping(p *profile.Profile, header []string) mapping {
	t := p.Table(profile.Generic)
	if t == nil {
		t = &profile.Table{Name: profile.Generic}
	}
	return mapping{table: t, columns: make([]match, len(header)), meets: true}
}

// namedAfter reports whether the stem of a file name, or a header, holds a name of the table: "patients_2026-11.csv",
// "export-lab-results.csv", "drug_name".
func namedAfter(fileName string, t *profile.Table) bool {
	stem := fileName[strings.LastIndexAny(fileName, `/\`)+1:]
	if dot := strings.IndexByte(stem, '.'); dot > 0 {
		stem = stem[:dot]
	}
	var words []string
	for _, w := range strings.FieldsFunc(splitWords(stem), func(r rune) bool { return r == '_' }) {
		if digitsOf(w) == "" {
			words = append(words, w)
		}
	}
	joined := "_" + strings.Join(words, "_") + "_"
	return slices.ContainsFunc(append([]string{t.Name}, t.Aliases...), func(name string) bool {
		return strings.Contains(joined, "_"+name+"_")
	})
}
