package standardize

import (
	"regexp"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleForm    = rule.Must("ID-003")
	ruleGrouped = rule.Must("ID-004")
	ruleCheckID = rule.Must("ID-005")
)

// identifier is the family of record numbers and other keys: text as given, never a number. Spreadsheet damage is
// repaired (XL-003, XL-004 by column, XL-006 to Column.Width, XL-009), a formula is none (XL-014), suspected loss of precision is flagged (XL-010),
// and the kind of resource is dropped from FHIR references ("Patient/7" is 7).
//
// Params: "case" ("upper" or "keep"; default upper for the field mrn, keep for others), "form" ("lot": upper case
// without spaces), "pattern" (a regular expression the whole value should match, else ID-003).
// Column: StripFloat, Width. Decisions: id_form is grouped where marks between the digits are only how numbers are written (ID-004), nhs where
// they are moreover ten digits with a check digit (ID-005).
func identifier(col Column) CellFunc {
	upper := col.Params["case"] == "upper" || col.Params["case"] == "" && col.Field == "mrn"
	lot := col.Params["form"] == "lot"
	var form *regexp.Regexp
	if p := col.Params["pattern"]; p != "" {
		form, _ = regexp.Compile(`^(?:` + p + `)$`) // a profile with a bad pattern is refused when it is loaded
	}
	idForm := col.Decisions["id_form"]
	return func(raw string, c *Cell) {
		s, ok := repairID(raw, col.StripFloat, c)
		if !ok {
			return
		}
		if idForm != "" {
			s = ungroup(s, idForm == "nhs", c)
		}
		if id := resourceID(s); id != s {
			s = id
			c.Hit(ruleStandard)
		}
		if col.Width > len(s) && asciiDigits(s) {
			s = strings.Repeat("0", col.Width-len(s)) + s
			c.Hit(rulePadded)
		}
		if lot && strings.ContainsAny(s, " \t") {
			s = strings.Join(strings.Fields(s), "")
			c.Hit(ruleSpaces)
		}
		if upper || lot {
			if u := strings.ToUpper(s); u != s {
				s = u
				c.Hit(ruleStandard)
			}
		}
		if precisionLost(s) {
			c.Hit(rulePrecision)
		}
		if form != nil && !form.MatchString(s) {
			c.Hit(ruleForm)
		}
		c.Set(s)
	}
}

// ungroup drops the marks between the digits of a number, and holds a number of the NHS against its check digit.
func ungroup(s string, nhs bool, c *Cell) string {
	if digits := codes.Digits(s); len(digits) != len(s) && len(digits) >= codes.FewestGrouped {
		s = digits
		c.Hit(ruleGrouped)
	}
	if nhs && !codes.NHS(s) {
		c.Hit(ruleCheckID)
	}
	return s
}

// plainIdentifier is the PlainFunc of identifiers of capitals, digits and dashes, so short that nothing can be the matter with them: nearly
// all are.
func plainIdentifier(col Column) PlainFunc {
	if col.Params["pattern"] != "" || col.Decisions["id_form"] != "" {
		return nil
	}
	return func(raw string, c *Cell) bool {
		if len(raw) < max(col.Width, 1) || len(raw) > keptDigits {
			return false
		}
		for i := range len(raw) {
			if !idBytes[raw[i]] {
				return false
			}
		}
		c.Value = raw
		return true
	}
}

// idBytes are capitals, digits and the dash.
var idBytes = func() (bytes [256]bool) {
	for b := range bytes {
		c := byte(b)
		bytes[b] = c >= 'A' && c <= 'Z' || isASCIIDigit(c) || c == '-'
	}
	return bytes
}()

// resourceID returns the id of a FHIR reference to a resource of the same data set, or s as it is.
func resourceID(s string) string {
	for _, prefix := range [...]string{"Patient/", "Encounter/", "urn:uuid:"} {
		if id, ok := strings.CutPrefix(s, prefix); ok && id != "" {
			return id
		}
	}
	return s
}

// precisionLost reports whether digits beyond the fifteenth, the last that a spreadsheet keeps, are all zero. One
// zero at the end of sixteen digits is common; two are not.
func precisionLost(s string) bool {
	return len(s) > keptDigits && strings.HasSuffix(s, "00") && asciiDigits(s) && strings.Trim(s[keptDigits:], "0") == ""
}

// keptDigits is how many digits of a number a spreadsheet keeps.
const keptDigits = 15
