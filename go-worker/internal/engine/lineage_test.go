package engine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// A namedRow is the list that stands for a row in lineage and issues: record, line, column, numbers of changes.
type namedRow struct {
	record, line int
	column       string
	numbers      []int
}

func (n *namedRow) UnmarshalJSON(document []byte) error {
	var list []any
	if err := json.Unmarshal(document, &list); err != nil {
		return err
	}
	var numbers []int
	for _, v := range list {
		switch v := v.(type) {
		case string:
			n.column = v
		case float64:
			numbers = append(numbers, int(v))
		}
	}
	n.record = numbers[0]
	if len(numbers) > 1 {
		n.line = numbers[1]
		n.numbers = numbers[2:]
	}
	return nil
}

// A toldChange is one changed cell, as a reader of the lineage makes it out.
type toldChange struct {
	file, table, origin, column string
	record, line                int
	field, from, to             string
	rules                       []string
}

// toldChanges reads lineage back, cell by cell, in order of rows and fields.
func toldChanges(t testing.TB, lineage string) []toldChange {
	t.Helper()
	var all []toldChange
	for text := range strings.Lines(lineage) {
		var line struct {
			File, Table, Origin string
			Changes             []struct {
				Field  string
				Rules  []string
				Values [][2]string
			}
			Rows []namedRow
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		var changes []toldChange
		for _, c := range line.Changes {
			for _, v := range c.Values {
				changes = append(changes, toldChange{file: line.File, table: line.Table, origin: line.Origin,
					field: c.Field, from: v[0], to: v[1], rules: c.Rules})
			}
		}
		used := map[int]bool{}
		for _, r := range line.Rows {
			for _, n := range r.numbers {
				c := changes[n]
				c.record, c.line, c.column = r.record, r.line, r.column
				all = append(all, c)
				used[n] = true
			}
		}
		if len(used) != len(changes) {
			t.Errorf("%d changes are told, %d are made to rows", len(changes), len(used))
		}
	}
	slices.SortFunc(all, func(a, b toldChange) int {
		return cmp.Or(cmp.Compare(a.record, b.record), cmp.Compare(a.column, b.column), cmp.Compare(a.field, b.field))
	})
	return all
}

// toldIssues reads issues back, a line for each row or column that one names, in the order of their text.
func toldIssues(t testing.TB, issues string) []string {
	t.Helper()
	var all []string
	for text := range strings.Lines(issues) {
		var line map[string]any
		var named struct {
			Count  int
			Rows   []namedRow
			Masks  []string `json:"raw_masked"`
			MaskOf []int    `json:"raw_masked_of"`
			Keys   []string `json:"record_key_hash"`
		}
		for _, to := range []any{&line, &named} {
			if err := json.Unmarshal([]byte(text), to); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
		}
		delete(line, "rows")
		if named.Rows == nil {
			all = append(all, fmt.Sprint(line))
			continue
		}
		if len(named.Rows) != named.Count {
			t.Errorf("%d rows are named, %d counted: %s", len(named.Rows), named.Count, text)
		}
		for _, of := range []string{"count", "raw_masked_of", "record_key_hash"} {
			delete(line, of)
		}
		if n := len(named.MaskOf); n > 0 && n != named.Count || len(named.Keys) > 0 && len(named.Keys) != named.Count {
			t.Errorf("%d masks and %d keys of %d rows: %s", n, len(named.Keys), named.Count, text)
		}
		for i, r := range named.Rows {
			switch {
			case named.MaskOf != nil:
				line["raw_masked"] = named.Masks[named.MaskOf[i]]
			case named.Masks != nil:
				line["raw_masked"] = named.Masks[0]
			}
			if named.Keys != nil {
				line["record_key_hash"] = named.Keys[i]
			}
			all = append(all, fmt.Sprint(line, r))
		}
	}
	slices.Sort(all)
	return all
}

// TestChangesAreToldOnce repeats some changes and not others; texts that JSON writes in another way come back as they were.
func TestChangesAreToldOnce(t *testing.T) {
	var content strings.Builder
	content.WriteString("patient_id,Last Name,DOB,Sex,Notes\n")
	for i := range 2000 {
		fmt.Fprintf(&content, "%d,\"O\"\"BRIEN%d \",%d/%d/%d,%s, no\x7f\\te\n", i, i%3, 1+i%12, 13+i%15, 1930+i%80, []string{"M", "F"}[i%2])
	}
	r := harmonizeText(t, "patients.csv", content.String())
	lineage := r.read(changesName)
	changes := toldChanges(t, lineage)
	if n := strings.Count(lineage, `["M","male"]`); n != 1 {
		t.Errorf("one change is told %d times", n)
	}
	if len(changes) < 3*2000 {
		t.Errorf("%d changes", len(changes))
	}
	for _, c := range changes {
		i := c.record - 1
		want := map[string]string{"name_family": fmt.Sprintf(`O"BRIEN%d `, i%3), "birth_date": fmt.Sprintf("%d/%d/%d", 1+i%12, 13+i%15, 1930+i%80),
			"administrative_gender": []string{"M", "F"}[i%2]}[c.field]
		if c.from != want || c.line != c.record+1 || len(c.rules) == 0 || c.file != "patients.csv" || c.table != "patient" {
			t.Fatalf("%+v, want %q", c, want)
		}
	}
}

// TestOriginOfRows finds the ids of rows by what lineage says, with several rows of one record too.
func TestOriginOfRows(t *testing.T) {
	job := newJob(t, Harmonize)
	job.Options.Provenance = true
	r := runJob(t, job, Env{}, fileOf("vitals.csv", "MRN,Taken At,Wt (lb),Temp\n1,04/25/2024,150,98.6\n2,04/26/2024,160,99.5\n"))
	ids := map[string]bool{}
	for _, row := range r.rows("observation.clean.csv") {
		ids[row["row_uid"]] = true
	}
	told := map[string]bool{}
	for _, c := range toldChanges(t, r.read(changesName)) {
		told[string(appendRowUID(nil, c.origin, int64(c.record), c.column))] = true
	}
	if len(ids) != 4 || !reflect.DeepEqual(ids, told) {
		t.Errorf("rows %v, told %v", ids, told)
	}
}

// TestDistinctHits chains the hits of each slot in their order, each rule once; of a calm cell only what is listed is told.
func TestDistinctHits(t *testing.T) {
	hit := func(slot int, id rule.ID) standardize.Hit { return standardize.Hit{Slot: slot, Rule: id} }
	d := distinctHits{first: make([]int32, 4)}
	calm := standardize.NewSlots(3)
	calm.Add(2)
	dispositions := slices.Repeat([]rule.Disposition{rule.KeepFlag}, 10)
	dispositions[9] = rule.Fix
	for range 2 { // its memory is used again
		d.sort([]standardize.Hit{hit(1, 5), hit(2, 9), hit(2, 5), hit(2, 5), hit(-1, 5), hit(1, 7), hit(1, 5), hit(0, 5), hit(1, 9), hit(-1, 5)}, calm, dispositions)
		if want := []int32{0, 2, 4, 5, 7, 8}; !slices.Equal(d.told, want) {
			t.Errorf("told: %v, want %v", d.told, want)
		}
		var chain []int32
		for i := d.first[1+1]; i != 0; i = d.next[i-1] {
			chain = append(chain, i-1)
		}
		if !slices.Equal(chain, []int32{0, 5, 8}) || d.first[2+1] != 0 {
			t.Errorf("chain of slot 1: %v", chain)
		}
	}
}

// TestFoundListsAreCut writes no line that grows with the file.
func TestFoundListsAreCut(t *testing.T) {
	var content strings.Builder
	content.WriteString("patient_id,Last Name,First Name,DOB\n")
	const rows = foundAtOnce + 10
	for i := range rows + 1 {
		fmt.Fprintf(&content, "1,Smith,John,%d-%02d-%02d\n", 1900+i%100, 1+i/100%12, 1+i/1200)
	}
	r := harmonizeText(t, "patients.csv", content.String())
	lines := 0
	for line := range strings.Lines(r.read(issuesName)) {
		if strings.Contains(line, `"UNQ-001"`) {
			lines++
		}
	}
	if r.count("UNQ-001") <= foundAtOnce || lines < 2 {
		t.Errorf("%d rows with a key that is not their own, in %d lines", r.count("UNQ-001"), lines)
	}
	toldIssues(t, r.read(issuesName))
}

func TestNumbers(t *testing.T) {
	for _, n := range []int64{0, 1, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 12345, 999_999, 1_000_000, 100_000_000, math.MaxUint32, math.MaxInt64} {
		want := strconv.FormatInt(n, 10)
		if got := string(appendNumber([]byte("x"), n)); got != "x"+want {
			t.Errorf("appendNumber(%d) = %s", n, got)
		}
		if n > math.MaxUint32 {
			continue
		}
		var text [numberRoom]byte
		if size := putNumber(unsafe.Pointer(&text), uint32(n)); string(text[:size]) != want {
			t.Errorf("putNumber(%d): %q", n, text[:size])
		}
	}
}

// TestKindsOfChanges tells kinds of one field apart by all their rules, and by the order of these.
func TestKindsOfChanges(t *testing.T) {
	job := newJob(t, Harmonize)
	l := newLineage(&transform{binding: &binding{layout: standardize.NewLayout([]string{"city", "zip"})}, settings: settingsOf(job.Profile)})
	for i, rules := range [][]rule.ID{{3}, {3, 4}, {4, 3}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}, {1, 2, 3, 4, 6}} {
		for range 2 {
			l.rules = append(l.rules[:0], rules...)
			if kind := l.kind(1); int(kind) != i {
				t.Errorf("kind %d of %v, want %d", kind, rules, i)
			}
		}
	}
}
