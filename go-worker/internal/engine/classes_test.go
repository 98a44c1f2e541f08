package engine

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/scorecard"
)

// TestClassesCountEveryCell: a column whose texts hardly repeat is counted by class in a long file, and by text in files that are shorter than
// a memory's trial. Both count the same.
func TestClassesCountEveryCell(t *testing.T) {
	const parts, rows = 6, memoTrial - 100
	line := func(i int) string {
		phone := fmt.Sprintf("(%03d) 555-%04d", 201+i%7, i%9000)
		if i%11 == 0 {
			phone = " " + phone
		}
		if i%13 == 0 {
			phone = fmt.Sprintf("%d", i)
		}
		return fmt.Sprintf("M%07d,%s, JOHN,%02d/%02d/19%02d,%s\n", i, "SMITH"+strings.Repeat("A", i%3), 1+i%12, 13+i%15, 30+i%60, phone)
	}
	counts := func(from, to int) (issues map[string]int64, columns map[string][4]int64) {
		content := "patient_id,Last Name,First Name,DOB,Phone\n"
		for i := from; i < to; i++ {
			content += line(i)
		}
		r := harmonizeText(t, "patients.csv", content)
		issues, columns = map[string]int64{}, map[string][4]int64{}
		for _, i := range r.Issues {
			issues[i.Field+" "+i.RuleID] += i.Count
		}
		var card scorecard.Card
		if err := json.Unmarshal([]byte(r.read("scorecard.json")), &card); err != nil {
			t.Fatal(err)
		}
		for _, c := range card.Files[0].Columns {
			columns[c.Field] = [4]int64{c.Changed, c.Blank, c.Unreadable, c.ValuesAfter}
			for _, n := range c.Rules {
				issues["card "+c.Field+" "+n.Rule] += n.Count
			}
		}
		delete(issues, "birth_date DATE-101") // the order of days and months is decided once a file
		delete(issues, "card birth_date DATE-101")
		return issues, columns
	}
	issues, columns := map[string]int64{}, map[string][4]int64{}
	for part := range parts {
		i, c := counts(part*rows, (part+1)*rows)
		for name, n := range i {
			issues[name] += n
		}
		for name, n := range c {
			sum := columns[name]
			for k := range n {
				sum[k] += n[k]
			}
			columns[name] = sum
		}
	}
	wantIssues, wantColumns := counts(0, parts*rows)
	if !maps.Equal(issues, wantIssues) || len(issues) < 8 {
		for _, name := range slices.Sorted(maps.Keys(wantIssues)) {
			if issues[name] != wantIssues[name] {
				t.Errorf("%s: %d in parts, %d in one file", name, issues[name], wantIssues[name])
			}
		}
	}
	if !maps.Equal(columns, wantColumns) {
		t.Errorf("columns in parts %v, in one file %v", columns, wantColumns)
	}
}
