package engine

import (
	"slices"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/standardize"
)

// A class is an outcome that many cells of a column share whose texts are not remembered: all that is counted of them is the same, only their
// values differ.
type class struct {
	sum classSum
	*outcome
}

// A classSum is all that makes a class, in one word: up to classHits rules, then how the cell changed.
type classSum uint64

const (
	classHits   = 3
	mostClasses = 64 // of a column
)

func (s *classSum) add(id rule.ID) { *s = *s<<16 | classSum(id) }

// takeAny stores what was read of any cell that nobody remembers, with its class.
func (w *transformer) takeAny(c *column, m *memo, r *record, cell string) {
	before := len(r.row.Hits)
	r.take(c, cell, &w.outcome, nil)
	hits := r.row.Hits[before:]
	if w.outcome.null != "" || w.outcome.unusable || len(hits) > classHits {
		return
	}
	sum := classSum(0)
	for _, h := range hits {
		sum.add(h.Rule)
	}
	value := r.row.Values[c.slot]
	w.classify(c, m, r, sum, scorecard.FateOf(r.row.Raw[c.slot], value), value != cell, len(hits))
}

// takeUsual stores a cell of a usual form, with its class, and empties what it was read into.
func (w *transformer) takeUsual(c *column, m *memo, r *record, cell string) {
	usual := &w.usual
	value, hits, sum := usual.Value, len(usual.Hits), classSum(0)
	r.set(c.slot, cell, cell, value)
	for _, id := range usual.Hits {
		r.row.Hits = append(r.row.Hits, standardize.Hit{Slot: c.slot, Rule: id})
		r.severe = r.severe || w.dispositions[id] >= rule.NullCell
		sum.add(id)
	}
	usual.Hits = usual.Hits[:0]
	if len(c.parts) > 0 {
		r.takeParts(c, usual)
	}
	switch {
	case usual.Unusable:
		r.row.Unusable[c.slot], usual.Unusable = true, false
	case hits > classHits:
	case cell == "":
		w.classify(c, m, r, sum, scorecard.Blank, value != "", hits)
	case value == cell:
		w.classify(c, m, r, sum, scorecard.Kept, false, hits)
	case value == "":
		w.classify(c, m, r, sum, scorecard.Emptied, true, hits)
	default:
		w.classify(c, m, r, sum, scorecard.Changed, true, hits)
	}
}

// classify notes the class of a usable cell that the row has taken. Of a cell without one more is to be told.
func (w *transformer) classify(c *column, m *memo, r *record, sum classSum, fate scorecard.Fate, changed bool, hits int) {
	why := rule.ID(0)
	if changed && hits == 0 {
		why = whyChanged(r.row.Values[c.slot], r.source[c.slot])
		sum = classSum(why) << 32 // which no hits make
	}
	sum = sum<<3 | classSum(fate)<<1
	if changed {
		sum |= 1
	}
	o := m.class(sum)
	if o == nil {
		if len(m.classes) == mostClasses {
			return
		}
		o = &outcome{class: true, fate: fate, changed: changed, why: why, hits: slices.Clone(r.row.Hits[len(r.row.Hits)-hits:])}
		for _, h := range o.hits {
			o.severe = o.severe || w.dispositions[h.Rule] >= rule.NullCell
		}
		o.calm = w.isCalm(o)
		m.classes = append(m.classes, class{sum, o})
	}
	r.know(c.slot, o)
}

// class returns the outcome of a class, nil where there is none yet.
func (m *memo) class(sum classSum) *outcome {
	for i := range m.classes {
		if m.classes[i].sum == sum {
			return m.classes[i].outcome
		}
	}
	return nil
}
