package match

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// TestStatesAreVersions, however many rows of a file they are: each stay while it lasted, and when it ended.
func TestStatesAreVersions(t *testing.T) {
	var rows []string
	for i := range 30 {
		stay := fmt.Sprintf("encounter_id=%d,patient_id=%d,start=2026-01-02", i, i/2)
		rows = append(rows, stay, stay+",end=2026-01-03")
	}
	found := same(t, "encounter", 0, part{source: "a", rows: rows})
	if len(found) != 30 || slices.ContainsFunc(found, func(s string) bool { return strings.HasSuffix(s, " stays") }) {
		t.Errorf("%d versions of 30: %v", len(found), found)
	}
}

// TestSeriesStay: a file of many rows for each patient holds a series of them, unless it says when each was written.
func TestSeriesStay(t *testing.T) {
	const birth = ",birth_date=1980-02-03"
	rowsOf := func(n, each int, more string) (rows []string) {
		for i := range n {
			rows = append(rows, fmt.Sprintf("patient_id=%d,city=C%d%s", i/each, i, more))
		}
		return rows
	}
	once := rowsOf(60, 1, birth)
	for _, tt := range []struct {
		name          string
		parts         []part
		leave, remain int
	}{
		{"five rows a patient", []part{{source: "a", rows: rowsOf(30, 5, birth)}}, 0, 24},
		{"each written when", []part{{source: "a", rows: rowsOf(30, 5, birth+",last_updated=2026-02-01")}}, 24, 0},
		{"few rows", []part{{source: "a", rows: rowsOf(8, 2, birth)}}, 4, 0},
		{"few of many written again", []part{{source: "a", rows: append(rowsOf(10, 1, birth+",zip=02139"), once...)}}, 10, 0},
		{"the same patients in the next file", []part{{source: "a", rows: once}, {source: "a", rows: rowsOf(60, 1, birth+",zip=02139")}}, 60, 0},
	} {
		leave, remain := 0, 0
		for _, s := range same(t, "patient", 0, tt.parts...) {
			if strings.HasSuffix(s, " stays") {
				remain++
			} else {
				leave++
			}
		}
		if leave != tt.leave || remain != tt.remain {
			t.Errorf("%s: %d leave and %d stay, want %d and %d", tt.name, leave, remain, tt.leave, tt.remain)
		}
	}
}

// A part is a clean part of a source: rows written as "field=value,field=value".
type part struct {
	source  string
	rows    []string
	columns []string // nil: all of the table
	events  []string
}

// same returns what leaves as "file/row into file/row method".
func same(t *testing.T, table string, memory int64, parts ...part) []string {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	var files []FactFile
	for _, one := range parts {
		b := factsOfRows(p, p.Table(table), one)
		files = append(files, FactFile{int64(len(b)), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }})
	}
	dir := t.TempDir()
	all, err := FindSame(t.Context(), dir, table == "patient", files, Options{Memory: memory, Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files were left behind", len(left))
	}
	found := []string{}
	for _, s := range all {
		found = append(found, fmt.Sprintf("%d/%d into %d/%d %s", s.File, s.Record, s.Kept.File, s.Kept.Record, s.Method))
		if s.Event {
			found[len(found)-1] += " stays"
		}
	}
	return found
}

// factsOfRows takes the facts of a part; "newborn" among its cells is the rule that says so.
func factsOfRows(p *profile.Profile, table *profile.Table, one part) []byte {
	names := one.columns
	if names == nil {
		for _, f := range table.Fields {
			names = append(names, f.Name)
		}
	}
	l := standardize.NewLayout(names)
	key := []string{table.Name + "_id"}
	h := NewHasher(secret, one.source, names, key)
	facts := NewFacts(secret, one.source, p, table, l, key, one.events)
	var b []byte
	for i, text := range one.rows {
		r := &standardize.Row{Values: make([]string, len(names)), Unusable: make([]bool, len(names))}
		for cell := range strings.SplitSeq(text, ",") {
			if cell == "newborn" {
				r.Flag(-1, rule.Must("NAME-007"))
				continue
			}
			name, value, _ := strings.Cut(cell, "=")
			r.Values[l.Slot(name)] = value
		}
		sums := h.Row(r.Values)
		b = facts.Append(b, r, int64(i), &sums)
	}
	return b
}

