package huffman

import (
	"math/bits"
	"slices"
)

// A code is how a symbol is written: its bits, which are written from the lowest on, at the top of the word, and their number in its
// lowest byte. 0: the symbol does not occur.
type code uint64

// then returns the code of one symbol and another behind it.
func (c code) then(d code) code { return c&^countBits>>(d&63) | d + c&countBits }

// A leaf is a symbol that occurs, below how often it does.
type leaf uint64

func (l leaf) count() uint64 { return uint64(l >> 16) }

// A coder makes codes. It keeps its memory.
type coder struct {
	leaves []leaf
	tree   []uint64
}

// lengths sets how many bits each symbol has in the shortest code for symbols that occur so often, none of which is longer than
// limit. Symbols that do not occur have none.
func (c *coder) lengths(to []uint8, counts []uint32, limit int) {
	clear(to)
	c.leaves = c.leaves[:0]
	for s, n := range counts {
		if n == 1 { // many may occur once, and are in order already
			c.leaves = append(c.leaves, 1<<16|leaf(s))
		}
	}
	once := len(c.leaves)
	for s, n := range counts {
		if n > 1 {
			c.leaves = append(c.leaves, leaf(n)<<16|leaf(s))
		}
	}
	slices.Sort(c.leaves[once:])
	if len(c.leaves) == 1 {
		to[uint16(c.leaves[0])] = 1
		return
	}
	ofLength := c.depths(limit)
	rarest := c.leaves
	for n := limit; n > 0; n-- {
		for _, l := range rarest[:ofLength[n]] {
			to[uint16(l)] = uint8(n)
		}
		rarest = rarest[ofLength[n]:]
	}
}

// depths returns how many leaves, in the order of their counts, have codes of each length.
func (c *coder) depths(limit int) (ofLength [maxLength + 1]int) {
	n := len(c.leaves)
	c.tree = slices.Grow(c.tree[:0], n)[:n]
	t := c.tree // of inner nodes: the count, once taken the place of the parent
	for i, leaf, inner := 0, 0, 0; i < n-1; i++ {
		var sum uint64
		for range 2 {
			if inner < i && (leaf == n || t[inner] < c.leaves[leaf].count()) {
				sum += t[inner]
				t[inner] = uint64(i)
				inner++
			} else {
				sum += c.leaves[leaf].count()
				leaf++
			}
		}
		t[i] = sum
	}
	t[n-2] = 0 // the root; from here on t holds depths
	for i := n - 3; i >= 0; i-- {
		t[i] = t[t[i]] + 1
	}
	free, i := 1, n-2 // places for nodes of a depth, and the inner nodes that take some of them
	for depth := uint64(0); free > 0; depth++ {
		inner := 0
		for ; i >= 0 && t[i] == depth; i-- {
			inner++
		}
		ofLength[min(int(depth), limit)] += free - inner
		free = 2 * inner
	}
	shorten(&ofLength, limit)
	return ofLength
}

// shorten makes room for the leaves that were moved up to the longest length that there may be: until the code is one again, one of
// them takes the place beside another leaf, which goes one down.
func shorten(ofLength *[maxLength + 1]int, limit int) {
	taken := 0
	for n := 1; n <= limit; n++ {
		taken += ofLength[n] << (limit - n)
	}
	for ; taken > 1<<limit; taken-- {
		n := limit - 1
		for ofLength[n] == 0 {
			n--
		}
		ofLength[limit]--
		ofLength[n]--
		ofLength[n+1] += 2
	}
}

// codes sets the code of each symbol by its length, as RFC 1951 orders them.
func codes(to []code, lengths []uint8) {
	var next [maxLength + 2]uint16
	for _, n := range lengths {
		if n > 0 {
			next[n+1]++
		}
	}
	for n := 1; n < len(next); n++ {
		next[n] = (next[n-1] + next[n]) << 1
	}
	for s, n := range lengths {
		to[s] = 0
		if n > 0 {
			to[s] = code(bits.Reverse16(next[n]))<<48 | code(n)
			next[n]++
		}
	}
}
