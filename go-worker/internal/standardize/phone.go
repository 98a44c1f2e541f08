package standardize

import (
	"strings"

	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	rulePhone            = rule.Must("PHONE-001")
	rulePhoneUnassigned  = rule.Must("PHONE-002")
	rulePhonePlaceholder = rule.Must("PHONE-003")
	rulePhoneLocal       = rule.Must("PHONE-004")
	rulePhoneOne         = rule.Must("PHONE-005")
	rulePhoneVanity      = rule.Must("PHONE-006")
	rulePhoneNote        = rule.Must("PHONE-008")
)

var phonePlaceholders = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range facts.Rows("phone_placeholders.csv", "number", "reason") {
		set[line[0]] = true
	}
	return set
}()

// Places of the companions of phone.
const (
	phoneExt = iota
	phoneUse
	phoneLocal
)

// phone is the family of phone numbers in E.164 form. Several numbers in one cell are joined with "|". Companions:
// %_ext, the extension; %_use (home, mobile, work), where a label in the cell names it; %_local, the digits of a number
// without area code (PHONE-004).
//
// Column: Country, the region of numbers without country code. Params: "area_code", which completes local numbers.
func phone(col Column) CellFunc { return newPhoneReader(col).any }

// plainPhone is the PlainFunc of numbers in the forms usual in the United States, also with an extension.
func plainPhone(col Column) PlainFunc { return newPhoneReader(col).plain }

func newPhoneReader(col Column) *phoneReader {
	region := col.Country
	if region == "" {
		region = "US"
	}
	return &phoneReader{region: region, nanp: phonenumbers.IsNANPACountry(region), nowhere: region == phonenumbers.UNKNOWN_REGION, areaCode: col.Params["area_code"]}
}

type phoneReader struct {
	region   string
	nanp     bool
	nowhere  bool // nothing says of which country the numbers are
	areaCode string
}

func (p *phoneReader) plain(raw string, c *Cell) bool {
	if raw == "" || raw[0] == ' ' || raw[len(raw)-1] == ' ' {
		return false
	}
	ext := ""
	number, plus, one, ok := nanpDigits(raw)
	if !ok {
		var before string
		if before, ext, ok = plainExtension(raw); ok {
			number, plus, one, ok = nanpDigits(before)
		}
	}
	if !ok || !p.nanp && !plus {
		return false
	}
	c.Parts[phoneExt] = ext
	p.northAmerican(raw, &number, one && !plus, c)
	return true
}

// any reads a cell of any form.
func (p *phoneReader) any(raw string, c *Cell) {
	s, ok := repairID(raw, true, c)
	if !ok {
		return
	}
	parts := splitPhones(s)
	if len(parts) == 1 {
		p.one(raw, s, c)
		return
	}
	var numbers []string
	var part Cell
	for _, s := range parts {
		part.Reset()
		p.one(s, s, &part)
		c.Hits = append(c.Hits, part.Hits...)
		if part.Unusable {
			continue
		}
		if part.Value != "" {
			numbers = append(numbers, part.Value)
		}
		for i, v := range part.Parts {
			if c.Parts[i] == "" {
				c.Parts[i] = v
			}
		}
	}
	if len(numbers) == 0 && c.Parts[phoneLocal] == "" {
		c.Unusable, c.Value = true, raw
		return
	}
	settle(c, raw, strings.Join(numbers, "|"))
}

// one reads one number; raw is what stays in the cell when it cannot.
func (p *phoneReader) one(raw, s string, c *Cell) {
	s, c.Parts[phoneExt] = phoneExtension(s)
	s, c.Parts[phoneUse] = phoneLabel(s)
	if c.Parts[phoneExt] == "" {
		s, c.Parts[phoneExt] = phoneExtension(s) // the label stood behind it
	}
	if digits, ok := vanity(s); ok && p.nanp {
		s = digits
		c.Hit(rulePhoneVanity)
	}
	if number, plus, one, ok := nanpDigits(s); ok && (p.nanp || plus) {
		p.northAmerican(raw, &number, one && !plus, c)
		return
	}
	if first, ok := beforeSlash(s); ok && p.nanp {
		c.Hit(rulePhoneNote)
		p.one(raw, first, c)
		return
	}
	digits, ok := dialled(s)
	if !ok && p.nanp {
		digits, ok = evenGroups(s)
	}
	switch {
	case !ok:
		number, one := p.amongWords(s)
		if !one {
			p.unreadable(raw, c)
			return
		}
		c.Hit(rulePhoneNote)
		p.one(raw, number, c)
	case p.nanp && len(digits) == 7 && digits[0] != '+':
		p.local(raw, digits, c)
	case placeholderDigits(strings.TrimPrefix(digits, "+1")):
		p.placeholder(c)
	default:
		p.foreign(raw, digits, c)
	}
}

