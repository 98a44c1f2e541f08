package standardize

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleEmail            = rule.Must("EMAIL-001")
	ruleEmailPlaceholder = rule.Must("EMAIL-002")
	ruleEmailTypo        = rule.Must("EMAIL-003")
	ruleEmailTwo         = rule.Must("EMAIL-004")
	ruleEmailNote        = rule.Must("EMAIL-005")
	ruleEmailWords       = rule.Must("EMAIL-006")
)

// placeholderLocals and placeholderDomains are the parts of addresses that are none.
var placeholderLocals, placeholderDomains = func() (locals, domains map[string]bool) {
	locals, domains = map[string]bool{}, map[string]bool{}
	for _, line := range facts.Rows("email_placeholders.csv", "kind", "word") {
		if line[0] == "local" {
			locals[line[1]] = true
		} else {
			domains[line[1]] = true
		}
	}
	return locals, domains
}()

// emailTypos holds mistyped domains and, with their dot, mistyped endings, each with what was meant.
var emailTypos = func() map[string]string {
	meant := map[string]string{}
	for _, line := range facts.Rows("email_typos.csv", "written", "meant") {
		meant[line[0]] = line[1]
	}
	return meant
}()

// email is the family of e-mail addresses: local part kept, domain in lower case, international domains in their ASCII
// form. Companion %_other: a second address of the cell. Quoted local parts, address literals and reserved top-level
// domains (RFC 6761) are refused: no mail reaches them from here.
func email(Column) CellFunc {
	return readEmails
}

func readEmails(raw string, c *Cell) {
	parts := strings.FieldsFunc(raw, func(r rune) bool { return r == ';' || r == ',' || r == '|' })
	if len(parts) < 2 {
		parts = splitBetween(raw)
	}
	address, ok := readEmail(raw)
	if !ok && len(parts) >= 2 {
		if address, ok = readEmail(parts[0]); ok {
			var other string
			if other, ok = readEmail(parts[1]); ok && other != address {
				c.Hit(ruleEmailTwo)
				c.Parts[0] = other
			}
		}
	}
	if !ok && placeholderEmail(raw) {
		c.Set("", ruleEmailPlaceholder)
		return
	}
	if !ok {
		if address, ok = emailAmongWords(raw, c); !ok {
			c.Fail(raw, ruleEmail)
			return
		}
	}
	if placeholderEmail(address) {
		c.Parts[0] = ""
		c.Set("", ruleEmailPlaceholder)
		return
	}
	settleEmail(raw, address, strings.LastIndexByte(address, '@'), strings.LastIndexByte(address, '.'), c)
}

// settleEmail stores an address whose @ and last point stand at the given places.
func settleEmail(raw, address string, at, point int, c *Cell) {
	if mistyped(address[at+1:]) || mistyped(address[point:]) {
		c.Hit(ruleEmailTypo)
	}
	settle(c, raw, address)
}

// placeholderEmail reports whether the text stands for no address; it need not be one.
func placeholderEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return false
	}
	return placeholderLocals[strings.ToLower(s[:at])] || placeholderDomains[strings.ToLower(s[at+1:])]
}

var localFilter, domainFilter, typoFilter = newWordFilter(placeholderLocals), newWordFilter(placeholderDomains), newWordFilter(emailTypos)

// mistyped reports whether a domain, or the ending of one with its point, is one of the known mistakes.
func mistyped(domain string) bool {
	switch {
	case !typoFilter.may(domain[0], len(domain)):
		return false
	case len(domain) > longestWord:
		return emailTypos[domain] != ""
	}
	_, known := typoTable.findText(domain)
	return known
}

// typoTable has what typoFilter says little of.
var typoTable = newWordTable(emailTypos)

// splitBetween splits a cell that holds two addresses with white space, a slash or a word for "or" between them.
func splitBetween(s string) []string {
	if strings.Count(s, "@") != 2 {
		return nil
	}
	if before, after, ok := strings.Cut(s, "/"); ok && strings.Count(before, "@") == 1 {
		return []string{strings.TrimSpace(before), strings.TrimSpace(after)}
	}
	fields := strings.Fields(s)
	if len(fields) == 3 {
		switch strings.ToLower(fields[1]) {
		case "or", "and", "&":
			return []string{fields[0], fields[2]}
		}
	}
	return fields
}

