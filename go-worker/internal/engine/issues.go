package engine

import (
	"strconv"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
)

// A setting is what a rule does under the job's profile.
type setting struct {
	severity    rule.Severity
	disposition rule.Disposition
}

func settingsOf(p *profile.Profile) []setting {
	settings := make([]setting, rule.Count())
	for id := range settings {
		settings[id].severity, settings[id].disposition = p.RuleFor(rule.ID(id))
	}
	return settings
}

// issueCounts count findings by slot and rule. One goroutine owns them.
type issueCounts [][]int64

// newIssueCounts returns counts for n slots and for the row as such.
func newIssueCounts(n int) issueCounts { return make(issueCounts, n+1) }

func (c issueCounts) add(slot int, id rule.ID, n int64) {
	of := &c[slot+1]
	if *of == nil {
		*of = make([]int64, rule.Count())
	}
	(*of)[id] += n
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

// ruleTail is the end of an issue line, from the rule on.
func (s setting) ruleTail(id rule.ID, count int64) []byte {
	dst := append([]byte(`"rule_id":`), '"')
	dst = append(append(dst, id.String()...), `","severity":"`...)
	dst = append(append(dst, s.severity.String()...), `","disposition":"`...)
	dst = append(append(dst, s.disposition.String()...), `","message":`...)
	dst = appendJSON(dst, id.Rule().Message)
	dst = append(dst, `,"count":`...)
	dst = strconv.AppendInt(dst, count, 10)
	return append(dst, '}', '\n')
}
