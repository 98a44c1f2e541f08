package standardize

import (
	"strings"
	"unicode/utf8"

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
)

// emailPlaceholders holds local parts as "word@" and domains as "@domain".
var emailPlaceholders = func() map[string]bool {
	set := map[string]bool{}
	for _, line := range facts.Rows("email_placeholders.csv", "kind", "word") {
		if line[0] == "local" {
			set[line[1]+"@"] = true
		} else {
			set["@"+line[1]] = true
		}
	}
	return set
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
	return func(raw string, c *Cell) {
		if address, at := plainEmail(raw, c.Arena); at > 0 {
			settleEmail(raw, address, at, c)
			return
		}
		readEmails(raw, c)
	}
}

// readEmails reads a cell of any form.
func readEmails(raw string, c *Cell) {
	parts := strings.FieldsFunc(raw, func(r rune) bool { return r == ';' || r == ',' || r == '|' })
	if len(parts) < 2 {
		parts = splitAtSpace(raw)
	}
	address, ok := readEmail(raw)
	if !ok && len(parts) >= 2 {
		if address, ok = readEmail(parts[0]); ok {
			other, second := readEmail(parts[1])
			if !second {
				c.Fail(raw, ruleEmail)
				return
			}
			c.Hit(ruleEmailTwo)
			c.Parts[0] = other
		}
	}
	if !ok {
		if placeholderEmail(raw) {
			c.Set("", ruleEmailPlaceholder)
			return
		}
		c.Fail(raw, ruleEmail)
		return
	}
	settleEmail(raw, address, strings.LastIndexByte(address, '@'), c)
}

// settleEmail stores an address whose @ stands at the given place, unless it is a placeholder.
func settleEmail(raw, address string, at int, c *Cell) {
	if placeholderEmail(address) {
		c.Parts[0] = ""
		c.Set("", ruleEmailPlaceholder)
		return
	}
	domain := address[at+1:]
	if mistyped(domain) || mistyped(domain[strings.LastIndexByte(domain, '.'):]) {
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
	local, domain := s[:at+1], s[at:]
	if isASCII(s) && !placeholderFilter.may(local[0], len(local)) && !placeholderFilter.may(domain[0], len(domain)) {
		return false
	}
	return emailPlaceholders[strings.ToLower(local)] || emailPlaceholders[strings.ToLower(domain)]
}

var placeholderFilter, typoFilter = newWordFilter(emailPlaceholders), newWordFilter(emailTypos)

// mistyped reports whether a domain, or its ending, is one of the known mistakes.
func mistyped(domain string) bool {
	return typoFilter.may(domain[0], len(domain)) && emailTypos[domain] != ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// splitAtSpace splits a cell that holds two addresses with white space between them.
func splitAtSpace(s string) []string {
	if strings.Count(s, "@") != 2 {
		return nil
	}
	return strings.Fields(s)
}

// maxEmail is the longest address in octets: a path of 256 without its angle brackets (RFC 5321, 4.5.3.1.3).
const maxEmail = 254

// plainEmail returns s with its domain in lower case and the place of the @, when s is nothing but an address in ASCII; 0 when it
// is not, or when that takes a closer look.
func plainEmail(s string, arena *Arena) (address string, at int) {
	at = strings.IndexByte(s, '@')
	if at < 1 || len(s) > maxEmail || !localPart(s[:at]) {
		return s, 0
	}
	if plainDomain(s[at+1:]) {
		return s, at
	}
	var buffer [maxEmail]byte
	lower := buffer[:copy(buffer[:], s)]
	for i := at + 1; i < len(s); i++ {
		b := s[i]
		if b >= utf8.RuneSelf {
			return s, 0
		}
		if b >= 'A' && b <= 'Z' {
			lower[i] = b | 0x20
		}
	}
	if address = arena.Text(lower); plainDomain(address[at+1:]) {
		return address, at
	}
	return s, 0
}

// readEmail returns the address in s: of the form "Name <address>", after "mailto:", or alone.
func readEmail(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if plain, ok := plainMarks(s); ok && strings.IndexByte(plain, '@') > 0 {
		s = plain
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
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

// atext are the marks that RFC 5322 allows in a local part beside letters, digits and dots.
const atext = "!#$%&'*+-/=?^_`{|}~"

// localPart reports whether s is a dot-atom of RFC 5322 within the 64 octets of RFC 5321.
func localPart(s string) bool {
	if len(s) == 0 || len(s) > 64 {
		return false
	}
	dot := true // a dot may not stand first, nor after another
	for i := range len(s) {
		switch b := s[i]; {
		case b == '.':
			if dot {
				return false
			}
			dot = true
		case isASCIILetter(b) || isASCIIDigit(b) || strings.IndexByte(atext, b) >= 0:
			dot = false
		default:
			return false
		}
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

// reservedDomains are top-level names that no public mail server has (RFC 6761, RFC 7686, RFC 3172).
var reservedDomains = map[string]bool{
	"arpa": true, "invalid": true, "local": true, "localhost": true, "onion": true, "test": true,
}

// plainDomain reports whether s is a domain of at least two labels in lower case: letters, digits and inner dashes, the
// last label of two letters or more and not reserved.
func plainDomain(s string) bool {
	if len(s) > 253 {
		return false
	}
	start, labels := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			b := s[i]
			if b != '-' && !isASCIIDigit(b) && (b < 'a' || b > 'z') {
				return false
			}
			continue
		}
		label := s[start:i]
		if len(label) == 0 || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			len(label) > 3 && label[2:4] == "--" {
			return false
		}
		start = i + 1
		labels++
	}
	top := s[strings.LastIndexByte(s, '.')+1:]
	return labels >= 2 && len(top) >= 2 && strings.IndexFunc(top, func(r rune) bool { return r < 'a' || r > 'z' }) < 0 &&
		!reservedDomains[top]
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
	return ascii, dot > 0 && !reservedDomains[top] && (strings.HasPrefix(top, "xn--") || plainDomain("x."+top))
}
