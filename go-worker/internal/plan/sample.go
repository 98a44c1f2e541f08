package plan

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/units"
)

// A sample is the first rows of a file, by column, without null words: enough to tell which of two fields a header
// means. Decisions about values are taken on the whole file instead.
type sample struct {
	values [][]string
	rows   [][]string // as they stand
	agrees map[agreementKey]float64
}

type agreementKey struct {
	column int
	typ    string
}

// maxSample is how many rows the mapping of the header looks at.
const maxSample = 200

func newSample(width int, rows [][]string) *sample {
	s := &sample{values: make([][]string, width), rows: rows[:min(len(rows), maxSample)], agrees: map[agreementKey]float64{}}
	words := newNullSet("", nil, nil)
	for _, row := range s.rows {
		for i, cell := range row[:min(len(row), width)] {
			if cell = bare(cell); !words.Is(cell) {
				s.values[i] = append(s.values[i], strings.Clone(cell))
			}
		}
	}
	return s
}

func (s *sample) empty(column int) bool { return len(s.values[column]) == 0 }

// sparse reports whether the column of a candidate is filled in less than a quarter of the rows. Keys and numbers are asked no such thing: those of
// two givers are two things.
func (s *sample) sparse(c candidate) bool {
	return !c.target.ref && c.target.typ != "identifier" && 4*len(s.values[c.column]) < len(s.rows)
}

// says returns how much the column of a candidate says: of several columns of results (as a number, a text and as it came) the fullest says
// most; of several columns of codes the one whose values are codes of a system that the field may have; and of several columns of units the
// one with most of those that are known.
func (s *sample) says(c candidate) int {
	switch {
	case c.target.wide:
		return 0
	case c.target.typ == "result_value":
		return s.count(c.column, func(v string) bool { return !textSigns[strings.ToLower(v)] })
	case c.target.typ == "code":
		return s.coded(c)
	case c.target.typ == "unit":
		return s.count(c.column, isUnit)
	}
	return 0
}

// coded returns 1 where nearly all values are codes of a system that the field of a candidate may have.
func (s *sample) coded(c candidate) int {
	for system := range strings.SplitSeq(c.target.params["systems"], "|") {
		if !s.empty(c.column) && s.looks(c.column, codes.System(system)) {
			return 1
		}
	}
	return 0
}

// looks reports whether nearly all values of a column could be codes of a system.
func (s *sample) looks(column int, system codes.System) bool {
	return s.most(column, func(v string) bool { return codes.Looks(system, v) })
}

// ofSystem reports whether the values of a column are codes of a system that only one table has, and that their form tells: diagnoses of ICD-10-CM
// or tests of LOINC. Codes of HCPCS can look like diagnoses without their point.
func (s *sample) ofSystem(column int, t *target) bool {
	if t.typ != "code" || s.empty(column) {
		return false
	}
	for _, system := range []codes.System{codes.ICD10CM, codes.LOINC} {
		if slices.Contains(strings.Split(t.params["systems"], "|"), string(system)) && s.looks(column, system) && !s.looks(column, codes.HCPCS) {
			return true
		}
	}
	return false
}

// strange reports whether a field takes none of the values of a column, for it takes only words of a list: hives (severe) is no severity,
// under Reaction (Severity).
func (s *sample) strange(column int, f *profile.Field) bool {
	if f == nil || f.Type != "value_set" || s.empty(column) {
		return false
	}
	return !slices.ContainsFunc(s.values[column], func(v string) bool {
		for canonical, words := range f.Values {
			if strings.EqualFold(v, canonical) || slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(v, w) }) {
				return true
			}
		}
		return false
	})
}

// timed reports whether a column holds the times of day of another one that holds the dates alone, and no less often: visit_datetime
// beside visit_date.
func (s *sample) timed(header []string, column int) bool {
	name, _ := Normalize(header[column])
	stem, ok := strings.CutSuffix(name, "_datetime")
	if !ok || s.empty(column) {
		return false
	}
	return slices.ContainsFunc(header, func(h string) bool {
		other, _ := Normalize(h)
		return other == stem+"_date" && len(s.values[column]) >= len(s.values[slices.Index(header, h)])
	})
}

// contradicts reports whether the values of a column are surely none of a target, though its header says so: units of measure under Unit are
// no apartments, half a millilitre under Dose is not the number of a dose, what stands under UF in more than two letters is no state, names
// under Patient are no numbers of persons where a row is one, a number of an order that many
// results share is that of none of them, dates under Deceased are no yes and no, and 120/80 under RR is no rate but a pressure, as Riva-Rocci measured it.
func (s *sample) contradicts(header string, column int, t *target) bool {
	if s.empty(column) {
		return false
	}
	switch {
	case t.typ == "address_line":
		return s.measures(column)
	case slices.Contains(digital, t.typ):
		return !slices.ContainsFunc(s.values[column], hasDigit)
	case slices.Contains(lettered, t.typ):
		return !slices.ContainsFunc(s.values[column], hasLetter) || s.answers(column)
	case (t.wide || t.typ == "vital") && t.params["kind"] != "pain" && (s.answers(column) || s.unmeasured(column)):
		return true
	case t.params["count"] == "ordinal":
		return s.most(column, func(v string) bool {
			form, _ := readNumber(v)
			return form == point || form == comma
		})
	case t.typ == "state" && strings.EqualFold(header, "uf"):
		return s.most(column, func(v string) bool { return len(v) > 2 })
	case t.key && t.typ == "identifier":
		return s.most(column, isPersonName) || s.names(column) || ofSeveral(header) && s.repeats(column)
	case t.typ == "value_set":
		return s.most(column, isDate)
	case t.params["kind"] == "respiratory_rate":
		return s.most(column, isPair)
	}
	return false
}

