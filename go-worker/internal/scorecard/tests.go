package scorecard

import (
	"cmp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// A Test is how the results of one test lie: those of the known laboratory tests and vital signs, which have one unit after conversion.
type Test struct {
	Code      string     `json:"code"` // LOINC
	Name      string     `json:"name"`
	Unit      string     `json:"unit"`
	Results   int64      `json:"results"`          // numbers, of all rows
	Spread    *Spread    `json:"spread,omitempty"` // only while parts are summed up
	Histogram *Histogram `json:"histogram,omitempty"`
	Quantiles *Quantiles `json:"quantiles,omitempty"`
}

// testNames are the names of the known tests by their codes.
var testNames = func() map[string]string {
	names := map[string]string{}
	labs := facts.Rows("lab_tests.csv", "test", "codes", "molar_codes", "unit", "decimals", "plausible_low", "plausible_high", "possible_low", "possible_high")
	vitals := facts.Rows("vital_signs.csv", "kind", "codes", "unit", "decimals", "plausible_low", "plausible_high", "possible_low", "possible_high", "adult_low")
	for _, row := range slices.Concat(labs, vitals) {
		for _, code := range facts.List(row[1]) {
			names[code] = strings.ReplaceAll(row[0], "_", " ")
		}
	}
	return names
}()

// tests count the numbers of results by test and unit.
type tests struct {
	code, number, unit int // slots
	spreads            map[testKey]*spread
}

type testKey struct{ code, unit string }

// testsOf returns what counts the results of a table, nil when it has none.
func testsOf(columns []Column) *tests {
	place := func(field string) int {
		return slices.IndexFunc(columns, func(c Column) bool { return c.Field == field })
	}
	t := &tests{code: place("code"), number: place("value_number"), unit: place("value_unit"), spreads: map[testKey]*spread{}}
	if t.code < 0 || t.number < 0 || t.unit < 0 {
		return nil
	}
	return t
}

func (t *tests) add(values []string, kept bool) {
	key := testKey{values[t.code], values[t.unit]}
	s := t.spreads[key]
	if s == nil {
		if testNames[key.code] == "" || key.unit == "" {
			return
		}
		key = testKey{strings.Clone(key.code), strings.Clone(key.unit)} // the record's memory is used again
		s = &spread{kind: spreadNumbers, bins: map[int32][2]int64{}}
		t.spreads[key] = s
	}
	s.add(values[t.number], kept)
}

func (t *tests) merge(o *tests) {
	for key, s := range o.spreads {
		if t.spreads[key] == nil {
			t.spreads[key] = &spread{kind: spreadNumbers, bins: map[int32][2]int64{}}
		}
		t.spreads[key].merge(s)
	}
}

// counted returns the tests in the order of their codes and units.
func (t *tests) counted() []Test {
	if t == nil {
		return nil
	}
	var all []Test
	for key, s := range t.spreads {
		if spread := s.counted(); spread != nil {
			all = append(all, Test{Code: key.code, Name: testNames[key.code], Unit: key.unit, Results: spread.total(), Spread: spread})
		}
	}
	sortTests(all)
	return all
}

func sortTests(all []Test) {
	slices.SortFunc(all, func(a, b Test) int { return cmp.Or(strings.Compare(a.Code, b.Code), strings.Compare(a.Unit, b.Unit)) })
}

func addTests(a, b []Test) []Test {
	a = slices.Clone(a)
	for _, t := range b {
		at := slices.IndexFunc(a, func(o Test) bool { return o.Code == t.Code && o.Unit == t.Unit })
		if at < 0 {
			a = append(a, t)
			continue
		}
		a[at].Results += t.Results
		a[at].Spread = a[at].Spread.add(t.Spread)
	}
	sortTests(a)
	return a
}

// published returns the tests with what is published of their results.
func published(all []Test) []Test {
	all = slices.Clone(all)
	for i := range all {
		t := &all[i]
		t.Histogram, t.Quantiles, t.Spread = t.Spread.histogram(), t.Spread.quantiles(), nil
	}
	return all
}