// maxEmail is the longest address in octets: a path of 256 without its angle brackets (RFC 5321, 4.5.3.1.3).
const maxEmail = 254

// readEmail returns the address in s: of the form "Name <address>", after "mailto:", or alone.
func readEmail(s string) (string, bool) {
	s = strings.TrimRight(strings.TrimSpace(s), ".,;")
	if plain, ok := plainMarks(s); ok && strings.IndexByte(plain, '@') > 0 {
		s = plain
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	if open := strings.LastIndexByte(s, '<'); open >= 0 {
		if !strings.HasSuffix(s, ">") {
			return "", false
		}
		s = s[open+1 : len(s)-1]
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 {
		return "", false
	}
	local, domain := s[:at], s[at+1:]
	if !localPart(local) {
		local = norm.NFC.String(local)
		if !internationalLocalPart(local) {
			return "", false
		}
	}
	ascii, ok := asciiDomain(domain)
	if !ok {
		return "", false
	}
	return local + "@" + ascii, len(local)+1+len(ascii) <= maxEmail
}

// atext are the letters, digits and marks that RFC 5322 allows in a local part beside dots.
var atext = func() (bytes [256]bool) {
	for b := range bytes {
		c := byte(b)
		bytes[b] = isASCIILetter(c) || isASCIIDigit(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
	}
	return bytes
}()

// localPart reports whether s is a dot-atom of RFC 5322 within the 64 octets of RFC 5321.
func localPart(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	dot := true // a dot may not stand first, nor after another
	for i := range len(s) {
		b := s[i]
		if !atext[b] && (b != '.' || dot) {
			return false
		}
		dot = b == '.'
	}
	return !dot
}

// internationalLocalPart allows letters and digits beyond ASCII too (RFC 6531).
func internationalLocalPart(s string) bool {
	ascii := strings.Map(func(r rune) rune {
		if r < 0x80 || !letterOrMark(r) {
			return r
		}
		return 'a'
	}, s)
	return len(s) <= 64 && localPart(ascii) && !startsWithMark(s)
}

// reservedDomain reports whether no public mail server has the top-level name (RFC 6761, RFC 7686, RFC 3172).
func reservedDomain(top string) bool {
	switch top {
	case "arpa", "invalid", "local", "localhost", "onion", "test":
		return true
	}
	return false
}

// plainDomain reports whether s is a domain of at least two labels in lower case: letters, digits and inner dashes, the
// last label of two letters or more and not reserved.
func plainDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	start, labels, letters := 0, 0, true // of the label at hand: whether there is nothing else in it
	for i := range len(s) {
		b := s[i]
		switch {
		case b >= 'a' && b <= 'z':
		case b == '-' || isASCIIDigit(b):
			letters = false
		case b != '.' || !isLabel(s[start:i]):
			return false
		default:
			start, labels, letters = i+1, labels+1, true
		}
	}
	top := s[start:]
	return labels > 0 && letters && len(top) > 1 && isLabel(top) && !reservedDomain(top)
}

// isLabel reports whether letters, digits and dashes stand as they may in a label of a domain.
func isLabel(s string) bool {
	return len(s) > 0 && len(s) <= 63 && s[0] != '-' && s[len(s)-1] != '-' && (len(s) < 4 || s[2:4] != "--")
}

// internationalDomains maps and checks labels as a browser does before it looks a domain up.
var internationalDomains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true),
	idna.CheckHyphens(true), idna.VerifyDNSLength(true))

// asciiDomain returns the domain in lower case, international labels in their ASCII form (IDNA 2008, UTS 46).
func asciiDomain(s string) (string, bool) {
	lower := strings.ToLower(s)
	if plainDomain(lower) {
		return lower, true
	}
	ascii, err := internationalDomains.ToASCII(s)
	if err != nil {
		return "", false
	}
	dot := strings.LastIndexByte(ascii, '.')
	top := ascii[dot+1:]
	return ascii, dot > 0 && !reservedDomain(top) && (strings.HasPrefix(top, "xn--") || plainDomain("x."+top))
}
