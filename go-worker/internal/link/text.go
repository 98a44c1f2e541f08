package link

import "math/bits"

// The functions of this file compare ASCII texts, as normal returns them; longer ones than maxText are cut.

const maxText = 64

// A signature counts the letters of a text, so that a few instructions tell how much two texts can have in common at most. Counts are
// written as ones: of words two for a letter and one for a digit; of numbers four for a digit and one for a letter, some of which share it.
type signature uint64

func signatureOf(s string, number bool) (sig signature) {
	digits, letters, most := 52, 0, 2
	if number {
		digits, letters, most = 0, 40, 4
	}
	raise := func(at, most int) {
		for k := range most {
			if bit := signature(1) << (at + k); sig&bit == 0 {
				sig |= bit
				return
			}
		}
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' && number:
			raise(digits+most*int(c-'0'), most)
		case c >= '0' && c <= '9':
			raise(digits+int(c-'0'), 1)
		case c >= 'A' && c <= 'Z' && number:
			raise(letters+int(c-'A')%24, 1)
		case c >= 'A' && c <= 'Z':
			raise(letters+most*int(c-'A'), most)
		}
	}
	return sig
}

// apart is at most the number of letters that one of the texts has and the other lacks.
func (a signature) apart(b signature) int { return bits.OnesCount64(uint64(a ^ b)) }

// beginning returns the first four letters of a text.
func beginning(s string) (head uint32) {
	for i := range min(4, len(s)) {
		head |= uint32(s[i]) << (8 * i)
	}
	return head
}

// A brief is what tells most texts apart without looking at them.
type brief struct {
	sig  signature
	head uint32 // the first four letters
	size uint8  // up to maxText
}

// likest is at least jaroWinkler of two texts.
func likest(t, u *brief) float64 {
	a, b := float64(t.size), float64(u.size)
	m := min((a+b-float64(t.sig.apart(u.sig)))/2, a, b)
	if m <= 0 {
		return 0
	}
	jaro := (m*(a+b)/(a*b) + 1) / 3
	prefix := float64(bits.TrailingZeros32(t.head^u.head) / 8)
	return jaro + prefix*0.1*(1-jaro)
}

// jaroWinkler returns the similarity of Winkler (1990) of two texts, 0 to 1, with prefixes of up to four letters.
func jaroWinkler(a, b string) float64 {
	a, b = cut(a), cut(b)
	if a == b {
		return 1
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	window := uint(max(max(len(a), len(b))/2-1, 0))
	where := placesOf(b)
	var inA, inB uint64
	for i := range uint(len(a)) {
		free := where[a[i]&127] &^ inB
		if i > window {
			free &= ^uint64(0) << (i - window)
		}
		if end := i + window + 1; end < 64 {
			free &= 1<<end - 1
		}
		if free != 0 {
			inA |= 1 << i
			inB |= free & -free
		}
	}
	if inA == 0 {
		return 0
	}
	half := 0
	for x, y := inA, inB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			half++
		}
	}
	m := float64(bits.OnesCount64(inA))
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(half/2))/m) / 3
	if jaro <= 0.7 {
		return jaro
	}
	prefix := 0
	for prefix < min(4, len(a), len(b)) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// placesOf returns, for each letter, a bit for each of its places in a text of up to 64.
func placesOf(s string) (where [128]uint64) {
	for i := range len(s) {
		where[s[i]&127] |= 1 << uint(i)
	}
	return where
}

// edits returns the optimal string alignment distance: letters changed, added, left out, or two neighbours turned round. It stops
// counting above most, which is small, and returns most+1.
func edits(a, b string, most int) int {
	a, b = cut(a), cut(b)
	for d := range most + 1 {
		if within(a, b, d) {
			return d
		}
	}
	return most + 1
}

// within reports whether so many edits at most turn one text into the other. Where they first differ, one of the edits is due.
func within(a, b string, most int) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(b) <= most:
		return true
	case len(b)-len(a) > most || most == 0 || len(a) == 0:
		return false
	case most == 1: // both ends differ, so one edit reaches both only where two neighbours are turned round
		return len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	case len(a) > 1 && a[0] == b[1] && a[1] == b[0] && within(a[2:], b[2:], most-1):
		return true
	}
	return within(a[1:], b[1:], most-1) || within(a, b[1:], most-1) || len(b)-len(a) < most && within(a[1:], b, most-1)
}

// alike returns which part of two texts is common to both, in order: twice the longest common subsequence by the lengths.
func alike(a, b string) float64 {
	a, b = cut(a), cut(b)
	if len(a)+len(b) == 0 {
		return 1
	}
	where := placesOf(a)
	s := ^uint64(0) // Hyyrö 2004: a zero bit for each letter of a that ends a longer subsequence
	for i := range len(b) {
		u := s & where[b[i]&127]
		s = (s + u) | (s - u)
	}
	if len(a) < 64 {
		s |= ^uint64(0) << uint(len(a))
	}
	return 2 * float64(bits.OnesCount64(^s)) / float64(len(a)+len(b))
}

// mostAlike is at least alike of two texts, whatever the order of their words.
func mostAlike(t, u *brief) float64 {
	both := float64(t.size) + float64(u.size)
	return (both - float64(t.sig.apart(u.sig))) / both
}

func cut(s string) string { return s[:min(len(s), maxText)] }
