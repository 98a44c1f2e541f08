package scorecard

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
)

// Version is the version of the scorecard's form.
const Version = 1

// A Card is scorecard.json. Only its files are counted; tables and the job are their sums.
type Card struct {
	Version int     `json:"version"`
	MadeAt  string  `json:"made_at"` // RFC 3339, the only clock time in it
	PlanID  string  `json:"plan_id"`
	Profile string  `json:"profile"`
	Job     Scores  `json:"job"`
	Tables  []Table `json:"tables"`
	Files   []File  `json:"files"`
	People  *People `json:"people,omitempty"` // of a job that found out who is who
}

// People says how records became persons.
type People struct {
	Records       int            `json:"records"`
	Persons       int            `json:"persons"`
	Sizes         map[string]int `json:"sizes"`                // persons by their number of records
	Methods       map[string]int `json:"methods"`              // linked records by how they were linked
	Scores        map[string]int `json:"scores"`               // linked records by score, rounded down to twentieths
	ExpectedFalse float64        `json:"expected_false_links"` // share of the links, from their scores
	Review        int            `json:"review_pairs"`
	Compared      int64          `json:"pairs_compared"`
	OneEach       []string       `json:"one_record_per_person,omitempty"` // files that were taken to have no person twice
	Overflow      []Overflow     `json:"blocks_left_out,omitempty"`
	Quality       *Quality       `json:"quality,omitempty"` // against known pairs
}

// Overflow says which keys stood with too many records to compare them all; they could still meet under other keys.
type Overflow struct {
	Key     string `json:"key"`
	Blocks  int64  `json:"blocks"`
	Records int64  `json:"records"`
	Largest int64  `json:"largest"`
}

// Quality compares links with known ones, by pairs of records.
type Quality struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	True      int64   `json:"true_pairs"`
	Found     int64   `json:"found_pairs"`
	Right     int64   `json:"right_pairs"`
}

// A File is what was counted of one file, or of one table of an archive.
type File struct {
	Name    string        `json:"name"`
	Source  string        `json:"source"`
	Table   string        `json:"table"`
	Status  string        `json:"status"`            // ok, failed, skipped
	Reason  string        `json:"reason,omitempty"`  // rule id or reason code of a failed file
	Detail  string        `json:"message,omitempty"` // why, in words, without any value
	Rows    Rows          `json:"rows"`
	Scores  Scores        `json:"scores"`
	Columns []ColumnCount `json:"columns"`
	Rules   []RuleCount   `json:"rules"` // on rows as a whole, and on the file
	Samples []Sample      `json:"samples,omitempty"`
	Drifts  []Drift       `json:"drifts,omitempty"` // what is not as in the last delivery
	Tests   []Test        `json:"tests,omitempty"`
}

// A Drift is what differs from the last delivery.
type Drift struct {
	Rule   string `json:"rule_id"`
	Column string `json:"column,omitempty"` // its header
	Detail string `json:"detail"`
}

// A Table is the sum over the files that were taken for it and did not fail.
type Table struct {
	Table   string        `json:"table"`
	Files   int           `json:"files"`
	Rows    Rows          `json:"rows"`
	Scores  Scores        `json:"scores"`
	Columns []ColumnCount `json:"columns"`
	Rules   []RuleCount   `json:"rules"`
	Tests   []Test        `json:"tests,omitempty"`
}

// Rows say where the records went. Rows = Quarantined + Kept; what leaves is Kept - Duplicates.
type Rows struct {
	Records      int64 `json:"records"` // data records read, without what was dropped
	Dropped      int64 `json:"dropped"` // blank lines, repeated headers, footers
	Rows         int64 `json:"rows"`    // rows that the records became: a wide record becomes several
	Quarantined  int64 `json:"quarantined"`
	Kept         int64 `json:"kept"`               // not quarantined
	Duplicates   int64 `json:"duplicates_removed"` // kept rows that repeat another exactly
	KeyConflicts int64 `json:"key_conflicts"`      // kept rows whose key another row has, with other content
}

