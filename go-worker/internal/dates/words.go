package dates

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// maxWord is the length in bytes of the longest word looked up; a longer one is no word of a date.
const maxWord = 16

// months and weekdays are the words of all languages of the contract; no word stands for two months.
var months, weekdays = func() (months, weekdays map[string]int) {
	months, weekdays = map[string]int{}, map[string]int{}
	for _, row := range facts.Rows("calendar_words.csv", "language", "kind", "number", "words") {
		words := months
		if row[1] == "weekday" {
			words = weekdays
		}
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
	return months, weekdays
}()

// zones are the zone names that mean one offset, in minutes: RFC 2822, section 4.3, and abbreviations of the tz database that are those of one
// offset. AST, BST and IST are those of several.
var zones = map[string]int{
	"z": 0, "utc": 0, "gmt": 0, "ut": 0,
	"est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
	"akst": -540, "akdt": -480, "hst": -600, "wet": 0, "west": 60, "cet": 60, "cest": 120, "mez": 60, "mesz": 120, "eet": 120, "eest": 180,
	"wat": 60, "cat": 120, "sast": 120, "eat": 180, "msk": 180, "pkt": 300, "wib": 420, "jst": 540, "aest": 600, "aedt": 660,
	"nzst": 720, "nzdt": 780,
}

// lookup finds a word whatever the case of its letters: those of ASCII, and É and its neighbours, which UTF-8 writes with C3 before them.
func lookup(words map[string]int, word string) (int, bool) {
	if len(word) > maxWord || word == "" {
		return 0, false
	}
	var lower [maxWord]byte
	for i := range len(word) {
		lower[i] = toLower(word[i])
		if c := word[i]; c >= 0x80 && c <= 0x9E && i > 0 && word[i-1] == 0xC3 {
			lower[i] = c + 0x20
		}
	}
	n, ok := words[string(lower[:len(word)])] // no allocation: the compiler sees a map index
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
