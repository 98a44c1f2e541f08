package scorecard

import (
	"reflect"
	"strconv"
	"testing"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var looked = []Column{
	{"birth_date", "DOB", "date", false}, {"administrative_gender", "Sex", "gender", false},
	{"name_family", "Last", "name_family", false}, {"birth_date_precision", "", "", true},
}

// lookedAt returns what is published of rows that several tallies looked at.
func lookedAt(t *testing.T, tallies int) File {
	p := usCore(t)
	parts := make([]*Tally, tallies)
	for i := range parts {
		parts[i] = NewTally(p, looked)
	}
	for n := range 60 {
		tally := parts[n*tallies/60]
		nulls := standardize.NewSlots(len(looked))
		r := &standardize.Row{Raw: []string{"1/2/1985", "M", "SMITH", ""}, Values: []string{"1985-01-02", "male", "Smith", "day"}, Unusable: make([]bool, 4), Touched: standardize.Slots{1 << 3}}
		if n%20 == 0 {
			r.Raw[0], r.Values[0] = "N/A", ""
			tally.Null(0, "n/a")
			nulls.Add(0)
		}
		if n < 5 {
			r.Raw[1], r.Values[1] = "F", "female"
			r.Flag(1, rule.Must("SEX-004"))
			tally.Sample(rule.Must("SEX-004"), 1, int64(n+1), int64(n+2), "F")
		}
		tally.Look(r, nulls, n != 59)
		tally.Row(r, r.Hits, standardize.NewSlots(len(r.Values)), n != 59)
	}
	sum := NewTally(p, looked)
	for _, part := range parts {
		sum.Merge(part)
	}
	card := New("", "", sum.File(p))
	card.Publish()
	return card.Files[0]
}

// TestLooks: forms of all columns, values of coded ones that many rows share, the first rows of a rule, whoever reads which of them.
func TestLooks(t *testing.T) {
	f := lookedAt(t, 1)
	want := []*Profile{
		{ProfileSide{57, []Count{{"9/9/9999", 57}}, []Count{}, 8, 8}, ProfileSide{56, []Count{{"9999-99-99", 56}}, []Count{}, 10, 10}},
		{ProfileSide{60, []Count{{"A", 60}}, []Count{{"M", 55}}, 1, 1}, ProfileSide{59, []Count{{"a+", 59}}, []Count{{"male", 54}}, 4, 6}},
		{ProfileSide{60, []Count{{"A+", 60}}, []Count{}, 5, 5}, ProfileSide{59, []Count{{"Aa+", 59}}, []Count{}, 5, 5}},
		nil,
	}
	for i, w := range want {
		if got := f.Columns[i].Profile; !reflect.DeepEqual(got, w) {
			t.Errorf("%s: %+v; want %+v", looked[i].Field, got, w)
		}
	}
	if len(f.Samples) != 3 || f.Samples[2] != (Sample{"SEX-004", "administrative_gender", 3, 4, "A"}) {
		t.Errorf("samples %+v", f.Samples)
	}
	if other := lookedAt(t, 7); !reflect.DeepEqual(f, other) {
		t.Errorf("of seven tallies: %+v; of one: %+v", other, f)
	}
	if Stride(0) != 1 || Stride(1000) != 1 || Stride(1001) != 2 || Stride(1_000_000) != 1000 {
		t.Error("strides")
	}
}

// TestQuantiles tell ends only of several values.
func TestQuantiles(t *testing.T) {
	five := func(kind string, values ...string) []string {
		counts := map[string]int64{}
		for _, v := range values {
			counts[v] += 10
		}
		if q := spreadOfValues(kind, counts).quantiles(); q != nil {
			return q.Before
		}
		return nil
	}
	for _, tt := range []struct {
		got, want []string
	}{
		{five(spreadNumbers, "1"), nil},
		{five(spreadNumbers, "1", "2"), []string{"", "1", "1", "2", ""}},
		{five(spreadNumbers, "1", "2", "3.25", "4", "5"), []string{"1", "2", "3.25", "4", "5"}},
		{five(spreadDates, "2020-01-05", "2021-03", "2022-05-01", "2023-01-01", "2024"), []string{"2020", "2021-03", "2022-05", "2023-01", "2024"}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%v; want %v", tt.got, tt.want)
		}
	}
}

// TestTestsAreCounted apart, by code and unit; unknown ones are not.
func TestTestsAreCounted(t *testing.T) {
	p := usCore(t)
	columns := []Column{{"code", "Code", "code", false}, {"value_number", "", "", true}, {"value_unit", "", "", true}}
	tally := NewTally(p, columns)
	for n := range 40 {
		code := [...]string{"2345-7", "9999-9"}[n%2]
		r := &standardize.Row{Raw: []string{code, "", ""}, Values: []string{code, strconv.Itoa(90 + n), "mg/dL"}, Unusable: make([]bool, 3), Touched: standardize.Slots{0b110}}
		tally.Row(r, r.Hits, standardize.NewSlots(len(r.Values)), true)
	}
	f := tally.File(p)
	f.Status, f.Table = "ok", "observation"
	card := New("", "", f, f)
	card.Publish()
	if tests := card.Tables[0].Tests; len(tests) != 1 || tests[0].Name != "glucose" || tests[0].Results != 40 || tests[0].Quantiles.After[2] != "108" || tests[0].Histogram == nil {
		t.Errorf("%+v", tests)
	}
	if len(card.Files[0].Tests) != 1 || card.Files[0].Tests[0].Results != 20 || f.Tests[0].Spread == nil {
		t.Errorf("of one file: %+v", card.Files[0].Tests)
	}
}
