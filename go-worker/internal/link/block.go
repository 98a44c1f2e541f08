package link

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
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

// worthwhile is how many pairs may be compared for one that is likely to be one person and that no pass before has found. Of more records
// than pairsAll a pass that needs more, in blocks of up to a step of sizes, leaves out the larger ones. Probes tell, a part of the blocks,
// so that every shard finds the same.
const worthwhile = 3000

// Of so many blocks one is a probe: that whose key has this remainder, of all with which a million made-up records are looked at most like by
// the count of all pairs.
const (
	probes   = 8
	theProbe = 6
)

// divided splits a key, whose lowest bit is always set, into a number below probes and the rest.
func divided(key uint32) (probe, rest uint32) { return key / 2 % probes, key / 2 / probes }

// steps are the sizes of blocks up to which a pass looks before it asks whether to go on.
var steps = [...]int{4, 12, blockCap}

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
	memory   int64           // bytes for the keys of a pass; more of them stand on disk
	dir      string          // of the file for them
	workers  int
	promise  *promise
	passes   int   // that are made, the first ones
	thrifty  bool  // only what is worth it is looked at
	shard    Shard // whose pairs are found
	order    order
	yields   []yield // by worker
	overflow []Overflow
}

// A yield is what one worker found.
type yield struct {
	kept     []pair
	compared int64
	probed   int64     // pairs of probes that were compared
	likely   int64     // of them those that are likely to be one person, each once
	fetched  uint64    // see fetch
	_        [128]byte // so that no processor waits for what another one counts in the same line of memory
}

// sizes counts blocks by their size, up to the cap.
type sizes [blockCap + 1]int64

// run finds the pairs, each of them once. A pair is kept in the first of the passes in which its records meet, so none has to be
// remembered.
func (b *blocks) run() error {
	n := len(b.keys)
	b.yields = make([]yield, b.workers)
	b.overflow = make([]Overflow, len(passes))
	if n*(n-1)/2 <= fewPairs {
		b.all()
		return b.ctx.Err()
	}
	b.active = make([]atomic.Uint64, n)
	b.order = b.newOrder()
	defer b.order.close()
	for p := range b.passes {
		if err := b.pass(p); err != nil {
			return err
		}
		b.moved()
	}
	return nil
}

// all looks at all pairs of few records.
func (b *blocks) all() {
	own := &b.yields[0]
	for i := range int32(len(b.keys)) {
		if !b.shard.has(uint32(i)) {
			continue
		}
		for j := i + 1; j < int32(len(b.keys)); j++ {
			own.compared++
			if pair, kept, _ := b.promise.pair(i, j); kept {
				own.kept = append(own.kept, pair)
			}
		}
	}
}

// pass looks at the pairs of the blocks of a pass that are not too large.
func (b *blocks) pass(p int) error {
	if err := b.order.sort(&passes[p]); err != nil {
		return fmt.Errorf("sort the keys of blocks: %w", err)
	}
	count := make([]sizes, b.order.ranges())
	if err := b.each(func(_, i int, _ []uint64, size int) { count[i][min(size, blockCap)]++ }); err != nil {
		return err
	}
	most, done := capOf(count, len(b.keys)), 1
	for _, step := range steps {
		before := b.found()
		if err := b.look(p, done, min(step, most)); err != nil {
			return err
		}
		done = min(step, most)
		if now := b.found(); b.thrifty && (probes*(now.likely-before.likely)+1)*worthwhile <= probes*(now.probed-before.probed) {
			break
		}
	}
	return b.leave(p, done)
}

// found sums up what was found so far.
func (b *blocks) found() (sum yield) {
	for i := range b.yields {
		sum.compared += b.yields[i].compared
		sum.probed += b.yields[i].probed
		sum.likely += b.yields[i].likely
	}
	return sum
}

// each calls do for the blocks of two or more of a pass, by several workers, who share out the ranges of keys.
func (b *blocks) each(do func(worker, i int, block []uint64, size int)) error {
	errs := make([]error, b.order.ranges())
	shareOut(b.workers, len(errs), func(worker, i int) {
		errs[i] = b.order.each(worker, i, func(block []uint64, size int) { do(worker, i, block, size) })
	})
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("read the keys of blocks: %w", err)
	}
	return b.ctx.Err()
}

// look looks at the pairs of the blocks of more than least records, but not more than most.
func (b *blocks) look(p, least, most int) error {
	if least >= most {
		return nil
	}
	return b.each(func(worker, _ int, block []uint64, size int) {
		if size > least && size <= most {
			b.block(p, worker, block)
		}
	})
}

// leave notes the blocks of more than most records, which are left out.
func (b *blocks) leave(p, most int) error {
	over := make([]Overflow, b.order.ranges())
	err := b.each(func(_, i int, _ []uint64, size int) {
		if size > most {
			over[i].add(1, int64(size), int64(size))
		}
	})
	b.overflow[p].Pass = passes[p].name
	for _, o := range over {
		b.overflow[p].add(o.Blocks, o.Records, o.Largest)
	}
	return err
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

// block looks at the pairs of a block if they are the shard's, or are a probe, and notes who stands in it.
func (b *blocks) block(p, worker int, block []uint64) {
	probe, rest := divided(uint32(block[0] >> 32))
	if mine, tried := b.shard.has(rest), b.thrifty && probe == theProbe; mine || tried {
		b.pairs(p, &b.yields[worker], block, mine, tried)
	}
	if passes[p].several() {
		return // a record stands in several blocks, some of which may be too large: pairs of this pass may come again
	}
	for _, entry := range block {
		b.active[uint32(entry)].Or(1 << p)
	}
}

// pairs compares the pairs of a block, and keeps those that are worth it if they are the shard's.
func (b *blocks) pairs(p int, own *yield, block []uint64, mine, tried bool) {
	own.fetched += b.fetch(block)
	compared, likely := int64(0), int64(0)
	for x, entry := range block {
		i := int32(uint32(entry))
		for _, other := range block[x+1:] {
			j := int32(uint32(other))
			if i == j {
				continue
			}
			compared++
			if !b.first(p, i, j) {
				continue
			}
			pair, kept, good := b.promise.pair(i, j)
			if kept && mine {
				own.kept = append(own.kept, pair)
			}
			if good {
				likely++
			}
		}
	}
	if mine {
		own.compared += compared
	}
	if tried {
		own.probed += compared
		own.likely += likely
	}
}

// fetch reads a little of each line of memory that the pairs of a block need: the processor waits for all lines together, not for one
// after the other. What it returns is of no use, but without it nothing would be read.
func (b *blocks) fetch(block []uint64) (sum uint64) {
	for _, entry := range block {
		i := uint32(entry)
		k, s, r := &b.keys[i], &b.promise.sketches[i], b.promise.m.job.record(int32(i))
		sum += uint64(k[0]) + uint64(k[componentCount/2]) + uint64(k[componentCount-1]) + b.active[i].Load()
		sum += uint64(s.birth) + uint64(s.family.sig) + uint64(r.codes[0]) + uint64(r.codes[fieldCount-1])
	}
	return sum
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
