package dates

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// maxWord is the length in bytes of the longest word looked up; a longer one is no word of a date.
const maxWord = 24

// months, weekdays and halves of the day are the words of all languages of the contract; no word stands for two months.
var months, weekdays, halves = func() (months, weekdays, halves map[string]int) {
	months, weekdays, halves = map[string]int{}, map[string]int{}, map[string]int{}
	kinds := map[string]map[string]int{"month": months, "weekday": weekdays, "half": halves}
	for _, row := range facts.Rows("calendar_words.csv", "language", "kind", "number", "words") {
		words := kinds[row[1]]
		number, err := strconv.Atoi(row[2])
		if err != nil {
			panic("dates: calendar_words.csv: " + err.Error())
		}
		for _, w := range facts.List(row[3]) {
			if old, ok := words[w]; ok && old != number || len(w) > maxWord {
				panic("dates: calendar_words.csv: " + w + " is too long or stands for two")
			}
			words[w] = number
		}
	}
	return months, weekdays, halves
}()

// romanMonths are the numbers of months as they stand between those of day and year.
var romanMonths = map[string]int{"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}

// zones are the zone names that mean one offset, in minutes: RFC 2822, section 4.3, and abbreviations of the tz database that are those of one
// offset. AST, BST and IST are those of several.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"akst": -540, "akdt": -480, "hst": -600, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180,
	"wat": 60, "cat": 120, "sast": 120, "eat": 180, "msk": 180, "pkt": 300, "wib": 420, "jst": 540, "aest": 600, "aedt": 660,
	"nzst": 720, "nzdt": 780,
}

// lookup finds a word whatever the case of its letters: those of ASCII, and É and its neighbours, which UTF-8 writes with C3 before them, without an
// allocation.
func lookup(words map[string]int, word string) (int, bool) {
	if len(word) > maxWord || word == "" {
		return 0, false
	}
	var lower [maxWord]byte
	all := byte(0)
	for i := range len(word) {
		all |= word[i]
		lower[i] = toLower(word[i])
		if c := word[i]; c >= 0x80 && c <= 0x9E && i > 0 && word[i-1] == 0xC3 {
			lower[i] = c + 0x20
		}
	}
	n, ok := words[string(lower[:len(word)])] // the compiler sees a map index
	if !ok && all >= 0x80 {
		n, ok = words[strings.ToLower(word)]
	}
	return n, ok
}

func toLower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// isUnknown reports whether a word stands for a part that is not known: ??, UU, XXXX, UN, UNK.
func isUnknown(word string) bool {
	switch n := len(word); {
	case n == 0:
		return false
	case n <= 3 && n > 1 && strings.EqualFold(word, "unk"[:n]):
		return true
	}
	for i := range len(word) {
		if toLower(word[i]) != toLower(word[0]) {
			return false
		}
	}
	c := toLower(word[0])
	return len(word) <= 4 && (c == '?' || c == 'u' || c == 'x')
}
