package match

import (
	"encoding/binary"
	"math/bits"
)

// firstRows remembers for each of at most so many sums a row. The zero Sum marks what is free.
type firstRows struct {
	sums []Sum
	rows []first
}

func newFirstRows(n int) *firstRows {
	room := n + n/2 + 1
	return &firstRows{make([]Sum, room), make([]first, room)}
}

// at returns the row of a sum, and whether there was one; a new one is to be set by the caller.
func (t *firstRows) at(s Sum) (row *first, known bool) {
	// Buckets are told apart by the first half.
	high, _ := bits.Mul64(binary.LittleEndian.Uint64(s[8:])*0x9E3779B97F4A7C15, uint64(len(t.sums)))
	for i := int(high); ; i++ {
		if i == len(t.sums) {
			i = 0
		}
		switch t.sums[i] {
		case s:
			return &t.rows[i], true
		case Sum{}:
			t.sums[i] = s
			return &t.rows[i], false
		}
	}
}

// blockContents remembers for each of at most so many blocks the content of its rows, or that they have several, and its first row.
type blockContents struct{ blocks, contents, firsts []uint64 }

// several stands for different contents.
const several = 0

func newBlockContents(n int) *blockContents {
	room := n + n/2 + 1
	return &blockContents{make([]uint64, room), make([]uint64, room), make([]uint64, room)}
}

// at returns the place of a block, and whether there was one; what stands at a new one is to be set by the caller. No block is 0.
func (t *blockContents) at(block uint64) (place int, known bool) {
	// Buckets are told apart by how large the blocks are.
	high, _ := bits.Mul64(block*0x9E3779B97F4A7C15, uint64(len(t.blocks)))
	for i := int(high); ; i++ {
		if i == len(t.blocks) {
			i = 0
		}
		switch t.blocks[i] {
		case block:
			return i, true
		case 0:
			t.blocks[i] = block
			return i, false
		}
	}
}

// blockRanks holds for each block the ranks of at most mostInBlock nodes, as a chain of links.
type blockRanks struct {
	blocks []uint64
	chains []chain // by place of the block
	links  []link
}

// A chain says how long it is and where in the links its last one is.
type chain struct{ last, length int32 }

// A link is a rank, and where the one before it in its chain is.
type link struct{ rank, before int32 }

// newBlockRanks returns what has room for so many blocks.
func newBlockRanks(blocks int) *blockRanks {
	room := blocks + blocks/2 + 1
	return &blockRanks{blocks: make([]uint64, room), chains: make([]chain, room), links: make([]link, 0, blocks/2)}
}

// at returns the place of a block, or the free one where it belongs.
func (r *blockRanks) at(block uint64) int {
	high, _ := bits.Mul64(block*0x9E3779B97F4A7C15, uint64(len(r.blocks)))
	i := int(high)
	for r.blocks[i] != block && r.blocks[i] != 0 {
		if i++; i == len(r.blocks) {
			i = 0
		}
	}
	return i
}

// add adds a rank to a block; 0 is none.
func (r *blockRanks) add(block uint64, rank int32) {
	if block == 0 {
		return
	}
	at := r.at(block)
	c := &r.chains[at]
	if c.length >= mostInBlock {
		return
	}
	r.blocks[at] = block
	r.links = append(r.links, link{rank, c.last})
	*c = chain{int32(len(r.links) - 1), c.length + 1}
}

// appendOf appends the ranks of a block, in no order.
func (r *blockRanks) appendOf(ranks []int32, block uint64) []int32 {
	if block == 0 {
		return ranks
	}
	c := r.chains[r.at(block)]
	for at := c.last; c.length > 0; c.length-- {
		ranks = append(ranks, r.links[at].rank)
		at = r.links[at].before
	}
	return ranks
}
