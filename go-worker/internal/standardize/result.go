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
	reference  span   // its reference range, where the cell states one
}

// value writes the result in one cell, without unit and flag.
func (r *result) value() string {
	switch {
	case r.absent != "":
		return ""
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
	if reason := AbsentReason(s); reason != "" {
		c.Hit(ruleNoResult)
		return result{absent: reason}, true
	}
	if code := resultCodes[phrase(s)]; code != "" {
		return result{code: code}, true
	}
	if reason, note := absentWithNote(s); reason != "" {
		c.Hit(ruleNoResult)
		c.Hit(ruleBesides)
		return result{absent: reason, text: note}, true
	}
	if rule := turned(s); rule != 0 {
		c.Hit(rule)
		return result{text: raw}, true
	}
	bare, note := cutRemark(s)
	rest, flag := cutFlag(bare)
	res, read, ok := readMeasured(rest, mark, c)
	if !ok {
		return res, false
	}
	if !read {
		res, read = readFound(rest, mark, c)
	}
	if !read {
		res.code, flag = readWord(rest, bare, flag)
	}
	if !read && res.code == "" {
		return result{text: textOf(raw, c)}, true
	}
	if flag != "" {
		res.flag = flag
		c.Hit(ruleFlagSplit)
	}
	if res.reference != (span{}) || note != "" {
		res.text = note
		c.Hit(ruleBesides)
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
	if strings.HasPrefix(s, "^") { // a structured number of HL7 v2: <^0.01, ^1^:^80, ^2^-^5
		s = strings.ReplaceAll(s, "^", "")
	}
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
	if rest = strings.TrimSpace(rest); len(numbers) > 0 {
		rest, res.reference = cutSpan(rest, mark)
		if rest == "" {
			res.unit = res.reference.unit
		}
	}
	if power, behind := cutPower(rest); power != "" && len(numbers) == 1 {
		if u, known := units.Read(behind, ""); known && behind[0] != '/' { // 1.2 x 10^6 copies/mL; x10^3/uL is a unit
			res.number, res.unit, rest = number+"E"+power, u.Code, behind
		}
	}
	if rest != "" && res.unit == "" {
		u, known := units.Read(rest, "")
		if !known || noUnit(rest) {
			return result{}, false, true
		}
		res.unit = u.Code
	}
	if stated := res.reference.unit; stated != "" && stated != res.unit {
		return result{}, false, true
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

// noUnit reports whether a letter behind a number is more likely a mark of its own than a unit, though there is one: 5A is no age, 5 B no bel,
// 5 (d) no days.
func noUnit(s string) bool {
	return len(s) == 1 && strings.Contains("ABD", s) || len(s) == len("(d)") && s[0] == '('
}

// readFound reads a limit beside the word that something was found: "<20 DETECTED", "Positive >1000". A limit of what was not found is left
// a text.
func readFound(s string, mark byte, c *Cell) (res result, read bool) {
	at := strings.IndexAny(s, "<>≤≥")
	if at < 0 || len(s) > 60 {
		return result{}, false
	}
	word, limit := s[:at], s[at:]
	if at == 0 {
		space := strings.LastIndexByte(s, ' ')
		if space < 0 {
			return result{}, false
		}
		word, limit = s[space:], s[:space]
	}
	code := resultCodes[phrase(strings.Trim(word, " ,;:()"))]
	if code != "DET" && code != "POS" {
		return result{}, false
	}
	if res, read, _ = readMeasured(strings.Trim(limit, " ,;:"), mark, c); read {
		res.code = code
	}
	return res, read
}

// comparators are tried in order; words are compared in lower case.
var comparators = []struct{ written, code string }{
	{"<=", "<="}, {"=<", "<="}, {"≤", "<="}, {">=", ">="}, {"=>", ">="}, {"≥", ">="},
	{"</=", "<="}, {">/=", ">="}, {"< or =", "<="}, {"> or =", ">="}, {"<or=", "<="}, {">or=", ">="},
	{"< or equal to", "<="}, {"> or equal to", ">="}, {"&lt;=", "<="}, {"&gt;=", ">="}, {"&lt;", "<"}, {"&gt;", ">"}, {"<", "<"}, {">", ">"},
	{"lte ", "<="}, {"gte ", ">="}, {"lt ", "<"}, {"gt ", ">"}, {"le ", "<="}, {"ge ", ">="},
	{"less than or equal to", "<="}, {"greater than or equal to", ">="}, {"less than", "<"}, {"greater than", ">"},
	{"more than", ">"}, {"below", "<"}, {"above", ">"}, {"at least", ">="}, {"not less than", ">="}, {"no less than", ">="}, {"up to", "<="}, {"not more than", "<="}, {"no more than", "<="}, {"under", "<"}, {"over", ">"},
	{"=", ""},
}

func cutComparator(s string) (comparator, rest string) {
	if s == "" || isASCIIDigit(s[0]) { // most results
		return "", s
	}
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
	i += groups(s[start:], i-start)
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

// groups returns how many bytes of further groups of three digits follow the first at digits, with the marks that some put between
// thousands: 12 345,6 or 12'345.
func groups(s string, at int) int {
	if at > 3 || !asciiDigits(s[:at]) || s[0] == '0' {
		return 0
	}
	end := at
	for _, mark := range [...]string{" ", "'", "\u00a0", "\u202f", "\u2009"} {
		for strings.HasPrefix(s[end:], mark) {
			group := s[end+len(mark):]
			if len(group) < 3 || !asciiDigits(group[:3]) || len(group) > 3 && isASCIIDigit(group[3]) {
				return 0
			}
			end += len(mark) + 3
		}
		if end > at {
			break
		}
	}
	if end == at {
		return 0
	}
	if end+1 < len(s) && (s[end] == '.' || s[end] == ',') && isASCIIDigit(s[end+1]) {
		for end++; end < len(s) && isASCIIDigit(s[end]); end++ {
		}
	}
	return end - at
}

// cutPower reads what multiplies a number by a power of ten: "x 10^6 copies/mL", "x10E6 copies/mL". behind is what follows it.
func cutPower(rest string) (power, behind string) {
	if rest == "" || rest[0]|0x20 != 'x' && rest[0] != '*' {
		return "", rest
	}
	behind, ok := strings.CutPrefix(strings.TrimLeft(rest[1:], " "), "10")
	if !ok || behind == "" || !strings.ContainsRune("^*eE", rune(behind[0])) {
		return "", rest
	}
	power, behind = cutNumber(behind[1:])
	if len(power) > 2 || !asciiDigits(power) {
		return "", rest
	}
	return power, strings.TrimLeft(behind, " ")
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
	for _, between := range []string{"-", "–", "—", "to ", "à ", "a ", "bis ", "até ", "~", "～", "〜"} {
		if behind, ok = strings.CutPrefix(rest, between); ok {
			high, behind = cutNumber(strings.TrimLeft(behind, " "))
			return high, behind, high != "" && !strings.HasPrefix(behind, "-")
		}
	}
	return "", rest, false
}
