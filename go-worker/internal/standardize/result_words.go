package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

var (
	resultCodes     = phrases("result_words.csv", 0, "code", "written")
	absentReasons   = phrases("absent_words.csv", 0, "reason", "written")
	resultNotes     = phrases("result_notes.csv", 0, "about", "written")
	interpretations = phrases("interpretation.csv", 0, "code", "display", "written")
	rangeWords      = wordSet("range_words.csv")
)

// wordSet reads a table of one column of words.
func wordSet(file string) map[string]bool {
	all := map[string]bool{}
	for _, row := range facts.Rows(file, "written") {
		all[row[0]] = true
	}
	return all
}

// phrases reads a table whose last column lists ways to write what stands in the column named by place.
func phrases(file string, place int, columns ...string) map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows(file, columns...) {
		for _, text := range append(facts.List(row[len(row)-1]), row[place]) {
			k := phrase(text)
			if old, ok := all[k]; ok && old != row[place] {
				panic("standardize: " + file + ": " + text + " stands for " + old + " and for " + row[place])
			}
			all[k] = row[place]
		}
	}
	return all
}

// plainPhrase is phrase without the signs by which laboratories make a remark stand out: **SEE NOTE**, SEE NOTE:
func plainPhrase(s string) string {
	return strings.TrimRight(phrase(strings.Trim(s, "* :!#")), " :.")
}

// AbsentReason returns why there is no result, in words of FHIR, where a text says so; "" where it does not.
func AbsentReason(text string) string { return absentReasons[plainPhrase(text)] }

// absentWithNote returns why there is no result, where a text says so twice: Cancelled - hemolyzed, TNP (QNS). note is the second.
func absentWithNote(s string) (reason, note string) {
	at := strings.IndexAny(s, "-:;,(")
	if at <= 0 {
		return "", ""
	}
	reason, note = AbsentReason(s[:at]), strings.TrimSuffix(strings.TrimLeft(s[at:], "-:;,( "), ")")
	if AbsentReason(note) == "" {
		return "", ""
	}
	return reason, note
}

// phrase brings a text to the form in which the words of results are compared: lower case, single spaces, no full stop at
// its end. Signs stay, because they are results.
func phrase(s string) string {
	if len(s) > 60 {
		return ""
	}
	return strings.TrimSuffix(strings.Join(strings.Fields(strings.ToLower(s)), " "), ".")
}
