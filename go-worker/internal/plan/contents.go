package plan

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/dates"
)

// systems are the code systems that a column without a stated one is tried against. A vote over the column needs the
// form only; membership is for lists to say.
var systems = [...]codes.System{
	codes.ICD10CM, codes.ICD9CM, codes.SNOMED, codes.LOINC, codes.RxNorm, codes.NDC, codes.CVX, codes.MVX, codes.CPT, codes.HCPCS,
}

// codeStats count, for each code system, the values that have its form.
type codeStats struct {
	total  int64
	counts [len(systems)]int64 // by place in systems
	oldV   int64               // codes of ICD-9-CM that begin with V
	digits digitStats
}

func (s *codeStats) add(value string, n int64) {
	s.total += n
	s.digits.add(value, n)
	if whole, float := strings.CutSuffix(value, ".0"); float && allDigits(whole) {
		value = whole
	}
	if _, code, ok := codes.SplitPrefix(value); ok {
		value = code
	}
	if codes.OldV(value) {
		s.oldV += n
	}
	for i, system := range systems {
		if codes.Looks(system, value) {
			s.counts[i] += n
		}
	}
}

func (s *codeStats) merge(o *codeStats) {
	s.total += o.total
	s.digits.merge(&o.digits)
	s.oldV += o.oldV
	for i, n := range o.counts {
		s.counts[i] += n
	}
}

// votes returns how many codes have the form of a system; 0 of one that cannot be told by its form.
func (s *codeStats) votes(system string) int64 {
	if i := slices.Index(systems[:], codes.System(system)); i >= 0 {
		return s.counts[i]
	}
	return 0
}

// A content is what a value of an unknown column looks like.
type content uint8

const (
	textContent content = iota
	integerContent
	decimalContent
	dateContent
	booleanContent
	contents
)

var contentNames = [contents]string{"text", "integer", "decimal", "date", "boolean"}

// contentStats count what the values of an unknown column look like.
type contentStats struct {
	counts [contents]int64
	over   [2]int64 // dates that only one order allows, as in dateStats: what nobody maps still tells how the file writes its dates
}

func (s *contentStats) add(value string, n int64) {
	content, f := contentOf(value)
	s.counts[content] += n
	if content != dateContent || f.Kind != dates.Ordered || f.A > 31 || f.B > 31 {
		return
	}
	switch {
	case f.A > 12 && f.B > 0 && f.B <= 12:
		s.over[0] += n
	case f.B > 12 && f.A > 0 && f.A <= 12:
		s.over[1] += n
	}
}

func (s *contentStats) merge(o *contentStats) {
	for i, n := range o.counts {
		s.counts[i] += n
	}
	for i, n := range o.over {
		s.over[i] += n
	}
}

// order returns the order of dates that a column of them proves, "" when it proves none.
func (s *contentStats) order() string {
	switch {
	case s.likely() != dateContent:
	case s.over[0] > 0 && areSlips(s.over[1], s.over[0]):
		return orders[1]
	case s.over[1] > 0 && areSlips(s.over[0], s.over[1]):
		return orders[0]
	}
	return ""
}

// likely returns what at least 95 % of the values look like; text when they do not agree.
func (s *contentStats) likely() content {
	var total int64
	for _, n := range s.counts {
		total += n
	}
	for c := contents - 1; c > textContent; c-- {
		n := s.counts[c]
		if c == decimalContent {
			n += s.counts[integerContent]
		}
		if n > 0 && n*100 >= total*95 && (c != decimalContent || s.counts[decimalContent] > 0) {
			return c
		}
	}
	return textContent
}

// contentOf returns what a value looks like, with its form where it is a date.
func contentOf(s string) (content, dates.Form) {
	switch form, _ := readNumber(s); form {
	case whole:
		return integerContent, dates.Form{}
	case point, comma, pointOrGroup, commaOrGroup:
		return decimalContent, dates.Form{}
	}
	switch {
	case equalLower(s, "true"), equalLower(s, "false"), equalLower(s, "yes"), equalLower(s, "no"),
		equalLower(s, "y"), equalLower(s, "n"):
		return booleanContent, dates.Form{}
	case len(s) <= 32 && strings.ContainsAny(s, digits):
		if f, ok := lexDate(s); ok {
			return dateContent, f
		}
	}
	return textContent, dates.Form{}
}

// isDate reports whether a value is written as a date, bare numbers aside.
func isDate(s string) bool {
	_, ok := lexDate(s)
	return ok
}

func lexDate(s string) (dates.Form, bool) {
	f, ok := dates.Lex(s)
	return f, ok && f.Kind != dates.Number && f.Kind != dates.Blank
}
