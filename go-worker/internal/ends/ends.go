// Package ends tells texts apart by their first and last bytes and their length, as most are told that stand in cells.
package ends

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Whole is the length of the longest text that its ends and its length tell exactly.
const Whole = 16

// Of returns the first and the last eight bytes of a text. Those of a shorter one overlap, or both together hold all of it; of none both
// are 0.
func Of(s string) (first, last uint64) {
	p, n := unsafe.Pointer(unsafe.StringData(s)), len(s)
	switch {
	case n >= 8:
		return binary.LittleEndian.Uint64((*[8]byte)(p)[:]), binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(p, n-8))[:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32((*[4]byte)(p)[:])), uint64(binary.LittleEndian.Uint32((*[4]byte)(unsafe.Add(p, n-4))[:]))
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<8, uint64(s[n-1])
	}
	return 0, 0
}

// Fold multiplies two words to 128 bits and folds them into one.
func Fold(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}
