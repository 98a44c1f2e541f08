package standardize

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// text keeps a text as it is but for what nobody sees: white space around it and doubled inside it, characters without
// a shape, accents in two pieces (NFC). Line breaks stay.
func text(Column) CellFunc {
	return func(raw string, c *Cell) { c.Value = tidyText(raw, c) }
}

// tidyText returns raw as text keeps it, and notes in the cell what it took.
func tidyText(raw string, c *Cell) string {
	if plainText(raw) {
		return raw
	}
	s := visible(raw)
	if s != raw {
		c.Hit(ruleMarks)
	}
	if single := singleSpaces(s); single != s {
		s = single
		c.Hit(ruleSpaces)
	}
	return s
}

// plainWords is the PlainFunc of texts without anything that must be tidied, nor the marks with which a spreadsheet keeps a text.
func plainWords(raw string, c *Cell) bool {
	if raw == "" || raw[0] == '=' || raw[0] == '\'' || !plainText(raw) {
		return false
	}
	c.Value = raw
	return true
}

// plainText reports whether s is ASCII that shows, with single spaces between words and none around it.
func plainText(s string) bool {
	n := len(s)
	if n < 8 {
		return plainShort(s)
	}
	if s[0] == ' ' || s[n-1] == ' ' {
		return false
	}
	odd, before := uint64(0), uint64(0) // before: the space, if any, that ends the word of eight bytes before
	for i := 0; i <= n-8; i += 8 {
		w := load8(s[i:])
		spaces := spacesIn(w)
		odd |= hiddenIn(w) | spaces&(spaces<<8|before)
		before = spaces >> 56
	}
	if n%8 != 0 {
		w := load8(s[n-8:]) // overlaps the last one
		spaces := spacesIn(w)
		odd |= hiddenIn(w) | spaces&(spaces<<8)
	}
	return odd == 0
}

func plainShort(s string) bool {
	space := true
	for i := range len(s) {
		b := s[i]
		if b < ' ' || b >= 0x7f || b == ' ' && space {
			return false
		}
		space = b == ' '
	}
	return !space || s == ""
}

// spacesIn returns the top bits of the bytes that are spaces.
func spacesIn(w uint64) uint64 {
	other := w ^ 0x2020202020202020
	return ^((other&^tops + ^uint64(tops)) | other | ^uint64(tops))
}

// hiddenIn returns 0 where all bytes are ASCII that shows.
func hiddenIn(w uint64) uint64 {
	return ((w - 0x2020202020202020) | (w + 0x0101010101010101) | w) & tops
}

// tops are the top bits of eight bytes.
const tops = 0x8080808080808080

// visible returns s in NFC, without characters that have no shape and with plain spaces for the special ones. Bytes that are
// not UTF-8 show as U+FFFD: readers leave none, and outputs hold nothing else.
func visible(s string) string {
	shown := func(r rune) rune {
		switch r {
		case '\n', '\t':
			return r
		case '\u00a0', '\u202f', '\u2007': // spaces that do not break
			return ' '
		case '\u200b', '\u200c', '\u00ad', '\ufeff', '\u2060':
			return -1
		}
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = lineEnds.Replace(s)
	}
	return norm.NFC.String(strings.Map(shown, s)) // what stood between a letter and its accent is gone now
}

// lineEnds are those of other systems, with what they are here: one alone would vanish and leave two words in one.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// singleSpaces trims every run of spaces and tabs within a line to one space, and the text itself.
func singleSpaces(s string) string {
	s = strings.TrimFunc(s, unicode.IsSpace)
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		b := s[i]
		if b == '\t' {
			b = ' '
		}
		if b == ' ' && len(out) > 0 && out[len(out)-1] == ' ' {
			continue
		}
		out = append(out, b)
	}
	return string(out)
}
