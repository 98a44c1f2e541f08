package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/units"
)

// doseStep divides a dose that is written with its unit (5.0 mg) into both. One whose unit nobody knows, or that contradicts the
// unit's own column, stays unread.
//
// Reads dose and dose_unit, and fills both.
var doseStep = RowStep{
	Name: "dose",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("dose") {
			return nil
		}
		return missing([]string{"dose_unit"}, mapped)
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) RowFunc {
		dose, unit := l.Slot("dose"), l.Slot("dose_unit")
		col, ok := columns("dose")
		if !ok || dose < 0 || unit < 0 {
			return nil
		}
		mark := decimalMark(col)
		return func(r *Row) {
			if !r.Unusable[dose] || !flagged(r, dose, ruleNotNumber) {
				return
			}
			value, code, ok := splitDose(r.Raw[dose], mark)
			if !ok || r.Values[unit] != "" && r.Values[unit] != code {
				return
			}
			r.Hits = slices.DeleteFunc(r.Hits, func(h Hit) bool { return h.Slot == dose && h.Rule == ruleNotNumber })
			r.Values[dose], r.Unusable[dose] = value, false
			r.Set(unit, code)
		}
	},
}

// splitDose divides a number from the unit behind it.
func splitDose(raw string, mark byte) (value, unit string, ok bool) {
	end := strings.IndexFunc(raw, func(c rune) bool { return (c < '0' || c > '9') && c != '.' && c != ',' })
	if end < 1 {
		return "", "", false
	}
	u, known := units.Read(raw[end:], "dose")
	if !known {
		return "", "", false
	}
	var c Cell
	value, ok = readNumber(raw[:end], mark, &c)
	return value, u.Code, ok
}
