package report

import (
	"bytes"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/queue"
)

var update = flag.Bool("update", false, "rewrite the .want files")

// sample is a job of three files: a patient file with everything in it, one of visits, and a picture.
func sample(t *testing.T) Report {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile("testdata/plan.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decided, err := plan.Parse(document)
	if err != nil {
		t.Fatal(err)
	}
	patients := tally(p, 1200, []scorecard.Column{
		{Field: "patient_id", Header: "Patient ID", Type: "identifier"}, {Field: "birth_date", Header: "DOB", Type: "date"},
		{Field: "birth_date_precision"}, {Field: "x_ward", Header: "Ward <b>colour</b>"},
	})
	patients.Name, patients.Source, patients.Table, patients.Status = "patients.csv", "St. Mary", "patient", "ok"
	patients.Rows.Records, patients.Rows.Duplicates, patients.Rows.KeyConflicts = 1200, 40, 3
	patients.Rows.Dropped = 7
	visits := tally(p, 90, []scorecard.Column{{Field: "encounter_id", Header: "CSN", Type: "identifier"}, {Field: "end", Header: "Discharged", Type: "datetime"}})
	visits.Name, visits.Source, visits.Table, visits.Status, visits.Rows.Records = "visits.csv", "St. Mary", "encounter", "ok", 90
	picture := scorecard.File{Name: "scan.png", Source: "St. Mary", Status: "failed", Reason: "FILE-005"}
	card := scorecard.New(decided.ID, "us-core 1", patients, visits, picture)
	card.People = &scorecard.People{Records: 1140, Persons: 1100, Sizes: map[string]int{"1": 1070, "2": 20, "10": 1}, Methods: map[string]int{"exact": 20}, Review: 7,
		ExpectedFalse: 0.004, Quality: &scorecard.Quality{Precision: 0.998, Recall: 0.97}}
	card.Publish()
	return Report{
		Operation: "harmonize", Profile: p, Plan: decided, Card: card, Supplied: true,
		Outputs: []Output{{"patient.clean.csv", "clean", 1100}, {"patient.quarantine.csv", "quarantine", 60}, {"plan.yaml", "plan", 0}},
		Made:    time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	}
}

// tally counts rows that are, in turn, clean, rewritten, doubtful and beyond repair.
func tally(p *profile.Profile, rows int, columns []scorecard.Column) scorecard.File {
	t := scorecard.NewTally(p, columns)
	for n := range rows {
		r := &standardize.Row{Raw: make([]string, len(columns)), Values: make([]string, len(columns)), Unusable: make([]bool, len(columns)), Touched: standardize.NewSlots(len(columns))}
		for i := range columns {
			if columns[i].Header != "" {
				r.Raw[i], r.Values[i] = "v", "v"
			}
		}
		switch {
		case n%20 == 0:
			r.Values[1], r.Unusable[1] = "", true
			r.Flag(1, rule.Must("DATE-001"))
			r.Flag(0, rule.Must("REQ-001"))
		case n%9 == 0:
			t.Null(1, "n/a")
			r.Values[1] = ""
		case n%7 == 0:
			r.Flag(1, rule.Must("DATE-008"))
		case n%2 == 0:
			r.Set(1, "w", rule.Must("STD-001"))
		}
		t.Row(r, r.Hits, standardize.NewSlots(len(columns)), n%20 != 0)
	}
	return t.File(p)
}

func write(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	tests := map[string]func(*Report){
		"harmonize": func(*Report) {},
		"validate":  func(r *Report) { r.Operation = "validate" },
		"nothing": func(r *Report) {
			r.Card, r.Plan, r.Outputs = scorecard.New("", "us-core 1", r.Card.Files[2]), nil, r.Outputs[2:]
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			r := sample(t)
			change(&r)
			got := write(t, r)
			path := filepath.Join("testdata", name+".want")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; look at the difference after go test -update", path)
			}
		})
	}
}

