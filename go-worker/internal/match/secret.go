package match

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// A Secret keys the sums of a job's rows. Rows are removed because their sums agree, so nobody must be able to write a row that has
// the sum of another: the key is not known before the files are there, and 128 bits do not meet by chance.
type Secret [4]uint64

// SecretOf returns the secret of a job: all processes that work on it have the same one. A job without an id is done by one process.
func SecretOf(job string) Secret {
	if job == "" {
		return ownSecret
	}
	return secretFrom(sha256.Sum256([]byte("sums of rows: " + job)))
}

// ownSecret is that of this process.
var ownSecret = func() Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return secretFrom(b)
}()

func secretFrom(b [32]byte) (s Secret) {
	for i := range s {
		s[i] = binary.LittleEndian.Uint64(b[8*i:])
	}
	return s
}

// A state is what was summed up so far.
type state struct{ a, b uint64 }

func (s *Secret) begin() state { return state{s[0], s[1]} }

// add sums up a text, whose length counts, so that no two texts run together. It takes 16 bytes at once, and of the rest the beginning and
// the end: with the length they say which text it is.
func (s *Secret) add(h state, text string) state {
	h.a ^= uint64(len(text)) * 0x9E3779B97F4A7C15
	for len(text) > 16 {
		h = s.mix(h, word(text), word(text[8:]))
		text = text[16:]
	}
	var first, last uint64
	switch n := len(text); {
	case n >= 8:
		first, last = word(text), word(text[n-8:])
	case n >= 4:
		first, last = uint64(half(text)), uint64(half(text[n-4:]))
	case n > 0:
		first = uint64(text[0]) | uint64(text[n>>1])<<8 | uint64(text[n-1])<<16
	}
	return s.mix(h, first, last)
}

// mix folds two words in, each with the other and with the key.
func (s *Secret) mix(h state, x, y uint64) state {
	return state{fold(h.a^x, y^s[2]), fold(h.b^y, x^s[3])}
}

// fold multiplies to 128 bits and folds them.
func fold(x, y uint64) uint64 {
	high, low := bits.Mul64(x, y)
	return high ^ low
}

// sum ends a sum, of which neither half is zero.
func (s *Secret) sum(h state) (sum Sum) {
	h = s.mix(h, h.b, h.a)
	binary.LittleEndian.PutUint64(sum[:], max(h.a, 1))
	binary.LittleEndian.PutUint64(sum[8:], max(h.b, 1))
	return sum
}

// word sums up a text in 64 bits; 0 for none.
func (s *Secret) word(text string) uint64 {
	if text == "" {
		return 0
	}
	return s.short(s.add(s.begin(), text))
}

// short ends a sum in 64 bits that are not zero.
func (s *Secret) short(h state) uint64 { return max(fold(h.a^s[1], h.b^s[0]), 1) }

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 |
		uint64(s[7])<<56
}

func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
