package engine

import "encoding/binary"

// appendNumber appends a number that is not negative in decimal, as strconv does with more steps.
func appendNumber(dst []byte, n int64) []byte {
	if n < 10_000 {
		d := &fourDigits[n]
		return append(dst, d.text[d.from:]...)
	}
	dst = appendNumber(dst, n/10_000)
	return append(dst, fourDigits[n%10_000].text[:]...)
}

// numberRoom is enough for a number that putNumber puts.
const numberRoom = 12

// putNumber puts a number into a text that has room for it, and returns where it ends.
func putNumber(text []byte, at int, n uint32) int {
	if n >= 10_000 {
		at = putNumber(text, at, n/10_000)
		copy(text[at:at+4], fourDigits[n%10_000].text[:])
		return at + 4
	}
	d := &fourDigits[n]
	binary.LittleEndian.PutUint32(text[at:], binary.LittleEndian.Uint32(d.text[:])>>(8*d.from))
	return at + 4 - int(d.from)
}

// fourDigits are the numbers below 10,000 with zeros before them, and where they begin without.
var fourDigits = func() (all [10_000]struct {
	text [4]byte
	from uint8
}) {
	for n := range all {
		d := &all[n]
		for i, rest := 3, n; i >= 0; i, rest = i-1, rest/10 {
			d.text[i] = byte('0' + rest%10)
			if rest > 0 {
				d.from = uint8(i)
			}
		}
	}
	all[0].from = 3
	return all
}()
