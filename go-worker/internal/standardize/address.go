package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleAddress        = rule.Must("ADDR-001")
	ruleAddressUnread  = rule.Must("ADDR-002")
	ruleNoFixedAddress = rule.Must("ADDR-003")
	ruleBadAddress     = rule.Must("ADDR-004")
	ruleCityLine       = rule.Must("ADDR-009")
)

// Values of the field address_status, as address_words.csv names them.
const (
	noFixedAddress  = "no-fixed-address"
	generalDelivery = "general-delivery"
	badAddress      = "bad-address"
)

var addressWords = func() map[string]string {
	words := map[string]string{}
	for _, line := range facts.Rows("address_words.csv", "words", "meaning") {
		words[string(wordKey(nil, line[0]))] = line[1]
	}
	return words
}()

// addressLine is the family of address lines. The line is kept as the source writes it, without white space that shows
// nothing; words that stand for no address are read as empty (ADDR-003, ADDR-004). The postal form is made by the row
// step addressLinesStep, which sees both lines.
func addressLine(Column) CellFunc {
	return readAddressLine
}

// plainLine is the PlainFunc of lines that begin with a digit: no words that stand for an address do. A circumflex may divide components.
func plainLine(raw string, c *Cell) bool {
	return raw != "" && isASCIIDigit(raw[0]) && raw[len(raw)-1] != ' ' && strings.IndexByte(raw, '^') < 0 && singleSpaced(raw, c)
}

func readAddressLine(raw string, c *Cell) {
	s := raw
	if plain, ok := plainMarks(s); ok {
		s = plain
		c.Hit(ruleMarks)
	}
	if strings.Contains(s, "  ") || strings.ContainsAny(s, "\t\r\n") {
		s = strings.Join(strings.Fields(s), " ")
		c.Hit(ruleSpaces)
	}
	switch addressStatus(s) {
	case noFixedAddress:
		c.Set("", ruleNoFixedAddress)
	case generalDelivery:
		c.Set(s, ruleNoFixedAddress)
	case badAddress:
		c.Set("", ruleBadAddress)
	default:
		settle(c, raw, s)
	}
}

// singleSpaced stores ASCII that shows, which has no spaces around it, with single ones between its words. It returns false where something
// else stands in raw.
func singleSpaced(raw string, c *Cell) bool {
	if plainText(raw) {
		c.Value = raw
		return true
	}
	var buffer [80]byte
	if len(raw) > len(buffer) {
		return false
	}
	out := buffer[:0]
	for i := range len(raw) {
		b := raw[i]
		if b < ' ' || b >= 0x7f {
			return false
		}
		if b != ' ' || out[len(out)-1] != ' ' {
			out = append(out, b)
		}
	}
	c.Hit(ruleSpaces)
	c.Value = c.Arena.Text(out)
	return true
}

// addressStatus returns what the words of a whole line say about the address, "" when they are one.
func addressStatus(s string) string {
	if len(s) > 40 {
		return ""
	}
	var buffer [64]byte
	return addressWords[string(wordKey(buffer[:0], s))]
}
