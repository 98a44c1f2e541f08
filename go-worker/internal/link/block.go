package link

import (
	"context"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
)

// blockCap is the largest block whose pairs are compared; those of larger ones meet under other keys, or are left out and reported.
const blockCap = 60

// Of many records each pass looks at so many pairs at most, in its smallest blocks: the cost grows with the number of records, and what
// is common among many says little. Of few records none is left out for that.
const (
	pairsEach = 1 // for each record
	pairsAll  = 100_000
)

// fewPairs is up to how many pairs all are compared, whatever their keys.
const fewPairs = 600_000

// Overflow says how many blocks of a pass were too large, and how many records they held.
type Overflow struct {
	Pass    string `json:"pass"`
	Blocks  int64  `json:"blocks"`
	Records int64  `json:"records"`
	Largest int64  `json:"largest"`
}

// blocks finds the pairs of records that are worth keeping. Passes are done one after the other, each by all workers, who share out the
// ranges of its keys.
type blocks struct {
	ctx      context.Context
	moved    func() // called after each pass
	keys     []keys
	active   []atomic.Uint64 // by record: the passes so far in which it stands in a block of two or more, but not too many
	memory   int64           // bytes for the keys of a pass
	workers  int
	promise  *promise
	passes   int          // that are made, the first ones
	entries  [][][]uint64 // by worker and range of keys: keys with their records, as found
	sorted   [][]uint64   // by range: all entries, in the order of keys
	spare    [][]uint64   // by worker, to sort into
	kept     [][]pair     // by worker
	compared []int64      // by worker
	overflow []Overflow
}

// sizes counts blocks by their size, up to the cap.
type sizes [blockCap + 1]int64

// rangesOf is how many ranges of keys there are for each worker, so that all have something to do until the end.
const rangesOf = 4

// mostRanges bounds how often the records are gone through for one pass, for want of memory.
const mostRanges = 256

// run finds the pairs, each of them once. A pair is kept in the first of the passes in which its records meet, so none has to be
// remembered.
func (b *blocks) run() error {
	n := len(b.keys)
	b.kept, b.compared = make([][]pair, b.workers), make([]int64, b.workers)
	b.overflow = make([]Overflow, len(passes))
	if pairs := n * (n - 1) / 2; pairs <= fewPairs {
		for i := range int32(n) {
			for j := i + 1; j < int32(n); j++ {
				b.keep(0, i, j)
			}
		}
		b.compared[0] = int64(pairs)
		return b.ctx.Err()
	}
	b.active = make([]atomic.Uint64, n)
	memory := max(b.memory, int64(n)*16/mostRanges)
	wanted := max(rangesOf*b.workers, int(int64(n)*16/memory))
	ranges := 1 << bits.Len(uint(wanted-1))
	atOnce := max(1, min(ranges, int(int64(ranges)*memory/(int64(n)*16))))
	b.spare, b.sorted, b.entries = make([][]uint64, b.workers), make([][]uint64, ranges), make([][][]uint64, b.workers)
	for w := range b.entries {
		b.entries[w] = make([][]uint64, ranges)
	}
	for p := range b.passes {
		if err := b.pass(p, atOnce); err != nil {
			return err
		}
		b.moved()
	}
	return nil
}

// pass looks at the pairs of the blocks of a pass that are not too large.
func (b *blocks) pass(p, atOnce int) error {
	ranges := len(b.sorted)
	count := make([]sizes, ranges)
	for from := 0; from < ranges; from += atOnce {
		if err := b.sort(p, from, min(from+atOnce, ranges)); err != nil {
			return err
		}
		shareOut(b.workers, min(atOnce, ranges-from), func(_, i int) {
			each(b.sorted[i], func(block []uint64) { count[from+i][min(len(block), blockCap)]++ })
		})
	}
	most := capOf(count, len(b.keys))
	over := make([]Overflow, ranges)
	for from := 0; from < ranges; from += atOnce {
		if atOnce < ranges { // else they are still in order
			if err := b.sort(p, from, min(from+atOnce, ranges)); err != nil {
				return err
			}
		}
		shareOut(b.workers, min(atOnce, ranges-from), func(worker, i int) {
			each(b.sorted[i], func(block []uint64) {
				if len(block) > most {
					over[from+i].add(1, int64(len(block)), int64(len(block)))
				} else {
					b.block(p, worker, block)
				}
			})
		})
	}
	b.overflow[p].Pass = passes[p].name
	for _, o := range over {
		b.overflow[p].add(o.Blocks, o.Records, o.Largest)
	}
	return nil
}

