package link

import (
	"hash/maphash"
	"strings"
)

// A dictionary numbers the values of a field, from 1 on, in the order in which they come.
type dictionary struct {
	field   Field
	slots   []uint64          // by sum, or behind it: sum and number of a value; 0: free. A map would hold every value a second time
	written map[string]uint32 // codes by what is written, for some
	texts   []text
	store   strings.Builder // of values: one piece of memory for many of them
}

// seed of the sums of values. No result depends on it.
var seed = maphash.MakeSeed()

// fewestSlots is how many slots there are at least, a power of two.
const fewestSlots = 1 << 8

func (d *dictionary) init(f Field) {
	d.field = f
	d.slots, d.written = make([]uint64, fewestSlots), map[string]uint32{}
	d.texts = []text{{}}
}

// forget lets go of what only numbers values.
func (d *dictionary) forget() { d.slots, d.written = nil, nil }

func (d *dictionary) code(s string) uint32 {
	sum := uint32(maphash.String(seed, s))
	last := uint32(len(d.slots) - 1)
	at := sum & last
	for ; d.slots[at] != 0; at = (at + 1) & last {
		if n := uint32(d.slots[at]); uint32(d.slots[at]>>32) == sum && d.texts[n].s == s {
			return n
		}
	}
	n := uint32(len(d.texts))
	d.texts = append(d.texts, newText(d.field, d.keep(s)))
	d.slots[at] = uint64(sum)<<32 | uint64(n)
	if len(d.texts) > len(d.slots)/2 {
		d.widen()
	}
	return n
}

// widen doubles the slots.
func (d *dictionary) widen() {
	before := d.slots
	d.slots = make([]uint64, 2*len(before))
	last := uint32(len(d.slots) - 1)
	for _, slot := range before {
		if slot == 0 {
			continue
		}
		at := uint32(slot>>32) & last
		for d.slots[at] != 0 {
			at = (at + 1) & last
		}
		d.slots[at] = slot
	}
}

// storeSize is how many bytes of values stand in one piece of memory.
const storeSize = 1 << 14

// keep copies a value, behind others.
func (d *dictionary) keep(s string) string {
	from := d.store.Len()
	if from+len(s) > d.store.Cap() {
		d.store = strings.Builder{}
		d.store.Grow(max(storeSize, len(s)))
		from = 0
	}
	d.store.WriteString(s)
	return d.store.String()[from:]
}
