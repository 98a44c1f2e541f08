package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/units"
)

// An amount is a number and the unit behind it.
type amount struct {
	number string
	unit   string // UCUM; "" where none is written
}

// tidyVital drops what stands around a measurement: the name of the vital sign, a note in parentheses, a score's "of ten".
func tidyVital(raw string) string {
	s := oneLine(raw)
	if at := strings.IndexByte(s, '('); at > 0 && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[:at])
	}
	for _, note := range roomAir {
		s = strings.TrimSpace(strings.TrimSuffix(s, note))
	}
	end := 0
	for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || s[end] == '2' && end > 0) {
		end++
	}
	if vitalNames[strings.ToLower(s[:end])] {
		s = strings.TrimLeft(s[end:], " :=")
	}
	return s
}

// roomAir says that the person breathed no oxygen, which a saturation often comes with.
var roomAir = []string{"room air", "RA", " on", ","}

var vitalNames = map[string]bool{
	"bp": true, "wt": true, "weight": true, "ht": true, "height": true, "temp": true, "t": true, "hr": true, "pulse": true,
	"p": true, "rr": true, "resp": true, "spo2": true, "sao2": true, "o2": true, "sat": true, "bmi": true, "pain": true,
}

// amounts splits 7 lb 8 oz, 5'7" or 1m70. ok is false for anything that is no measurement of this vital sign.
func (v *vitalReader) amounts(s string) (list []amount, ok bool) {
	if v.m.name == "pain" {
		s = strings.TrimSuffix(strings.ReplaceAll(s, " ", ""), "/10")
	}
	for s != "" {
		number, rest := cutNumber(s)
		if number == "" || len(list) == 3 {
			return nil, false
		}
		end := strings.IndexAny(rest, "0123456789")
		word := rest
		if end >= 0 && !isPower(rest, end) {
			word = rest[:end]
		}
		s = rest[len(word):]
		word = strings.TrimSpace(word)
		a := amount{number: number}
		if word != "" {
			u, known := units.Read(strings.TrimSuffix(strings.TrimSuffix(word, ","), " and"), v.m.of)
			if !known {
				return nil, false
			}
			a.unit = u.Code
		}
		list = append(list, a)
	}
	return list, len(list) > 0
}

// isPower reports whether the digit at end belongs to the unit, as in kg/m2.
func isPower(rest string, end int) bool {
	return end > 0 && end == len(rest)-1 && rest[end-1] == 'm'
}

// dashed reads 5-7 as feet and inches, which rests on custom alone.
func dashed(s string) ([]amount, bool) {
	feet, inches, ok := strings.Cut(s, "-")
	if !ok || !asciiDigits(feet) || !asciiDigits(inches) || !within(feet, "1", "8") {
		return nil, false
	}
	return []amount{{feet, "[ft_i]"}, {inches, "[in_i]"}}, true
}

// smaller are the units that may follow a unit in a compound measurement, and how many of them make one of it.
var smaller = map[string]struct{ unit, count string }{
	"[ft_i]": {"[in_i]", "12"}, "[lb_av]": {"[oz_av]", "16"}, "[stone_av]": {"[lb_av]", "14"}, "m": {"cm", "100"},
}

// sum adds a compound measurement up in the canonical unit. Its last number may stand without a unit.
func (v *vitalReader) sum(list []amount) (string, bool) {
	var parts []units.Amount
	for i, a := range list {
		if i > 0 {
			next := smaller[list[i-1].unit]
			if a.unit == "" && i == len(list)-1 {
				a.unit = next.unit
			}
			if a.unit != next.unit || compareNumbers(a.number, next.count) >= 0 || strings.Contains(list[i-1].number, ".") {
				return "", false
			}
			list[i] = a
		}
		c, ok := v.m.conversion(a.unit)
		if !ok {
			return "", false
		}
		parts = append(parts, units.Amount{Number: a.number, Conversion: c})
	}
	return units.Sum(parts, v.m.decimals)
}
