package history

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/standardize"
)

// rowsOf takes the facts of rows written as "field=value,field=value".
func rowsOf(t *testing.T, source, table string, rows ...string) Facts {
	t.Helper()
	var names []string
	for _, row := range rows {
		for cell := range strings.SplitSeq(row, ",") {
			if name, _, _ := strings.Cut(cell, "="); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	l := standardize.NewLayout(names)
	taker := NewTaker(table, l)
	var facts []byte
	for i, row := range rows {
		r := &standardize.Row{Values: make([]string, len(names)), Unusable: make([]bool, len(names))}
		for cell := range strings.SplitSeq(row, ",") {
			name, value, _ := strings.Cut(cell, "=")
			r.Values[l.Slot(name)] = value
		}
		facts = taker.Append(facts, r, int64(i+1))
	}
	all := inMemory(facts)
	all.Source = source
	return all
}

func inMemory(facts []byte) Facts {
	return Facts{Bytes: int64(len(facts)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(facts)), nil }}
}

// search returns the findings as "file/record RULE".
func search(t *testing.T, clean bool, partBytes int64, all ...Facts) []string {
	t.Helper()
	dir := t.TempDir()
	found := []string{}
	err := find(t.Context(), dir, all, clean, partBytes, func(f Finding) error {
		found = append(found, fmt.Sprintf("%d/%d %s", f.File, f.Record, f.Rule))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d files were left behind", len(left))
	}
	slices.Sort(found)
	return found
}

func TestVisits(t *testing.T) {
	tests := []struct {
		name string
		rows []string
		want string
	}{
		{"two stays that overlap", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-10", "patient_id=1,class=IMP,start=2026-01-05,end=2026-01-06"}, "0/2 ENC-106"},
		{"within a longer one", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-30", "patient_id=1,class=IMP,start=2026-01-02,end=2026-01-03",
			"patient_id=1,class=IMP,start=2026-01-20,end=2026-01-21"}, "0/2 ENC-106|0/3 ENC-106"},
		{"a transfer", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-05", "patient_id=1,class=IMP,start=2026-01-05,end=2026-01-06"}, ""},
		{"another patient", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-10", "patient_id=2,class=IMP,start=2026-01-05,end=2026-01-06"}, ""},
		{"no stay", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-10", "patient_id=1,class=AMB,start=2026-01-05"}, ""},
		{"one visit twice", []string{"patient_id=1,class=IMP,encounter_id=E1,start=2026-01-01,end=2026-01-10", "patient_id=1,class=IMP,encounter_id=E1,start=2026-01-05,end=2026-01-10"}, ""},
		{"cancelled", []string{"patient_id=1,class=IMP,start=2026-01-01,end=2026-01-10", "patient_id=1,class=IMP,start=2026-01-05,status=cancelled"}, ""},
		{"after death", []string{"patient_id=1,start=2026-02-01", "patient_id=1,start=2026-01-01,end=2026-01-03,discharge_disposition=20"}, "0/1 ENC-103"},
		{"on the day after death", []string{"patient_id=1,start=2026-01-04", "patient_id=1,start=2026-01-01,end=2026-01-03,discharge_disposition=Expired"}, ""},
		{"no day known", []string{"patient_id=1,class=IMP,start=2026,end=2026-01-10", "patient_id=1,class=IMP,start=2026-01-05"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(search(t, true, partBytes, rowsOf(t, "a", "encounter", tt.rows...)), "|"); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestResults(t *testing.T) {
	const glucose = "patient_id=1,code=2345-7,unit=mg/dL,effective=2026-01-05T08:30:00,value="
	tests := []struct {
		name string
		rows []string
		want string
	}{
		{"the same again", []string{glucose + "100,observation_id=1", glucose + "100,observation_id=2"}, "0/2 OBS-107"},
		{"the same row, removed elsewhere", []string{glucose + "100", glucose + "100"}, ""},
		{"another value", []string{glucose + "100", glucose + "120"}, "0/2 OBS-108"},
		{"corrected", []string{glucose + "100", glucose + "120,status=corrected"}, ""},
		{"another time", []string{glucose + "100", strings.Replace(glucose, "08:30", "09:30", 1) + "120"}, ""},
		{"another patient", []string{glucose + "100", strings.Replace(glucose, "patient_id=1", "patient_id=2", 1) + "120"}, ""},
		{"another specimen", []string{glucose + "100", glucose + "120,specimen=urine"}, ""},
		{"a day holds several times", []string{strings.Replace(glucose, "T08:30:00", "", 1) + "100", strings.Replace(glucose, "T08:30:00", "", 1) + "120"}, ""},
		{"by name, in any case", []string{"patient_id=1,code_text=Glucose,effective=2026-01-05T08:30:00,value=1", "patient_id=1,code_text=GLUCOSE,effective=2026-01-05T08:30:00,value=2"}, "0/2 OBS-108"},
		{"entered in error", []string{glucose + "100", glucose + "120,status=entered-in-error"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(search(t, true, partBytes, rowsOf(t, "a", "observation", tt.rows...)), "|"); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
	if got := search(t, false, partBytes, rowsOf(t, "a", "observation", glucose+"100", glucose+"100")); !slices.Equal(got, []string{"0/2 OBS-107"}) {
		t.Errorf("where exact repeats are kept: %v", got)
	}
}

// TestResultsAndVisits joins two files of one source; another source has numbers of its own.
func TestResultsAndVisits(t *testing.T) {
	results := func(source string) Facts {
		return rowsOf(t, source, "observation", "patient_id=1,encounter_id=E1,effective=2026-01-20,code=x,value=1",
			"patient_id=1,encounter_id=E1,effective=2026-01-09,code=x,value=1", "patient_id=1,encounter_id=E1,effective=2025-12-20,code=x,value=1",
			"patient_id=1,encounter_id=E2,effective=2026-03-20,code=x,value=1", "patient_id=1,effective=2025-12-20,code=y,value=1")
	}
	visits := rowsOf(t, "a", "encounter", "patient_id=1,encounter_id=E1,class=AMB,start=2026-01-02", "patient_id=1,encounter_id=E2,class=IMP,start=2026-01-02")
	if got := search(t, true, partBytes, results("a"), visits); !slices.Equal(got, []string{"0/1 OBS-103", "0/3 OBS-103"}) {
		t.Errorf("found %v", got)
	}
	if got := search(t, true, partBytes, results("b"), visits); len(got) != 0 {
		t.Errorf("of two sources: %v", got)
	}
}

func TestDosesAndAllergies(t *testing.T) {
	doses := rowsOf(t, "a", "immunization", "patient_id=1,code=03,date=2026-01-01", "patient_id=1,code=03,date=2026-01-15", "patient_id=1,code=03,date=2026-02-05",
		"patient_id=1,code=08,date=2026-01-15", "patient_id=1,code=08,date=2026-01-16,status=not-done", "patient_id=2,code=03,date=2026-01-02")
	if got := search(t, true, partBytes, doses); !slices.Equal(got, []string{"0/2 IMM-104"}) {
		t.Errorf("doses: %v", got)
	}
	allergies := rowsOf(t, "a", "allergy", "patient_id=1,code=409137002", "patient_id=1,code=7980,category=medication",
		"patient_id=2,code=409137002", "patient_id=2,code_text=peanut,category=food",
		"patient_id=3,code=409137002", "patient_id=3,code=7980,category=medication,status=resolved")
	if got := search(t, true, partBytes, allergies); !slices.Equal(got, []string{"0/1 ALG-003"}) {
		t.Errorf("allergies: %v", got)
	}
}

// TestPartsAndOrderDoNotMatter finds as many in one part as in many, and in any order of the rows.
func TestPartsAndOrderDoNotMatter(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rows := make([]string, 3000)
	for i := range rows {
		rows[i] = fmt.Sprintf("patient_id=%d,code=%d,effective=2026-01-0%dT08:30:00,value=%d,observation_id=%d", random.IntN(200), random.IntN(3), 1+random.IntN(3), random.IntN(2), i)
	}
	one := search(t, true, partBytes, rowsOf(t, "a", "observation", rows...))
	if many := search(t, true, 1000, rowsOf(t, "a", "observation", rows...)); !slices.Equal(one, many) || len(one) < 500 {
		t.Errorf("%d in one part, %d in many", len(one), len(many))
	}
	random.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	if other := search(t, true, partBytes, rowsOf(t, "a", "observation", rows...)); len(other) != len(one) {
		t.Errorf("%d in one order, %d in another", len(one), len(other))
	}
}

func TestTablesThatSayNothing(t *testing.T) {
	if NewTaker("patient", standardize.NewLayout([]string{"patient_id"})) != nil || NewTaker("encounter", standardize.NewLayout([]string{"start"})) != nil {
		t.Error("facts are taken")
	}
	if got := search(t, true, partBytes, rowsOf(t, "a", "encounter", "patient_id=,start=2026-01-01")); len(got) != 0 {
		t.Errorf("found %v", got)
	}
}

// TestADamagedFileIsAnError does not take half a fact for one.
func TestADamagedFileIsAnError(t *testing.T) {
	err := Find(t.Context(), t.TempDir(), []Facts{inMemory(make([]byte, size+1))}, true, func(Finding) error { return nil })
	if err == nil {
		t.Error("half a fact was read")
	}
}

// TestBirthAndDeath holds events of all tables against the life of their patient.
func TestBirthAndDeath(t *testing.T) {
	patients := rowsOf(t, "a", "patient", "patient_id=1,birth_date=2020-05-01,death_date=2020-06-01", "patient_id=2,birth_date=2020", "patient_id=3,birth_date=2020-05-01",
		"patient_id=3,birth_date=2010-05-01")
	for _, tt := range []struct {
		table string
		rows  []string
		want  []string
	}{
		{"encounter", []string{"patient_id=1,start=2019-12-01", "patient_id=1,start=2019-06-01", "patient_id=1,start=2020-04-30", "patient_id=1,start=2020-06-02",
			"patient_id=1,start=2020-06-03", "patient_id=2,start=2019-01-01", "patient_id=3,start=2001-01-01"}, []string{"1/1 PAT-004", "1/2 PAT-003", "1/5 ENC-105"}},
		{"observation", []string{"patient_id=1,effective=2020-04-20", "patient_id=1,effective=2020-06-08", "patient_id=1,effective=2020-06-09"},
			[]string{"1/1 OBS-101", "1/3 OBS-102"}},
		{"immunization", []string{"patient_id=1,code=08,date=2020-05-01", "patient_id=1,code=03,date=2020-04-30"}, []string{"1/2 IMM-102"}},
		{"condition", []string{"patient_id=1,onset=2020-01-01,recorded=2020-05-02", "patient_id=1,onset=2020-01-01"}, []string{"1/2 COND-103"}},
	} {
		if got := search(t, true, partBytes, patients, rowsOf(t, "a", tt.table, tt.rows...)); !slices.Equal(got, tt.want) {
			t.Errorf("%s: found %v, want %v", tt.table, got, tt.want)
		}
		if got := search(t, true, partBytes, patients, rowsOf(t, "b", tt.table, tt.rows...)); len(got) != 0 {
			t.Errorf("%s of another source: found %v", tt.table, got)
		}
	}
}
