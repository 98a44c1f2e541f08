package link

import "math/bits"

// The functions of this file compare ASCII texts, as normal returns them; longer ones than maxText are cut.

const maxText = 64

// common counts what can at most be matched between two texts: letters that both have, as often as both have them.
// It is a bound that costs a few instructions: signatures hold two bits for each letter and group of digits.
type signature uint64

func signatureOf(s string) signature {
	var sig signature
	for i := range len(s) {
		at := uint(31)
		switch c := s[i]; {
		case c >= 'A' && c <= 'Z':
			at = uint(c - 'A')
		case c >= '0' && c <= '9':
			at = 26 + uint(c-'0')/2
		}
		switch n := sig >> (2 * at) & 3; n { // 0, 1, 2 or more
		case 0:
			sig |= 1 << (2 * at)
		case 1:
			sig ^= 3 << (2 * at)
		}
	}
	return sig
}

// apart is at most the number of letters that one of the texts has and the other lacks.
func (a signature) apart(b signature) int {
	const low = 0x5555555555555555
	once := (a | a>>1) & low // has the letter
	other := (b | b>>1) & low
	return bits.OnesCount64(uint64(once ^ other))
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
	window := max(max(len(a), len(b))/2-1, 0)
	var inA, inB uint64
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if inB>>uint(j)&1 == 0 && a[i] == b[j] {
				inA |= 1 << uint(i)
				inB |= 1 << uint(j)
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	half := 0
	for x, y := inA, inB; x != 0; x, y = x&(x-1), y&(y-1) {
		if a[bits.TrailingZeros64(x)] != b[bits.TrailingZeros64(y)] {
			half++
		}
	}
	m := float64(matches)
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

// edits returns the optimal string alignment distance: letters changed, added, left out, or two neighbours turned round. It stops
// counting above most, and returns most+1.
func edits(a, b string, most int) int {
	a, b = cut(a), cut(b)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > most {
		return most + 1
	}
	if len(a) == 0 {
		return len(b)
	}
	var rows [3][maxText + 1]uint8
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		best := row[0]
		for j := 1; j <= len(b); j++ {
			d := above[j-1]
			if a[i-1] != b[j-1] {
				d++
			}
			d = min(d, above[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			row[j] = d
			best = min(best, d)
		}
		if int(best) > most+1 {
			return most + 1
		}
		before, above, row = above, row, before
	}
	return min(int(above[len(b)]), most+1)
}

// alike returns which part of two texts is common to both, in order: twice the longest common subsequence by the lengths.
func alike(a, b string) float64 {
	a, b = cut(a), cut(b)
	if len(a)+len(b) == 0 {
		return 1
	}
	var where [128]uint64
	for i := range len(a) {
		where[a[i]&127] |= 1 << uint(i)
	}
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

func cut(s string) string { return s[:min(len(s), maxText)] }
