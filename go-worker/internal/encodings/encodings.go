// Package encodings names the encoding of a text that is not UTF-8: the one in which its bytes make the likeliest words of a language that
// is written so. It knows no text, only which letters follow which; where several encodings read nearly as well it says so.
package encodings

import (
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/unicode/norm"
)

// Western is the encoding that a text is taken for unless another reads better.
const Western = "windows-1252"

// A page is an encoding with the languages written in it. How rare it is weighs as much as so many letters that do not fit.
type page struct {
	name      string
	encoding  encoding.Encoding
	languages []string
	rare      float64
}

var (
	western  = []string{"fr", "de", "es", "pt", "it", "nl", "sv", "nb", "da", "fi", "is", "ca", "en"}
	central  = []string{"pl", "cs", "sk", "hu", "ro", "hr", "sl", "sr_Latn", "de"}
	baltic   = []string{"lt", "lv", "et"}
	cyrillic = []string{"ru", "uk", "bg", "mk", "be", "sr"}
	greek    = []string{"el"}
	arabic   = []string{"ar", "fa", "ur"}
)

// pages are all encodings that are told apart; of those that read a text alike the first is named.
var pages = []page{
	{Western, charmap.Windows1252, western, 0},
	{"windows-1250", charmap.Windows1250, central, 2},
	{"windows-1251", charmap.Windows1251, cyrillic, 2},
	{"windows-1254", charmap.Windows1254, []string{"tr"}, 2},
	{"windows-1253", charmap.Windows1253, greek, 2},
	{"windows-1255", charmap.Windows1255, []string{"he"}, 2},
	{"windows-1256", charmap.Windows1256, arabic, 2},
	{"windows-1257", charmap.Windows1257, baltic, 2},
	{"windows-1258", charmap.Windows1258, []string{"vi"}, 2},
	{"windows-874", charmap.Windows874, []string{"th"}, 2},
	{"gb18030", simplifiedchinese.GB18030, []string{"zh_Hans"}, 8},
	{"big5", traditionalchinese.Big5, []string{"zh_Hant"}, 8},
	{"euc-kr", korean.EUCKR, []string{"ko"}, 8},
	{"shift_jis", japanese.ShiftJIS, []string{"ja"}, 8},
	{"euc-jp", japanese.EUCJP, []string{"ja"}, 9},
	{"cp850", charmap.CodePage850, western, 3},
	{"macintosh", charmap.Macintosh, western, 4},
	{"cp852", charmap.CodePage852, central, 5},
	{"iso-8859-2", charmap.ISO8859_2, central, 4},
	{"iso-8859-7", charmap.ISO8859_7, greek, 4},
	{"iso-8859-6", charmap.ISO8859_6, arabic, 5},
	{"koi8-r", charmap.KOI8R, cyrillic, 4},
	{"koi8-u", charmap.KOI8U, cyrillic, 5},
	{"ibm866", charmap.CodePage866, cyrillic, 4},
	{"x-mac-cyrillic", charmap.MacintoshCyrillic, cyrillic, 6},
	{"iso-8859-5", charmap.ISO8859_5, cyrillic, 5},
}

// Named returns the encoding of a name that Find gives.
func Named(name string) (encoding.Encoding, bool) {
	for _, p := range pages {
		if p.name == name {
			return p.encoding, true
		}
	}
	return nil, false
}

// A Guess is an encoding that a text may have.
type Guess struct {
	Name string
	Lead float64 // by how much it is likelier than Western, and Western than any that reads the text otherwise; as a logarithm
	Sure bool    // enough to follow the guess, or to read the text as Western without a word
}

// Leads from which a guess is sure: of one, and where a single word that Western reads as well as any is all there is.
const (
	sureLead    = 5
	sureOneWord = 10
)

// Find names the encoding in which a text makes the likeliest words.
func Find(text []byte) Guess {
	words := wordsOf(text)
	var all []reading
	best, first, second := Western, math.Inf(-1), math.Inf(-1)
	for i, p := range pages {
		r := p.read(words)
		if slices.ContainsFunc(all, r.equal) {
			continue
		}
		all = append(all, r)
		likely := r.likely(p.languages) - p.rare
		if i == 0 {
			first = likely
		} else if likely > second {
			best, second = p.name, likely
		}
	}
	if first >= second {
		return Guess{Western, first - second, first-second >= sureLead}
	}
	lead := second - first
	return Guess{best, lead, lead >= sureOneWord || lead >= sureLead && (len(words) > 1 || all[0].odd())}
}

// Better reports whether a text that is well-formed UTF-8 makes likelier words in the encoding of a name.
func Better(name string, text []byte) bool {
	words := wordsOf(text)
	for _, p := range pages {
		if p.name == name {
			utf8 := page{encoding: encoding.Nop}
			return p.read(words).likely(p.languages) > utf8.read(words).likely(slices.Collect(maps.Keys(languages())))
		}
	}
	return false
}

// mostWords is how many words are looked at.
const mostWords = 400

