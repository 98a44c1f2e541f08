package scorecard

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
	"harmonizer/queue"
)

var columns = []Column{
	{"patient_id", "ID", "identifier", false}, {"birth_date", "DOB", "date", false}, {"birth_date_precision", "", "", true}, {"x_ward", "Ward", "", false},
}

func usCore(t testing.TB) *profile.Profile {
	t.Helper()
	p, err := profile.Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryRuleHasACategory(t *testing.T) {
	for id := 1; id < rule.Count(); id++ {
		name := rule.ID(id).String()
		if CategoryOf(rule.ID(id)) == OfFile && !strings.Contains("FILE ENC CSV JSON OUT HDR DRIFT", strings.Split(name, "-")[0]) {
			t.Errorf("%s is in no category of rule_categories.csv", name)
		}
	}
	for id, want := range map[string]Category{"ENC-007": OfFile, "ENC-102": Plausibility, "ENC-101": Conformance,
		"DATE-001": Conformance, "DATE-008": Plausibility, "PAT-009": Consistency, "REQ-001": Completeness, "UNQ-002": Uniqueness} {
		if got := CategoryOf(rule.Must(id)); got != want {
			t.Errorf("%s is in %v, want %v", id, got, want)
		}
	}
}

// A cell is what a test says about one cell of a row: raw, what it became, the word for no value it was, the rule that fired on it.
type cell struct {
	raw, value, null, rule string
	unusable               bool
}

func count(t *Tally, kept bool, cells ...cell) {
	r := &standardize.Row{Touched: standardize.NewSlots(len(cells))}
	for slot, c := range cells {
		r.Touched.Add(slot)
		r.Raw, r.Values, r.Unusable = append(r.Raw, c.raw), append(r.Values, c.value), append(r.Unusable, c.unusable)
		if c.null != "" {
			t.Null(slot, c.null)
		}
		if c.rule != "" {
			r.Flag(slot, rule.Must(c.rule))
		}
	}
	t.Row(r, r.Hits, standardize.NewSlots(len(cells)), kept)
}

func TestCellsAreCountedOnce(t *testing.T) {
	tests := []struct {
		name string
		in   cell
		kept bool
		want counts
	}{
		{"blank", cell{raw: "  "}, true, counts{Blank: 1}},
		{"null word", cell{raw: "N/A", null: "n/a"}, true, counts{NullWords: 1}},
		{"already canonical", cell{raw: "1985-01-02", value: "1985-01-02"}, true, counts{ValuesAfter: 1}},
		{"changed", cell{raw: "1/2/1985", value: "1985-01-02", rule: "STD-001"}, true, counts{Changed: 1, ValuesAfter: 1}},
		{"placeholder", cell{raw: "1/1/1800", rule: "DATE-005"}, true, counts{Emptied: 1}},
		{"unreadable, nulled", cell{raw: "31/02", unusable: true, rule: "DATE-001"}, true, counts{Unreadable: 1}},
		{"unreadable, kept", cell{raw: "x", value: "x", unusable: true, rule: "TYP-001"}, true,
			counts{Unreadable: 1, ValuesAfter: 1, UnreadableAfter: 1}},
		{"implausible, nulled", cell{raw: "2999-02-02", unusable: true, rule: "DATE-008"}, true, counts{Implausible: 1}},
		{"implausible, kept", cell{raw: "1890-01-01", value: "1890-01-01", rule: "PAT-005"}, true,
			counts{Implausible: 1, ValuesAfter: 1, ImplausibleAfter: 1}},
		{"contradiction, nulled", cell{raw: "kg", value: "", unusable: true, rule: "UNIT-003"}, true, counts{Inconsistent: 1}},
		{"contradiction, kept", cell{raw: "false", value: "false", rule: "PAT-009"}, true,
			counts{Inconsistent: 1, ValuesAfter: 1, InconsistentAfter: 1}},
		{"quarantined", cell{raw: "1/2/1985", value: "1985-01-02"}, false, counts{Changed: 1}},
		{"filled from elsewhere", cell{value: "1985"}, true, counts{Blank: 1, ValuesAfter: 1}},
	}
	p := usCore(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tally := NewTally(p, columns[1:2])
			count(tally, tt.kept, tt.in)
			if got := tally.counts[0]; got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

// small returns a tally of a few rows that met most of what can happen.
func small(t testing.TB) *Tally {
	tally := NewTally(usCore(t), columns)
	count(tally, true, cell{raw: "7", value: "7"}, cell{raw: "1/2/1985", value: "1985-01-02"}, cell{value: "day"}, cell{raw: "B", value: "B"})
	count(tally, true, cell{raw: "8", value: "8"}, cell{raw: "N/A", null: "n/a"}, cell{}, cell{raw: "N/A", value: "N/A"})
	count(tally, true, cell{raw: "9", value: "9"}, cell{raw: "1890-01-01", value: "1890-01-01", rule: "PAT-005"}, cell{value: "day"}, cell{})
	count(tally, false, cell{}, cell{raw: "31/02", value: "31/02", unusable: true, rule: "DATE-001"}, cell{}, cell{})
	tally.Hit(-1, rule.Must("PAT-001"), 1)
	return tally
}

func TestScores(t *testing.T) {
	f := small(t).File(usCore(t))
	f.Table, f.Rows.Duplicates, f.Rows.KeyConflicts = "patient", 1, 0
	f.Hit(usCore(t), rule.Must("UNQ-002"), 1)
	if want := []RuleCount{{"PAT-001", "error", "completeness", 1}, {"UNQ-002", "info", "uniqueness", 1}}; !slices.Equal(f.Rules, want) {
		t.Errorf("rules on rows: got %v, want %v", f.Rules, want)
	}
	c := New("plan", "us-core 1", f)
	birth := c.Files[0].Columns[1].Scores
	want := Scores{
		Completeness: Change{Share{3, 4}, Share{2, 3}},
		Conformance:  Change{Share{1, 3}, Share{2, 2}},
		Plausibility: Change{Share{1, 2}, Share{1, 2}},
		Consistency:  Change{Share{2, 2}, Share{2, 2}},
	}
	if birth != want {
		t.Errorf("birth_date: got %+v, want %+v", birth, want)
	}
	if got := c.Files[0].Columns[2].Scores; got != (Scores{}) {
		t.Errorf("a companion is scored: %+v", got)
	}
	if got := c.Files[0].Columns[3].Scores; got != (Scores{Completeness: Change{Share{2, 4}, Share{2, 3}}}) {
		t.Errorf("an untouched column: got %+v", got)
	}
	if got := c.Job.Uniqueness; got != (Change{Share{2, 3}, Share{2, 2}}) {
		t.Errorf("uniqueness: got %+v", got)
	}
	if got, want := c.Job.Completeness, (Change{Share{3 + 3 + 2, 12}, Share{3 + 2 + 2, 9}}); got != want {
		t.Errorf("completeness of the job: got %+v, want %+v", got, want)
	}
}

func TestMergeIsExactWhateverTheOrder(t *testing.T) {
	r, p := rand.New(rand.NewPCG(1, 2)), usCore(t)
	whole := NewTally(p, columns)
	parts := make([]*Tally, 5)
	for i := range parts {
		parts[i] = NewTally(p, columns)
	}
	kinds := []cell{{}, {raw: "a", value: "a"}, {raw: "a", value: "b", rule: "STD-001"}, {raw: "NA", null: "na"},
		{raw: "NULL", null: "null"}, {raw: "?", unusable: true, rule: "DATE-001"}, {raw: "?", value: "?", unusable: true, rule: "UNIT-003"},
		{raw: "?", rule: "PHONE-003"}, {raw: "c", value: "c", rule: "PAT-005"}}
	for range 500 {
		var row []cell
		for range columns {
			row = append(row, kinds[r.IntN(len(kinds))])
		}
		kept := r.IntN(4) > 0
		count(whole, kept, row...)
		count(parts[r.IntN(len(parts))], kept, row...)
	}
	r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	sum := NewTally(p, columns)
	for _, part := range parts {
		sum.Merge(part)
	}
	if got, want := sum.File(p), whole.File(p); !reflect.DeepEqual(got, want) {
		t.Errorf("the parts add up to\n%+v, not to\n%+v", got, want)
	}
	for _, c := range New("plan", "us-core 1", sum.File(p)).Files[0].Columns {
		for _, category := range Categories {
			for _, s := range []Share{c.Scores.Of(category).Before, c.Scores.Of(category).After} {
				if s.Good < 0 || s.Good > s.Of {
					t.Errorf("%s: %v is %d of %d", c.Field, category, s.Good, s.Of)
				}
			}
		}
	}
}

func TestPartsReadBackAreWhatTheyWereAtOnce(t *testing.T) {
	p := usCore(t)
	var files []File
	for i, table := range []string{"patient", "patient", "encounter", "patient"} {
		f := small(t).File(p)
		f.Name, f.Table, f.Status = table+".csv", table, "ok"
		f.Columns[1].Distinct = 2
		if i == 3 {
			f.Status, f.Reason = "failed", "FILE-001"
		}
		files = append(files, f)
	}
	want := New("plan", "us-core 1", files...)
	var read []File
	for _, f := range files {
		var b bytes.Buffer
		if err := New("part", "us-core 1", f).Write(&b, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		part, err := Read(&b)
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, part.Files...)
	}
	got := New("plan", "us-core 1", read...)
	if a, b := marshal(t, got), marshal(t, want); a != b {
		t.Errorf("combined:\n%s\nat once:\n%s", a, b)
	}
	if len(got.Tables) != 2 || got.Tables[0].Files != 2 || got.Tables[0].Rows.Rows != 8 {
		t.Errorf("tables: %+v; want two, without the failed file", got.Tables)
	}
	if c := got.Tables[0].Columns[1]; c.Values != 6 || c.Nulls["n/a"] != 2 || c.Distinct != 0 || c.Rules[0].Count != 2 {
		t.Errorf("birth_date of two files: %+v", c)
	}
	if s := got.Tables[0].Columns[1].Scores.Completeness; s != (Change{Share{6, 8}, Share{4, 6}}) {
		t.Errorf("completeness of birth_date in two files: %+v", s)
	}
	if c := got.Files[0].Columns[1]; c.Nulls["n/a"] != 1 || c.Distinct != 2 || c.Rules[0].Count != 1 {
		t.Errorf("adding up changed the file: %+v", c)
	}
}

// A field that one file states and another has filled in is scored where it arrived.
func TestTablesScoreWhatArrived(t *testing.T) {
	p := usCore(t)
	stated := NewTally(p, []Column{{"unit", "Unit", "unit", false}})
	count(stated, true, cell{raw: "mg/dL", value: "mg/dL"})
	inferred := NewTally(p, []Column{{"unit", "", "", true}})
	count(inferred, true, cell{value: "mg/dL"})
	a, b := stated.File(p), inferred.File(p)
	a.Table, b.Table = "observation", "observation"
	if got := New("plan", "us-core 1", b, a).Tables[0].Scores.Completeness; got != (Change{Share{1, 1}, Share{1, 1}}) {
		t.Errorf("got %+v; want one of one", got)
	}
}

func marshal(t *testing.T, c *Card) string {
	t.Helper()
	b, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestSchema(t *testing.T) {
	f, err := queue.Contract.Open("schemas/scorecard.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("scorecard.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("scorecard.json")
	file := small(t).File(usCore(t))
	file.Name, file.Source, file.Table, file.Status = "patients.csv", "clinic", "patient", "ok"
	file.Columns[0].Distinct = 3
	for i := range file.Columns { // every counter there is
		c := &file.Columns[i]
		c.Cells, c.Values = c.Cells+20, c.Values+20
		c.add(&ColumnCount{counts: counts{1, 1, 1, 1, 1, 1, 1, 20, 1, 1, 1}})
	}
	picture := File{Name: "scan.png", Status: "failed", Reason: "FILE-005", Detail: "a picture", Columns: []ColumnCount{}, Rules: []RuleCount{}}
	for i := range file.Columns {
		file.Columns[i].Spread = spreadOfValues(spreadDates, map[string]int64{"2026-01-02": 12, "2026-02": 3})
	}
	for _, c := range []*Card{New("plan", "us-core 1", file, picture), New("", "us-core 1")} {
		c.Publish()
		var b bytes.Buffer
		if err := c.Write(&b, time.Unix(0, 0)); err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Error(err)
		}
	}
}

func TestReadRefusesAnotherVersion(t *testing.T) {
	for _, document := range []string{`{"version": 2}`, `{`} {
		if _, err := Read(strings.NewReader(document)); err == nil {
			t.Errorf("%s was read", document)
		}
	}
}
