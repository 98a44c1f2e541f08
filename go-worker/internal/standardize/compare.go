package standardize

import "strings"

// compareNumbers compares two plain decimal numbers by their digits: -1, 0 or 1. Both must be in the form that readNumber
// returns.
func compareNumbers(a, b string) int {
	a, minusA := strings.CutPrefix(a, "-")
	b, minusB := strings.CutPrefix(b, "-")
	switch {
	case minusA && !minusB:
		return -1
	case minusB && !minusA:
		return 1
	case minusA:
		return compareDigits(b, a)
	}
	return compareDigits(a, b)
}

func compareDigits(a, b string) int {
	pointA, pointB := pointOf(a), pointOf(b)
	switch {
	case pointA < pointB:
		return -1
	case pointA > pointB:
		return 1
	}
	for i := 0; i < len(a) || i < len(b); i++ {
		if x, y := digitAt(a, i), digitAt(b, i); x != y {
			if x < y {
				return -1
			}
			return 1
		}
	}
	return 0
}

// pointOf returns the place of the decimal point, the end where there is none.
func pointOf(s string) int {
	for i := range len(s) {
		if s[i] == '.' {
			return i
		}
	}
	return len(s)
}

// digitAt returns the byte at a place of a number; behind the end a number goes on with zeros. The point is one, too.
func digitAt(s string, i int) byte {
	if i >= len(s) || s[i] == '.' {
		return '0'
	}
	return s[i]
}
