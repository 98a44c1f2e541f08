package engine

import (
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// A setting is what a rule does under the job's profile.
type setting struct {
	id, message string
	severity    rule.Severity
	disposition rule.Disposition
	suggests    bool // what it leaves as it is may have a suggestion
}

func settingsOf(p *profile.Profile) []setting {
	settings := make([]setting, p.RuleCount())
	for id := range settings {
		r := p.Rule(rule.ID(id))
		severity, disposition := p.RuleFor(rule.ID(id))
		suggests := standardize.Suggests(rule.ID(id)) && disposition > rule.FixFlag
		settings[id] = setting{r.ID, r.Message, severity, disposition, suggests}
	}
	return settings
}

// issueCounts count findings by slot and rule. One goroutine owns them.
type issueCounts [][]int64

// newIssueCounts returns counts for n slots and for the row as such.
func newIssueCounts(n int) issueCounts { return make(issueCounts, n+1) }

func (c issueCounts) add(slot int, id rule.ID, n int64) {
	of := &c[slot+1]
	if int(id) >= len(*of) { // none yet, or an own rule of the profile
		*of = append(*of, make([]int64, max(rule.Count(), int(id)+1)-len(*of))...)
	}
	(*of)[id] += n
}

// of returns how often a rule was found about a slot.
func (c issueCounts) of(slot int, id rule.ID) int64 {
	if of := c[slot+1]; int(id) < len(of) {
		return of[id]
	}
	return 0
}

// dropped counts the lines that were left out, by the rule that says why.
func (c issueCounts) dropped(n *Counts) {
	c.add(-1, ruleHeaderAgain, n.DroppedRepeatedHeader)
	c.add(-1, ruleFooter, n.DroppedFooter)
}

func (c issueCounts) merge(o issueCounts) {
	for slot := range o {
		for id, n := range o[slot] {
			if n > 0 {
				c.add(slot-1, rule.ID(id), n)
			}
		}
	}
}

// addIssue counts a rule in the manifest.
func (r *run) addIssue(file, tableName, field string, id rule.ID, count int64) {
	r.manifest.Issues = append(r.manifest.Issues, issueCount(r.settings, file, tableName, field, id, count))
}

// addIssues counts what was found about the file, its columns and their cells.
func (r *run) addIssues(t *transform, p *planned, counts issueCounts) {
	found := newIssueCounts(len(t.layout.Names))
	for _, n := range p.source.Notes {
		found.add(-1, n.Rule, n.Count)
	}
	for _, f := range p.findings {
		found.add(t.layout.Slot(f.Field), f.Rule, f.Count)
	}
	found.merge(counts)
	for i, rules := range found {
		field := ""
		if i > 0 {
			field = t.layout.Names[i-1]
		}
		for id, n := range rules {
			if n > 0 {
				r.addIssue(p.section.Name, p.table.Name, field, rule.ID(id), n)
			}
		}
	}
}

func issueCount(settings []setting, file, tableName, field string, id rule.ID, count int64) IssueCount {
	s := settings[id]
	return IssueCount{File: file, Table: tableName, Field: field, RuleID: s.id,
		Severity: s.severity.String(), Disposition: s.disposition.String(), Count: count}
}
