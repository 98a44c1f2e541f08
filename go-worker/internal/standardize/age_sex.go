package standardize

import (
	"regexp"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var ruleAgeSex = rule.Must("PAT-013")

// ageSexStep takes age and sex out of a column that holds both, 45/M, 67yo F, M45, where they have no value of their own. The column stays as
// it is.
var ageSexStep = RowStep{
	Name: "age_sex",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("age_sex") {
			return nil
		}
		return missing([]string{"age", "administrative_gender"}, mapped)
	},
	Bind: func(l *Layout, _ func(string) (Column, bool)) []Work {
		s := ageSexRow{both: l.Slot("age_sex"), age: l.Slot("age"), sex: l.Slot("administrative_gender")}
		if s.both < 0 {
			return nil
		}
		return []Work{{Do: s.row}}
	},
}

type ageSexRow struct{ both, age, sex int }

func (s ageSexRow) row(r *Row) {
	raw := r.Values[s.both]
	if raw == "" {
		return
	}
	age, sex, ok := readAgeSex(raw)
	if !ok {
		r.Flag(s.both, ruleAgeSex)
		return
	}
	for _, part := range []struct {
		slot  int
		value string
	}{{s.age, age}, {s.sex, sex}} {
		if part.value != "" && r.Get(part.slot) == "" {
			r.Set(part.slot, part.value)
		}
	}
}

// What stands between an age and a sex, and an age with its unit in either order with a sex: letters alone may be either's, so 6M is a male of
// six, beside which no sex is stated, and 6M F a female of six months.
var (
	betweenAgeSex = `[\s/,;|()-]*`
	agePart       = `(\d{1,3}(?:\.\d+)?[\s-]*(?:y/o|y\.?\s?o|(?:years?|months?|weeks?|days?)(?:[\s-]+old)?|yrs?|y|m\.o|mos?|m|wk\.?\s?o|wks?|w|d\.o|d)?\.?)`
	sexFirst      = regexp.MustCompile(`(?i)^(\pL+)` + betweenAgeSex + agePart + `$`)
	ageFirst      = regexp.MustCompile(`(?i)^` + agePart + betweenAgeSex + `(\pL+)\)?$`)
)

// readAgeSex returns the age in whole years and the sex of a text that says both, or either; ok is false where it says neither.
func readAgeSex(s string) (age, sex string, ok bool) {
	s = strings.TrimSpace(s)
	if m := sexFirst.FindStringSubmatch(s); m != nil {
		age, sex = m[2], m[1]
	} else if m := ageFirst.FindStringSubmatch(s); m != nil {
		age, sex = m[1], m[2]
	}
	if sex != "" {
		if found, known := genderWords.find(sex); known {
			years, ok := readAge(strings.TrimSuffix(age, "."))
			return years, found, ok
		}
	}
	if years, ok := readAge(s); ok {
		return years, "", true
	}
	sex, ok = genderWords.find(s)
	return "", sex, ok
}
