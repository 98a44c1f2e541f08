package units

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// written holds the units of units.csv by the key of each way to write them. "of temperature" and the like stand behind
// a spelling that means the unit only there, or nothing certain: gr of a dose is a grain or a gram.
var written = func() map[string]string {
	all := map[string]string{}
	for _, row := range facts.Rows("units.csv", "unit", "of", "written") {
		if _, ok := Parse(row[0]); !ok && row[0] != "" {
			panic("units: units.csv: " + row[0] + " is not UCUM")
		}
		for _, text := range facts.List(row[2]) {
			k := key(text) + context(row[1])
			if row[1] == asWritten {
				k = text + context(asWritten)
			}
			if old, taken := all[k]; taken && old != row[0] {
				panic("units: units.csv: " + text + " stands for " + old + " and for " + row[0])
			}
			all[k] = row[0]
		}
	}
	return all
}()

// asWritten marks in units.csv, in place of what is measured, what means the unit in these very letters alone: mM is molar, MM and mm are not.
const (
	asWritten        = "as written"
	longestAsWritten = len("µM")
)

func context(of string) string {
	if of == "" {
		return ""
	}
	return " of " + of
}

// Read returns the unit that a text names, in UCUM or as people write it, in any case. of says what is measured (weight,
// height, temperature, pressure, count, dose; "" unknown), for the few spellings that depend on it: C, M, mm, #.
func Read(text, of string) (Unit, bool) {
	if len(text) > 60 {
		return Unit{}, false
	}
	text = withoutGroup(withoutHow(strings.TrimSpace(text)))
	if len(text) <= longestAsWritten {
		if code, ok := written[text+context(asWritten)]; ok {
			return Parse(code)
		}
	}
	if strings.ContainsAny(text, "[{") { // only UCUM writes these
		if u, ok := Parse(text); ok {
			return u, true
		}
	}
	k := key(text)
	if of != "" {
		if code, ok := written[k+context(of)]; ok {
			return Parse(code)
		}
	}
	if code, ok := written[k]; ok {
		return Parse(code)
	}
	if u, ok := Parse(text); ok && text != "U" {
		return u, true
	}
	if len(k) < 2 { // M, C and U alone mean nothing certain
		return Unit{}, false
	}
	return readParts(k, of)
}

// withoutHow drops from a unit that the result was calculated, as laboratories write it behind units: mg/dL (calc).
func withoutHow(text string) string {
	if at := strings.LastIndexByte(text, '('); at > 0 && (strings.EqualFold(text[at:], "(calc)") || strings.EqualFold(text[at:], "(calculated)")) {
		return strings.TrimRight(text[:at], " ")
	}
	return text
}

// withoutGroup writes a divisor of several units in parentheses as divisors one after another: mg/(kg.d) is mg/kg/d.
func withoutGroup(text string) string {
	over, under, ok := strings.Cut(text, "/(")
	if !ok {
		return text
	}
	inside, behind, closed := strings.Cut(under, ")")
	parts := strings.FieldsFunc(inside, func(r rune) bool { return r == '.' || r == '*' || r == '·' })
	for _, p := range parts {
		if p[0] < 'A' || p[0] > 'z' { // a number: 24.h, 1.73 m2
			return text
		}
	}
	if !closed || len(parts) < 2 || strings.Contains(inside, "/") {
		return text
	}
	return over + "/" + strings.Join(parts, "/") + behind
}

// readParts reads a quotient whose parts are each written in some way: MCG/ML, gm/24h; units/kg/hr of a dose.
func readParts(k, of string) (Unit, bool) {
	parts := strings.Split(k, "/")
	if len(parts) > 4 {
		return Unit{}, false
	}
	for i, p := range parts {
		if p == "" && i == 0 {
			continue
		}
		code, ok := written[p]
		if special, known := written[p+context(of)]; known && of == "dose" {
			code, ok = special, special != ""
		} else if p == "u" {
			code, ok = "U", true
		}
		if !ok {
			u, ok := Parse(p)
			if !ok {
				return Unit{}, false
			}
			code = u.Code
		}
		if strings.Contains(code, "/") {
			return Unit{}, false
		}
		parts[i] = code
	}
	return Parse(strings.Join(parts, "/"))
}

// key brings a spelling to the form in which spellings are compared: lower case, without spaces and the marks of powers, with
// "u" for both letters mu.
func key(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	text = strings.ReplaceAll(strings.ToLower(text), " per ", "/")
	for _, r := range text {
		switch r {
		case ' ', '\t', '\u00a0', '*', '^', '_', '(', ')', '[', ']', '{', '}', '×', '·':
		case 'µ', 'μ':
			b.WriteByte('u')
		case '²':
			b.WriteByte('2')
		case '³':
			b.WriteByte('3')
		case '⁶':
			b.WriteByte('6')
		case '⁹':
			b.WriteByte('9')
		case '\u2215', '\u2044':
			b.WriteByte('/')
		case '’', '‘', '′':
			b.WriteByte('\'')
		case '“', '”', '″':
			b.WriteByte('"')
		default:
			b.WriteRune(r)
		}
	}
	k := strings.TrimSuffix(b.String(), ".")
	if strings.HasPrefix(k, "x10") {
		k = k[1:]
	}
	return k
}

// Usual returns the units of units.csv.
func Usual() []Unit { return usual }

var usual = func() []Unit {
	var all []Unit
	seen := map[string]bool{}
	for _, row := range facts.Rows("units.csv", "unit", "of", "written") {
		if u, ok := Parse(row[0]); ok && !seen[u.Code] {
			seen[u.Code] = true
			all = append(all, u)
		}
	}
	return all
}()
