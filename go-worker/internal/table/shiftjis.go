package table

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"
)

// fewJapanese is how many Japanese characters a text must have to be one.
const fewJapanese = 8

// isShiftJIS reports whether a text is Japanese as Windows in Japan writes it: all of it can be read so, and what is beyond ASCII are kana,
// kanji and their marks. The second byte of its characters may be one of ASCII, so that the statistics of other encodings do not see them.
func isShiftJIS(sample []byte) bool {
	if end := bytes.LastIndexByte(sample, '\n'); end >= 0 {
		sample = sample[:end]
	}
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(sample)
	if err != nil {
		return false
	}
	all, wide := 0, 0
	for _, r := range string(text) {
		switch {
		case r == utf8.RuneError:
			return false
		case r < utf8.RuneSelf:
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana), r >= 0x3000 && r <= 0x303f, r >= 0xff01 && r <= 0xff5e:
			wide++
			all++
		case r >= 0xff61 && r <= 0xff9f: // a byte each, as letters of other encodings are
			all++
		case r == 0x30fc || r == 0x2212 || r == 0x2015 || r == 0x25cb || r == 0x00d7 || r == 0x2103 || r == 0x03bc:
		default:
			return false
		}
	}
	return wide >= fewJapanese && wide*2 >= all && isPaired(sample)
}

// isPaired reports whether bytes look like the pairs of Shift JIS: most begin with one that is no letter elsewhere, as the commonest
// characters do, and a third at least end with one beyond ASCII. In languages of Europe a letter with a mark, which looks like the first
// byte, hardly ever stands before another.
func isPaired(text []byte) bool {
	pairs, common, beyond := 0, 0, 0
	for i := 0; i+1 < len(text); i++ {
		c := text[i]
		low := c >= 0x81 && c <= 0x9f
		if !low && (c < 0xe0 || c > 0xfc) {
			continue
		}
		i++
		pairs++
		if low {
			common++
		}
		if text[i] >= utf8.RuneSelf {
			beyond++
		}
	}
	return common*2 > pairs && beyond*3 >= pairs
}
