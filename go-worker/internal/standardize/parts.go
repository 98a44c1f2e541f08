package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleNameParts   = rule.Must("NAME-014")
	ruleStreetParts = rule.Must("ADDR-010")
)

// partsStep puts what has a column of its own where it belongs: particles (van der) before the family name, a second surname behind it, the number
// of a house beside its street. The columns of the parts stay; what stands there already is not put there again, nor a number beside another one.
var partsStep = RowStep{
	Name: "parts",
	Adds: func(func(string) bool) []string { return nil },
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		var all []Work
		add := func(part, whole string, front bool, id rule.ID) {
			j := joinedPart{part: l.Slot(part), addition: l.Slot(part + "_addition"), whole: l.Slot(whole), front: front, rule: id}
			if j.part >= 0 && j.whole >= 0 {
				all = append(all, Work{Do: j.row})
			}
		}
		add("name_particle", "name_family", true, ruleNameParts)
		add("name_family_second", "name_family", false, ruleNameParts)
		add("house_number", "address_line1", numberBefore(columns), ruleStreetParts)
		return all
	},
}

// numberFirst are countries where the number of a house stands before its street (Universal Postal Union, addressing systems by country).
var numberFirst = []string{"AU", "CA", "FR", "GB", "IE", "IN", "KE", "LU", "MY", "NG", "NZ", "PH", "SG", "TH", "US", "ZA"}

// numberBefore reports whether the number of a house stands before its street in this file: by the country that the plan decided for it, else by
// that of the profile where the header of the numbers is English.
func numberBefore(columns func(string) (Column, bool)) bool {
	for _, field := range []string{"zip", "state", "phone_home", "phone_mobile"} {
		if c, ok := columns(field); ok && c.Decisions["country"] != "" {
			return slices.Contains(numberFirst, c.Country)
		}
	}
	c, _ := columns("house_number")
	header := strings.ToLower(c.Header)
	english := strings.Contains(header, "house") || strings.Contains(header, "street") || strings.Contains(header, "building")
	return english && slices.Contains(numberFirst, c.Country)
}

type joinedPart struct {
	part, whole int
	addition    int // what stands behind the part: the a of house 12a
	front       bool
	rule        rule.ID
}

func (j joinedPart) row(r *Row) {
	part, whole := r.Values[j.part], r.Values[j.whole]
	if part == "" || whole == "" || r.Unusable[j.whole] {
		return
	}
	if j.addition >= 0 {
		part = withAddition(part, r.Values[j.addition])
	}
	if j.rule == ruleNameParts && j.front {
		part = strings.ToLower(part)
	}
	switch {
	case j.rule == ruleStreetParts && numbered(whole), j.rule == ruleNameParts && stands(whole, part, j.front):
		return
	case j.front:
		whole = part + " " + whole
	default:
		whole += " " + part
	}
	r.Set(j.whole, whole, j.rule)
}

// withAddition returns the number of a house with what stands behind it: 12a, 12-2.
func withAddition(number, addition string) string {
	addition = strings.TrimLeft(addition, "-/ ")
	if addition != "" && isASCIIDigit(addition[0]) {
		return number + "-" + addition
	}
	return number + addition
}

// stands reports whether a name begins, or ends, with a part already, and has more.
func stands(name, part string, front bool) bool {
	name, part = strings.ToLower(name), strings.ToLower(part)
	if front {
		return strings.HasPrefix(name, part+" ")
	}
	return strings.HasSuffix(name, " "+part)
}

// numbered reports whether a street has the number of a house at one of its ends already: 5th Avenue, Highway 50 and Calle 72 have none.
func numbered(street string) bool {
	words := strings.Fields(strings.ToUpper(street))
	last := len(words) - 1
	return isHouseNumber(words[0]) || isHouseNumber(words[last]) && last > 0 && !numbersRoad(words[:last]) && !numberedRoads[words[last-1]]
}
