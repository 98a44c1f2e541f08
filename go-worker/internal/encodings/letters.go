package encodings

import (
	_ "embed"
	"math"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// letters holds how often a letter follows another in the words of languages; scripts/make_letters.py counts them. A line "=language" stands
// above its letters: in each line one, then those that follow it, each with the half powers of 2 in its number as a digit of base 36. "_" is
// the end of a word. Languages of thousands of signs have one line, "*", of their common ones.
//
//go:embed letters.txt
var letters string

// A language knows how likely a letter is behind another one. Likelihoods are logarithms.
type language struct {
	pairs  map[[2]rune]float64
	single map[rune]float64 // anywhere
	unlike map[rune]float64 // what was never seen behind a letter
	signs  bool             // thousands of them, which make words of one or two
}

const (
	wordEnd    = '_'
	anySign    = '*'
	never      = -12.5 // a letter of another alphabet
	rareSign   = -11   // one of the thousands that are not common
	amongSigns = -6    // a Latin letter beside them
)

// languages are all of them, by name.
var languages = sync.OnceValue(func() map[string]*language {
	all := map[string]*language{}
	var counts map[[2]rune]float64
	name := ""
	for line := range strings.Lines(letters) {
		line = strings.TrimRight(line, "\n")
		if next, ok := strings.CutPrefix(line, "="); ok && len(next) > 1 {
			if name != "" {
				all[name] = languageOf(counts)
			}
			name, counts = next, map[[2]rune]float64{}
			continue
		}
		one, size := utf8.DecodeRuneInString(line)
		for rest := line[size:]; rest != ""; {
			next, size := utf8.DecodeRuneInString(rest)
			counts[[2]rune{one, next}] = math.Pow(2, float64(strings.IndexByte("0123456789abcdefghijklmnopqrstuvwxyz", rest[size]))/2)
			rest = rest[size+1:]
		}
	}
	all[name] = languageOf(counts)
	return all
})

// languageOf turns counts into likelihoods. What was never seen behind a letter is as likely as it is anywhere, a few times over.
func languageOf(counts map[[2]rune]float64) *language {
	const doubt = 4 // letters that might have followed, were there more words
	l := &language{pairs: map[[2]rune]float64{}, single: map[rune]float64{}, unlike: map[rune]float64{}}
	behind, of, total := map[rune]float64{}, map[rune]float64{}, 0.0
	for pair, n := range counts {
		behind[pair[0]] += n
		of[pair[1]] += n
		total += n
	}
	for r, n := range of {
		l.single[r] = math.Log(n / total)
	}
	for one, n := range behind {
		l.unlike[one] = math.Log(doubt / (n + doubt))
	}
	for pair, n := range counts {
		l.pairs[pair] = math.Log((n + doubt*of[pair[1]]/total) / (behind[pair[0]] + doubt))
	}
	_, l.signs = behind[anySign]
	return l
}

// likely returns how likely r is behind another letter.
func (l *language) likely(before, r rune) float64 {
	if l.signs {
		before = anySign
	}
	if p, ok := l.pairs[[2]rune{before, r}]; ok {
		return p
	}
	unlike, has := l.unlike[before]
	if !has {
		unlike = -2
	}
	switch p, known := l.single[r]; {
	case known:
		return p + unlike
	case l.signs && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return rareSign
	case l.signs && r < utf8.RuneSelf:
		return amongSigns
	}
	return never
}

// word returns how likely a word is.
func (l *language) word(runes []rune) float64 {
	sum, before := 0.0, rune(wordEnd)
	end := func() {
		if before != wordEnd && !l.signs {
			sum += l.likely(before, wordEnd)
		}
		before = wordEnd
	}
	for _, r := range runes {
		if !isLetter(r) {
			end()
			continue
		}
		r = small(r)
		sum += l.likely(before, r)
		before = r
	}
	end()
	return sum
}

// isLetter reports whether r stands in words: the letters of ordinals and units do not.
func isLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && r != 'ª' && r != 'º' && r != 'µ'
}

// small returns a letter as the words were counted.
func small(r rune) rune {
	switch r {
	case 'İ':
		return 'i'
	case 'ς':
		return 'σ'
	}
	return unicode.ToLower(r)
}
