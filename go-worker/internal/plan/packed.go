package plan

import (
	"encoding/binary"
	"math/rand/v2"
	"unsafe"

	"harmonizer/go-worker/internal/ends"
)

// maxPacked is the length of the longest value that its ends and its length tell exactly.
const maxPacked = ends.Whole

// A packed value is its first and last bytes and how many it has: all of it, up to maxPacked.
type packed struct {
	head, tail uint64
	length     uint32
}

// unpack writes the value, of up to maxPacked bytes, into a buffer, and returns it as it stands there.
func (p *packed) unpack(to *[maxPacked]byte) string {
	n := int(p.length)
	switch {
	case n >= 8:
		binary.LittleEndian.PutUint64(to[:], p.head)
		binary.LittleEndian.PutUint64(to[n-8:], p.tail)
	case n >= 4:
		binary.LittleEndian.PutUint32(to[:], uint32(p.head))
		binary.LittleEndian.PutUint32(to[n-4:], uint32(p.tail))
	default:
		to[0], to[n/2], to[n-1] = byte(p.head), byte(p.head>>8), byte(p.tail)
	}
	return unsafe.String(&to[0], n)
}

// seeds make the places of values differ between processes, so that no file can have all of its values meet in one.
var seeds = [...]uint64{rand.Uint64(), rand.Uint64(), rand.Uint64()}

// hash returns a number for a value with these ends. Of one that is longer than they are, what stands between them is to be mixed in.
func hash(head, tail uint64, length int) uint64 {
	return ends.Fold(head^seeds[0], tail^uint64(length)<<56^seeds[1])
}

func hashBetween(h uint64, value string) uint64 {
	for b := []byte(value[8:]); len(b) > 8; b = b[8:] {
		h = ends.Fold(h^binary.LittleEndian.Uint64(b), seeds[2])
	}
	return h
}
