package validate

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var ruleOtherSex = rule.Must("PAT-011")

// A sexSpecific range of codes belongs to organs or events of one sex.
type sexSpecific struct{ system, from, to, gender string }

// sexSpecifics are those ranges, by the first byte that codes within them can have.
var sexSpecifics = func() (all [256][]sexSpecific) {
	for _, row := range facts.Rows("sex_specific.csv", "system", "from", "to", "gender", "what") {
		for first := int(row[1][0]); first <= int(row[2][0]); first++ {
			all[first] = append(all[first], sexSpecific{row[0], row[1], row[2], row[3]})
		}
	}
	return all
}()

// bornAs returns a word of birth_sex in those of administrative_gender, "" for any other.
func bornAs(sex string) string {
	switch sex {
	case "M":
		return "male"
	case "F":
		return "female"
	}
	return ""
}

// codeFitsSex reports diagnoses of the other sex (PAT-011). The sex at birth counts before the administrative one, where a file has both.
func codeFitsSex(b binding) []check {
	code, system := b.slot("diagnosis_code"), b.slot("diagnosis_code_system")
	gender, born := b.slot("administrative_gender"), b.slot("birth_sex")
	if gender < 0 && born < 0 {
		return nil
	}
	return present(func(_ *Rules, r *standardize.Row) {
		for rest := value(r, code); rest != ""; {
			var one string
			one, rest, _ = strings.Cut(rest, "|")
			belongs := sexOf(value(r, system), one)
			if belongs == "" { // as nearly all
				continue
			}
			of := bornAs(value(r, born))
			if of == "" {
				of = value(r, gender)
			}
			if of != belongs && (of == "male" || of == "female") {
				r.Flag(code, ruleOtherSex)
				return
			}
		}
	}, code, system)
}

// sexOf returns the sex that a code belongs to, "" when it belongs to both.
func sexOf(system, code string) string {
	if code == "" {
		return ""
	}
	ranges := sexSpecifics[code[0]]
	for i := range ranges {
		s := &ranges[i]
		if n := len(s.from); len(code) >= n && code[:n] >= s.from && code[:n] <= s.to && s.system == system {
			return s.gender
		}
	}
	return ""
}
