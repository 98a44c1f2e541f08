// Package units reads units of measure as people write them, names them in UCUM and converts numbers between them exactly:
// numbers are decimal text and fractions of whole numbers, never floats. It refuses whatever is not certain: a unit it does
// not know, and a conversion between units of different kinds or with different annotations.
package units

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// A Unit is a unit of measure in UCUM.
type Unit struct {
	Code string // as UCUM writes it, with L for litre
	// kind says what the unit measures, such as "mass/volume". Nothing is cancelled in it: mmol/mol, mg/g and % are three
	// kinds, though to UCUM they are all plain numbers, and so are moles and equivalents.
	kind   string
	factor *big.Rat // of the base units of the kind
	offset *big.Rat // of a temperature scale; nil elsewhere
}

type atom struct {
	kind           string
	factor, offset *big.Rat
	prefixes       bool
}

var atoms = func() map[string]atom {
	all := map[string]atom{}
	for _, row := range facts.Rows("ucum_atoms.csv", "unit", "kind", "factor", "offset", "prefixes", "name") {
		all[row[0]] = atom{row[1], rational(row[2]), rational(row[3]), row[4] == "yes"}
	}
	return all
}()

// prefixes are powers of ten. Those that no result uses are left out, because they make units out of misspellings.
var prefixes = map[string]int{"k": 3, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12, "f": -15}

// spellings are the ways in which UCUM itself writes one atom.
var spellings = map[string]string{"l": "L", "[iU]": "[IU]"}

// rational reads a number of the tables; one that cannot be read is a broken build.
func rational(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic("units: " + s + " is not a number")
	}
	return r
}

// Parse reads a UCUM code: products and quotients of atoms with prefix, exponent and annotation, powers of ten, and counts of
// what an annotation names. It has no parentheses and no other numbers, which results do not use.
func Parse(code string) (Unit, bool) {
	if code == "" || len(code) > 60 {
		return Unit{}, false
	}
	u := Unit{factor: big.NewRat(1, 1)}
	var over, under []string
	var text strings.Builder
	divide, rest := false, code
	if rest[0] == '/' {
		divide, rest = true, rest[1:]
		text.WriteByte('/')
	}
	for {
		end := componentEnd(rest)
		c, ok := component(rest[:end])
		if !ok {
			return Unit{}, false
		}
		text.WriteString(c.code)
		if c.exponent < 0 != divide {
			under = append(under, c.kinds()...)
		} else {
			over = append(over, c.kinds()...)
		}
		if divide {
			u.factor.Quo(u.factor, c.factor)
		} else {
			u.factor.Mul(u.factor, c.factor)
		}
		if c.offset != nil && c.offset.Sign() != 0 {
			u.offset = c.offset
		}
		if end == len(rest) {
			break
		}
		divide = rest[end] == '/'
		text.WriteByte(rest[end])
		rest = rest[end+1:]
	}
	if u.offset != nil && len(over)+len(under) > 1 {
		return Unit{}, false // a product of degrees Fahrenheit means nothing
	}
	slices.Sort(over)
	slices.Sort(under)
	u.Code, u.kind = text.String(), strings.Join(over, "·")
	if len(under) > 0 {
		u.kind += "/" + strings.Join(under, "·")
	}
	return u, true
}

// componentEnd returns where the first component of a code ends: at a dot or slash outside of brackets.
func componentEnd(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case '.', '/':
			if depth == 0 {
				return i
			}
		}
	}
	return len(s)
}

// A part is one component of a code.
type part struct {
	code           string
	kind           string // "" for a pure number
	factor, offset *big.Rat
	exponent       int
}

// kinds returns the kind as often as the exponent says.
func (p part) kinds() []string {
	if p.kind == "" {
		return nil
	}
	return slices.Repeat([]string{p.kind}, max(p.exponent, -p.exponent))
}

func component(s string) (part, bool) {
	p := part{factor: big.NewRat(1, 1), exponent: 1}
	s, note := cutAnnotation(s)
	switch {
	case strings.ContainsAny(note, " \t") || strings.Contains(s, "{"):
		return p, false
	case s == "" && len(note) > 2:
		p.code, p.kind = note, note
		return p, true
	case note != "" && strings.Trim(s, "0123456789") == "" && len(s) < 5: // per 100 {WBCs}
		p.code, p.kind, p.factor = s+note, note, rational(s)
		return p, p.factor.Sign() > 0
	case strings.HasPrefix(s, "10*") || strings.HasPrefix(s, "10^"):
		power, err := strconv.Atoi(s[3:])
		if err != nil || power < -30 || power > 30 {
			return p, false
		}
		p.code, p.factor = "10*"+s[3:]+note, powerOfTen(power)
		return p, true
	}
	name, exponent, ok := cutExponent(s)
	if !ok {
		return p, false
	}
	code, a, ok := findAtom(name)
	if !ok || a.offset.Sign() != 0 && exponent != 1 {
		return p, false
	}
	p.code, p.kind, p.offset, p.exponent = code+s[len(name):]+note, a.kind+note, a.offset, exponent
	for range max(exponent, -exponent) {
		p.factor.Mul(p.factor, a.factor)
	}
	if exponent < 0 {
		p.factor.Inv(p.factor)
	}
	return p, true
}

// cutAnnotation takes the annotation off the end of a component: "mL{FEU}" is mL and {FEU}.
func cutAnnotation(s string) (rest, note string) {
	if at := strings.IndexByte(s, '{'); at >= 0 && strings.HasSuffix(s, "}") {
		return s[:at], s[at:]
	}
	return s, ""
}

// cutExponent takes the exponent off the end of a component: "m2" is m and 2.
func cutExponent(s string) (name string, exponent int, ok bool) {
	name = strings.TrimRight(s, "0123456789")
	if name == s {
		return s, 1, true
	}
	exponent, err := strconv.Atoi(s[len(name):])
	if trimmed := strings.TrimSuffix(name, "-"); trimmed != name {
		name, exponent = trimmed, -exponent
	}
	return name, exponent, err == nil && exponent != 0 && exponent >= -9 && exponent <= 9
}

// findAtom returns an atom with or without a prefix, as UCUM writes it.
func findAtom(name string) (code string, a atom, ok bool) {
	if a, ok := atoms[plainAtom(name)]; ok {
		return plainAtom(name), a, true
	}
	if len(name) < 2 {
		return "", atom{}, false
	}
	power, known := prefixes[name[:1]]
	base := plainAtom(name[1:])
	a, ok = atoms[base]
	if !known || !ok || !a.prefixes {
		return "", atom{}, false
	}
	a.factor = new(big.Rat).Mul(a.factor, powerOfTen(power))
	return name[:1] + base, a, true
}

func plainAtom(name string) string {
	if s, ok := spellings[name]; ok {
		return s
	}
	return name
}

func powerOfTen(n int) *big.Rat {
	r := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(n, -n))), nil))
	if n < 0 {
		r.Inv(r)
	}
	return r
}
