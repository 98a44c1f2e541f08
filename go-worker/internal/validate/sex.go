package validate

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

var ruleOtherSex = rule.Must("PAT-011")

// A sexSpecific range of codes belongs to organs or events of one sex.
type sexSpecific struct{ from, to, gender string }

// sexSpecifics are those ranges by code system, and by the first byte that codes within them can have.
var sexSpecifics = func() map[string]*[256][]sexSpecific {
	all := map[string]*[256][]sexSpecific{}
	for _, row := range facts.Rows("sex_specific.csv", "system", "from", "to", "gender", "what") {
		if all[row[0]] == nil {
			all[row[0]] = new([256][]sexSpecific)
		}
		for first := int(row[1][0]); first <= int(row[2][0]); first++ {
			all[row[0]][first] = append(all[row[0]][first], sexSpecific{row[1], row[2], row[3]})
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
		of := bornAs(value(r, born))
		if of == "" {
			of = value(r, gender)
		}
		if of != "male" && of != "female" {
			return
		}
		for one := range strings.SplitSeq(value(r, code), "|") {
			if belongs := sexOf(value(r, system), one); belongs != "" && belongs != of {
				r.Flag(code, ruleOtherSex)
				return
			}
		}
	}, code, system)
}

// sexOf returns the sex that a code belongs to, "" when it belongs to both.
func sexOf(system, code string) string {
	ranges := sexSpecifics[system]
	if ranges == nil || code == "" {
		return ""
	}
	for _, s := range ranges[code[0]] {
		if n := len(s.from); len(code) >= n && code[:n] >= s.from && code[:n] <= s.to {
			return s.gender
		}
	}
	return ""
}
