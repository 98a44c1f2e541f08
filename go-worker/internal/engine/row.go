package engine

import (
	"math/bits"
	"slices"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// rowStages are what a row goes through whose cells are read, and that nothing but its record is needed for.
var rowStages = [...]func(*transformer){
	(*transformer).check, (*transformer).list, (*transformer).score, (*transformer).relate, (*transformer).trace, (*transformer).write,
	(*transformer).compare,
}

// finish takes the row at work through its stages.
func (w *transformer) finish() {
	for _, do := range rowStages {
		do(w)
	}
}

// finishBlock takes the rows of a block of records through their stages, each stage for all of them: its instructions stay close to the
// processor meanwhile.
func (w *transformer) finishBlock(block []record) {
	for _, do := range rowStages {
		for k := range block {
			w.record = &block[k]
			do(w)
		}
	}
}

// check applies rules and dispositions to the row, and says why of each change.
func (w *transformer) check() {
	w.quarantine = w.quarantine[:0]
	if w.damaged {
		w.judge()
		w.hits.sort(w.row.Hits, w.calm, w.dispositions)
		w.bad = true
		return
	}
	if !w.together {
		w.takeSteps()
	}
	if w.given {
		w.fillGiven()
	}
	w.markUnusable()
	w.rules.Check(&w.row)
	if w.references != nil {
		w.references.Row(&w.row)
	}
	w.judge()
	w.sayAbsent()
	w.bad = len(w.quarantine) > 0 && w.job.quarantines()
	w.soothe(w.bad)
	w.explain()
}

// score counts the row in the scorecard; of a record that cannot be divided into cells only what was found.
func (w *transformer) score() {
	if w.damaged {
		for _, h := range w.row.Hits {
			w.tally.Hit(-1, h.Rule, 1)
		}
		return
	}
	if w.isLookedAt() {
		w.tally.Look(&w.row, w.nullSlots(), !w.bad)
	}
	for _, n := range w.nulls {
		if !w.calm.Has(n.slot) {
			w.tally.Null(n.slot, n.word)
		}
	}
	w.nulls = w.nulls[:0]
	w.tally.Row(&w.row, w.hits.own, w.calm, !w.bad)
}

// relate notes what the rows of other tables are held against.
func (w *transformer) relate() {
	if w.bad {
		return
	}
	if w.taker != nil {
		w.out.facts = w.taker.Append(w.out.facts, &w.row, w.number)
	}
	if w.namer != nil {
		w.out.names = w.namer.Append(w.out.names, &w.row)
	}
}

// takeSteps does the steps of the table for a row of its own.
func (w *transformer) takeSteps() {
	steps := w.steps
	if w.variant != nil {
		steps = w.variant.steps
	}
	for i := range steps {
		steps[i].Do(&w.row)
	}
}

// fillGiven takes over what an earlier run wrote into companion columns: where nothing says otherwise now, and where
// the value it goes with is still as that run wrote it.
func (w *transformer) fillGiven() {
	for i := range w.columns {
		c := &w.columns[i]
		if !c.given {
			continue
		}
		cell := w.cells[c.cells[0]]
		w.source[c.slot], w.row.Raw[c.slot] = cell, cell
		value := plan.Trim(cell)
		untouched := c.owner >= 0 && w.row.Values[c.owner] == w.source[c.owner]
		if w.row.Values[c.slot] == "" || untouched && value != "" {
			w.row.Values[c.slot] = value
		}
	}
}

// markUnusable tells the rules about values that will be dropped.
func (w *transformer) markUnusable() {
	for _, h := range w.grave() {
		if h.Slot >= 0 && w.dispositions[h.Rule] == rule.NullCell {
			w.row.Unusable[h.Slot] = true
		}
	}
}

// grave returns those hits of the row that may ask for more than being told: of cells seldom one does.
func (w *transformer) grave() []standardize.Hit {
	if w.severe || w.row.Unsaid {
		return w.row.Hits
	}
	return w.row.Hits[w.ofCells:]
}

// judge applies the dispositions of all that was found.
func (w *transformer) judge() {
	for _, h := range w.grave() {
		switch w.dispositions[h.Rule] {
		case rule.NullCell:
			w.row.Set(h.Slot, "")
			if h.Slot >= 0 {
				for _, part := range w.parts[h.Slot] {
					w.row.Set(part, "")
				}
			}
		case rule.QuarantineRow:
			if !slices.Contains(w.quarantine, h) {
				w.quarantine = append(w.quarantine, h)
			}
		case rule.FailFile:
			if w.out.failed == 0 {
				w.out.failed = h.Rule
			}
		}
	}
}

// sayAbsent gives a result that a rule took away the reason that FHIR has for it, so that no row stands with neither; that of a vital sign
// whose cell says why it was not taken stands there.
func (w *transformer) sayAbsent() {
	r := &w.row
	if w.absent < 0 || w.value < 0 || r.Values[w.value] != "" || r.Values[w.absent] != "" || r.Get(w.text) != "" {
		return
	}
	for _, h := range r.Hits {
		if h.Slot != w.value {
			continue
		}
		if h.Rule == ruleNoResult {
			r.Set(w.absent, standardize.AbsentReason(r.Raw[w.value]))
			return
		}
		if w.settings[h.Rule].disposition == rule.NullCell {
			r.Set(w.absent, "error")
			return
		}
	}
}

// isLookedAt reports whether the row is one that is looked at more closely.
func (w *transformer) isLookedAt() bool { return w.number%w.stride == 0 }

// nullSlots are the slots whose cells hold words for no value.
func (w *transformer) nullSlots() standardize.Slots {
	slots := standardize.NewSlots(len(w.row.Values))
	for _, n := range w.nulls {
		slots.Add(n.slot)
	}
	return slots
}

// soothe leaves only those cells calm of which nothing but an outcome is to be told that is counted for many: nothing came of them but that,
// and nothing else was found. They were counted when they were taken; the others are no longer.
func (w *transformer) soothe(bad bool) {
	all := bad || w.row.Unsaid || !w.together
	for i, touched := range w.row.Touched {
		if all {
			touched = ^uint64(0)
		}
		for rest := w.calm[i] & touched; rest != 0; rest &= rest - 1 {
			w.known[64*i+bits.TrailingZeros64(rest)].rows--
		}
		w.calm[i] &^= touched
		w.own[i] = w.filled[i] &^ w.calm[i]
		w.edited[i] &= w.calm[i]
	}
}

// explain finds the changed cells, and adds a rule to every change that none explains yet.
func (w *transformer) explain() {
	w.hits.sort(w.row.Hits, w.calm, w.dispositions)
	for i, rest := range w.own {
		for ; rest != 0; rest &= rest - 1 {
			slot := 64*i + bits.TrailingZeros64(rest)
			value, source := w.row.Values[slot], w.source[slot]
			if value == source {
				continue
			}
			w.edited.Add(slot)
			if w.hits.first[slot+1] == 0 {
				why := standardize.Hit{Slot: slot, Rule: whyChanged(value, source)}
				w.row.Flag(why.Slot, why.Rule)
				w.hits.add(why)
			}
		}
	}
}

// whyChanged is the rule of a change that no other explains.
func whyChanged(value, source string) rule.ID {
	if value == plan.Trim(source) {
		return ruleWhiteSpace
	}
	return ruleStandard
}
