package match

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unsafe"

	"harmonizer/go-worker/internal/ends"
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
	h.a ^= lengthOf(text)
	at, left := unsafe.Pointer(unsafe.StringData(text)), len(text)
	for ; left > ends.Whole; left -= ends.Whole {
		h = s.mix(h, le.Uint64((*[8]byte)(at)[:]), le.Uint64((*[8]byte)(unsafe.Add(at, 8))[:]))
		at = unsafe.Add(at, ends.Whole)
	}
	first, last := ends.Of(unsafe.String((*byte)(at), left))
	return s.mix(h, first, last)
}

// lengthOf stands for the length of a text.
func lengthOf(text string) uint64 { return uint64(len(text)) * 0x9E3779B97F4A7C15 }

// mix folds two words in, each with the other and with the key.
func (s *Secret) mix(h state, x, y uint64) state {
	return state{ends.Fold(h.a^x, y^s[2]), ends.Fold(h.b^y, x^s[3])}
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
	sum := s[0] ^ lengthOf(text)
	for ; len(text) > ends.Whole; text = text[ends.Whole:] {
		sum = ends.Fold(sum^wordAt(text, 0), s[2]^wordAt(text, 8))
	}
	first, last := ends.Of(text)
	return max(ends.Fold(ends.Fold(sum^first, s[2]^last), s[1]), 1)
}

// lowerWord sums up a text in small letters as word does.
func (s *Secret) lowerWord(text string) uint64 {
	if text == "" {
		return 0
	}
	sum, seen, rest := s[0]^lengthOf(text), uint64(0), text
	for ; len(rest) > ends.Whole; rest = rest[ends.Whole:] {
		first, last := wordAt(rest, 0), wordAt(rest, 8)
		seen |= first | last
		sum = ends.Fold(sum^small(first), s[2]^small(last))
	}
	first, last := ends.Of(rest)
	if (seen|first|last)&high != 0 { // not all ASCII
		return s.word(strings.ToLower(text))
	}
	return max(ends.Fold(ends.Fold(sum^small(first), s[2]^small(last)), s[1]), 1)
}

// high are the bits that no byte of ASCII has, each those of each byte.
const each, high = 0x0101010101010101, 0x8080808080808080

// small writes eight bytes of ASCII in small letters.
func small(w uint64) uint64 {
	capital := (w + each*(0x80-'A')) &^ (w + each*(0x7f-'Z')) & high // what is added carries from A on, and again behind Z
	return w | capital>>2
}

// short ends a sum in 64 bits that are not zero.
func (s *Secret) short(h state) uint64 { return max(ends.Fold(h.a^s[1], h.b^s[0]), 1) }

// wordAt is eight bytes of a text.
func wordAt(s string, at int) uint64 {
	return le.Uint64(unsafe.Slice(unsafe.StringData(s), len(s))[at:])
}
