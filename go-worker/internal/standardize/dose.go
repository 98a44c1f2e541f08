package standardize

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/units"
)

// doseStep divides a dose or a quantity that is written with its unit (5.0 mg, 30 tabs, 1/2 tab) into both. One whose unit nobody knows, or
// that contradicts the unit's own column, stays unread; a quantity may also be of things that one word names: 1 inhaler is 1 {inhaler}. A
// dose may lie between two numbers (1-2 tabs), which have columns of their own; what is no number at all is kept as text.
//
// Reads dose and dose_unit, quantity and quantity_unit, and fills them; fills dose_low, dose_high, dose_text.
var doseStep = RowStep{
	Name: "dose",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		for _, field := range [...]string{"dose", "quantity"} {
			if mapped(field) {
				names = append(names, missing([]string{field + "_unit"}, mapped)...)
			}
		}
		if mapped("dose") {
			names = append(names, doseParts...)
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		dose, quantity := newAmountField(l, columns, "dose"), newAmountField(l, columns, "quantity")
		if dose == nil && quantity == nil {
			return nil
		}
		return []Work{{Do: func(r *Row) {
			dose.divide(r)
			quantity.divide(r)
		}}}
	},
}

// doseParts are the companions of a dose that is no single number.
var doseParts = []string{"dose_low", "dose_high", "dose_text"}

// An amountField is a field that may hold a number with its unit.
type amountField struct {
	value, unit int // slots
	mark        byte
	things      bool // units may be things

	low, high, text int // slots of what is no single number, -1: none
	drug            int // slot of the name of the drug
}

func newAmountField(l *Layout, columns func(string) (Column, bool), field string) *amountField {
	col, ok := columns(field)
	f := &amountField{value: l.Slot(field), unit: l.Slot(field + "_unit"), mark: decimalMark(col), things: field == "quantity",
		low: l.Slot(field + "_low"), high: l.Slot(field + "_high"), text: l.Slot(field + "_text"), drug: l.Slot("code_text")}
	if !ok || f.value < 0 || f.unit < 0 {
		return nil
	}
	return f
}

func (f *amountField) divide(r *Row) {
	if f == nil || !r.Unusable[f.value] || !flagged(r, f.value, ruleNotNumber) {
		return
	}
	raw := strings.TrimSpace(withHalves(r.Raw[f.value]))
	if f.things {
		raw = strings.TrimLeft(raw, "# ") // #30
	}
	value, rest, ok := f.number(raw)
	high := ""
	if f.low >= 0 && ok {
		if to, stated, found := between(rest); found {
			high, rest, ok = f.number(to)
			ok = ok && less(value, high) && !muchLess(value, high) && (stated == "" || stated == strings.TrimSpace(rest)) && !combined(r.Get(f.drug))
		}
	}
	unit, known := f.unitOf(rest)
	if !known && ok && f.text >= 0 {
		if unit, known = f.unitAndForm(rest); known {
			setEmpty(r, f.text, r.Raw[f.value])
		}
	}
	if !ok || !known || r.Values[f.unit] != "" && unit != "" && r.Values[f.unit] != unit {
		if f.text >= 0 {
			setEmpty(r, f.text, r.Raw[f.value])
		}
		return
	}
	r.unsay(func(h Hit) bool { return h.Slot == f.value && h.Rule == ruleNotNumber })
	r.setUnusable(f.value, false)
	if high == "" {
		r.Set(f.value, value)
	} else {
		r.Set(f.value, "", ruleStandard)
		r.Set(f.low, value)
		r.Set(f.high, high)
	}
	if unit != "" {
		r.Set(f.unit, unit)
	}
}

// number reads the number at the beginning of a text: 5, 0.5, 1/2, 1 1/2, half a, two (2).
func (f *amountField) number(s string) (value, rest string, ok bool) {
	if word, behind, _ := strings.Cut(s, " "); amountWords[strings.ToLower(word)] != "" {
		value, rest, ok = amountWords[strings.ToLower(word)], behind, true
		if value == "0.5" {
			rest = strings.TrimPrefix(rest, "a ")
		}
	} else {
		value, rest, ok = f.digits(s)
	}
	again, behind, twice := strings.Cut(strings.TrimSpace(rest), ")")
	again, bracket := strings.CutPrefix(again, "(")
	if ok && twice && bracket && (again == value || amountWords[strings.ToLower(again)] == value) { // two (2) tablets
		rest = behind
	}
	return value, rest, ok
}

func (f *amountField) digits(s string) (value, rest string, ok bool) {
	end := leading(s, "0123456789.,")
	if whole := leading(s[:end], "0123456789"); whole == end {
		if value, rest, ok := vulgar(s); ok {
			return value, rest, ok
		}
	}
	var c Cell
	value, ok = readNumber(s[:end], f.mark, &c)
	return value, s[end:], ok
}

