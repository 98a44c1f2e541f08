package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/units"
)

// A result is a cell of a result, read.
type result struct {
	comparator string // <, <=, >, >=
	number     string // plain decimal, with the digits that it had
	low, high  string // of a range such as 2-5, instead of a number
	titer      string // 80 for 1:80, instead of a number
	code       string // POS, NEG, … of result_words.csv
	text       string // anything else
	absent     string // why there is no result, in words of FHIR
	unit       string // UCUM, where the cell states one
	flag       string // H, L, … where the cell states one
}

// value writes the result in one cell, without unit and flag.
func (r *result) value() string {
	switch {
	case r.number != "":
		return r.comparator + r.number
	case r.low != "":
		return r.low + "-" + r.high
	case r.titer != "":
		return r.comparator + "1:" + r.titer
	case r.code != "":
		return r.code
	}
	return r.text
}

// resultValue is the family of results of tests, which can be anything: a number with or without comparator, unit and flag,
// a range, a titer, a coded word, a text, or the reason why there is none (SPEC section 12).
//
// The value is what was measured without unit and flag: 5.6, <0.1, 2-5, 1:80, POS. Companions are the parts of it:
// %_comparator, %_number, %_low and %_high, %_code, and %_unit for a unit in the cell. What depends on the
// fields of unit and code, and the flag and the reason, is done by the row step resultStep.
func resultValue(col Column) CellFunc {
	mark := decimalMark(col)
	return func(raw string, c *Cell) {
		if col.Sentinels[raw] {
			c.Set("", ruleNullNumber)
			return
		}
		if mark == '.' && plainNumber(raw) {
			c.Value, c.Parts[1] = raw, raw
			return
		}
		res, ok := readResult(raw, mark, c)
		if !ok {
			c.Fail(raw, ruleMixedMarks)
			return
		}
		c.Parts = [6]string{res.comparator, res.number, res.low, res.high, res.code, res.unit}
		settle(c, raw, res.value())
	}
}

// readResult reads a cell. ok is false where its number mixes decimal marks with those of the column.
func readResult(raw string, mark byte, c *Cell) (res result, ok bool) {
	s := oneLine(raw)
	if reason := absentReasons[phrase(s)]; reason != "" {
		c.Hit(ruleNoResult)
		return result{absent: reason}, true
	}
	if code := resultCodes[phrase(s)]; code != "" {
		return result{code: code}, true
	}
	if rule := turned(s); rule != 0 {
		c.Hit(rule)
		return result{text: raw}, true
	}
	rest, flag := cutFlag(s)
	res, read, ok := readMeasured(rest, mark, c)
	if !ok {
		return res, false
	}
	if !read && flag != "" {
		res.code = resultCodes[phrase(rest)]
	}
	if !read && res.code == "" {
		return result{text: textOf(raw, c)}, true
	}
	if flag != "" {
		res.flag = flag
		c.Hit(ruleFlagSplit)
	}
	return res, true
}

// oneLine returns a text without what has no shape, with single spaces.
func oneLine(raw string) string {
	if plainText(raw) {
		return raw
	}
	return strings.Join(strings.Fields(visible(raw)), " ")
}

// textOf tidies a text as the family of texts does.
func textOf(raw string, c *Cell) string {
	var tidy Cell
	text(Column{})(raw, &tidy)
	c.Hits = append(c.Hits, tidy.Hits...)
	return tidy.Value
}

// readMeasured reads what was measured: number, range or titer, and the unit behind it. read is false where it is a text;
// ok is false where a number mixes decimal marks with those of the column.
func readMeasured(s string, mark byte, c *Cell) (res result, read, ok bool) {
	res.comparator, s = cutComparator(s)
	number, rest := cutNumber(s)
	if number == "" {
		return result{}, false, true
	}
	var marks Cell // the marks that were read are only noted when all of it is a result
	numbers := []*string{&res.number}
	res.number = number
	if titer, behind, found := cutTiter(number, rest); found {
		res.titer, res.number, rest, numbers = titer, "", behind, nil
	} else if high, behind, found := cutRange(rest); found && res.comparator == "" {
		res.low, res.high, res.number, rest = number, high, "", behind
		numbers = []*string{&res.low, &res.high}
	}
	if rest = strings.TrimSpace(rest); rest != "" {
		u, known := units.Read(rest, "")
		if !known {
			return result{}, false, true
		}
		res.unit = u.Code
	}
	for _, n := range numbers {
		plain, ok := readNumber(*n, mark, &marks)
		if !ok {
			return result{}, false, !slices.Contains(marks.Hits, ruleMixedMarks)
		}
		*n = plain
	}
	if res.low != "" && compareNumbers(res.low, res.high) > 0 {
		return result{}, false, true
	}
	c.Hits = append(c.Hits, marks.Hits...)
	if res.unit != "" && res.unit != rest {
		c.Hit(ruleUnit)
	}
	if res.comparator != "" {
		c.Hit(ruleComparator)
	}
	return res, true, true
}

// comparators are tried in order; words are compared in lower case.
var comparators = []struct{ written, code string }{
	{"<=", "<="}, {"=<", "<="}, {"≤", "<="}, {">=", ">="}, {"=>", ">="}, {"≥", ">="}, {"<", "<"}, {">", ">"},
	{"less than or equal to", "<="}, {"greater than or equal to", ">="}, {"less than", "<"}, {"greater than", ">"},
	{"more than", ">"}, {"below", "<"}, {"above", ">"}, {"at least", ">="}, {"up to", "<="}, {"under", "<"}, {"over", ">"},
}

func cutComparator(s string) (comparator, rest string) {
	for _, c := range comparators {
		if len(s) > len(c.written) && strings.EqualFold(s[:len(c.written)], c.written) {
			return c.code, strings.TrimLeft(s[len(c.written):], " =")
		}
	}
	return "", s
}

// cutNumber takes the longest run that can be one number off the front: digits with marks between them, a sign, an
// exponent.
func cutNumber(s string) (number, rest string) {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	} else if strings.HasPrefix(s, "−") {
		i = len("−")
	}
	start := i
	for i < len(s) && (isASCIIDigit(s[i]) || (s[i] == '.' || s[i] == ',') && i+1 < len(s) && isASCIIDigit(s[i+1])) {
		i++
	}
	if i == start || s[start] == ',' {
		return "", s
	}
	if i+1 < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if s[j] == '+' || s[j] == '-' {
			j++
		}
		end := j
		for end < len(s) && isASCIIDigit(s[end]) {
			end++
		}
		if end > j {
			i = end
		}
	}
	if i < len(s) && s[i] == '.' { // 5. mg
		return s[:i], s[i+1:]
	}
	return s[:i], s[i:]
}

// cutTiter reads the rest of 1:80.
func cutTiter(number, rest string) (titer, behind string, ok bool) {
	if number != "1" || !strings.HasPrefix(strings.TrimLeft(rest, " "), ":") {
		return "", rest, false
	}
	titer, behind = cutNumber(strings.TrimLeft(rest, " :"))
	titer = strings.ReplaceAll(titer, ",", "")
	return titer, behind, asciiDigits(titer)
}

// cutRange reads the rest of 2-5, 2 – 5, 2 to 5.
func cutRange(rest string) (high, behind string, ok bool) {
	rest = strings.TrimLeft(rest, " ")
	for _, between := range []string{"-", "–", "—", "to "} {
		if behind, ok = strings.CutPrefix(rest, between); ok {
			high, behind = cutNumber(strings.TrimLeft(behind, " "))
			return high, behind, high != "" && !strings.HasPrefix(behind, "-")
		}
	}
	return "", rest, false
}
