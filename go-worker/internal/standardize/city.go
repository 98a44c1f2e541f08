package standardize

import (
	"strings"
	"unicode"
)

// city is the family of cities: in title case where the source writes only capitals or only small letters, mixed case
// left alone; white space and a trailing comma removed.
func city(Column) CellFunc {
	return func(raw string, c *Cell) { settlePlace(raw, raw, c) }
}

// county is the family of counties, written as city is, without the word County at its end; Parish and Borough are part
// of the name.
func county(Column) CellFunc {
	return func(raw string, c *Cell) { settlePlace(raw, withoutCounty(raw), c) }
}

// withoutCounty takes the word County off the end of a name, however often it stands there.
func withoutCounty(name string) string {
	for _, word := range [...]string{" county", " cnty", " co.", " co"} {
		if n := len(name) - len(word); n > 0 && strings.EqualFold(name[n:], word) {
			return withoutCounty(strings.TrimRight(name[:n], " ,;"))
		}
	}
	return name
}

func settlePlace(raw, name string, c *Cell) {
	if plain, ok := plainMarks(name); ok {
		name = plain
		c.Hit(ruleMarks)
	}
	if strings.Contains(name, "  ") {
		name = strings.Join(strings.Fields(name), " ")
		c.Hit(ruleSpaces)
	}
	name = strings.TrimRight(name, " ,;")
	title := placeTitle(name)
	if title != name {
		c.Hit(ruleStandard)
	}
	settle(c, raw, title)
}

// smallWords stay in small letters between other words of a place: Fond du Lac, Point of Rocks.
var smallWords = map[string]bool{"of": true, "the": true, "and": true, "du": true, "on": true, "in": true, "by": true, "at": true, "au": true}

// placeTitle capitalizes the words of a name that has no mixed case.
func placeTitle(s string) string {
	if !oneCase(s) {
		return s
	}
	if upper := strings.ToUpper(s); upper == "APO" || upper == "FPO" || upper == "DPO" {
		return upper // military post offices
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		if i > 0 && i < len(words)-1 && smallWords[w] {
			continue
		}
		words[i] = capitalize(w)
	}
	return strings.Join(words, " ")
}

// oneCase reports whether the letters of s are all capitals or all small.
func oneCase(s string) bool {
	upper, lower := false, false
	for _, r := range s {
		upper = upper || unicode.IsUpper(r)
		lower = lower || unicode.IsLower(r)
	}
	return upper != lower
}

// capitalize raises the first letter of each part of a word, the letter after Mc, and those after d', l', o'.
func capitalize(w string) string {
	out := []rune(w)
	start := true
	for i, r := range out {
		if start {
			out[i] = unicode.ToUpper(r)
		}
		start = r == '-' || r == '/' || r == '.' || r == '(' || r == '\'' && i == 1
	}
	if len(out) > 3 && out[0] == 'M' && out[1] == 'c' {
		out[2] = unicode.ToUpper(out[2])
	}
	return string(out)
}
