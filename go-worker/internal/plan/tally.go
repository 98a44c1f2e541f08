package plan

// stats are sums over the values of a column; adding and merging in any order gives the same.
type stats interface {
	add(value string, n int64)
}

// A tally counts distinct values while they are few and feeds each to stats: repeated values are parsed once. When
// they are too many it drops the list and parses each value as it comes.
type tally struct {
	in   *interner
	into stats
}

func newTally(limit, cache int, into stats) *tally {
	return &tally{newInterner(limit, cache), into}
}

// add counts one value; the number says which of the distinct values it was, -1 beyond the limit.
func (t *tally) add(value string) int32 {
	if t.in.over {
		t.into.add(value, 1)
		return -1
	}
	id, _ := t.in.add(value, 1)
	if id < 0 {
		t.spill()
		t.into.add(value, 1)
	}
	return id
}

// spill hands the counted values to the stats and forgets them.
func (t *tally) spill() {
	for i, v := range t.in.values {
		t.into.add(v, t.in.counts[i])
	}
	t.in.values, t.in.counts = nil, nil
}

// merge adds what another tally counted. The stats themselves are merged by the caller.
func (t *tally) merge(other *tally) {
	if other.in.over {
		if !t.in.over {
			t.spill()
			t.in.over, t.in.slots, t.in.ids = true, nil, nil
		}
		return
	}
	for i, v := range other.in.values {
		if t.in.over {
			t.into.add(v, other.in.counts[i])
			continue
		}
		if id, _ := t.in.add(v, other.in.counts[i]); id < 0 {
			t.spill()
			t.into.add(v, other.in.counts[i])
		}
	}
}

// distinct returns the distinct values with their counts; nil, false when there were too many to keep.
func (t *tally) distinct() (map[string]int64, bool) {
	if t.in.over {
		return nil, false
	}
	counts := make(map[string]int64, len(t.in.values))
	for i, v := range t.in.values {
		counts[v] = t.in.counts[i]
	}
	return counts, true
}

// settle hands the values still held to the stats. It is called once, after the last merge.
func (t *tally) settle() {
	if !t.in.over {
		for i, v := range t.in.values {
			t.into.add(v, t.in.counts[i])
		}
	}
}