// A ColumnCount is what was counted of one column. Cells before are those of all rows; cells after those of the kept rows, before exact
// duplicates were removed.
type ColumnCount struct {
	Field     string           `json:"field"`
	Header    string           `json:"header,omitempty"` // "" when the engine fills the field itself
	Type      string           `json:"type,omitempty"`   // "" when the column passes untouched
	Cells     int64            `json:"cells"`
	Values    int64            `json:"values"` // cells that are neither blank nor a word for no value
	Distinct  int              `json:"distinct,omitempty"`
	Nulls     map[string]int64 `json:"nulls,omitempty"` // by word
	CellsKept int64            `json:"cells_after"`
	counts
	Rules     []RuleCount `json:"rules,omitempty"`
	Scores    Scores      `json:"scores,omitzero"`
	Spread    *Spread     `json:"spread,omitempty"` // only while parts are summed up
	Histogram *Histogram  `json:"histogram,omitempty"`
	Quantiles *Quantiles  `json:"quantiles,omitempty"`
	Look      *Look       `json:"look,omitempty"` // only while parts are summed up
	Profile   *Profile    `json:"profile,omitempty"`
}

// A RuleCount is how often a rule fired.
type RuleCount struct {
	Rule     string `json:"rule_id"`
	Severity string `json:"severity"` // under the profile
	Category string `json:"category"`
	Count    int64  `json:"count"`
}

// File returns what the tally holds. The caller fills in name, source, table, status, the records and what only the comparison of all rows
// tells (Duplicates, KeyConflicts), and may set Distinct of columns from the plan's evidence.
func (t *Tally) File(p *profile.Profile) File {
	f := File{Rows: Rows{Rows: t.rows, Kept: t.kept, Quarantined: t.rows - t.kept}}
	for i, c := range t.columns {
		n := t.counts[i]
		n.Blank = t.blank(i)
		f.Columns = append(f.Columns, ColumnCount{Field: c.Field, Header: c.Header, Type: c.Type,
			Cells: t.rows, Values: t.rows - n.Blank - n.NullWords, CellsKept: t.kept,
			Nulls: t.nulls[i].counted(), counts: n, Rules: ruleCounts(p, t.rules[i])})
	}
	for i := range t.spreads {
		f.Columns[t.spreads[i].slot].Spread = t.spreads[i].counted()
	}
	for i := range t.looks {
		f.Columns[t.looks[i].slot].Look = t.looks[i].look()
	}
	for _, s := range t.samples {
		s.Rule = p.Rule(s.rule).ID
		f.Samples = append(f.Samples, s.Sample)
	}
	f.Samples = firstSamples(f.Samples)
	f.Tests = t.tests.counted()
	f.Rules = ruleCounts(p, t.rules[len(t.columns)])
	return f
}

// Hit counts a rule that fired n times on rows of the file, found when all rows of the job were compared.
func (f *File) Hit(p *profile.Profile, id rule.ID, n int64) {
	severity, _ := p.RuleFor(id)
	f.Rules = addRules(f.Rules, []RuleCount{{p.Rule(id).ID, severity.String(), CategoryOf(id).String(), n}})
}

// Drift notes what a rule says is not as in the last delivery; other rules are not listed.
func (f *File) Drift(p *profile.Profile, id rule.ID, header, detail string) {
	if name := p.Rule(id).ID; detail != "" && (strings.HasPrefix(name, "DRIFT-") || name == "FILE-004") {
		f.Drifts = append(f.Drifts, Drift{name, header, detail})
	}
}

// Add adds what was counted of other rows of the same file.
func (f *File) Add(o *File) {
	f.Rows.add(o.Rows)
	for i := range f.Columns {
		f.Columns[i].add(&o.Columns[i])
	}
	f.Rules = addRules(f.Rules, o.Rules)
	f.Samples = firstSamples(append(f.Samples, o.Samples...))
	f.Drifts = append(f.Drifts, o.Drifts...)
	f.Tests = addTests(f.Tests, o.Tests)
}

// ruleCounts lists the rules that fired, in the order of their ids.
func ruleCounts(p *profile.Profile, hits []int64) []RuleCount {
	all := []RuleCount{}
	for id, n := range hits {
		if n != 0 {
			severity, _ := p.RuleFor(rule.ID(id))
			all = append(all, RuleCount{p.Rule(rule.ID(id)).ID, severity.String(), CategoryOf(rule.ID(id)).String(), n})
		}
	}
	slices.SortFunc(all, func(x, y RuleCount) int { return strings.Compare(x.Rule, y.Rule) })
	return all
}

