package table

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// sureEnough is the confidence from which the statistical detector is believed.
const sureEnough = 0.5

// foreign reports whether a text in an unknown encoding is written in other letters than Latin ones: bytes
// beyond ASCII then follow one another, where in Latin text they stand alone among others.
func foreign(sample []byte) bool {
	runs, high := 0, 0
	for i, c := range sample {
		if c >= 0x80 {
			high++
			if i == 0 || sample[i-1] < 0x80 {
				runs++
			}
		}
	}
	return high >= 8 && high*2 >= runs*5
}

// guess names the encoding of a text by the statistics of its letters. It is asked only about texts that are
// not UTF-8 and not plain Windows-1252; fallback is the answer when the statistics say nothing.
func guess(sample []byte, fallback string) string {
	r := chardet.Detect(sample)
	if r.Confidence < sureEnough {
		return fallback
	}
	e, err := htmlindex.Get(r.Charset)
	if err != nil {
		return fallback
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "utf-8" || name == "utf-16le" || name == "utf-16be" {
		return fallback
	}
	if windows, ok := supersets[name]; ok && hasC1(sample) {
		return windows
	}
	return name
}

// letterPages are the encodings told apart from Windows-1252 by how letters stand in words, in the order in which they are preferred.
var letterPages = []struct {
	name string
	page *charmap.Charmap
}{{"windows-1250", charmap.Windows1250}, {"macintosh", charmap.Macintosh}, {"cp850", charmap.CodePage850}}

// byLetters names the encoding under which the letters of a text stand in words as letters do, where under Windows-1252 they do not: a sign
// between letters (Wa³êsa for Wałęsa), a capital inside a word (JosŽ for José), a byte that is no character at all. It returns "" where
// Windows-1252 reads well, or nothing else reads better.
func byLetters(sample []byte) string {
	high, western := misplaced(sample, charmap.Windows1252)
	if western == 0 || western*20 < high || western < 2 && western*4 < high {
		return ""
	}
	best, fewest := "", western/10+1
	for _, p := range letterPages {
		if _, n := misplaced(sample, p.page); n < fewest {
			best, fewest = p.name, n
		}
	}
	return best
}

// misplaced counts the bytes beyond ASCII, and those that stand in a word as they would not if the text were written in page.
func misplaced(sample []byte, page *charmap.Charmap) (high, wrong int) {
	at := func(i int) rune {
		if i < 0 || i >= len(sample) {
			return ' '
		}
		return page.DecodeByte(sample[i])
	}
	for i, c := range sample {
		if c < 0x80 {
			continue
		}
		high++
		before, r, after := at(i-1), at(i), at(i+1)
		switch {
		case r == utf8.RuneError || r < 0xa0:
			wrong++
		case unicode.IsUpper(r):
			if unicode.IsLower(before) || unicode.IsUpper(before) && unicode.IsLower(after) {
				wrong++
			}
		case unicode.IsLower(r):
			if unicode.IsUpper(before) && unicode.IsUpper(after) {
				wrong++
			}
		case !unicode.IsLetter(r) && !strings.ContainsRune("’‘“”´–—…·\u00a0\u00ad°", r):
			if unicode.IsLower(after) || unicode.IsLetter(before) && unicode.IsLetter(after) {
				wrong++
			}
		}
	}
	return high, wrong
}

// supersets are the Windows code pages that hold letters and quotes where ISO 8859 has control characters,
// which no text holds.
var supersets = map[string]string{
	"iso-8859-2": "windows-1250", "iso-8859-5": "windows-1251", "iso-8859-7": "windows-1253",
	"iso-8859-8": "windows-1255", "iso-8859-6": "windows-1256", "iso-8859-4": "windows-1257",
}

func hasC1(sample []byte) bool {
	for _, c := range sample {
		if c >= 0x80 && c < 0xa0 {
			return true
		}
	}
	return false
}
