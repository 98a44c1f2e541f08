package engine

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/standardize"
	"harmonizer/go-worker/internal/table"
)

// patientsAlike writes n patients whose cells are picked from few texts, so that their rows meet in the same ones again and again.
func patientsAlike(n int, header string, cells ...[]string) string {
	r := rand.New(rand.NewPCG(3, 1))
	var b strings.Builder
	b.WriteString("patient_id," + header + "\n")
	for i := range n {
		fmt.Fprintf(&b, "P%05d", i)
		for _, of := range cells {
			cell := of[r.IntN(len(of))]
			if strings.Contains(cell, ",") {
				cell = `"` + cell + `"`
			}
			b.WriteString("," + cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestDeedsAreWorks holds what the memories of works do to rows against what the works themselves do.
func TestDeedsAreWorks(t *testing.T) {
	births := []string{"01/02/1960", "01/02/2019", "13/13/1960", "N/A", "2006", "12/31/2006"}
	weights := []string{"150", "70.5", "70,5", "20", "150 lb", "11 lb 3 oz", "0", "2000", "?", "N/A", "-3", ""}
	weightUnits := []string{"kg", "lb", "pounds", "KG", "stone", "cm", "", "N/A"}
	heights := []string{"170", "5'7\"", "5.11", "67", "67 in", "18", "tall", ""}
	heightUnits := []string{"cm", "in", "m", "ft", ""}
	diagnoses := []string{"E11.9", "e119", "250.00", "V70.0", "ICD10:E11.9", "E11.9^Type 2 diabetes^I10", "E11.9;I10", "asthma", "??", "Jan-02", ""}
	systems := []string{"ICD-10-CM", "ICD9", "LOCAL", ""}
	dates := []string{"01/02/2014", "01/02/2020", ""}
	races := []string{"White", "Hispanic", "Asian;White", "UNK", "N/A", "2106-3", "??", ""}
	ethnicities := []string{"Hispanic or Latino", "Not Hispanic", "White non-Hispanic", "Asian", "declined", ""}
	for name, content := range map[string]string{
		"units beside": patientsAlike(4000, "dob,weight,weight_unit,height,height_unit,blood_pressure", births, weights, weightUnits, heights, heightUnits,
			[]string{"120/80", "120/P", "80/120", ""}),
		"units nowhere":    patientsAlike(2000, "dob,weight,height", births, weights, heights),
		"units of columns": patientsAlike(2000, "dob,weight_lbs,height_in", births, weights, heights),
		"codes":            patientsAlike(2000, "diagnosis_code,diagnosis_date", diagnoses, dates),
		"codes, systems":   patientsAlike(2000, "diagnosis_code,diagnosis_code_system,diagnosis_date", diagnoses, systems, dates),
		"races":            patientsAlike(2000, "race,ethnicity", races, ethnicities),
		"races alone":      patientsAlike(2000, "race", races),
		"ethnicity alone":  patientsAlike(2000, "ethnicity", ethnicities),
	} {
		t.Run(name, func(t *testing.T) {
			r, p, batches := decoded(t, newJob(t, Harmonize), fileOf("patients.csv", content))
			pair := func() (with, without *transformer) {
				with, without = newTransformer(newTransform(r, p)), newTransformer(newTransform(r, p))
				for i := range without.works {
					without.works[i].off = true
				}
				return with, without
			}
			with, without := pair()
			again := 0
			for _, b := range batches {
				for from := 0; from < b.Len(); from += blockRecords {
					to := min(from+blockRecords, b.Len())
					want := rowsOf(without, b, from, to)
					for i, got := range rowsOf(with, b, from, to) {
						if got != want[i] {
							t.Fatalf("record %d: \n%s, not\n%s", from+i, got, want[i])
						}
					}
				}
			}
			for i := range with.works {
				again += with.works[i].found
			}
			if again < 1000 {
				t.Errorf("%d rows were remembered", again)
			}
			with, without = pair() // cells are counted when they are taken, and were just now
			tellAlike(t, with, without, batches)
		})
	}
}

// tellAlike holds against each other all that two transformers tell of the same records.
func tellAlike(t *testing.T, a, b *transformer, batches []*table.Batch) {
	t.Helper()
	told := func(w *transformer) (all []string) {
		before := int64(0)
		for _, batch := range batches {
			out := w.chunk(batch, before)
			before += int64(batch.Len())
			all = append(all, string(out.clean), string(out.issues), string(out.changes), string(out.quarantine), fmt.Sprint(out.counts, out.changed, out.listed))
		}
		w.settle()
		return all
	}
	if x, y := told(a), told(b); !slices.Equal(x, y) {
		t.Error("other outputs")
	}
	if !reflect.DeepEqual(a.counts, b.counts) {
		t.Errorf("counts %v, not %v", a.counts, b.counts)
	}
	if x, y := a.tally.File(a.job.Profile), b.tally.File(b.job.Profile); !reflect.DeepEqual(x, y) {
		t.Errorf("another scorecard: %+v, not %+v", x, y)
	}
}

// rowsOf are the rows of records once their steps are done.
func rowsOf(w *transformer, b *table.Batch, from, to int) (rows []string) {
	w.arena.Reset()
	block := w.block[:to-from]
	for k := range block {
		w.record = &block[k]
		w.begin(b, from+k, 1)
	}
	for i := range w.columns {
		w.fill(&w.columns[i], block)
	}
	w.takeWorks(block)
	for k := range block {
		r := &block[k].row
		rows = append(rows, fmt.Sprintf("%q %q %v %v %v", r.Values, r.Raw, r.Unusable, r.Hits, r.Unsaid))
	}
	return rows
}

// TestDeedsGiveUp leaves a work alone that no row meets again, and one that goes by cells without a memory.
func TestDeedsGiveUp(t *testing.T) {
	var m workMemory
	m.from, m.isCalm = []int{0}, func(*outcome) bool { return false }
	m.Do = func(r *standardize.Row) { r.Values[0] = "done" }
	for range deedTrial + 1 {
		r := record{row: newRow(1), known: []*outcome{{}}}
		m.changes = m.from
		if m.do(&r); r.row.Values[0] != "done" {
			t.Fatal("a work is left out")
		}
	}
	if !m.off || m.table != nil {
		t.Error("a memory without use goes on")
	}
	b := binding{columns: []column{{slot: 0, memo: -1}, {slot: 1, memo: 1, read: func(string, *standardize.Cell) {}}}, parts: make([][]int, 2), filled: standardize.Slots{0b11}}
	if m := newWorkMemory(standardize.Work{From: []int{0}}, &b, nil); !m.off {
		t.Error("a cell that is not remembered is gone by")
	}
	if m := newWorkMemory(standardize.Work{From: []int{1, 0, -1}}, &b, nil); m.off || !slices.Equal(m.from, []int{1}) || !slices.Equal(m.empty, []int{0}) {
		t.Errorf("cells %v are gone by, %v must be empty", m.from, m.empty)
	}
}