func (o *Overflow) add(blocks, records, largest int64) {
	o.Blocks += blocks
	o.Records += records
	o.Largest = max(o.Largest, largest)
}

// capOf returns the size of the largest blocks that a pass over n records looks at.
func capOf(count []sizes, n int) int {
	left := max(pairsEach*int64(n), pairsAll)
	for size := int64(2); size < blockCap; size++ {
		for i := range count {
			left -= count[i][size] * size * (size - 1) / 2
		}
		if left < 0 {
			return int(size - 1)
		}
	}
	return blockCap
}

// sort finds the keys of a pass that lie in some ranges, and puts them in order.
func (b *blocks) sort(p, from, to int) error {
	n := len(b.keys)
	shareOut(b.workers, b.workers, func(_, part int) { b.fill(p, part, part*n/b.workers, (part+1)*n/b.workers, from, to) })
	shareOut(b.workers, to-from, func(worker, i int) {
		all := b.sorted[i][:0]
		for part := range b.workers {
			all = append(all, b.entries[part][from+i]...)
		}
		b.sorted[i], b.spare[worker] = byKey(all, b.spare[worker])
	})
	return b.ctx.Err()
}

// shareOut lets workers do n things, each of them as it comes to it.
func shareOut(workers, n int, do func(worker, i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for w := range min(workers, n) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(w, i)
			}
		})
	}
	wait.Wait()
}

// fill notes the keys of a part of the records that lie in the ranges.
func (b *blocks) fill(p, part, first, end, from, to int) {
	entries := b.entries[part]
	for r := from; r < to; r++ {
		entries[r] = entries[r][:0]
	}
	pass, shift := &passes[p], 33-bits.Len(uint(len(entries)))
	add := func(key uint32, i int) {
		if r := int(uint64(key) >> shift); key != 0 && r >= from && r < to {
			entries[r] = append(entries[r], uint64(key)<<32|uint64(i))
		}
	}
	for i := first; i < end; i++ {
		k := &b.keys[i]
		if !pass.several() {
			add(pass.key(k), i)
			continue
		}
		for c := cPhone; c <= cPhone3; c++ {
			add(k[c], i)
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

// each calls do for the blocks of two or more of sorted entries.
func each(entries []uint64, do func(block []uint64)) {
	for len(entries) > 0 {
		size := 1
		for size < len(entries) && entries[size]>>32 == entries[0]>>32 {
			size++
		}
		if size > 1 {
			do(entries[:size])
		}
		entries = entries[size:]
	}
}

// block looks at the pairs of a block, and notes who stands in it.
func (b *blocks) block(p, worker int, block []uint64) {
	for x, entry := range block {
		i := int32(uint32(entry))
		for _, other := range block[x+1:] {
			if j := int32(uint32(other)); i != j {
				b.compared[worker]++
				if b.first(p, i, j) {
					b.keep(worker, i, j)
				}
			}
		}
	}
	if passes[p].several() {
		return // a record stands in several blocks, some of which may be too large: pairs of this pass may come again
	}
	for _, entry := range block {
		b.active[uint32(entry)].Or(1 << p)
	}
}

// keep keeps a pair if it is worth it.
func (b *blocks) keep(worker int, i, j int32) {
	if pair, ok := b.promise.pair(i, j); ok {
		b.kept[worker] = append(b.kept[worker], pair)
	}
}

// first reports whether two records that meet in a pass met in none before it. Records of one person meet in many.
func (b *blocks) first(p int, i, j int32) bool {
	x, y := &b.keys[i], &b.keys[j]
	if !passes[p].agree(x, y) {
		return false // two keys with one sum
	}
	for before := b.active[i].Load() & b.active[j].Load() & (1<<p - 1); before != 0; before &= before - 1 {
		if passes[bits.TrailingZeros64(before)].agree(x, y) {
			return false
		}
	}
	return true
}
