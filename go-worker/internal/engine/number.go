package engine

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// appendNumber appends a number that is not negative in decimal, as strconv does with more steps.
func appendNumber(dst []byte, n int64) []byte {
	if n < 10_000 {
		d := fourDigits[n]
		dst = binary.LittleEndian.AppendUint32(dst, d.short())
		return dst[:len(dst)-4+d.size()]
	}
	return binary.LittleEndian.AppendUint32(appendNumber(dst, n/10_000), fourDigits[n%10_000].long())
}

// numberRoom is room for a number that putNumber puts, and what stands between two.
const numberRoom = 16

// putNumber puts a number where there is room for it, and returns how long it is.
func putNumber(to unsafe.Pointer, n uint32) int {
	if n >= 10_000 {
		size := putNumber(to, n/10_000)
		binary.LittleEndian.PutUint32((*[4]byte)(unsafe.Add(to, size))[:], fourDigits[n%10_000].long())
		return size + 4
	}
	return fourDigits[n].put(to)
}

// A digits is a number below 10,000 as a text: without zeros before it in the lower half, with them in the upper one.
type digits uint64

func (d digits) short() uint32 { return uint32(d) }
func (d digits) long() uint32  { return uint32(d >> 32) }

// put puts the number without zeros before it, and returns how long it is.
func (d digits) put(to unsafe.Pointer) int {
	binary.LittleEndian.PutUint32((*[4]byte)(to)[:], d.short())
	return d.size()
}

// size is how many digits it has.
func (d digits) size() int { return (bits.Len32(d.short()) + 7) / 8 }

var fourDigits = func() (all [10_000]digits) {
	for n := range all {
		long := uint32('0'+n/1000) | uint32('0'+n/100%10)<<8 | uint32('0'+n/10%10)<<16 | uint32('0'+n%10)<<24
		short := long
		for short&0xff == '0' && short > 0xff {
			short >>= 8
		}
		all[n] = digits(long)<<32 | digits(short)
	}
	return all
}()