// fewAnswers is how many values a column must have before that all are yes or no says anything.
const fewAnswers = 5

// answers reports whether a column holds nothing but yes and no, in words or as 0 and 1: whether a tumour has spread under Ca, whether a
// visit is the first under First.
func (s *sample) answers(column int) bool {
	values := s.values[column]
	return len(values) >= fewAnswers && !slices.ContainsFunc(values, func(v string) bool {
		return !slices.Contains(lifeless, strings.ToLower(v)) && v != "0" && v != "1"
	})
}

// unmeasured reports whether hardly any value of a column is a number, or a word for a result: classes of a school under Cl.
func (s *sample) unmeasured(column int) bool {
	return len(s.values[column]) >= fewAnswers && s.most(column, func(v string) bool {
		return (!hasDigit(v) || ordinal.MatchString(v)) && !resultWords[strings.ToLower(v)]
	})
}

// ordinal matches a number that only puts in order: 2nd class.
var ordinal = regexp.MustCompile(`^\d(st|nd|rd|th)\b`)

// resultWords are the words of results, and those of why there is none.
var resultWords = func() map[string]bool {
	words := map[string]bool{}
	for table, column := range map[string]string{"result_words.csv": "code", "absent_words.csv": "reason"} {
		for _, row := range facts.Rows(table, column, "written") {
			for _, w := range facts.List(row[1]) {
				words[w] = true
			}
		}
	}
	return words
}()

// Types whose values have digits, and types whose values have letters: the name of a doctor under PCP is no number, and 1:20 under Titer no title.
var (
	digital  = []string{"npi", "dea", "ssn", "mbi"}
	lettered = []string{"name_given", "name_middle", "name_family", "name_full", "name_prefix", "name_suffix", "name_other"}
)

func hasDigit(v string) bool { return strings.ContainsAny(v, digits) }

func hasLetter(v string) bool { return strings.ContainsFunc(v, unicode.IsLetter) }

// ordered are words of the numbers of orders and specimens, which all results of one share.
var ordered = []string{"accession", "accn", "acc", "specimen", "order"}

// ofSeveral reports whether a header names a number that several rows may share.
func ofSeveral(header string) bool {
	first, _, _ := strings.Cut(nameOf(header), "_")
	return slices.Contains(ordered, first)
}

// repeats reports whether many values of a column stand in several rows, more than are delivered twice.
func (s *sample) repeats(column int) bool {
	distinct := map[string]bool{}
	for _, v := range s.values[column] {
		distinct[v] = true
	}
	return len(distinct)*10 <= len(s.values[column])*8
}

// isPersonName reports whether a value is written as a name is: several words without any digit, with a comma or not.
func isPersonName(v string) bool {
	return strings.ContainsAny(v, " ,") && !strings.ContainsAny(v, digits+"_/:") && isText(v)
}

// names reports whether a column holds names of persons beside other words, and nothing with a digit: the beds of a ward, some of them empty.
func (s *sample) names(column int) bool {
	return s.count(column, hasDigit) == 0 && s.count(column, isPersonName)*2 > len(s.values[column])
}

// isPair reports whether a value is two numbers with a stroke between them.
func isPair(v string) bool {
	first, second, ok := strings.Cut(v, "/")
	return ok && allDigits(strings.TrimSpace(first)) && allDigits(strings.TrimSpace(second))
}

// most reports whether nearly all values of a column are of a kind, mostly whether half of them are.
func (s *sample) most(column int, is func(string) bool) bool {
	return s.count(column, is)*10 >= len(s.values[column])*9
}

func (s *sample) mostly(column int, is func(string) bool) bool {
	return s.count(column, is)*2 >= len(s.values[column])
}

func (s *sample) count(column int, is func(string) bool) (n int) {
	for _, v := range s.values[column] {
		if is(v) {
			n++
		}
	}
	return n
}

// measures reports whether a column holds units of measure, and some that nothing else is called: C, F, L and 4 G are apartments, too.
func (s *sample) measures(column int) bool {
	return slices.ContainsFunc(s.values[column], func(v string) bool {
		return strings.ContainsAny(v, "/%") || len(v) > 2 && !hasDigit(v)
	}) && s.most(column, isUnit)
}

func isUnit(v string) bool {
	_, known := units.Read(v, "")
	return known
}

// agreement is what the values add to the score of a field of this type: +0.2 when nearly all have its pattern,
// -0.2 when nearly none has, 0 when the type has no pattern or the values do not say.
func (s *sample) agreement(column int, typ string) float64 {
	fits, ok := patterns[typ]
	if !ok || s.empty(column) {
		return 0
	}
	key := agreementKey{column, typ}
	if known, ok := s.agrees[key]; ok {
		return known
	}
	share := float64(s.count(column, fits)) / float64(len(s.values[column]))
	adds := 0.0
	switch {
	case share >= 0.9:
		adds = 0.2
	case share <= 0.1:
		adds = -0.2
	}
	s.agrees[key] = adds
	return adds
}