// New returns the scorecard of a job from its files, in their order: it computes all sums and scores.
func New(planID, profileName string, files ...File) *Card {
	c := &Card{Version: Version, PlanID: planID, Profile: profileName, Tables: []Table{}, Files: append([]File{}, files...)}
	for i := range c.Files {
		f := &c.Files[i]
		f.Columns, f.Rules = slices.Clone(f.Columns), slices.Clip(f.Rules)
		for k := range f.Columns {
			f.Columns[k].Scores = f.Columns[k].score()
		}
		f.Scores = sum(f.Columns, f.Rows)
		if f.Status != "failed" {
			c.table(f.Table).add(f)
		}
	}
	for i := range c.Tables {
		t := &c.Tables[i]
		t.Scores = sum(t.Columns, t.Rows)
		c.Job.add(t.Scores)
	}
	return c
}

// table returns the card's table, which it makes when it is the first file of its kind.
func (c *Card) table(name string) *Table {
	for i := range c.Tables {
		if c.Tables[i].Table == name {
			return &c.Tables[i]
		}
	}
	c.Tables = append(c.Tables, Table{Table: name, Columns: []ColumnCount{}, Rules: []RuleCount{}})
	return &c.Tables[len(c.Tables)-1]
}

func (t *Table) add(f *File) {
	t.Files++
	t.Rows.add(f.Rows)
	places := make(map[string]int, len(t.Columns))
	for at := range t.Columns {
		places[t.Columns[at].Field] = at
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		at, ok := places[c.Field]
		if !ok {
			first := *c
			first.Nulls, first.Rules = maps.Clone(c.Nulls), slices.Clone(c.Rules)
			places[c.Field] = len(t.Columns)
			t.Columns = append(t.Columns, first)
			continue
		}
		t.Columns[at].add(c)
	}
	t.Rules = addRules(t.Rules, f.Rules)
	t.Tests = addTests(t.Tests, f.Tests)
}

func (r *Rows) add(o Rows) {
	r.Records += o.Records
	r.Dropped += o.Dropped
	r.Rows += o.Rows
	r.Quarantined += o.Quarantined
	r.Kept += o.Kept
	r.Duplicates += o.Duplicates
	r.KeyConflicts += o.KeyConflicts
}

// add adds the counts of the same field of another file. How many distinct values both have together is not known.
func (c *ColumnCount) add(o *ColumnCount) {
	c.Header, c.Type = max(c.Header, o.Header), max(c.Type, o.Type) // of two headers one, whatever the order of the files
	c.Cells += o.Cells
	c.Values += o.Values
	c.Distinct = 0
	c.CellsKept += o.CellsKept
	c.counts.add(&o.counts, 1)
	for word, n := range o.Nulls {
		if c.Nulls == nil {
			c.Nulls = map[string]int64{}
		}
		c.Nulls[word] += n
	}
	c.Spread = c.Spread.add(o.Spread)
	c.Look = c.Look.plus(o.Look)
	c.Rules = addRules(c.Rules, o.Rules)
	c.Scores.add(o.Scores) // not of the sums: a field that one file fills and another lacks is scored where it arrived
}

// addRules adds counts by rule, in the order of their ids.
func addRules(a, b []RuleCount) []RuleCount {
	for _, n := range b {
		at := slices.IndexFunc(a, func(o RuleCount) bool { return o.Rule == n.Rule })
		if at < 0 {
			a = append(a, n)
		} else {
			a[at].Count += n.Count
		}
	}
	slices.SortFunc(a, func(x, y RuleCount) int { return strings.Compare(x.Rule, y.Rule) })
	return a
}

// Write writes the card as scorecard.json, made at the given time.
func (c *Card) Write(w io.Writer, now time.Time) error {
	out := *c
	out.MadeAt = now.UTC().Format(time.RFC3339)
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(&out); err != nil {
		return fmt.Errorf("write scorecard: %w", err)
	}
	return nil
}

// Read reads a scorecard.
func Read(r io.Reader) (*Card, error) {
	c := new(Card)
	if err := json.NewDecoder(r).Decode(c); err != nil {
		return nil, fmt.Errorf("read scorecard: %w", err)
	}
	if c.Version != Version {
		return nil, fmt.Errorf("read scorecard: version %d is not known; this program writes version %d", c.Version, Version)
	}
	return c, nil
}
