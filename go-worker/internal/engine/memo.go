package engine

import (
	"iter"
	"slices"
	"strings"
	"unsafe"

	"harmonizer/go-worker/internal/ends"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/standardize"
)

// An outcome is what a column makes of a text: everything that the row takes over from it.
type outcome struct {
	// Every row needs these: they fill the first 64 bytes, and so one line of the processor's memory.
	value    string
	read     string       // what was read: without what stood around it
	rows     int64        // remembered: those that were only counted, see settle
	told     placedChange // remembered: where the change stands in a lineage
	empty    bool         // nothing was read: it is blank, or a word for no value
	unusable bool
	hit      bool // there are, or may be, hits
	more     bool // there is, or may be, something beside value and hits: it is unusable or severe, parts, a word for no value
	changed  bool // remembered: the value is not the text
	calm     bool // remembered: where nothing else is found of the cell, its rows need only be counted
	class    bool // it is that of many texts: it has none itself, and no value
	fate     scorecard.Fate

	hits   []standardize.Hit
	severe bool         // a hit may ask for more than being told
	why    rule.ID      // remembered: of a change that no hit explains
	apart  placedChange // remembered: where the change stands that the last row told by itself
	made   []*outcome   // remembered: what steps made of it

	parts []part
	text  string // from which it was made
	null  string // a word for no value, in lower case
}

// A part is what a value says in the slot of a companion.
type part struct {
	slot  int
	value string
}

// clone returns a copy that shares no memory with what the outcome was made of. Its hits are those of the outcome, in memory that stays.
func (o *outcome) clone(hits []standardize.Hit) *outcome {
	own := *o
	own.text = strings.Clone(o.text)
	if own.read = own.text; o.read != o.text {
		own.read = strings.Clone(o.read)
	}
	if own.value = own.read; o.value != o.read {
		own.value = strings.Clone(o.value)
	}
	own.null = strings.Clone(o.null)
	own.hits = hits
	own.parts = append([]part(nil), o.parts...)
	for i := range own.parts {
		own.parts[i].value = strings.Clone(own.parts[i].value)
	}
	own.more = o.severe || o.unusable || o.null != "" || len(o.parts) > 0
	own.explain()
	return &own
}

// explain says whether there are hits, what became of the text, whether that is a change, and why where no hit does.
func (o *outcome) explain() {
	o.hit, o.changed, o.fate, o.why = len(o.hits) > 0, o.value != o.text, scorecard.FateOf(o.read, o.value), 0
	if o.changed && len(o.hits) == 0 {
		o.why = whyChanged(o.value, o.text)
	}
}

// gave reports whether a value of the row is the outcome's, not one that stands in its place.
func (o *outcome) gave(value string) bool {
	return !o.class && len(value) == len(o.value) && (value == "" || unsafe.StringData(value) == unsafe.StringData(o.value))
}

// distinctRules appends the rules of the hits, each once, and that of a change which they do not explain.
func (o *outcome) distinctRules(dst []rule.ID) []rule.ID {
	for i, h := range o.hits {
		if !slices.Contains(o.hits[:i], h) {
			dst = append(dst, h.Rule)
		}
	}
	if o.why != 0 {
		dst = append(dst, o.why)
	}
	return dst
}

// A memo remembers what became of a column's texts: most columns repeat few. One goroutine owns it.
//
// The table is open: a text is found by its first and last eight bytes and its length; of a longer one the rest is
// compared as well. It grows with what it holds, so that the few values of most columns lie close together.
type memo struct {
	table   []remembered // its length is a power of two
	classes []class      // of the texts that are not in it
	lists   hitLists
	kept    int
	lookups int
	misses  int
	off     bool
}

// A remembered text is free while it has no outcome.
type remembered struct {
	first, last uint64
	length      int // of the text
	outcome     *outcome
}

const (
	memoTexts    = 2048 // texts remembered of a column
	memoLength   = 64   // longer texts hardly repeat
	memoTrial    = 512  // lookups after which a memo must have been of use
	memoMinShare = 4    // that is, at least one hit in so many lookups
	memoBegin    = 64   // places of a table at first
)

// find returns what became of a text, nil when that is not known.
func (m *memo) find(text string) *outcome {
	table := m.table
	if m.off || len(text) > memoLength || len(table) == 0 {
		return nil
	}
	m.lookups++
	first, last := ends.Of(text)
	for i := placeOf(first, last); ; i++ {
		r := &table[i&uint64(len(table)-1)]
		if r.first == first && r.last == last && r.length == len(text) && (len(text) <= ends.Whole || r.outcome.text == text) || r.outcome == nil {
			return r.outcome
		}
	}
}

// placeOf returns where a text with such ends stands in a table, or before which it stands.
func placeOf(first, last uint64) uint64 {
	return ends.Fold(first^0x9E3779B97F4A7C15, last^0xD6E8FEB86659FD93)
}

// keeps reports whether a text that find did not know is to be remembered, which ends where that is of no use.
func (m *memo) keeps(text string) bool {
	if m.off || len(text) > memoLength {
		return false
	}
	if m.misses++; m.lookups >= memoTrial && m.misses > m.lookups-m.lookups/memoMinShare {
		m.off = true // what is known stays: rows of it are still to be counted
		return false
	}
	return m.kept < memoTexts
}

// keep remembers an outcome, and returns what it remembers.
func (m *memo) keep(o *outcome) *outcome {
	if 2*m.kept >= len(m.table) {
		m.grow()
	}
	m.kept++
	own := o.clone(m.lists.of(o.hits))
	m.add(own)
	return own
}

func (m *memo) add(o *outcome) {
	first, last := ends.Of(o.text)
	mask := uint64(len(m.table) - 1)
	i := placeOf(first, last) & mask
	for m.table[i].outcome != nil {
		i = (i + 1) & mask
	}
	m.table[i] = remembered{first, last, len(o.text), o}
}

// grow doubles the table, at least half of which stays free.
func (m *memo) grow() {
	old := m.table
	m.table = make([]remembered, max(memoBegin, 2*len(old)))
	for i := range old {
		if old[i].outcome != nil {
			m.add(old[i].outcome)
		}
	}
}

// outcomes are all that are remembered, what was made of them, and those of classes.
func (m *memo) outcomes() iter.Seq[*outcome] {
	return func(yield func(*outcome) bool) {
		for i := range m.table {
			if o := m.table[i].outcome; o != nil && !o.each(yield) {
				return
			}
		}
		for i := range m.classes {
			if !yield(m.classes[i].outcome) {
				return
			}
		}
	}
}

// each yields the outcome and all that was made of it, until that returns false.
func (o *outcome) each(yield func(*outcome) bool) bool {
	if !yield(o) {
		return false
	}
	for _, made := range o.made {
		if !made.each(yield) {
			return false
		}
	}
	return true
}
