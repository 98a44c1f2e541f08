package engine

import (
	"slices"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// suggestionNote stands in the issues of rules that suggest values: these are patients', and issues hold none.
const suggestionNote = "What the value probably was stands under suggestions in the change log."

// applied returns the rules that suggest something and whose disposition in the profile is to fix.
func applied(settings []setting) []rule.ID {
	var ids []rule.ID
	for id, s := range settings {
		if standardize.Suggests(rule.ID(id)) && s.disposition <= rule.FixFlag {
			ids = append(ids, rule.ID(id))
		}
	}
	return ids
}

// applySuggestion reads a cell again as what it probably was, where the profile says so of the rule that was found in it.
func (w *transformer) applySuggestion(c *column, o *outcome) {
	cell := &w.cell
	for _, id := range cell.Hits {
		if !slices.Contains(w.applies, id) {
			continue
		}
		if meant := standardize.Suggest(id, o.read); meant != "" {
			cell.Reset()
			c.read(meant, cell)
			cell.Hits = slices.Insert(cell.Hits, 0, id)
			o.read = meant
			return
		}
	}
}

// suggest notes what a cell probably was, for people to judge.
func (w *transformer) suggest(h standardize.Hit) {
	meant := standardize.Suggest(h.Rule, w.source[h.Slot])
	if meant == "" || w.job.Operation == Validate {
		return
	}
	if w.supposed == nil {
		w.supposed = newLineage(w.transform)
		w.supposed.lines.begins, w.supposed.lines.then = `"changes":[],"rows":[],"suggestions":[`, `],"suggested":[`
	}
	l := w.supposed
	if n := len(l.rows); n == 0 || l.rows[n-1].record != w.number || l.rows[n-1].variant != w.variant {
		l.rows = append(l.rows, changedRow{record: w.number, line: w.line, variant: w.variant})
	}
	l.rules = append(l.rules[:0], h.Rule)
	l.made = append(l.made, l.place(l.kind(h.Slot), w.source[h.Slot], meant).madeChange)
	l.rows[len(l.rows)-1].until = len(l.made)
}
