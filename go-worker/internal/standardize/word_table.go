package standardize

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// A wordTable holds what is known of short words. It is found by the sixteen bytes that a word has at most, which takes a
// fraction of the time of a map.
type wordTable[V any] struct{ slots []wordSlot[V] }

type wordSlot[V any] struct {
	first, last uint64
	length      uint8 // 0: free
	value       V
}

const longestWord = 16

// newWordTable returns a table of the words; longer ones are left out.
func newWordTable[V any](words map[string]V) wordTable[V] {
	size := 16
	for size < 4*len(words) {
		size *= 2
	}
	t := wordTable[V]{make([]wordSlot[V], size)}
	for w, v := range words {
		if len(w) > 0 && len(w) <= longestWord {
			first, last := wordEnds([]byte(w))
			*t.place(first, last, len(w)) = wordSlot[V]{first, last, uint8(len(w)), v}
		}
	}
	return t
}

// find returns what is known of a word of one to sixteen bytes.
func (t *wordTable[V]) find(word []byte) (V, bool) {
	first, last := wordEnds(word)
	s := t.place(first, last, len(word))
	return s.value, s.length != 0
}

// findText is find for a text.
func (t *wordTable[V]) findText(word string) (V, bool) {
	return t.find(unsafe.Slice(unsafe.StringData(word), len(word)))
}

func (t *wordTable[V]) place(first, last uint64, length int) *wordSlot[V] {
	mask := uint64(len(t.slots) - 1)
	high, low := bits.Mul64(first^0x9E3779B97F4A7C15, last^0xD6E8FEB86659FD93)
	for i := (high ^ low) & mask; ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.length == 0 || s.first == first && s.last == last && int(s.length) == length {
			return s
		}
	}
}

// wordEnds returns the first and the last eight bytes of a word, which overlap; of fewer than eight bytes the first word holds all.
func wordEnds(w []byte) (first, last uint64) {
	switch {
	case len(w) >= 8:
		return binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[len(w)-8:])
	case len(w) >= 4:
		return uint64(binary.LittleEndian.Uint32(w)) | uint64(binary.LittleEndian.Uint32(w[len(w)-4:]))<<32, 0
	case len(w) > 0:
		return uint64(w[0]) | uint64(w[len(w)/2])<<8 | uint64(w[len(w)-1])<<16, 0
	}
	return 0, 0
}

// A lowerWord is a word of one to sixteen ASCII letters in lower case, by its ends.
type lowerWord struct {
	first, last uint64
	length      int
}

// Every byte of a machine word.
const (
	everyByte   = 0x0101010101010101
	everyCase   = 0x20 * everyByte // sets letters to lower case
	everyTop    = 0x80 * everyByte
	behindThree = 0x6161616161000000 // letters in the place of those that a word of three has not
)

// newLowerWord returns a word in lower case, whatever its own; ok is false for a text that is none.
func newLowerWord(s string) (w lowerWord, ok bool) {
	if len(s) == 0 || len(s) > longestWord {
		return w, false
	}
	first, last := wordEnds(unsafe.Slice(unsafe.StringData(s), len(s)))
	switch {
	case len(s) >= 8:
		first, last = first|everyCase, last|everyCase
		return lowerWord{first, last, len(s)}, areLower(first) && areLower(last)
	case len(s) >= 4:
		first |= everyCase
		return lowerWord{first, 0, len(s)}, areLower(first)
	}
	first |= 0x202020
	return lowerWord{first, 0, len(s)}, areLower(first | behindThree)
}

// areLower reports whether eight bytes are lower-case ASCII letters: one that is has its top bit set by the first sum and not by the second.
func areLower(x uint64) bool {
	return (x+(0x80-'a')*everyByte)&^(x+(0x7f-'z')*everyByte)&^x&everyTop == everyTop
}

// has reports whether something is known of the word.
func (t *wordTable[V]) has(w lowerWord) bool { return t.place(w.first, w.last, w.length).length != 0 }

// A wordFilter knows first letters and lengths of some words: what it does not know is none of them. Case does not matter.
type wordFilter [256]uint64

func newWordFilter[V any](words map[string]V) *wordFilter {
	f := new(wordFilter)
	for w := range words {
		if len(w) > 0 {
			f[w[0]] |= 1 << min(len(w), 63)
		}
	}
	for b := byte('a'); b <= 'z'; b++ {
		f[b-'a'+'A'] |= f[b]
	}
	return f
}

// may reports whether an ASCII text that begins with first and has that length can be one of the words.
func (f *wordFilter) may(first byte, length int) bool { return f[first]>>min(length, 63)&1 != 0 }
