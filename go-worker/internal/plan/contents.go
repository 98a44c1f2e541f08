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
}

func (s *contentStats) add(value string, n int64) { s.counts[contentOf(value)] += n }

func (s *contentStats) merge(o *contentStats) {
	for i, n := range o.counts {
		s.counts[i] += n
	}
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

func contentOf(s string) content {
	switch form, _ := readNumber(s); form {
	case whole:
		return integerContent
	case point, comma, pointOrGroup, commaOrGroup:
		return decimalContent
	}
	switch {
	case equalLower(s, "true"), equalLower(s, "false"), equalLower(s, "yes"), equalLower(s, "no"),
		equalLower(s, "y"), equalLower(s, "n"):
		return booleanContent
	case len(s) <= 32 && strings.ContainsAny(s, digits) && isDate(s):
		return dateContent
	}
	return textContent
}

// isDate reports whether a value is written as a date, bare numbers aside.
func isDate(s string) bool {
	f, ok := dates.Lex(s)
	return ok && f.Kind != dates.Number && f.Kind != dates.Blank
}