// amongWords returns the one whole number that stands among words: Mom 617-555-2345 after 5. Without a plus only those of the North American
// Numbering Plan are known to be whole. Letters right beside digits may be slips of the keyboard.
func (p *phoneReader) amongWords(s string) (number string, one bool) {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return !strings.ContainsRune("0123456789 +()-./", r) }) {
		word = strings.TrimLeft(strings.TrimRight(word, " -/.,("), " -/.,)") // 617-555-2345 (daughter)
		switch n := countDigits(word); {
		case n == 0 || n < 5 && number != "":
		case n < 5:
			return "", false
		case number != "":
			return "", false
		default:
			number = word
		}
	}
	_, plus, _, ok := nanpDigits(number)
	at := strings.Index(s, number)
	beside := func(i int) bool { return i >= 0 && i < len(s) && (isASCIILetter(s[i]) || s[i] >= utf8.RuneSelf) }
	if _, whole := dialled(number); !whole { // +1 +1 617-555-2345
		return "", false
	}
	return number, (ok && (p.nanp || plus) || strings.HasPrefix(number, "+")) && !beside(at-1) && !beside(at+len(number))
}

// northAmerican settles a number of the North American Numbering Plan; one says that a bare 1 stood before it.
func (p *phoneReader) northAmerican(raw string, e164 *nanpNumber, one bool, c *Cell) {
	number := raw
	if string(e164[:]) != raw {
		number = c.Arena.Text(e164[:])
	}
	national := number[2:]
	if placeholderNANP(national) || national[3:] == "5551212" {
		p.placeholder(c)
		return
	}
	if fictional := national[3:8] == "55501"; fictional || !e164.assigned() {
		c.Hit(rulePhoneUnassigned)
	}
	if one {
		c.Hit(rulePhoneOne)
	}
	settle(c, raw, number)
}

// local keeps seven digits apart, or completes them with the area code of the profile.
func (p *phoneReader) local(raw, digits string, c *Cell) {
	if placeholderDigits(digits) || digits == "5551212" {
		p.placeholder(c)
		return
	}
	c.Hit(rulePhoneLocal)
	if p.areaCode != "" {
		number := nanpNumber{'+', '1'}
		copy(number[2:], p.areaCode+digits)
		p.northAmerican(raw, &number, false, c)
		return
	}
	c.Parts[phoneLocal] = digits
}

// foreign lets the library read a number, with its plus or as dialled in the region. Eight or nine digits are too few for one of the
// North American Numbering Plan; ten that begin with 0 are dialled within another country, nobody knows which, so its digits stay.
func (p *phoneReader) foreign(raw, digits string, c *Cell) {
	if p.nanp && digits[0] >= '2' && (len(digits) == 8 || len(digits) == 9) {
		p.unreadable(raw, c)
		return
	}
	if (p.nanp || p.nowhere) && len(digits) > 9 && strings.HasPrefix(digits, "00") { // as abroad is dialled from most countries; nothing American begins so
		digits = "+" + digits[2:]
	}
	if p.nanp && len(digits) == 10 && digits[0] == '0' || p.nowhere && digits[0] != '+' && len(digits) >= 7 && len(digits) <= 15 {
		c.Hit(rulePhoneUnassigned)
		settle(c, raw, digits)
		return
	}
	number, err := phonenumbers.Parse(mexican(digits, p.region), p.region)
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		p.unreadable(raw, c)
		return
	}
	if !phonenumbers.IsValidNumber(number) {
		c.Hit(rulePhoneUnassigned)
	}
	settle(c, raw, phonenumbers.Format(number, phonenumbers.E164))
}

// mexican drops what was dialled before the ten digits of a Mexican number until 2019: 1 behind the country's code, 01, 044 and 045 within it.
func mexican(digits, region string) string {
	if rest, ok := strings.CutPrefix(digits, "+521"); ok && len(rest) == 10 {
		return "+52" + rest
	}
	if region == "MX" {
		for _, prefix := range []string{"044", "045", "01", "1"} {
			if rest, ok := strings.CutPrefix(digits, prefix); ok && len(rest) == 10 {
				return rest
			}
		}
	}
	return digits
}

// placeholderDigits reports whether digits are written where no number is known.
func placeholderDigits(digits string) bool {
	return len(digits) >= 7 && oneDigit(digits) || phonePlaceholders[digits]
}

func (p *phoneReader) placeholder(c *Cell) {
	c.Parts = [len(c.Parts)]string{}
	c.Set("", rulePhonePlaceholder)
}

func (p *phoneReader) unreadable(raw string, c *Cell) {
	c.Parts = [len(c.Parts)]string{}
	c.Fail(raw, rulePhone)
}

// dialled keeps the digits of a number and a plus before them; ok is false when something else stands in it, or
// when there are none.
func dialled(s string) (digits string, ok bool) {
	buffer := make([]byte, 0, len(s))
	for i := range len(s) {
		switch b := s[i]; {
		case isASCIIDigit(b) || b == '+' && len(buffer) == 0:
			buffer = append(buffer, b)
		case b == ' ' || b == '-' || b == '.' || b == '(' || b == ')' || b == '[' || b == ']' || b == '/':
		default:
			return "", false
		}
	}
	return string(buffer), len(buffer) > 1
}
