package plan

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"unsafe"
)

// maxPacked is the length of the longest value that its ends and its length tell exactly.
const maxPacked = 16

// A packed value is its first and last bytes and how many it has: all of it, up to maxPacked.
type packed struct {
	head, tail uint64
	length     uint32
}

// ends returns the first and the last bytes of a value, which is not empty, as a packed one has them.
func ends(s string) (head, tail uint64) {
	n, p := len(s), unsafe.Pointer(unsafe.StringData(s))
	switch {
	case n >= 8:
		return *(*uint64)(p), *(*uint64)(unsafe.Add(p, n-8))
	case n >= 4:
		return uint64(*(*uint32)(p)), uint64(*(*uint32)(unsafe.Add(p, n-4)))
	default:
		return uint64(s[0]) | uint64(s[n/2])<<8, uint64(s[n-1])
	}
}

// unpack writes the value, of up to maxPacked bytes, into a buffer, and returns it as it stands there.
func (p *packed) unpack(to *[maxPacked]byte) string {
	n := int(p.length)
	switch {
	case n >= 8:
		binary.NativeEndian.PutUint64(to[:], p.head)
		binary.NativeEndian.PutUint64(to[n-8:], p.tail)
	case n >= 4:
		binary.NativeEndian.PutUint32(to[:], uint32(p.head))
		binary.NativeEndian.PutUint32(to[n-4:], uint32(p.tail))
	default:
		to[0], to[n/2], to[n-1] = byte(p.head), byte(p.head>>8), byte(p.tail)
	}
	return unsafe.String(&to[0], n)
}

// seeds make the places of values differ between processes, so that no file can have all of its values meet in one.
var seeds = [...]uint64{rand.Uint64(), rand.Uint64(), rand.Uint64()}

// hash returns a number for a value with these ends. Of one that is longer than they are, what stands between them is to be mixed in.
func hash(head, tail uint64, length int) uint64 {
	return fold(head^seeds[0], tail^uint64(length)<<56^seeds[1])
}

func hashBetween(h uint64, value string) uint64 {
	for b := []byte(value[8:]); len(b) > 8; b = b[8:] {
		h = fold(h^binary.NativeEndian.Uint64(b), seeds[2])
	}
	return h
}

// fold mixes two words into one.
func fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
