package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
)

// shownRules is how many rules the page lists; issues.ndjson has all.
const shownRules = 20

// shownFields is how many fields are named beside a rule.
const shownFields = 3

// A ruleView is one rule and how often it fired.
type ruleView struct {
	ID, Title, Message, Severity, Sign, Outcome, Where string
	Count                                              int64
	Samples                                            []sampleView

	severity rule.Severity
	fields   []fieldCount
}

// A sampleView is a row in which a rule fired, without what stands there.
type sampleView struct{ Place, Field, Mask string }

// samplesOf returns the first rows in which a rule fired.
func (r *Report) samplesOf(name string) []sampleView {
	var out []sampleView
	for i := range r.Card.Files {
		f := &r.Card.Files[i]
		first := len(out)
		for _, s := range f.Samples {
			if s.Rule == name && len(out) < shownSamples {
				place := fmt.Sprintf("line %s", count(s.Line))
				if len(r.Card.Files) > 1 && len(out) == first {
					place += " of " + f.Name
				}
				out = append(out, sampleView{place, s.Field, s.Masked})
			}
		}
	}
	return out
}

// shownSamples is how many rows stand beside a rule.
const shownSamples = 3

type fieldCount struct {
	name  string
	count int64
}

// outcomes say what became of what a rule found.
var outcomes = map[rule.Disposition]string{
	rule.Fix:           "put right",
	rule.FixFlag:       "put right by inference; please check",
	rule.KeepFlag:      "kept as it is",
	rule.NullCell:      "value left out; row quarantined where the table requires it",
	rule.QuarantineRow: "row quarantined",
	rule.FailFile:      "file not processed",
}

// leaving are the rules under which a row leaves because another one stands.
var leaving = []string{"UNQ-002", "UNQ-004", "UNQ-005"}

// outcome says what becomes of what a rule finds, under its disposition and the operation of the job: some keep all rows, one changes
// nothing.
func (r *Report) outcome(name string, d rule.Disposition) string {
	switch {
	case slices.Contains(leaving, name) && r.Operation != "validate":
		return "row left out; another one stands"
	case r.Operation == "validate" && d != rule.FailFile:
		return "reported; nothing is changed"
	case r.Operation == "standardize" && d == rule.QuarantineRow:
		return "row kept: this operation keeps all"
	case r.Operation == "standardize" && d == rule.NullCell:
		return "value left out"
	}
	return outcomes[d]
}

// signs stand beside the words of severities, so that neither colour nor reading English is needed to tell them apart.
var signs = map[rule.Severity]string{rule.Fatal: "✖", rule.Error: "▲", rule.Warning: "◆", rule.Info: "●"}

// rules sums up the findings of all files: the gravest first, then the most frequent.
func (v *view) rules(r *Report) {
	byID := map[string]*ruleView{}
	note := func(field string, counts []scorecard.RuleCount) {
		for _, n := range counts {
			out := byID[n.Rule]
			if out == nil {
				if out = describe(r, n.Rule); out == nil {
					continue // the card is of another version, whose rules this one does not know
				}
				byID[n.Rule] = out
			}
			out.Count += n.Count
			out.addField(field, n.Count)
		}
	}
	for i := range r.Card.Files {
		f := &r.Card.Files[i]
		note("", f.Rules)
		for c := range f.Columns {
			note(f.Columns[c].Field, f.Columns[c].Rules)
		}
	}
	all := make([]*ruleView, 0, len(byID))
	for _, out := range byID {
		all = append(all, out)
	}
	slices.SortFunc(all, func(a, b *ruleView) int {
		return cmp.Or(cmp.Compare(a.severity, b.severity), cmp.Compare(b.Count, a.Count), cmp.Compare(a.ID, b.ID))
	})
	for i, out := range all {
		out.Where = out.where()
		if i < shownRules {
			out.Samples = r.samplesOf(out.ID)
			v.Rules = append(v.Rules, *out)
		} else {
			v.MoreRules++
		}
		if out.Outcome == outcomes[rule.QuarantineRow] {
			v.Quarantine = append(v.Quarantine, *out)
		}
	}
}

// describe returns a rule in words, as the job's profile has it; nil when there is none.
func describe(r *Report, name string) *ruleView {
	id, ok := r.Profile.LookupRule(name)
	if !ok {
		return nil
	}
	severity, disposition := r.Profile.RuleFor(id)
	text := r.Profile.Rule(id)
	return &ruleView{ID: name, Title: text.Title, Message: text.Message, Severity: severity.String(), Sign: signs[severity],
		Outcome: r.outcome(name, disposition), severity: severity}
}

func (v *ruleView) addField(name string, n int64) {
	if name == "" {
		return
	}
	at := slices.IndexFunc(v.fields, func(f fieldCount) bool { return f.name == name })
	if at < 0 {
		v.fields = append(v.fields, fieldCount{name, n})
		return
	}
	v.fields[at].count += n
}

// where names the fields on which the rule fired most.
func (v *ruleView) where() string {
	slices.SortFunc(v.fields, func(a, b fieldCount) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.name, b.name)) })
	var parts []string
	for i, f := range v.fields {
		if i == shownFields {
			parts = append(parts, fmt.Sprintf("%d more", len(v.fields)-i))
			break
		}
		parts = append(parts, f.name+" ("+count(f.count)+")")
	}
	return strings.Join(parts, ", ")
}
