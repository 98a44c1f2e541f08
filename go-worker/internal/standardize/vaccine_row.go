package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// vaccineStep gives vaccines that are named, or whose code stands in the column of names, their code of CVX, where the row has none: MMR
// is 03. Only names of the table of vaccines count, as a whole.
var vaccineStep = RowStep{
	Name: "vaccines",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("code_text") {
			return nil
		}
		return missing([]string{"code", "code_system", "code_raw"}, mapped) // the last one comes with a code, also when the clean table comes back
	},
	Bind: func(l *Layout, _ func(string) (Column, bool)) []Work {
		code, system, text := l.Slot("code"), l.Slot("code_system"), l.Slot("code_text")
		if code < 0 || text < 0 {
			return nil
		}
		return []Work{{Do: func(r *Row) {
			said := r.Get(text)
			if said == "" || r.Values[code] != "" || r.Raw[code] != "" || r.Get(system) != "" && r.Get(system) != string(codes.CVX) {
				return
			}
			found, ok := vaccineSaid(said)
			if !ok {
				return
			}
			if asciiDigits(said) {
				r.Set(text, "", ruleStandard)
			}
			r.Set(code, found, ruleStandard)
			setEmpty(r, system, string(codes.CVX))
		}}}
	},
}

// vaccineSaid returns the code of a vaccine that a text names, or is, with the name of the system before it or not.
func vaccineSaid(text string) (code string, ok bool) {
	if len(text) > 3 && strings.EqualFold(text[:3], "CVX") {
		text = strings.TrimLeft(text[3:], " :-#")
	}
	code, ok = codes.VaccineByName(text)
	if ok || len(text) > 3 || !asciiDigits(text) {
		return code, ok
	}
	code, _ = codes.Check(codes.CVX, text)
	_, ok = codes.VaccineByCode(code)
	return code, ok
}
