package plan

import (
	"slices"
	"strings"
)

// jaroWinkler returns how alike two ASCII strings are, from 0 to 1 (Winkler 1990: a common start of up to four
// letters counts a tenth each).
func jaroWinkler(a, b string) float64 {
	if a == b {
		return 1
	}
	if len(a) > 64 || len(b) > 64 || a == "" || b == "" {
		return 0
	}
	window := max(max(len(a), len(b))/2-1, 0)
	var usedA, usedB uint64
	matches := 0
	for i := range len(a) {
		for j := max(0, i-window); j < min(len(b), i+window+1); j++ {
			if a[i] == b[j] && usedB&(1<<j) == 0 {
				usedA |= 1 << i
				usedB |= 1 << j
				matches++
				break
			}
		}
	}
	if matches == 0 {
		return 0
	}
	swapped, j := 0, 0
	for i := range len(a) {
		if usedA&(1<<i) == 0 {
			continue
		}
		for usedB&(1<<j) == 0 {
			j++
		}
		if a[i] != b[j] {
			swapped++
		}
		j++
	}
	m := float64(matches)
	jaro := (m/float64(len(a)) + m/float64(len(b)) + (m-float64(swapped/2))/m) / 3
	start := 0
	for start < min(4, len(a), len(b)) && a[start] == b[start] {
		start++
	}
	return jaro + float64(start)*0.1*(1-jaro)
}

// similar returns how alike two normalized headers are, from 0 to 1; 0 where they differ by more than their spelling: in a
// number, much in length, or in a whole word, as date_of_birth and date_of_death do. That both say patient is no
// likeness: patient_role is no patient_full_name.
func similar(a, b string) float64 {
	if x, y := withoutContext(a), withoutContext(b); x != a && y != b {
		a, b = x, y
	}
	if len(a) < 4 || len(b) < 4 || 10*min(len(a), len(b)) < 7*max(len(a), len(b)) || !sameDigits(a, b) {
		return 0
	}
	x, y := strings.Split(a, "_"), strings.Split(b, "_")
	switch {
	case len(x) == len(y):
		for i := range x {
			if jaroWinkler(x[i], y[i]) < 0.85 {
				return 0
			}
		}
	case within(x, y), within(y, x):
	case jaroWinkler(strings.Join(x, ""), strings.Join(y, "")) < 0.95:
		return 0 // frstname is a first_name, patientennr is no patient_age
	}
	return jaroWinkler(a, b)
}

// within reports whether all words stand in others, in their order: fecha_nacimiento in fecha_de_nacimiento.
func within(words, others []string) bool {
	for _, o := range others {
		if len(words) > 0 && words[0] == o {
			words = words[1:]
		}
	}
	return len(words) == 0
}

// sameWords reports whether two normalized headers have the same words in another order.
func sameWords(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	x, y := strings.Split(a, "_"), strings.Split(b, "_")
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// sameDigits reports whether two headers have the same digits: dx_1 and dx_2 are never variants of each other.
func sameDigits(a, b string) bool {
	for {
		i, j := strings.IndexAny(a, digits), strings.IndexAny(b, digits)
		if i < 0 || j < 0 {
			return i == j
		}
		if a[i] != b[j] {
			return false
		}
		a, b = a[i+1:], b[j+1:]
	}
}

const digits = "0123456789"

// digitsOf returns the digits of a text.
func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
