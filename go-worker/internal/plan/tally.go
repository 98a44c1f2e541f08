package plan

import "math/bits"

// stats are sums over the values of a column; adding and merging in any order gives the same. What is added is not kept: it may stand in
// a buffer that is used again.
type stats interface {
	add(value string, n int64)
}

// A tally counts distinct values while they are few and feeds each to stats: repeated values are parsed once. When
// they are too many it drops the list, and parses values as they come, those that come again soon together.
type tally struct {
	in   *interner
	into stats
	rest *recent // nil while the values are few
}

func newTally(limit int, into stats) *tally {
	return &tally{in: newInterner(limit), into: into}
}

// addBlock counts the values of some records, and says which of the distinct values each was, -1 beyond the limit.
func (t *tally) addBlock(block *cells, ids *[blockRows]int32) {
	for left := t.in.addKnown(block, ids); left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		value := *block.at(i)
		if t.rest == nil {
			if ids[i] = t.in.add(value, 1); ids[i] >= 0 {
				continue
			}
			t.spill()
		}
		t.rest.add(value, t.into)
		ids[i] = -1
	}
}

// spill hands the counted values to the stats and forgets them.
func (t *tally) spill() {
	t.in.each(t.into.add)
	t.in.forget()
	t.rest = new(recent)
}

// merge adds what another tally counted. The stats themselves are merged by the caller.
func (t *tally) merge(other *tally) {
	if other.in.over {
		if other.rest != nil {
			other.rest.empty(other.into)
		}
		if t.rest == nil {
			t.spill()
		}
		return
	}
	other.in.each(func(value string, n int64) {
		if t.rest == nil {
			if t.in.add(value, n) >= 0 {
				return
			}
			t.spill()
		}
		t.into.add(value, n)
	})
}

// distinct returns the distinct values with their counts; nil, false when there were too many to keep.
func (t *tally) distinct() (map[string]int64, bool) {
	if t.in.over {
		return nil, false
	}
	counts := make(map[string]int64, len(t.in.values))
	t.in.each(func(value string, n int64) { counts[value] = n })
	return counts, true
}

// settle hands the values still held to the stats. It is called once, after the last merge.
func (t *tally) settle() {
	if t.rest != nil {
		t.rest.empty(t.into)
	}
	t.in.each(t.into.add)
}
