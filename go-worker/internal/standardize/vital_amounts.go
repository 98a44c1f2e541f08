package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/units"
)

// An amount is a number and the unit behind it.
type amount struct {
	number string
	unit   string // UCUM; "" where none is written
}

// tidyVital drops what stands around a measurement: the name of the vital sign, a note in parentheses, a score's "of ten".
func tidyVital(raw string) string {
	s := strings.Trim(strings.TrimPrefix(oneLine(raw), "(!)"), " *") // marks of a chart for what is abnormal
	if at := strings.IndexByte(s, '('); at > 0 && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[:at])
	}
	s = withoutFlag(cutVitalNotes(s))
	end := 0
	for end < len(s) && (s[end]|0x20 >= 'a' && s[end]|0x20 <= 'z' || s[end] == '2' && end > 0) {
		end++
	}
	if vitalNames[strings.ToLower(s[:end])] {
		s = cutVitalNotes(strings.TrimLeft(s[end:], " :="))
	}
	return s
}

// withoutFlag drops the flag behind a measurement: 120 H, 150/95 High.
func withoutFlag(s string) string {
	if at := strings.LastIndexByte(s, ' '); at > 0 && isASCIIDigit(s[0]) && flagOf(s[at+1:]) != "" {
		return withoutMarks(s[:at])
	}
	return s
}

// vitalNotes say how or where a vital sign was measured.
var vitalNotes = func() (words []string) {
	for _, row := range facts.Rows("vital_notes.csv", "written", "about") {
		words = append(words, row[0])
	}
	return words
}()

// noteEdges are the bytes that such words begin and end with.
var noteEdges = func() (edges [256]bool) {
	for _, note := range vitalNotes {
		for _, b := range [...]byte{note[0], note[len(note)-1]} {
			edges[b] = true
			if isASCIILetter(b) {
				edges[b&^0x20] = true
			}
		}
	}
	return edges
}()

// cutVitalNotes takes such words off both ends: 120/80 sitting, 98.6 F oral, RA 95%, and the flow of oxygen behind "on": 95% on 2L NC.
func cutVitalNotes(s string) string {
	if at := strings.Index(s, " on "); at > 0 && isASCIIDigit(s[0]) {
		s = s[:at]
	}
	s = cutFlow(s)
	for again := strings.IndexByte(s, ' ') > 0; again && (noteEdges[s[0]] || noteEdges[s[len(s)-1]]); {
		again = false
		for _, note := range vitalNotes {
			n := len(s) - len(note)
			switch {
			case n <= 1 || s[n]|0x20 != note[0] && s[0]|0x20 != note[0]:
			case strings.EqualFold(s[n:], note) && (s[n-1] == ' ' || s[n-1] == ','):
				s, again = cutFlow(withoutMarks(s[:n])), true
			case strings.EqualFold(s[:len(note)], note) && s[len(note)] == ' ':
				s, again = strings.TrimLeft(s[len(note):], " ,:"), true
			}
		}
	}
	return s
}

// cutFlow takes the flow of oxygen off the end: 95% 2L, 95 % 2 L/min.
func cutFlow(s string) string {
	flow, found := strings.CutSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "pm"), "/min"), "L")
	if !found || !strings.ContainsAny(flow, " %") {
		return s
	}
	rest := strings.TrimRight(strings.TrimRight(flow, " "), "0123456789.")
	if number := strings.TrimRight(rest, " %"); number == "" || len(rest) == len(flow) || !isASCIIDigit(number[len(number)-1]) || rest == number {
		return s
	}
	return strings.TrimRight(rest, " ")
}

// fractions are parts of an inch, an ounce or a pound as people write them behind a whole number.
var fractions = strings.NewReplacer(" 1/2", ".5", "½", ".5", " 1/4", ".25", "¼", ".25", " 3/4", ".75", "¾", ".75", " ½", ".5", " ¼", ".25", " ¾", ".75")

// points takes a number of ten out of what stands with it: 5/10, 5 out of 10, 5 of 10, 5 - moderate, 0-No pain.
func points(s string) string {
	s = strings.ReplaceAll(s, " ", "")
	for _, of := range [...]string{"/10", "outof10", "of10"} {
		s = strings.TrimSuffix(s, of)
	}
	if number, words, ok := strings.Cut(s, "-"); ok && asciiDigits(number) && words != "" && isASCIILetter(words[0]) {
		return number
	}
	return s
}

var vitalNames = map[string]bool{
	"bp": true, "wt": true, "weight": true, "ht": true, "height": true, "temp": true, "t": true, "hr": true, "pulse": true,
	"p": true, "rr": true, "r": true, "resp": true, "spo2": true, "sao2": true, "o2": true, "sat": true, "bmi": true, "pain": true,
}

// amounts splits 7 lb 8 oz, 5'7" or 1m70. ok is false for anything that is no measurement of this vital sign.
func (v *vitalReader) amounts(s string) (list []amount, ok bool) {
	if v.m.name == "pain" {
		s = points(s)
	}
	if len(v.m.of) > 0 && v.m.severalUnits() && strings.ContainsAny(s, "/½¼¾") {
		s = fractions.Replace(s)
	}
	if v.m.name == "height" {
		s = strings.Replace(s, "'-", "'", 1) // 5'-11"
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

// isPower reports whether the digit at end belongs to the unit, as in kg/m2 and kg/m^2.
func isPower(rest string, end int) bool {
	return end > 0 && end == len(rest)-1 && strings.HasSuffix(strings.TrimSuffix(rest[:end], "^"), "m")
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
