package link

import (
	"math/bits"
	"slices"
)

// An order holds the keys of a pass in their order, divided into ranges that several workers go through at the same time. An entry is a
// key with the number of its record behind it.
type order interface {
	ranges() int
	sort(p *pass) error
	// each calls do for the blocks of two or more entries of a range. A block is valid during the call only; of one that is larger than
	// blockCap only its size need be right.
	each(worker, i int, do func(block []uint64, size int)) error
	close()
}

// rangesOf is how many ranges of keys there are for each worker, so that all have something to do until the end.
const rangesOf = 4

// newOrder returns one in memory, or on disk when the keys of a pass and what they are sorted into need more memory than there is.
func (b *blocks) newOrder() order {
	ranges := 1 << bits.Len(uint(rangesOf*b.workers-1))
	if int64(len(b.keys))*2*entryBytes > b.memory {
		return newOnDisk(b, ranges)
	}
	m := &inMemory{keys: b.keys, workers: b.workers, sorted: make([][]uint64, ranges), found: make([][][]uint64, b.workers),
		spare: make([][]uint64, b.workers)}
	for w := range m.found {
		m.found[w] = make([][]uint64, ranges)
	}
	return m
}

// entryBytes is the size of an entry.
const entryBytes = 8

// rangeOf returns the range of an entry; how many there are is a power of two.
func rangeOf(entry uint64, ranges int) int { return int(entry >> (65 - bits.Len(uint(ranges)))) }

// inMemory is an order whose entries fit into memory.
type inMemory struct {
	keys    []keys
	workers int
	found   [][][]uint64 // by worker and range: as found
	sorted  [][]uint64   // by range
	spare   [][]uint64   // by worker, to sort into
}

func (m *inMemory) ranges() int { return len(m.sorted) }

func (m *inMemory) sort(p *pass) error {
	n := len(m.keys)
	shareOut(m.workers, m.workers, func(_, part int) {
		found := m.found[part]
		for i := range found {
			found[i] = found[i][:0]
		}
		p.entries(m.keys, part*n/m.workers, (part+1)*n/m.workers, func(entry uint64) {
			i := rangeOf(entry, len(found))
			found[i] = append(found[i], entry)
		})
	})
	shareOut(m.workers, len(m.sorted), func(worker, i int) {
		all := m.sorted[i][:0]
		for part := range m.found {
			all = append(all, m.found[part][i]...)
		}
		m.sorted[i], m.spare[worker] = byKey(all, m.spare[worker])
	})
	return nil
}

func (m *inMemory) each(_, i int, do func(block []uint64, size int)) error {
	for entries := m.sorted[i]; len(entries) > 0; {
		size := 1
		for size < len(entries) && entries[size]>>32 == entries[0]>>32 {
			size++
		}
		if size > 1 {
			do(entries[:size], size)
		}
		entries = entries[size:]
	}
	return nil
}

func (m *inMemory) close() {}

// entries calls add for the entries of some records in a pass, in the order of records.
func (p *pass) entries(all []keys, from, to int, add func(entry uint64)) {
	for i := from; i < to; i++ {
		k := &all[i]
		if !p.several() {
			if key := p.key(k); key != 0 {
				add(uint64(key)<<32 | uint64(i))
			}
			continue
		}
		for c := cPhone; c <= cPhone3; c++ {
			if k[c] != 0 {
				add(uint64(k[c])<<32 | uint64(i))
			}
		}
	}
}

// byKey orders entries by their keys, by digits of 11 bits, the lowest first. Those of one key stay in the order of the records.
func byKey(entries, spare []uint64) (sorted, left []uint64) {
	if len(entries) < 512 {
		slices.Sort(entries) // no entry comes twice
		return entries, spare
	}
	spare = slices.Grow(spare[:0], len(entries))[:len(entries)]
	const digit = 11
	for shift := 32; shift < 64; shift += digit {
		var counts [1<<digit + 1]int
		for _, x := range entries {
			counts[x>>shift&(1<<digit-1)+1]++
		}
		if slices.Contains(counts[1:], len(entries)) {
			continue // all have the same digit
		}
		for i := range 1 << digit {
			counts[i+1] += counts[i]
		}
		for _, x := range entries {
			d := x >> shift & (1<<digit - 1)
			spare[counts[d]] = x
			counts[d]++
		}
		entries, spare = spare, entries
	}
	return entries, spare
}
