package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/units"
)

// doseStep divides a dose or a quantity that is written with its unit (5.0 mg, 30 tabs) into both. One whose unit nobody knows, or that
// contradicts the unit's own column, stays unread; a quantity may also be of things that one word names: 1 inhaler is 1 {inhaler}.
//
// Reads dose and dose_unit, quantity and quantity_unit, and fills them.
var doseStep = RowStep{
	Name: "dose",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		for _, field := range [...]string{"dose", "quantity"} {
			if mapped(field) {
				names = append(names, missing([]string{field + "_unit"}, mapped)...)
			}
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) RowFunc {
		dose, quantity := newAmountField(l, columns, "dose"), newAmountField(l, columns, "quantity")
		if dose == nil && quantity == nil {
			return nil
		}
		return func(r *Row) {
			dose.divide(r)
			quantity.divide(r)
		}
	},
}

// An amountField is a field that may hold a number with its unit.
type amountField struct {
	value, unit int // slots
	mark        byte
	things      bool // units may be things
}

func newAmountField(l *Layout, columns func(string) (Column, bool), field string) *amountField {
	col, ok := columns(field)
	f := &amountField{value: l.Slot(field), unit: l.Slot(field + "_unit"), mark: decimalMark(col), things: field == "quantity"}
	if !ok || f.value < 0 || f.unit < 0 {
		return nil
	}
	return f
}

func (f *amountField) divide(r *Row) {
	if f == nil || !r.Unusable[f.value] || !flagged(r, f.value, ruleNotNumber) {
		return
	}
	value, code, ok := splitDose(r.Raw[f.value], f.mark, f.things)
	if !ok || r.Values[f.unit] != "" && r.Values[f.unit] != code {
		return
	}
	r.Hits = slices.DeleteFunc(r.Hits, func(h Hit) bool { return h.Slot == f.value && h.Rule == ruleNotNumber })
	r.Values[f.value], r.Unusable[f.value] = value, false
	r.Set(f.unit, code)
}

// splitDose divides a number from the unit behind it.
func splitDose(raw string, mark byte, things bool) (value, unit string, ok bool) {
	end := strings.IndexFunc(raw, func(c rune) bool { return (c < '0' || c > '9') && c != '.' && c != ',' })
	if end < 1 {
		return "", "", false
	}
	u, known := units.Read(raw[end:], "dose")
	if word := strings.TrimSpace(raw[end:]); !known && things && len(word) > 2 && asciiLetters(word) {
		u, known = units.Parse("{" + strings.ToLower(word) + "}")
	}
	if !known {
		return "", "", false
	}
	var c Cell
	value, ok = readNumber(raw[:end], mark, &c)
	return value, u.Code, ok
}
