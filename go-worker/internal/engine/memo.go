package engine

import (
	"encoding/binary"
	"iter"
	"math/bits"
	"slices"
	"strings"
	"unsafe"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/scorecard"
	"harmonizer/go-worker/internal/standardize"
)

// An outcome is what a column makes of a text: everything that the row takes over from it.
type outcome struct {
	// Every row needs these: they lie side by side, in the 64 bytes that come to the processor at once. What follows fills two more.
	value    string
	read     string // what was read: without what stood around it
	hits     []standardize.Hit
	empty    bool // nothing was read: it is blank, or a word for no value
	unusable bool
	severe   bool // a hit may ask for more than being told
	more     bool // there is, or may be, something beside value and hits: one of the former, parts, a word for no value

	// Of a remembered outcome:
	changed bool // the value is not the text
	calm    bool // where nothing else is found of the cell, its rows need only be counted
	class   bool // it is that of many texts: it has none itself, and no value
	fate    scorecard.Fate
	rows    int64        // those that were only counted, see settle
	told    placedChange // where the change stands in a lineage
	apart   placedChange // likewise, of the last row that told it by itself
	why     rule.ID      // of a change that no hit explains
	made    []*outcome   // what steps made of it

	parts []part
	text  string // from which it was made
	null  string // a word for no value, in lower case
}

// A part is what a value says in the slot of a companion.
type part struct {
	slot  int
	value string
}

// clone returns a copy that shares no memory with what the outcome was made of.
func (o *outcome) clone() *outcome {
	own := *o
	own.text = strings.Clone(o.text)
	if own.read = own.text; o.read != o.text {
		own.read = strings.Clone(o.read)
	}
	if own.value = own.read; o.value != o.read {
		own.value = strings.Clone(o.value)
	}
	own.null = strings.Clone(o.null)
	own.hits = append([]standardize.Hit(nil), o.hits...)
	own.parts = append([]part(nil), o.parts...)
	for i := range own.parts {
		own.parts[i].value = strings.Clone(own.parts[i].value)
	}
	own.more = o.severe || o.unusable || o.null != "" || len(o.parts) > 0
	own.explain()
	return &own
}

// explain says what became of the text, whether that is a change, and why where no hit does.
func (o *outcome) explain() {
	o.changed, o.fate, o.why = o.value != o.text, scorecard.FateOf(o.read, o.value), 0
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
	if m.off || len(text) > memoLength || len(m.table) == 0 {
		return nil
	}
	m.lookups++
	first, last := ends(text)
	for i := placeOf(first, last); ; i++ {
		r := &m.table[i&uint64(len(m.table)-1)]
		if r.first == first && r.last == last && r.length == len(text) && (len(text) <= 16 || r.outcome.text == text) || r.outcome == nil {
			return r.outcome
		}
	}
}

// placeOf returns where a text with such ends stands in a table, or before which it stands.
func placeOf(first, last uint64) uint64 {
	high, low := bits.Mul64(first^0x9E3779B97F4A7C15, last^0xD6E8FEB86659FD93)
	return high ^ low
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
	own := o.clone()
	m.add(own)
	return own
}

func (m *memo) add(o *outcome) {
	first, last := ends(o.text)
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

// ends returns the first and the last eight bytes of a text. Those of a shorter one overlap, or both hold all of it.
func ends(s string) (first, last uint64) {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	switch {
	case len(b) >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
	case len(b) >= 4:
		return uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	case len(b) > 0:
		return uint64(b[0])<<16 | uint64(b[len(b)/2])<<8 | uint64(b[len(b)-1]), 0
	}
	return 0, 0
}