func TestThePageStandsAlone(t *testing.T) {
	page := write(t, sample(t))
	for _, outside := range []string{"http:", "https:", "src=", "<script", "<link", "url(", "@import", " style="} {
		if strings.Contains(page, outside) {
			t.Errorf("the page holds %q", outside)
		}
	}
	if n := strings.Count(page, "<h1"); n != 1 {
		t.Errorf("the page has %d first headings", n)
	}
	for _, landmark := range []string{"<header>", "<nav ", "<main ", "<footer>", `lang="en"`} {
		if strings.Count(page, landmark) != 1 {
			t.Errorf("the page does not have one %s", landmark)
		}
	}
	tables, captions := strings.Count(page, "<table"), strings.Count(page, "<caption>")
	if tables < 7 || captions != tables {
		t.Errorf("%d tables have %d captions", tables, captions)
	}
	if plain := regexp.MustCompile(`<th(>| class)`).FindString(page); plain != "" {
		t.Error("a heading of a table does not say what it heads")
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the id %s stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`(?:href="#|labelledby=")([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !ids[m[1]] {
			t.Errorf("nothing has the id %s", m[1])
		}
	}
}

// Headers and names come from outside, and some decisions hold cells of the file.
func TestThePageShowsNoCellsAndEscapesTheRest(t *testing.T) {
	r := sample(t)
	page := write(t, r)
	for _, cell := range []string{"2000-01-01", "1980-02-02", "-777.7"} {
		if strings.Contains(page, cell) {
			t.Errorf("the page shows %s, which stood in a cell", cell)
		}
	}
	if strings.Contains(page, "<b>colour") || !strings.Contains(page, "&lt;b&gt;colour") {
		t.Error("a header was not escaped")
	}
	hostile := `"><script>alert(1)</script><a href="javascript:x`
	for i := range r.Card.Files {
		r.Card.Files[i].Name, r.Card.Files[i].Detail, r.Card.Files[i].Source = hostile, hostile, hostile
	}
	for i := range r.Plan.Files {
		f := &r.Plan.Files[i]
		f.Name, f.Table.Why, f.Columns[0].Header, f.Columns[0].Why = hostile, hostile, hostile, hostile
	}
	r.Outputs[0].Name = hostile
	if page = write(t, r); strings.Contains(page, "<script") || strings.Contains(page, `"javascript:`) {
		t.Error("text from outside became markup")
	}
}

func TestOutcomesFollowTheOperation(t *testing.T) {
	for operation, want := range map[string]string{
		"harmonize": "row quarantined", "standardize": "row kept: this operation keeps all", "validate": "reported; nothing is changed",
	} {
		r := Report{Operation: operation}
		if got := r.outcome("REQ-001", rule.QuarantineRow); got != want {
			t.Errorf("%s: %q, want %q", operation, got, want)
		}
		if got := r.outcome("REQ-001", rule.FailFile); got != outcomes[rule.FailFile] {
			t.Errorf("%s: a failed file is %q", operation, got)
		}
	}
}

// TestEveryDecisionHasWords: each value of each decision that the schema of plans knows is a sentence in the report.
func TestEveryDecisionHasWords(t *testing.T) {
	text, err := fs.ReadFile(queue.Contract, "schemas/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs struct {
			Column struct {
				Properties struct {
					Decisions struct {
						Properties map[string]struct {
							AllOf []struct {
								Properties struct{ Value struct{ Enum []string } }
							}
						}
					}
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	names := schema.Defs.Column.Properties.Decisions.Properties
	if len(names) < 20 || len(names[plan.SexCode].AllOf) == 0 {
		t.Fatalf("decisions of the schema: %v", names)
	}
	for name, decision := range names {
		values := []string{"7"}
		for _, part := range decision.AllOf {
			if part.Properties.Value.Enum != nil {
				values = part.Properties.Value.Enum
			}
		}
		for _, value := range values {
			if inWords(name, value) == "" {
				t.Errorf("%s=%s has no words", name, value)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
	for share, want := range map[float64]string{0: "0 %", 1: "100 %", 0.99999: "99.9 %", 0.00001: "0.1 %", 0.5: "50.0 %", 0.1234: "12.3 %"} {
		if got := percent(share); got != want {
			t.Errorf("percent(%v) = %s, want %s", share, got, want)
		}
	}
}

// TestWhatWasDecidedIsSaid: words kept as names, placeholders and the country of a file are decisions too.
func TestWhatWasDecidedIsSaid(t *testing.T) {
	f := &plan.File{Columns: []plan.Column{
		{Header: "Last Name", Type: "name_family", KeepWords: []string{"na", "null"}, Sentinels: []string{"x"}},
		{Header: "Phone", Type: "phone", Decisions: map[string]plan.Decision{plan.Country: {Value: plan.Elsewhere, Confidence: 0.8, Why: "why"}}},
		{Header: "State", Type: "state", Decisions: map[string]plan.Decision{plan.Country: {Value: "MX", Confidence: 0.8}}},
	}}
	var said []string
	for _, c := range decided(f).Columns {
		for _, d := range c.Made {
			said = append(said, d.What)
		}
	}
	want := []string{"2 words that elsewhere stand for no value are kept as names", "1 placeholder is read as empty",
		"phone numbers, regions and postal codes are of a country that nothing names, and stay as they are", "phone numbers, regions and postal codes are those of MX"}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
}
