package standardize

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Ungarble returns the text that s was before its UTF-8 bytes were taken for Windows-1252, once or twice, and whether
// it was: rule ENC-006. "GarcÃ­a" is García again. A text is only changed when all of it, written back as
// Windows-1252, is UTF-8: a real "São Paulo" is not. POSPÍŠIL is, by chance: see surelyGarbled.
//
// It comes before anything else that touches the text: a soft hyphen or a no-break space may be half a letter.
func Ungarble(s string) (string, bool) {
	if isASCII(s) { // as nearly always
		return s, false
	}
	text, found := s, false
	for range 2 {
		once, ok := ungarbleOnce(text)
		if !ok {
			break
		}
		text, found = once, true
	}
	return text, found
}

func ungarbleOnce(s string) (string, bool) {
	if !looksGarbled(s) {
		return "", false
	}
	bytes := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := charmap.Windows1252.EncodeRune(r)
		switch {
		case ok:
		case r >= 0x80 && r < 0xa0: // bytes that Windows-1252 leaves undefined pass as they are
			b = byte(r)
		default:
			return "", false
		}
		bytes = append(bytes, b)
	}
	if text := string(bytes); utf8.ValidString(text) && surelyGarbled(text) {
		return text, true
	}
	return "", false
}

// surelyGarbled reports whether a text that garbled letters would come from is likelier than that they are real. Accented capitals stand before
// Š and Ž (POSPÍŠIL, MALÍŠEK), apostrophes (ANDRÉ’S) and no-break spaces in real words, and would come from letters of phonetics or of a script of
// Asia: of those it takes three. Ș and ț of Romanian and ə of Azerbaijani are letters that people have.
func surelyGarbled(text string) bool {
	doubtful := 0
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
		case r >= 0x180 && r < 0x370 && !strings.ContainsRune("șțȘȚə", r), r >= 0x480 && r < 0x5d0, r >= 0x640 && r < 0x800:
			doubtful++
		default:
			return true
		}
	}
	return doubtful > 2
}

// looksGarbled reports whether s holds a letter that is the first byte of two or more in UTF-8: from Â to ô. Most texts
// hold none, and are done with after this.
func looksGarbled(s string) bool {
	for {
		i := strings.IndexByte(s, 0xc3)
		if i < 0 || i+1 == len(s) {
			return false
		}
		if s[i+1] >= 0x82 && s[i+1] <= 0xb4 {
			return true
		}
		s = s[i+1:]
	}
}
