package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// codesStep settles the coded fields of a row: it finds the system of each code, writes the code in the form that its system keeps, and
// puts aside what is no code. The system is the one that the row states, else the one named in the cell, else the one decided for the
// column, else the only one that has codes of this form (CODE-001 when there is none).
//
// For a field x it fills x_system, and its text from words found in its cell; for the field code also code_raw, the source cell where
// the code was written otherwise.
var codesStep = RowStep{
	Name: "codes",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		add := func(field string) {
			if !mapped(field) {
				names = append(names, field)
			}
		}
		for _, of := range [...][]string{{"code", "code_system", "code_text", "code_raw"}, {"reason_code", "reason_code_system", "reason"},
			{"diagnosis_code", "diagnosis_code_system", "diagnosis_code_text"}} {
			if mapped(of[0]) {
				for _, field := range of[1:] {
					add(field)
				}
			}
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		var fields []Work
		for slot, name := range l.Names {
			if col, ok := columns(name); ok && col.Type == "code" {
				f := newCodeField(l, slot, col, columns)
				fields = append(fields, Work{Do: f.row, From: []int{f.code, f.system, f.text}, Into: []int{f.raw}, Also: f.when})
			}
		}
		return fields
	},
}

// codeField is one coded field: its slots, and what the profile and the plan say of its system.
type codeField struct {
	code, system, text, raw, date int
	mapped                        map[int]bool // slots with a column of their own

	systemFinder
}

func newCodeField(l *Layout, slot int, col Column, columns func(string) (Column, bool)) *codeField {
	f := &codeField{code: slot, raw: l.Slot(col.Field + "_raw"), date: l.Slot(col.Params["date_field"]), mapped: map[int]bool{},
		systemFinder: newSystemFinder(col)}
	place := func(param, suffix string) int {
		name := col.Params[param]
		if name == "" {
			name = col.Field + suffix
		}
		_, mapped := columns(name)
		at := l.Slot(name)
		f.mapped[at] = mapped
		return at
	}
	f.system, f.text = place("system_field", "_system"), place("text_field", "_text")
	return f
}

// when tells what matters about the date of a code: whether there is one, and whether it lies before the change to ICD-10-CM.
func (f *codeField) when(r *Row) uint32 {
	switch date := r.Get(f.date); {
	case date == "":
		return 0
	case date < changeToICD10:
		return 1
	}
	return 2
}

func (f *codeField) row(r *Row) {
	cell := r.Values[f.code]
	if cell == "" || r.Unusable[f.code] {
		return
	}
	v := readCoded(cell)
	if v.code != cell {
		f.flagParts(r, v)
		var c Cell
		repaired, ok := repairID(v.code, false, &c) // what a spreadsheet did may stand behind the prefix
		if !ok {
			r.Fail(f.code, ruleScientific)
			return
		}
		v.code = repaired
		if v.code == "" { // a text between carets
			f.store(r, v, cell)
			return
		}
	}
	stated := r.Get(f.system)
	system, known := codes.ParseSystem(stated)
	switch {
	case known:
		v.system = system
	case stated != "": // a system that is not known, such as a local one, keeps its codes as they are
		f.store(r, v, cell)
		return
	}
	f.settle(r, f.find(v, r.Get(f.date)), cell)
}

// flagParts says why a cell was taken apart.
func (f *codeField) flagParts(r *Row, v codedValue) {
	if v.system != "" {
		r.Flag(f.code, ruleCodePrefix)
	}
	if v.text != "" {
		r.Flag(f.code, ruleTextInCode)
	}
	if v.system == "" && v.text == "" {
		r.Flag(f.code, ruleStandard)
	}
}

// withoutPoint are the systems whose codes have no point: one with .0 behind it went through a column of numbers.
var withoutPoint = map[codes.System]bool{codes.RxNorm: true, codes.NDC: true, codes.SNOMED: true, codes.CVX: true}

// settle stores what was found about a code; cell is what its cell held.
func (f *codeField) settle(r *Row, v codedValue, cell string) {
	if whole, float := strings.CutSuffix(v.code, ".0"); float && withoutPoint[v.system] {
		if form, verdict := codes.Check(v.system, whole); verdict == codes.Good || verdict == codes.Ambiguous {
			r.Flag(f.code, ruleFloat)
			v.code, v.form, v.verdict = whole, form, verdict
		}
	}
	switch {
	case v.verdict == codes.Good || v.verdict == codes.Ambiguous:
		f.accept(r, v, cell)
	case v.verdict == codes.Local:
		r.Flag(f.code, ruleLocalTest)
		if v.text == "" {
			v.text = v.code
		}
		f.store(r, v, cell)
	case isWords(v.code) && f.text >= 0 && (r.Values[f.text] == "" || strings.EqualFold(r.Values[f.text], v.code)):
		r.Set(f.code, "", ruleTextInCode)
		f.fill(r, f.text, v.code)
		r.Set(f.raw, r.Raw[f.code])
	default:
		if spreadsheetDay(v.code) {
			r.Flag(f.code, ruleMonthDay)
		}
		if v.system != "" {
			r.Fail(f.code, badCode[v.system])
			return
		}
		r.Flag(f.code, ruleNoSystem)
		f.store(r, v, cell)
	}
}

// accept stores a code that is one of its system.
func (f *codeField) accept(r *Row, v codedValue, cell string) {
	if isWords(v.code) && v.text == "" { // the name of a vaccine
		v.text = v.code
	}
	switch {
	case v.several:
		r.Flag(f.code, ruleSeveralCodes)
	case v.words:
		r.Flag(f.code, ruleTextInCode)
	case v.form == v.code:
	case v.system == codes.ICD10CM || v.system == codes.ICD9CM:
		r.Flag(f.code, ruleDotted)
	default:
		r.Flag(f.code, ruleStandard)
	}
	if v.verdict == codes.Ambiguous {
		r.Flag(f.code, ruleNDCUnclear)
	}
	if v.system == codes.ICD9CM && r.Get(f.date) >= changeToICD10 {
		r.Flag(f.code, ruleOldSystem)
	}
	v.code = v.form
	f.store(r, v, cell)
}

// store writes the parts of a coded value to their fields; what the system and the text hold already stays.
func (f *codeField) store(r *Row, v codedValue, cell string) {
	f.fill(r, f.system, string(v.system))
	f.fill(r, f.text, v.text)
	if v.code != cell {
		r.Set(f.code, v.code)
		r.Set(f.raw, r.Raw[f.code])
	}
}

func (f *codeField) fill(r *Row, slot int, value string) {
	if value == "" || slot < 0 || r.Values[slot] != "" {
		return
	}
	r.Set(slot, value)
	if f.mapped[slot] {
		r.Flag(slot, ruleStandard)
	}
}
