package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/scorecard"
)

// A view is the page's content, ready to be written down: the template only lays it out.
type view struct {
	Operation, Profile, Today, PlanID, Made string
	Of                                      string // the files, in a few words, for who has several such pages
	After                                   string // what the second of two shares is called
	Short                                   []string
	Checks                                  []check
	MoreChecks                              int
	Supplied                                bool        // a plan was followed: there is a last delivery
	Since                                   []driftView // what differs from it
	People                                  []fact
	Figures                                 []figure
	Files                                   []fileView
	Failures                                []failure
	Decisions                               []decisions
	Tables                                  []tableView
	Rules                                   []ruleView
	MoreRules                               int
	Rows, Quarantined                       int64
	Quarantine                              []ruleView
	Duplicates                              []duplicates
	Outputs                                 []outputView
}

// A figure is one of the numbers at the top.
type figure struct {
	Label string
	Value int64
	Note  string
}

type fileView struct {
	Name, Source, Table, Why, Form, Status string
	Records, Dropped, Quarantined          int64
	Duplicates, Kept                       int64 // of the rows that are not quarantined: those that repeat others, and all others
}

type failure struct{ Name, Reason, Rule, Detail string }

type duplicates struct {
	Table              string
	Removed, Conflicts int64
}

type outputView struct {
	Name, What string
	Rows       int64
}

func (r *Report) view() view {
	v := view{
		Operation: r.Operation, Profile: r.Profile.Name + " " + r.Profile.Version, Made: r.Made.UTC().Format("2006-01-02 15:04 UTC"),
		After: "after", PlanID: r.Card.PlanID,
	}
	if r.Operation == "validate" {
		v.After = "if standardized"
	}
	if r.Plan != nil {
		v.Today = r.Plan.Today
		for i := range r.Plan.Files {
			v.Decisions = append(v.Decisions, decided(&r.Plan.Files[i]))
		}
	}
	for i := range r.Card.Files { // a failed file's quarantine is written, too
		v.Rows += r.Card.Files[i].Rows.Rows
		v.Quarantined += r.Card.Files[i].Rows.Quarantined
	}
	v.files(r)
	v.Of = filesInShort(v.Files)
	v.figures(r.Card)
	for i := range r.Card.Tables {
		t := &r.Card.Tables[i]
		v.Tables = append(v.Tables, tableOf(t))
		v.Duplicates = append(v.Duplicates, duplicates{t.Table, t.Rows.Duplicates, t.Rows.KeyConflicts})
	}
	v.rules(r)
	v.since(r)
	v.Supplied, v.People = r.Supplied, linked(r.Card.People)
	v.short(r)
	for _, o := range r.Outputs {
		v.Outputs = append(v.Outputs, outputView{o.Name, outputWords[o.Kind], o.Rows})
	}
	return v
}

// outputWords say what is in the files of each kind.
var outputWords = map[string]string{
	"clean":        "the clean table",
	"quarantine":   "quarantined rows, whole, each with its reasons; repair them and submit the file again",
	"issues":       "every finding, with its rows",
	"changes":      "every cell that was changed: what stood there, what stands there now, and why",
	"duplicates":   "rows that were left out, each with the row that says the same",
	"crosswalk":    "which records are the same person",
	"persons":      "one row for each person",
	"review_pairs": "pairs of records that may be the same person",
	"plan":         "the decisions above, to be read, edited and used again",
	"scorecard":    "the numbers of this page, for programs",
	"report":       "this page",
	"log":          "what was done when",
}

// files lists what arrived, each file beside its section of the plan.
func (v *view) files(r *Report) {
	var sections []plan.File
	if r.Plan != nil {
		sections = slices.Clone(r.Plan.Files)
	}
	for i := range r.Card.Files {
		f := &r.Card.Files[i]
		out := fileView{Name: f.Name, Source: f.Source, Table: f.Table, Status: f.Status,
			Records: f.Rows.Records, Dropped: f.Rows.Dropped, Quarantined: f.Rows.Quarantined,
			Duplicates: f.Rows.Duplicates, Kept: f.Rows.Kept - f.Rows.Duplicates}
		at := slices.IndexFunc(sections, func(s plan.File) bool { return s.Name == f.Name && s.Source == f.Source })
		if at >= 0 {
			out.Why, out.Form = sections[at].Table.Why, formOf(&sections[at])
			sections = slices.Delete(sections, at, at+1)
		}
		v.Files = append(v.Files, out)
		if f.Status == "failed" {
			v.Failures = append(v.Failures, r.failureOf(f))
			v.Files[i].Kept = 0
		}
	}
}

// filesInShort names the first of some files.
func filesInShort(files []fileView) string {
	switch len(files) {
	case 0:
		return ""
	case 1:
		return files[0].Name
	}
	return files[0].Name + " and " + count(int64(len(files)-1)) + " more"
}

// formOf says how the bytes of a file were read.
func formOf(f *plan.File) string {
	in := &f.Ingest
	parts := []string{cmp.Or(strings.ToUpper(in.Format), "unknown form")}
	for _, p := range []string{in.Encoding, in.Packing} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if name, ok := delimiterWords[in.Delimiter]; ok {
		parts = append(parts, name)
	}
	return strings.Join(parts, ", ")
}

var delimiterWords = map[string]string{
	",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", "^": "carets", "~": "tildes",
}

func (r *Report) failureOf(f *scorecard.File) failure {
	out := failure{Name: f.Name, Rule: f.Reason, Detail: f.Detail}
	if id, ok := r.Profile.LookupRule(f.Reason); ok {
		out.Reason = r.Profile.Rule(id).Message
	}
	return out
}

func (v *view) figures(c *scorecard.Card) {
	var records, dropped, failed, clean, removed int64
	for i := range c.Files {
		records += c.Files[i].Rows.Records
		dropped += c.Files[i].Rows.Dropped
		if c.Files[i].Status == "failed" {
			failed++
		}
	}
	for i := range c.Tables {
		clean += c.Tables[i].Rows.Kept - c.Tables[i].Rows.Duplicates
		removed += c.Tables[i].Rows.Duplicates
	}
	note := "in the clean tables"
	if clean > records {
		note += "; one with several results makes several"
	}
	v.Figures = []figure{
		{"records arrived", records, plural(int64(len(c.Files)), "in %s file", "in %s files")},
		{"rows leave clean", clean, note},
		{"rows quarantined", v.Quarantined, "left out whole, with reasons"},
		{"duplicates removed", removed, "another row says the same"},
		{"files failed", failed, "nothing of them is in the tables"},
	}
	if dropped > 0 {
		v.Figures = slices.Insert(v.Figures, 1, figure{"lines dropped", dropped,
			"blank lines, repeated headers and closing lines"})
	}
}

// count writes a number with commas between its thousands.
func count(n int64) string {
	s := strconv.AppendInt(nil, n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = slices.Insert(s, i, ',')
	}
	return string(s)
}
