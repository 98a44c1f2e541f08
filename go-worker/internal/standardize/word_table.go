package standardize

import (
	"encoding/binary"
	"math/bits"
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

// wordEnds returns the first and the last eight bytes of a word, which overlap in a shorter one.
func wordEnds(w []byte) (first, last uint64) {
	if len(w) >= 8 {
		return binary.LittleEndian.Uint64(w), binary.LittleEndian.Uint64(w[len(w)-8:])
	}
	for _, b := range w {
		first = first<<8 | uint64(b)
	}
	return first, 0
}

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
