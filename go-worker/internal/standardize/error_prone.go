package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// errorProneWords are abbreviations known to cause errors, in capitals, beside those of frequencies.
var errorProneWords = func() map[string]bool {
	words := map[string]bool{}
	for _, row := range facts.Rows("error_prone.csv", "abbreviation", "meaning") {
		words[strings.ToUpper(row[0])] = true
	}
	return words
}()

// errorProneStep flags what is known to cause errors in orders for drugs (MED-105): abbreviations, a dose without the zero before its
// point (.5 mg is read as 5), and one with a zero behind it where a person wrote it (5.0 mg is read as 50; a column of numbers that
// a program wrote is harmless). Nothing is changed.
var errorProneStep = RowStep{
	Name: "error-prone",
	Adds: func(func(string) bool) []string { return nil },
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		var slots []int
		for _, field := range [...]string{"dose", "dose_unit", "sig", "code_text"} {
			if _, mapped := columns(field); mapped {
				slots = append(slots, l.Slot(field))
			}
		}
		if slots == nil {
			return nil
		}
		return []Work{{Do: func(r *Row) {
			for _, slot := range slots {
				if errorProneText(r.Raw[slot]) {
					r.Flag(slot, ruleErrorProne)
				}
			}
		}}}
	},
}

// errorProneText reports whether a text holds anything that is known to cause errors.
func errorProneText(s string) bool {
	alone := true
	for word := range strings.FieldsSeq(s) {
		alone = alone && len(word) == len(s)
		word = strings.Trim(word, ",;:()[]")
		number := leadingNumber(word)
		switch {
		case number > 0 && word[0] == '.':
			return true
		case number > 2 && word[number-2:number] == ".0" && !(alone && number == len(s)):
			return true
		case errorProneWords[strings.ToUpper(word[number:])]:
			return true
		case errorProneIn(word):
			return true
		}
	}
	return false
}

// leadingNumber returns how many bytes of digits and points a word begins with; a point alone is no number.
func leadingNumber(word string) int {
	n := 0
	for n < len(word) && (isASCIIDigit(word[n]) || word[n] == '.') {
		n++
	}
	if countDigits(word[:n]) == 0 {
		return 0
	}
	return n
}
