package plan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A lawColumn is a column of whose values something is decided, each by the number of its row, and the damage that is evidence of its own.
type lawColumn struct {
	header   string
	value    func(i int) string
	evidence []string
}

var lawColumns = [][]lawColumn{{
	{"dob", func(i int) string { return fmt.Sprintf("%02d/%02d/19%02d", 1+i*7%12, 1+i*11%28, 30+i*13%70) }, nil},
	{"last_visit", func(i int) string { return fmt.Sprintf("%02d.%02d.20%02d", 1+i*11%28, 1+i*7%12, 10+i*3%10) }, nil},
	{"sex", func(i int) string { return fmt.Sprint(1 + i%2) }, nil},
	{"mrn", func(i int) string {
		id := fmt.Sprintf("%08d", i*7919%100000000)
		if i%50 == 0 {
			return strings.TrimLeft(id, "0")
		}
		return id
	}, nil},
	{"state", func(i int) string { return []string{"06", "25", "48", "36"}[i%4] }, nil},
	{"zip", func(i int) string { return []string{"02139", "2139", "90210", "10001"}[i%4] }, nil},
	{"ssn", func(i int) string { return fmt.Sprintf("%03d-%02d-%04d", 100+i%500, 10+i%80, 1000+i%9000) }, nil},
	{"phone", func(i int) string { return fmt.Sprintf("617555%04d.0", i%10000) }, nil},
	{"weight", func(i int) string { return fmt.Sprintf("%d,5", 50+i*7%60) }, []string{"0"}},
	{"height", func(i int) string { return fmt.Sprint(60 + i%15) }, []string{"0"}},
	{"race", func(i int) string { return []string{"White", "Asian"}[i%2] }, nil},
	{"hispanic", func(i int) string { return fmt.Sprint(i % 2) }, nil},
	{"x_number", func(i int) string { return fmt.Sprint(i) }, []string{"12.5"}},
	{"deceased_date", func(i int) string {
		day, month, year := 1+i*11%28, 1+i*7%12, 2010+i*3%10
		if i%3 == 0 {
			return fmt.Sprintf("%d.%d.%d", day, month, year)
		}
		return fmt.Sprintf("%02d/%02d/%d", month, day, year)
	}, nil},
}, {
	{"dob", func(i int) string { return fmt.Sprintf("%02d/%02d/25%02d", 1+i*11%28, 1+i*7%12, 20+i*13%49) }, nil},
	{"last_visit", func(i int) string { return fmt.Sprint(22000 + i*7%2000) }, []string{"2999-01-01"}},
	{"sex", func(i int) string { return fmt.Sprintf("%d.0", i%2) }, nil},
	{"marital_status", func(i int) string { return []string{"M", "S"}[i%2] }, nil},
}}

func lawRows(columns []lawColumn, n int) (header string, rows [][]string) {
	names := []string{"patient_id"}
	for _, c := range columns {
		names = append(names, c.header)
	}
	for i := range n {
		row := []string{fmt.Sprintf("P%05d", i)}
		for _, c := range columns {
			row = append(row, c.value(i))
		}
		rows = append(rows, row)
	}
	return strings.Join(names, ","), rows
}

// decisionsOf returns what was decided, by column: its field, and each decision's value.
func decisionsOf(file *File) map[string]string {
	all := map[string]string{}
	for _, c := range file.Columns {
		said := []string{c.Field}
		for _, name := range slices.Sorted(maps.Keys(c.Decisions)) {
			said = append(said, name+"="+c.Decisions[name].Value)
		}
		all[c.Header] = strings.Join(append(said, c.Sentinels...), " ")
	}
	return all
}

// TestDecisionsAreOfTheData: what is decided about a column is the same in any order of the rows, with each of them twice, and with fewer
// than one cell in a hundred of the column damaged, in whatever way.
func TestDecisionsAreOfTheData(t *testing.T) {
	for _, columns := range lawColumns {
		testDecisionsAreOfTheData(t, columns)
	}
}

func testDecisionsAreOfTheData(t *testing.T, columns []lawColumn) {
	t.Helper()
	header, rows := lawRows(columns, 2000)
	decide := func(rows [][]string) map[string]string {
		file, _ := freeze(t, Options{Table: "patient"}, header, rows)
		return decisionsOf(file)
	}
	want := decide(rows)
	shuffled := slices.Clone(rows)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, other := range map[string][][]string{"in another order": shuffled, "each row twice": slices.Concat(rows, rows)} {
		if got := decide(other); !maps.Equal(got, want) {
			t.Errorf("%s: %v; want %v", name, got, want)
		}
	}
	for at, c := range columns {
		for _, damage := range []string{"??", "#REF!", "0", "1", "12345678901234", "12.5", "-3", "2999-01-01", "x"} {
			damaged := slices.Clone(rows)
			for i := 57; i < len(rows); i += 110 {
				damaged[i] = slices.Clone(rows[i])
				damaged[i][at+1] = damage
			}
			if got := decide(damaged)[c.header]; got != want[c.header] && !slices.Contains(c.evidence, damage) {
				t.Errorf("%s in fewer than one of a hundred: %s is %q; want %q", damage, c.header, got, want[c.header])
			}
		}
	}
}

// TestSlipsDecideNothing: a code of sexes, a zero in front or a number of five digits decides how others are read only where it is no slip.
func TestSlipsDecideNothing(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		values       []string
		decision     string
		want         string
	}{
		{"a 2 among zeros and ones", "sex", join(times(200, "0"), times(200, "1"), []string{"2"}), SexCode, ""},
		{"twos", "sex", join(times(200, "0"), times(200, "1"), times(9, "2")), SexCode, "iso5218"},
		{"with a final .0", "sex", []string{"1.0", "2.0", "1.0", "2.0"}, SexCode, "iso5218"},
		{"words in a tenth", "sex", join(times(45, "1"), times(45, "2"), times(10, "M")), SexCode, ""},
		{"one zero in front of a foreign code", "zip", join(times(500, "2150"), []string{"02150"}), Width, ""},
		{"zeros in front", "zip", join(times(50, "2139"), times(5, "02139")), Width, "5"},
		{"a fraction in ten", "mrn", join(times(90, "1234567.0"), times(10, "12.5")), StripFloat, ""},
	} {
		c, _ := one(t, tt.header, tt.values...)
		if got := c.Decisions[tt.decision].Value; got != tt.want {
			t.Errorf("%s: %q; want %q, %v", tt.name, got, tt.want, c)
		}
	}
}
