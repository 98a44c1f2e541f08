package plan

import (
	"fmt"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// patients are rows of six people with one column more, which takes values in turn.
func patients(n int, values ...string) (rows [][]string) {
	for i := range n {
		rows = append(rows, []string{fmt.Sprintf("P%03d", i), "Doe", "Ann", "1980-01-31", values[i%len(values)]})
	}
	return rows
}

const patientHeader = "patient_id,last_name,first_name,dob,"

// TestColumnsThatCannotBeRead pass untouched where nearly no value can be read, of five at least; of answers in short numbers where a tenth cannot.
func TestColumnsThatCannotBeRead(t *testing.T) {
	for _, tt := range []struct {
		name, header string
		values       []string
		rows         int
		want, why    string
	}{
		{"stages", "marital_status", []string{"pT1c", "pT2"}, 6, "x_marital_status", "6 of 6 values cannot be read as marital_status"},
		{"too few of them", "marital_status", []string{"pT1c"}, 4, "marital_status", ""},
		{"one in twenty is read", "email", join(times(19, "by letter"), []string{"a@b.org"}), 40, "x_email", "38 of 40 values"},
		{"two in twenty are read", "email", join(times(18, "by letter"), times(2, "a@b.org")), 40, "email", ""},
		{"more values than are kept", "email", many(2500), 2500, "x_email", "200 of the first 200 values"},
		{"a tenth of numbers", "deceased", join(times(9, "0"), []string{"7"}), 20, "x_deceased", "2 of 20 numbers mean nothing"},
		{"fewer than a tenth", "deceased", join(times(19, "0"), []string{"7"}), 20, "deceased", ""},
		{"a tenth of words", "deceased", join(times(9, "yes"), []string{"seven"}), 20, "deceased", ""},
		{"long numbers", "deceased", join(times(9, "0"), []string{"7777"}), 20, "deceased", ""},
		{"sexes without a key", "sex", []string{"0", "1"}, 6, "x_sex", "a profile can say it, with the param zero"},
		{"names under the header of ZIP codes", "zip", []string{"Doe", "Ray"}, 6, "x_zip", "6 of 6 values cannot be read as zip"},
		{"ZIP codes that lost their zero", "zip", []string{"2139", "501"}, 6, "zip", ""},
		{"vital signs are no answers", "age", join(times(9, "40"), []string{"400"}), 20, "age", ""},
	} {
		file, findings := freeze(t, Options{Table: "patient"}, patientHeader+tt.header, patients(tt.rows, tt.values...))
		c := file.Columns[4]
		if c.Field != tt.want || !strings.Contains(c.Why, tt.why) || has(findings, "HDR-006") != strings.HasPrefix(tt.want, "x_") {
			t.Errorf("%s: %s, %q, %v", tt.name, c.Field, c.Why, findings)
		}
	}
}

// many are so many different texts.
func many(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("by letter %d", i))
	}
	return all
}

// TestUnreadIsAskedAgain once more is decided about a column, and not before.
func TestUnreadIsAskedAgain(t *testing.T) {
	asked := 0
	b := &Builder{table: usCore(t).Table("patient"), options: Options{Reads: func(_ *profile.Table, c *Column) Reader {
		asked++
		return func(string) bool { return c.Decisions[StateCode].Value == "fips" }
	}}}
	spec := &columnSpec{kind: wordsKind, nulls: new(NullSet)}
	e := newColumnEvidence(spec)
	e.tally.in.add("06", 7)
	d := &decider{b: b, columns: []Column{{Header: "state", Field: "state", Type: "state", Decisions: map[string]Decision{}}}, evidence: []*columnEvidence{e}}
	for range 2 {
		if unread, all := d.unreadOf(0); unread != 7 || all != 7 || asked != 1 {
			t.Errorf("%d of %d, asked %d times", unread, all, asked)
		}
	}
	d.columns[0].decide(StateCode, Decision{Value: "fips"})
	if unread, _ := d.unreadOf(0); unread != 0 || asked != 2 {
		t.Errorf("%d cannot be read, asked %d times", unread, asked)
	}
}

// TestNumbersOfStates are told by being such, in a file of that country only: regions of others have numbers too.
func TestNumbersOfStates(t *testing.T) {
	states := []string{"06", "6", "25", "48", "72"}
	for _, tt := range []struct {
		name, beside, other string
		values              []string
		want                string
	}{
		{"states", "ssn", "123-45-6789", states, "fips"},
		{"with a final .0", "ssn", "123-45-6789", []string{"6.0", "25.0"}, "fips"},
		{"one in twenty is none", "ssn", "123-45-6789", join(times(19, "06"), []string{"99"}), "fips"},
		{"two in twenty are none", "ssn", "123-45-6789", join(times(18, "06"), []string{"99", "03"}), ""},
		{"words among them", "ssn", "123-45-6789", []string{"06", "MA"}, ""},
		{"regions of another country", "curp", "GOMC800131HDFRRL09", []string{"09", "15"}, ""},
		{"beside countries", "country", "US", states, "fips"},
		{"of no known country", "city", "Springfield", states, ""},
	} {
		rows := patients(20, tt.values...)
		for i := range rows {
			rows[i] = append(rows[i], tt.other)
		}
		file, _ := freeze(t, Options{Table: "patient"}, patientHeader+"state,"+tt.beside, rows)
		if got := file.Columns[4].Decisions[StateCode]; got.Value != tt.want {
			t.Errorf("%s: %+v, %+v", tt.name, got, file.Columns[4].Decisions)
		}
	}
}