// amountWords are numbers of tablets and puffs that are written out.
var amountWords = map[string]string{"half": "0.5", "one": "1", "two": "2", "three": "3", "four": "4"}

// withHalves writes fractions of one character as those of three, with a space behind a whole number: 1½ is 1 1/2.
func withHalves(s string) string {
	for i, r := range s {
		if fraction := halves[r]; fraction != "" {
			before := s[:i]
			if i > 0 && isASCIIDigit(s[i-1]) {
				before += " "
			}
			return before + fraction + s[i+len(string(r)):]
		}
	}
	return s
}

var halves = map[rune]string{'½': "1/2", '¼': "1/4", '¾': "3/4"}

// vulgar reads a fraction, with or without a whole number before it, whose decimals end: 1/2, 1 1/4.
func vulgar(s string) (value, rest string, ok bool) {
	whole, up := 0, s
	if end := leading(s, "0123456789"); end == 1 && strings.HasPrefix(s[end:], " ") {
		whole, up = int(s[0]-'0'), s[end+1:]
	}
	if len(up) < 3 || up[1] != '/' || !isASCIIDigit(up[0]) || !isASCIIDigit(up[2]) || len(up) > 3 && isASCIIDigit(up[3]) {
		return "", "", false
	}
	eighths, of := 8*int(up[0]-'0'), int(up[2]-'0')
	if of == 0 || eighths%of != 0 || up[0] == '0' {
		return "", "", false
	}
	eighths = eighths/of + 8*whole
	return strconv.FormatFloat(float64(eighths)/8, 'f', -1, 64), up[3:], true // eighths have few binary and decimal digits
}

// between takes what stands between the two ends of a range off a text, a word or mark: - 2 tabs, to 2 tabs, or 2 tabs; with the unit of the first
// end before it: mg - 10 mg.
func between(s string) (to, unit string, found bool) {
	s = strings.TrimSpace(s)
	for _, mark := range [...]string{"-", "–", "to ", "or "} {
		before, behind, ok := strings.Cut(s, mark)
		if before = strings.TrimSpace(before); !ok || before != "" && !isUnit(before) {
			continue
		}
		return strings.TrimSpace(behind), before, true
	}
	return s, "", false
}

func isUnit(s string) bool {
	_, known := units.Read(s, "dose")
	return known
}

// less compares two plain numbers.
func less(a, b string) bool {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return x < y
}

// muchLess tells the two drugs of a combined strength (5-325 mg) from the two ends of a range.
func muchLess(a, b string) bool {
	x, _ := strconv.ParseFloat(a, 64)
	y, _ := strconv.ParseFloat(b, 64)
	return y > 10*x
}

// combined reports whether the name of a drug is one of several: lisinopril-hydrochlorothiazide 10-12.5 mg is no range.
func combined(drug string) bool {
	return strings.ContainsAny(strings.Trim(drug, "-/+&"), "-/+&") || strings.Contains(strings.ToLower(drug), " and ")
}

// leading returns how many bytes of a text are at its beginning some of the given ones.
func leading(s, bytes string) int {
	for i := range len(s) {
		if strings.IndexByte(bytes, s[i]) < 0 {
			return i
		}
	}
	return len(s)
}

// unitOf reads what stands behind a number: a unit, a thing, or nothing.
func (f *amountField) unitOf(s string) (code string, known bool) {
	word := strings.TrimSpace(s)
	if word == "" {
		return "", true
	}
	u, known := units.Read(word, "dose")
	if !known && f.things && len(word) > 2 && asciiLetters(word) {
		u, known = units.Parse("{" + strings.ToLower(word) + "}")
	}
	return u.Code, known
}

// unitAndForm reads a unit with the form of the drug behind it, which says no more of the dose: 81 mg EC tablet, 10 mg (2 tabs), 0.4 mg SL.
func (f *amountField) unitAndForm(s string) (code string, known bool) {
	s = strings.TrimSpace(s)
	for at := len(s) - 1; at > 0; at-- {
		if s[at] != ' ' && s[at] != '(' || strings.IndexByte(s[:at], '(') >= 0 {
			continue
		}
		if code, known = f.unitOf(s[:at]); code != "" && known && onlyForm(s[at:]) {
			return code, true
		}
	}
	return "", false
}

// doseForms are words of the form in which a drug comes.
var doseForms = wordSet("dose_forms.csv")

// onlyForm reports whether every word is one of the form or the route of a drug, or a number of its pieces.
func onlyForm(s string) bool {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(" (),;.", r) })
	for _, w := range words {
		if _, isRoute := routes.find(w); !isRoute && !doseForms[w] && !asciiDigits(w) {
			return false
		}
	}
	return len(words) > 0
}
