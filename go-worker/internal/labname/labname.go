// Package labname knows the tests and vital signs that a name alone tells: "Glucose, Serum" is LOINC 2345-7. It is what results
// without a code are converted by; it never makes a code out of a name, because specimen and method are not in it.
package labname

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// codes are the tests by the key of each of their names, and by the name in lower case, which most files write.
var codes = func() map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows("test_names.csv", "code", "names") {
		for _, name := range facts.List(row[1]) {
			for _, k := range [...]string{name, key(name)} {
				if old := all[k]; old != "" && old != row[0] {
					panic("labname: " + name + " is a name of " + old + " and of " + row[0])
				}
				all[k] = row[0]
			}
		}
	}
	return all
}()

// longest is the length of the longest text that is looked up, in bytes.
const longest = 100

// Code returns the LOINC code of the test that a text names, "" for one that is not in the table or may be several. Case, marks, the
// order of words and what says only that the test is one of blood do not matter: "BILIRUBIN, TOTAL (SERUM)".
func Code(text string) string {
	if text == "" || len(text) > longest {
		return ""
	}
	if code, ok := codes[text]; ok {
		return code
	}
	if name, how, ok := strings.Cut(text, " ["); ok {
		if code := ofLongName(name, how); code != "" {
			return code
		}
	}
	return codes[key(text)]
}

// ofLongName returns the code of a test by the long name that LOINC gives it: Glucose [Mass/volume] in Serum or Plasma. One of another specimen is
// none, and so is one with another word in brackets: Calcium [ionized].
func ofLongName(name, how string) string {
	property, how, ok := strings.Cut(strings.ToLower(how), "]")
	ok = ok && (strings.HasSuffix(property, "/volume") || property == "volume fraction" || strings.HasPrefix(property, "entitic "))
	how = strings.TrimSpace(how)
	if len(how) > 3 && (how[:3] == "in " || how[:3] == "of ") {
		ok = ok && OfBlood(how[3:])
	} else if how != "" && !strings.HasPrefix(how, "by ") {
		ok = false
	}
	if !ok {
		return ""
	}
	return codes[key(name)]
}

// said are words that do not tell one test from another.
var said = []string{"blood", "serum", "level", "lvl"}

// key returns the words of a name in lower case and in order of the alphabet.
func key(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r < 0x80 })
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(said, w) })
	slices.Sort(words)
	return strings.Join(words, " ")
}

// OfBlood reports whether a specimen, in words, is one that the tests of the table are done on; a specimen that nobody states is.
func OfBlood(specimen string) bool {
	if specimen == "" {
		return true
	}
	specimen = strings.ToLower(specimen)
	return slices.ContainsFunc([]string{"blood", "serum", "plasma", "venous", "capillary", "arterial"}, func(word string) bool {
		return strings.Contains(specimen, word)
	})
}
