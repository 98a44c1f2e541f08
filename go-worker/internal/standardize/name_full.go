package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/shape"
)

// nameFull keeps a full name as text: marks, spaces and case made customary, notes taken out. The parts of an HL7 name are put
// in the order LAST, FIRST MIDDLE, SUFFIX. The name step splits it.
//
// Params: particles as for the parts. Decisions: name_order is family_first where names without a comma begin with the family name,
// families_first where they begin with two.
func nameFull(col Column) CellFunc {
	style := styleOf(col)
	return func(raw string, c *Cell) {
		if twoTitles(raw) {
			c.Value = raw
			return
		}
		s := tidyName(raw, c)
		if strings.IndexByte(s, '^') >= 0 {
			s = singleSpaces(strings.ReplaceAll(fullText(splitName(s, 0, style)), "^", " "))
		}
		s, noted := withoutNotes(s)
		if !hasLetter(s) {
			c.Fail(raw, ruleNoName)
			return
		}
		if noted || oddInName(s) {
			c.Hit(ruleOddName)
		}
		if oneCaseName(s) {
			if cased := recaseFull(s, style); cased != s {
				s = cased
				c.Hit(ruleRecased)
			}
		}
		settle(c, raw, s)
	}
}

// withoutNotes takes notes out of a full name, and the marks that end up around it; one may hide another.
func withoutNotes(s string) (name string, noted bool) {
	for {
		rest, note := cutNote(s, false)
		noted = noted || note != ""
		rest = spacedCommas(strings.Trim(rest, " ,;:*_-"))
		if rest == s {
			return s, noted
		}
		s = rest
	}
}

// twoTitles reports whether a name is two words such as John Smith, which nothing changes.
func twoTitles(s string) bool {
	first, second, ok := strings.Cut(s, " ")
	return ok && shape.IsTitle(first) && shape.IsTitle(second)
}

// spacedCommas puts one space behind every comma and none before it.
func spacedCommas(s string) string {
	if !strings.Contains(s, ",") {
		return s
	}
	pieces := strings.Split(s, ",")
	kept := pieces[:0]
	for _, p := range pieces {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// recaseFull recases a full name; suffixes, credentials and forms of address are written as their tables say.
func recaseFull(s string, style nameStyle) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		bare := strings.TrimRight(w, ",")
		display := ""
		if i > 0 {
			if display = generationSuffix(bare); display == "" {
				display = credential(bare)
			}
		}
		if display == "" {
			if display = formOfAddress(bare); display != "" && len(words) == 1 {
				display = ""
			}
		}
		if display == "" {
			display = string(style.word(nil, bare, i == 0, i == len(words)-1))
		}
		words[i] = display + w[len(bare):]
	}
	return strings.Join(words, " ")
}

// fullText writes parts as LAST, FIRST MIDDLE, SUFFIX CREDENTIAL.
func fullText(p nameParts) string {
	given := joinNonEmpty(joinNonEmpty(p.prefix, p.given), p.middle)
	if p.nickname != "" {
		given = joinNonEmpty(given, `"`+p.nickname+`"`)
	}
	text := p.family
	for _, part := range []string{given, joinNonEmpty(p.suffix, p.credential)} {
		if part != "" && text != "" {
			text += ", "
		}
		text += part
	}
	return text
}