// wordsOf returns the different runs of letters in a text that have one beyond ASCII. No encoding has a byte below '@' within a letter.
func wordsOf(text []byte) [][]byte {
	var words [][]byte
	seen := map[string]bool{}
	for i := 0; i < len(text) && len(words) < mostWords; i++ {
		begin, high := i, false
		for ; i < len(text) && text[i] >= '@'; i++ {
			high = high || text[i] >= utf8.RuneSelf
		}
		if word := text[begin:i]; high && !seen[string(word)] {
			seen[string(word)] = true
			words = append(words, word)
		}
	}
	return words
}

// A reading is what an encoding makes of words.
type reading struct {
	words [][]rune
	lost  float64 // how unlikely the bytes are that are no letters
}

func (p page) read(words [][]byte) reading {
	var r reading
	for _, word := range words {
		runes, lost := p.decode(word)
		r.words = append(r.words, runes)
		r.lost += lost
	}
	return r
}

// odd reports whether bytes are no letters, or a sign or a capital stands in a word.
func (r reading) odd() bool {
	return r.lost < 0 || slices.ContainsFunc(r.words, func(word []rune) bool { return looks(word) < -6 })
}

func (r reading) equal(other reading) bool {
	return slices.EqualFunc(r.words, other.words, slices.Equal)
}

// likely returns how likely words are in any of some languages, as a logarithm. Which of them a text is in shows in all its words together.
func (r reading) likely(names []string) float64 {
	by := make([][]float64, len(r.words)) // words by languages
	total := r.lost
	for i, word := range r.words {
		total += looks(word)
		for _, name := range names {
			by[i] = append(by[i], languages()[name].word(word))
		}
	}
	share := slices.Repeat([]float64{1 / float64(len(names))}, len(names))
	mixed := 0.0
	for range 3 {
		next := slices.Repeat([]float64{0.5}, len(names))
		mixed = 0
		for _, row := range by {
			most, sum := slices.Max(row), 0.0
			for k, x := range row {
				sum += share[k] * math.Exp(x-most)
			}
			for k, x := range row {
				next[k] += share[k] * math.Exp(x-most) / sum
			}
			mixed += most + math.Log(sum)
		}
		for k := range share {
			share[k] = next[k] / (float64(len(by)) + 0.5*float64(len(names)))
		}
	}
	return total + mixed
}

// decode returns the letters of a word, and how unlikely the bytes are that are none.
func (p page) decode(word []byte) ([]rune, float64) {
	const undefined = -14
	text, err := p.encoding.NewDecoder().Bytes(word)
	if err != nil {
		return nil, float64(len(word)) * undefined
	}
	if p.name == "windows-1258" {
		text = norm.NFC.Bytes(text)
	}
	lost := 0.0
	runes := make([]rune, 0, len(text))
	for _, r := range string(text) {
		if r == utf8.RuneError || r >= 0x80 && r < 0xa0 || r >= 0xe000 && r <= 0xf8ff {
			lost += undefined
		}
		runes = append(runes, r)
	}
	return runes, lost
}

// looks returns how likely it is that letters stand as they do whatever they are: a capital behind a small letter, a sign between letters.
func looks(word []rune) float64 {
	sum := 0.0
	at := func(i int) rune {
		if i < 0 || i >= len(word) {
			return ' '
		}
		return word[i]
	}
	for i, r := range word {
		before, after := at(i-1), at(i+1)
		switch {
		case r == utf8.RuneError: // lost
		case isLetter(r) && (unicode.IsUpper(r) || unicode.IsLower(r)):
			sum += turn(at(i-2), before, r)
		case isLetter(r):
		case r < utf8.RuneSelf:
			sum -= 3
		case r != '’' && isLetter(before) && (isLetter(after) || r == '¿' || r == '¡'):
			sum -= 12
		case r != '’' && strings.ContainsRune(commonSigns, r) && (isLetter(before) || isLetter(after)):
			sum -= 7
		case strings.ContainsRune(commonSigns, r):
			sum -= 5
		default:
			sum -= 9
		}
	}
	return sum
}

// commonSigns are those that stand in tables often enough.
const commonSigns = "’‘“”„´–—…·•\u00a0\u00ad°№€£§«»²³½±µ×®¿¡ªº（）\u3000、・，－："

// turn returns how likely a capital or small letter is behind two others.
func turn(first, before, r rune) float64 {
	upper := unicode.IsUpper(r)
	switch {
	case unicode.IsLower(before) && upper:
		return math.Log(0.002)
	case unicode.IsLower(before):
		return math.Log(0.998)
	case unicode.IsUpper(before) && unicode.IsUpper(first) && upper:
		return math.Log(0.98)
	case unicode.IsUpper(before) && unicode.IsUpper(first):
		return math.Log(0.02)
	case unicode.IsUpper(before):
		return math.Log(0.5)
	case upper:
		return math.Log(0.8)
	}
	return math.Log(0.2)
}
