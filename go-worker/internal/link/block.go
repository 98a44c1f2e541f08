package link

import (
	"context"
	"sync"
	"sync/atomic"
)

// blockCap is the largest block whose pairs are compared; those of larger ones meet under other keys, or are left out and reported.
const blockCap = 60

// fewPairs is up to how many pairs all are compared, whatever their keys.
const fewPairs = 600_000

// Overflow says how many blocks of a pass were too large, and how many records they held.
type Overflow struct {
	Pass    string `json:"pass"`
	Blocks  int64  `json:"blocks"`
	Records int64  `json:"records"`
	Largest int64  `json:"largest"`
}

// blocks finds the pairs of records that are worth a comparison.
type blocks struct {
	ctx      context.Context
	keys     []keys
	active   []uint64 // by record: the passes in which it stands in a block of two or more, but not too many
	dir      string
	memory   int64
	workers  int
	overflow []Overflow
	keep     func(worker int) func(a, b int32) // told of each pair once
}

// run tells keep of all pairs. Each is told in the first of the passes in which its records meet, so no pair has to be remembered, and
// passes can be shared out among any number of workers.
func (b *blocks) run() error {
	n := int64(len(b.keys))
	if n*(n-1)/2 <= fewPairs {
		keep := b.keep(0)
		for i := range int32(n) {
			for j := i + 1; j < int32(n); j++ {
				keep(i, j)
			}
		}
		return b.ctx.Err()
	}
	b.active = make([]uint64, n)
	b.overflow = make([]Overflow, len(passes))
	if err := b.each(b.size); err != nil {
		return err
	}
	return b.each(b.pairs)
}

// each shares the passes out among the workers.
func (b *blocks) each(do func(worker, pass int, r *runs) error) error {
	var next atomic.Int64
	errs := make([]error, b.workers)
	var wait sync.WaitGroup
	for w := range b.workers {
		wait.Go(func() {
			r := newRuns(b.dir, b.memory/int64(b.workers))
			for p := int(next.Add(1)) - 1; p < len(passes) && errs[w] == nil; p = int(next.Add(1)) - 1 {
				if errs[w] = b.ctx.Err(); errs[w] == nil {
					errs[w] = do(w, p, r)
				}
			}
			_ = r.close()
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// sort puts the keys of a pass in order, each with its record behind it.
func (b *blocks) sort(p int, r *runs, onlyActive bool) error {
	pass := &passes[p]
	bit := uint64(1) << p
	several := pass.components[0] == cPhone
	for i := range b.keys {
		if onlyActive && b.active[i]&bit == 0 {
			continue
		}
		if !several {
			if k := pass.key(&b.keys[i]); k != 0 {
				if err := r.add(uint64(k)<<32 | uint64(i)); err != nil {
					return err
				}
			}
			continue
		}
		for c := cPhone; c <= cPhone3; c++ {
			if k := b.keys[i][c]; k != 0 {
				if err := r.add(uint64(k)<<32 | uint64(i)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// group calls do for each block of two or more records, with at most one more than the cap of them, and their true number.
func group(r *runs, do func(block []int32, size int64)) error {
	var block []int32
	var key uint64
	var size int64
	err := r.each(func(x uint64) error {
		if x>>32 != key {
			if size > 1 {
				do(block, size)
			}
			key, block, size = x>>32, block[:0], 0
		}
		if size++; len(block) <= blockCap {
			block = append(block, int32(uint32(x)))
		}
		return nil
	})
	if size > 1 {
		do(block, size)
	}
	return err
}

// size notes who stands in a block of the pass that is not too large.
func (b *blocks) size(_, p int, r *runs) error {
	if err := b.sort(p, r, false); err != nil {
		return err
	}
	over := &b.overflow[p]
	over.Pass = passes[p].name
	return group(r, func(block []int32, size int64) {
		if size > blockCap {
			over.Blocks++
			over.Records += size
			over.Largest = max(over.Largest, size)
			return
		}
		for _, i := range block {
			atomic.OrUint64(&b.active[i], 1<<p)
		}
	})
}

// pairs tells of the pairs whose first pass this is.
func (b *blocks) pairs(worker, p int, r *runs) error {
	if err := b.sort(p, r, true); err != nil {
		return err
	}
	keep := b.keep(worker)
	return group(r, func(block []int32, size int64) {
		if size > blockCap {
			return
		}
		for x, i := range block {
			for _, j := range block[x+1:] {
				if i != j && b.first(p, i, j) {
					keep(min(i, j), max(i, j))
				}
			}
		}
	})
}

// first reports whether two records that meet in a pass met in none before it.
func (b *blocks) first(p int, i, j int32) bool {
	same := b.keys[i].same(&b.keys[j])
	if mask := passes[p].mask; same&mask != mask {
		return false // two keys with one sum
	}
	both := b.active[i] & b.active[j]
	for q := range p {
		if passes[q].components[0] == cPhone {
			continue // a record stands in several of its blocks, some of which may be too large: its pairs may come twice
		}
		if mask := passes[q].mask; same&mask == mask && both>>q&1 == 1 {
			return false
		}
	}
	return true
}
