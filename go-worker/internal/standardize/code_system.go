package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// changeToICD10 is the day from which US diagnoses are coded in ICD-10-CM (45 CFR 162.1002).
const changeToICD10 = "2015-10-01"

// systemFinder tells which system the codes of one field are of.
type systemFinder struct {
	allowed []codes.System
	column  codes.System // decided for the column, or the only one allowed
	padICD9 bool         // numbers before the dot lost their zeros
}

func newSystemFinder(col Column) systemFinder {
	s := systemFinder{column: codes.System(col.CodeSystem), padICD9: col.Params["icd9_zeros"] == "restore"}
	for system := range strings.SplitSeq(col.Params["systems"], "|") {
		if system != "" {
			s.allowed = append(s.allowed, codes.System(system))
		}
	}
	if s.column == "" && len(s.allowed) == 1 {
		s.column = s.allowed[0]
	}
	return s
}

// find checks a code against its system, which v names or the column has; date is when it was used. What is no code may be several, or
// a code among words.
func (s systemFinder) find(v codedValue, date string) codedValue {
	if spacedCodes(v.code) {
		if list, ok := s.list(codedValue{code: strings.Join(strings.Fields(v.code), "|"), text: v.text, system: v.system}, date); ok {
			return list
		}
	}
	found := s.check(v, date)
	if found.verdict != codes.Bad {
		return found
	}
	if list, ok := s.list(v, date); ok {
		return list
	}
	code, text, ok := splitText(v.code, func(code string) bool {
		part := s.check(codedValue{code: code, system: v.system}, date)
		return part.verdict == codes.Good && evident(part.system, code)
	})
	if !ok {
		return found
	}
	return s.check(codedValue{code: code, text: text, system: v.system, words: true}, date)
}

// check judges one code. Where only the column names its system and it is none of that, but evidently one of another system of the
// field, it is taken for that.
func (s systemFinder) check(v codedValue, date string) codedValue {
	named := v.system != ""
	if !named {
		v.system = s.column
	}
	if !named && s.oldV(v.code, date) {
		v.system = codes.ICD9CM
	}
	if v.system != "" {
		code := v.code
		if v.system == codes.ICD9CM && s.padICD9 {
			code = codes.PadICD9(code)
		}
		if v.form, v.verdict = codes.Check(v.system, code); v.verdict != codes.Bad || named {
			if v.verdict == codes.Local && !named {
				v.system = "" // a local name is of no system
			}
			return v
		}
	}
	switch other := s.byForm(v.code, date, v.system != ""); {
	case other != "":
		v.system = other
		v.form, v.verdict = codes.Check(other, v.code)
	case v.system == "" && slices.Contains(s.allowed, codes.LOINC):
		_, v.verdict = codes.Check(codes.LOINC, v.code) // what laboratories call a test is a code of theirs
	}
	if v.system == codes.CPT && v.verdict == codes.Good && isASCIILetter(v.form[0]) {
		v.system = codes.HCPCS
	}
	return v
}

// oldV reports whether a code in a column of ICD-10-CM is one of ICD-9-CM, which it can be by its form and was by its date.
func (s systemFinder) oldV(code, date string) bool {
	return s.column == codes.ICD10CM && date != "" && date < changeToICD10 && slices.Contains(s.allowed, codes.ICD9CM) && codes.OldV(code)
}

// list reads several codes of one system in one cell, and joins them as lists are written.
func (s systemFinder) list(v codedValue, date string) (codedValue, bool) {
	parts := splitCodes(v.code)
	list := codedValue{code: v.code, text: v.text, system: v.system, verdict: codes.Good, several: true}
	for i, part := range parts {
		one := s.check(codedValue{code: part, system: v.system}, date)
		if one.verdict != codes.Good || i > 0 && one.system != list.system {
			return list, false
		}
		list.system, parts[i] = one.system, one.form
	}
	list.form = strings.Join(parts, "|")
	return list, len(parts) > 0
}

// byForm returns the only system of the field that has codes of this form; with evidentOnly a form that other numbers have too does not
// count. What may be ICD-9-CM or ICD-10-CM is decided by the date, if there is one.
func (s systemFinder) byForm(code, date string, evidentOnly bool) codes.System {
	var good, unclear []codes.System
	for _, system := range s.allowed {
		_, verdict := codes.Check(system, code)
		switch {
		case evidentOnly && !evident(system, code), system == codes.CPT && ownNumber(code):
		case verdict == codes.Good:
			good = append(good, system)
		case verdict == codes.Ambiguous:
			unclear = append(unclear, system)
		}
	}
	switch {
	case len(good) == 1:
		return good[0]
	case len(good) == 0 && len(unclear) == 1:
		return unclear[0]
	case len(good) == 2 && good[0] == codes.ICD10CM && good[1] == codes.ICD9CM && date != "":
		if date < changeToICD10 {
			return codes.ICD9CM
		}
		return codes.ICD10CM
	}
	return ""
}

// ownNumber reports whether a code of CPT's operations may as well be a number of a program's own list, which has five digits too: a column of
// operations is decided as a whole.
func ownNumber(code string) bool { return asciiDigits(code) && code[0] < '7' }

// evident reports whether hardly anything but a code of the system has the form of this one: it has a check digit, a letter and digits,
// or dashes or dots in their places.
func evident(system codes.System, code string) bool {
	if !codes.Looks(system, code) {
		return false
	}
	switch system {
	case codes.SNOMED, codes.LOINC, codes.ICD10CM:
		return true
	case codes.ICD9CM:
		return strings.IndexByte(code, '.') > 0
	case codes.NDC:
		return strings.IndexByte(code, '-') > 0
	}
	return false
}