func TestFindSame(t *testing.T) {
	const ann = "name_family=Smith,name_given=Ann,birth_date=1980-02-03"
	tests := []struct {
		name, table string
		parts       []part
		want        []string
	}{
		{"the later version by its date", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome,last_updated=2026-02-01T08:00:00", "patient_id=1,city=Bari,last_updated=2026-01-01"}}},
			[]string{"0/1 into 0/0 source-key"}},
		{"the last version without a date", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome", "patient_id=2"}}, {source: "a", rows: []string{"patient_id=1,city=Bari"}}},
			[]string{"0/0 into 1/0 source-key"}},
		{"a version that came back", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome", "patient_id=1,city=Bari", "patient_id=1,city=Rome"}}},
			[]string{"0/1 into 0/0 source-key"}},
		{"forms that repeat", "patient", []part{{source: "a", columns: []string{"patient_id", "name_family", "birth_date", "x_form", "x_result"}, rows: []string{
			"patient_id=1,name_family=Smith,birth_date=1980-02-03", "patient_id=1,x_form=labs,x_result=5.1", "patient_id=1,x_form=labs,x_result=7.2"}}}, nil},
		{"a later row that says less", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome,zip=00118", "patient_id=1,city=Bari"}}}, nil},
		{"another extract of the same patients", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome"}},
			{source: "a", rows: []string{"patient_id=1,email=a@b.org"}, columns: []string{"patient_id", "email"}}}, nil},
		{"keys of two sources", "patient", []part{{source: "a", rows: []string{"patient_id=1,city=Rome"}}, {source: "b", rows: []string{"patient_id=1,city=Bari"}}}, nil},
		{"a number given twice", "patient", []part{{source: "a", rows: []string{"patient_id=1," + ann, "patient_id=1,name_family=Jones,name_given=Bob,birth_date=1971-05-06"}}}, nil},
		{"a new family name", "patient", []part{{source: "a", rows: []string{"patient_id=1," + ann, "patient_id=1,name_family=Jones,name_given=Ann,birth_date=1980-02-03"}}},
			[]string{"0/0 into 0/1 source-key"}},
		{"a stay that ended", "encounter", []part{{source: "a", rows: []string{"encounter_id=1,patient_id=P,start=2026-01-02", "encounter_id=1,patient_id=P,start=2026-01-02,end=2026-01-03"}}},
			[]string{"0/0 into 0/1 source-key"}},
		{"a stay of two patients", "encounter", []part{{source: "a", rows: []string{"encounter_id=1,patient_id=P", "encounter_id=1,patient_id=Q"}}}, nil},
		{"a corrected result", "observation", []part{{source: "a", rows: []string{"observation_id=1,patient_id=P,code=C,value=2,issued=2026-01-02", "observation_id=1,patient_id=P,code=C,value=1,issued=2026-01-01"}}},
			[]string{"0/1 into 0/0 source-key"}},
		{"two results of one specimen", "observation", []part{{source: "a", rows: []string{"observation_id=1,patient_id=P,code_text=Sodium,value=140", "observation_id=1,patient_id=P,code_text=Potassium,value=4"}}}, nil},

		{"a bed of one stay after another", "encounter", []part{{source: "a", columns: []string{"encounter_id", "patient_id", "facility", "x_unit_in"}, events: []string{"x_unit_in"},
			rows: []string{"encounter_id=1,patient_id=P,facility=ED,x_unit_in=8", "encounter_id=1,patient_id=P,facility=ICU,x_unit_in=14", "encounter_id=1,patient_id=P,facility=ICU 2,x_unit_in=14"}}},
			[]string{"0/1 into 0/2 source-key"}},
		{"a prescription filled again", "medication", []part{{source: "a", rows: []string{"medication_id=1,patient_id=P,code=C,start=2026-01-02", "medication_id=1,patient_id=P,code=C,start=2026-04-02"}}}, nil},
		{"two studies under the number of a patient", "patient", []part{{source: "a", columns: []string{"patient_id", "name_family", "birth_date", "x_study"}, events: []string{"x_study"},
			rows: []string{"patient_id=1,birth_date=1980-02-03,x_study=7", "patient_id=1,birth_date=1980-02-03,x_study=8", "patient_id=1,birth_date=1980-02-03,x_study=8,name_family=Roe"}}},
			[]string{"0/0 into 0/2 source-key stays", "0/1 into 0/2 source-key"}},
		{"two operations of a person", "patient", []part{{source: "a", columns: []string{"mrn", "name_family", "name_given", "birth_date", "x_case"}, events: []string{"x_case"},
			rows: []string{"mrn=1,x_case=7," + ann, "mrn=1," + ann, "mrn=1,x_case=8," + ann}}},
			[]string{"0/1 into 0/0 deterministic:mrn", "0/2 into 0/0 deterministic:mrn stays"}},

		{"SSN and birth date; who says most stays", "patient", []part{{source: "a", rows: []string{"ssn=1,birth_date=1980-02-03,name_family=Smith"}}, {source: "b", rows: []string{"ssn=1,birth_date=1980-02-03,name_family=Smyth,city=Rome"}}},
			[]string{"0/0 into 1/0 deterministic:ssn+birth-date"}},
		{"SSN, family and initial", "patient", []part{{source: "a", rows: []string{"ssn=1,name_family=Smith,name_given=Robert", "ssn=1,name_family=SMITH,name_given=Rob"}}},
			[]string{"0/1 into 0/0 deterministic:ssn+family+initial"}},
		{"MRN and name", "patient", []part{{source: "a", rows: []string{"mrn=1,name_family=Smith,name_given=Ann,city=Rome", "mrn=1,name_family=Smith,name_given=Ann"}}},
			[]string{"0/1 into 0/0 deterministic:mrn"}},
		{"MRN of two sources", "patient", []part{{source: "a", rows: []string{"mrn=1,name_family=Smith,name_given=Ann"}}, {source: "b", rows: []string{"mrn=1,name_family=Smith,name_given=Ann,city=Rome"}}}, nil},
		{"MRN of two sources, given by one", "patient", []part{{source: "a", rows: []string{"mrn=1,mrn_assigner=H,name_family=Smith,name_given=Ann"}},
			{source: "b", rows: []string{"mrn=1,mrn_assigner=H,name_family=Smith,name_given=Ann,city=Rome"}}}, []string{"0/0 into 1/0 deterministic:mrn"}},
		{"MRN of one source, given by two", "patient", []part{{source: "a", rows: []string{"mrn=1,mrn_assigner=H,name_family=Smith,name_given=Ann",
			"mrn=1,mrn_assigner=G,name_family=Smith,name_given=Ann"}}}, nil},
		{"MBI and birth date", "patient", []part{{source: "a", rows: []string{"mbi=1,birth_date=1980-02-03,city=Rome", "mbi=1,birth_date=1980-02-03"}}},
			[]string{"0/1 into 0/0 deterministic:mbi+birth-date"}},
		{"name, birth date and ZIP", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139-1234"}}, {source: "b", rows: []string{ann + ",zip=02139"}}},
			[]string{"1/0 into 0/0 deterministic:name+birth-date+contact"}},
		{"name, birth date and a phone of two uses", "patient", []part{{source: "a", rows: []string{ann + ",phone_home=1,city=Rome", ann + ",phone_mobile=1"}}},
			[]string{"0/1 into 0/0 deterministic:name+birth-date+contact"}},
		{"name and birth date alone", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139", ann + ",zip=02140"}}}, nil},
		{"a rare name, birth date and sex", "patient", []part{{source: "a", rows: []string{ann + ",name_middle=Q,administrative_gender=female,zip=02139",
			ann + ",name_middle=Quinn,administrative_gender=female,zip=60601", "name_family=Jones", "name_family=Jones,city=Rome"}}},
			[]string{"0/1 into 0/0 deterministic:rare-name+birth-date+sex"}},
		{"the name of more than two", "patient", []part{{source: "a", rows: []string{ann + ",name_middle=Q,administrative_gender=female,zip=02139",
			ann + ",name_middle=Quinn,administrative_gender=female,zip=60601", "name_family=Smith,name_given=Bob"}}}, nil},
		{"a rare name without the sex", "patient", []part{{source: "a", rows: []string{ann + ",name_middle=Q,zip=02139", ann + ",name_middle=Q,zip=60601"}}}, nil},
		{"a rare name and two SSNs", "patient", []part{{source: "a", rows: []string{ann + ",name_middle=Q,administrative_gender=female,ssn=1",
			ann + ",name_middle=Q,administrative_gender=female,ssn=2"}}}, nil},
		{"a year of birth is no date", "patient", []part{{source: "a", rows: []string{"ssn=1,birth_date=1980", "ssn=1,birth_date=1980,city=Rome"}}}, nil},

		{"twins", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,ssn=1", "name_family=Smith,name_given=Beth,birth_date=1980-02-03,zip=02139,ssn=1"}}}, nil},
		{"twins of one name, by their order", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,birth_order=1", ann + ",zip=02139,birth_order=2"}}}, nil},
		{"father and son", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,name_suffix=Jr", ann + ",zip=02139,name_suffix=Sr"}}}, nil},
		{"two SSNs", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,ssn=1", ann + ",zip=02139,ssn=2"}}}, nil},
		{"two SSNs joined by a third record", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,city=Rome", ann + ",zip=02139,ssn=1", ann + ",zip=02139,ssn=2"}}},
			[]string{"0/1 into 0/0 deterministic:name+birth-date+contact"}},
		{"another sex", "patient", []part{{source: "a", rows: []string{ann + ",zip=02139,administrative_gender=male", ann + ",zip=02139,administrative_gender=female"}}}, nil},
		{"birth dates far apart", "patient", []part{{source: "a", rows: []string{"ssn=1,name_family=Smith,name_given=Ann,birth_date=1980-02-03", "ssn=1,name_family=Smith,name_given=Ann,birth_date=1990-04-03"}}}, nil},
		{"a newborn and a child", "patient", []part{{source: "a", rows: []string{"ssn=1,birth_date=1980-02-03,newborn", "ssn=1,birth_date=1980-02-03"}}}, nil},
		{"a chain", "patient", []part{{source: "a", rows: []string{"patient_id=1,ssn=1,birth_date=1980-02-03", "patient_id=1,ssn=1,birth_date=1980-02-03,city=Rome", "patient_id=2,ssn=1,birth_date=1980-02-03,city=Rome,zip=02139"}}},
			[]string{"0/0 into 0/2 source-key", "0/1 into 0/2 deterministic:ssn+birth-date"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, memory := range []int64{0, 1} {
				if got := same(t, tt.table, memory, tt.parts...); !slices.Equal(got, tt.want) {
					t.Errorf("in %d bytes: %v, want %v", memory, got, tt.want)
				}
			}
		})
	}
}
