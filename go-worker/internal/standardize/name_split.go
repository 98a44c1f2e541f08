package standardize

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameParts are the parts of one full name.
type nameParts struct {
	taken         // suffix, forms of address, nickname and note; name itself is not used
	given, middle string
	family        string
	particle      bool // particles belong to the family name
	several       bool // the name names two persons
	doubtful      bool // another split is as likely
}

// splitName splits a full name: LAST, FIRST M SUFFIX; the components of HL7 v2 XPN with "^"; or tokens without a comma, which
// begin with so many family names as the column has in front, 0 where given names are. It recases each part that came in one case.
func splitName(s string, families int, style nameStyle) nameParts {
	var p nameParts
	s, p.note = cutNote(s, false)
	s, p.nickname = cutNickname(s, nicknameMarks)
	s = joinDegree(commaFor(s))
	switch {
	case strings.IndexByte(s, '^') >= 0:
		p.components(s)
	case p.persons(s):
	case strings.IndexByte(s, ',') >= 0:
		p.familyComma(s)
	default:
		p.tokens(strings.Fields(s), families)
	}
	p.polish(style)
	p.cutNumbers()
	if isWord(noMiddleNames, p.middle) {
		p.middle = ""
	}
	p.affixInBrackets()
	return p
}

// commaFor puts a comma in place of the one semicolon between a single name and others: Smith; John. Between two whole names it divides persons.
func commaFor(s string) string {
	before, after, one := strings.Cut(s, ";")
	if !one || strings.ContainsAny(after, ",;") || strings.ContainsRune(before, ',') || len(strings.Fields(before)) != 1 || !hasLetter(after) {
		return s
	}
	return before + "," + after
}

// joinDegree writes Ph. D. as the one word that it is.
func joinDegree(s string) string {
	const apart = "ph. d"
	for i := 0; i+len(apart) <= len(s); i++ {
		if s[i]|0x20 == 'p' && strings.EqualFold(s[i:i+len(apart)], apart) && (i == 0 || s[i-1] == ' ') {
			return s[:i+len("ph.")] + s[i+len("ph. "):]
		}
	}
	return s
}

// affixInBrackets takes an affix that stands where a nickname does for what it is: BLOGGS, Joe (Mr), Roe, Rick (Jr), Ann Poe (MBA).
func (p *nameParts) affixInBrackets() {
	if title := formOfAddress(p.nickname); title != "" && p.prefix == "" {
		p.prefix, p.nickname = title, ""
	} else if suffix := generationSuffix(p.nickname); suffix != "" && p.suffix == "" {
		p.suffix, p.nickname = suffix, ""
	} else if degree := credential(p.nickname); degree != "" && p.credential == "" {
		p.credential, p.nickname = degree, ""
	}
}

// cutNumbers moves parts without any letter to the note: DOE #45, SMITH, 123. A name that is left alone is the family's.
func (p *nameParts) cutNumbers() {
	for _, part := range [...]*string{&p.middle, &p.given, &p.family} {
		if *part != "" && !hasLetter(*part) {
			p.note = joinNonEmpty(*part, p.note)
			*part = ""
		}
	}
	if p.family == "" {
		p.family, p.given = p.given, ""
	}
}

// components reads HL7 v2 XPN: family^given^middle^suffix^prefix^degree. Of repetitions ("~") the first counts, of the components
// of a family name ("&") as well: it is the whole of it.
func (p *nameParts) components(s string) {
	s, _, _ = strings.Cut(s, "~")
	var parts [6]string
	for i, c := range strings.SplitN(s, "^", 7) {
		if i < len(parts) {
			parts[i], _, _ = strings.Cut(strings.TrimSpace(c), "&")
		}
	}
	p.family, p.given, p.middle = parts[0], parts[1], parts[2]
	p.suffix, p.prefix, p.credential = displayed(parts[3], generationSuffix), displayed(parts[4], formOfAddress), displayed(parts[5], credential)
	p.particle = isParticle(firstToken(p.family)) && strings.IndexByte(p.family, ' ') > 0
}

func displayed(s string, display func(string) string) string {
	if d := display(s); d != "" {
		return d
	}
	return s
}

func firstToken(s string) string {
	first, _, _ := strings.Cut(s, " ")
	return first
}

// familyComma reads LAST, FIRST MIDDLE SUFFIX, with suffixes also behind the family name or behind a comma of their own. Where nothing
// but affixes follows the comma, as in "John Smith, Jr.", the name stands before it in its usual order.
func (p *nameParts) familyComma(s string) {
	pieces := strings.Split(s, ",")
	var names []string
	whole := isWholeName(pieces[0])
	for i, piece := range pieces {
		tokens := slices.DeleteFunc(strings.Fields(piece), func(t string) bool { return t == "-" || t == "&" })
		if i > 0 && len(tokens) > 0 && !slices.ContainsFunc(tokens, func(t string) bool { return !isAffix(t, whole) && (t != "V" || i == 1) }) {
			for _, t := range tokens {
				p.addSuffix(t)
			}
			continue
		}
		if len(tokens) > 0 {
			names = append(names, strings.Join(tokens, " "))
		}
	}
	switch {
	case len(names) == 0:
		return
	case len(names) == 1 && namesIn(names[0]) > 1 && (p.suffix != "" || p.credential != "" || p.prefix != ""):
		p.tokens(strings.Fields(names[0]), 0)
		return
	}
	family := p.affixes(p.titles(strings.Fields(names[0])), false)
	p.family = strings.Join(family, " ")
	p.particle = len(family) > 1 && isParticle(family[0])
	if len(names) == 1 {
		return
	}
	p.givenTokens(strings.Fields(strings.Join(names[1:], " ")))
}

// isWholeName reports whether what stands before a comma may be given and family name, and is not in capitals, which credentials are told by.
func isWholeName(s string) bool { return s != strings.ToUpper(s) && namesIn(s) > 1 }

// namesIn counts the words that may be names.
func namesIn(s string) (n int) {
	for t := range strings.FieldsSeq(s) {
		if !isOnlyParticle(t) {
			n++
		}
	}
	return n
}

// isAffix reports whether a word behind a comma is none of the names; behind a whole name one in capitals may be a credential.
func isAffix(t string, behindWhole bool) bool {
	return generationSuffix(t) != "" || credential(t) != "" || titleBehind(t) != "" || behindWhole && capitalCredential(t) != ""
}

// givenTokens reads the tokens behind a comma: forms of address at either end, given name, middle names, suffixes, and the particles of the
// family name (Berg, Jan van der).
func (p *nameParts) givenTokens(tokens []string) {
	for len(tokens) > 1 && formOfAddress(tokens[len(tokens)-1]) != "" {
		p.prefix = formOfAddress(tokens[len(tokens)-1])
		tokens = tokens[:len(tokens)-1]
	}
	if n := len(tokens); n > 2 && strings.EqualFold(tokens[n-1], "v") { // FIRST M V
		p.addSuffix(tokens[n-1])
		tokens = tokens[:n-1]
	}
	if whole := strings.Join(tokens, " "); len(tokens) > 1 && mayBeNewborn(tokens) {
		if _, placeholder := newborn(whole); placeholder { // BABY BOY A is one name
			p.given = whole
			return
		}
	}
	tokens = p.affixes(tokens, true)
	if n := withoutParticles(tokens); n < len(tokens) {
		p.family, p.particle = strings.Join(tokens[n:], " ")+" "+p.family, true
		tokens = tokens[:n]
	}
	p.given, p.middle = tokens[0], strings.Join(tokens[1:], " ")
}

// withoutParticles returns how many of the tokens are left without the particles behind them, one at least; where those may be names, they are:
// Thi Van, and Ming De, since short ones are syllables of names in Chinese.
func withoutParticles(tokens []string) int {
	n, only, sure := len(tokens), false, false
	for n > 1 && isParticle(tokens[n-1]) {
		n--
		t := tokens[n]
		only = only || isOnlyParticle(t)
		sure = sure || isOnlyParticle(t) && (len(t) > 2 || t == strings.ToLower(t) || isElided(t))
	}
	if !sure && !(only && len(tokens)-n > 1) || ofMary(tokens[n-1:]) {
		return len(tokens)
	}
	return n
}

// ofMary reports whether tokens are the beginning of a given name that was cut short, María de los (Ángeles), María del (Carmen).
func ofMary(tokens []string) bool {
	last := strings.ToLower(tokens[len(tokens)-1])
	return (strings.EqualFold(tokens[0], "maria") || strings.EqualFold(tokens[0], "maría")) && (last == "la" || last == "las" || last == "los" || last == "del")
}

func (p *nameParts) addSuffix(t string) {
	switch {
	case generationSuffix(t) != "":
		p.suffix = joinNonEmpty(p.suffix, generationSuffix(t))
	case credential(t) != "":
		p.credential = joinNonEmpty(p.credential, credential(t))
	case capitalCredential(t) != "":
		p.credential = joinNonEmpty(p.credential, capitalCredential(t))
	case titleBehind(t) != "":
		p.prefix = joinNonEmpty(p.prefix, titleBehind(t))
	default:
		p.suffix = joinNonEmpty(p.suffix, strings.ToUpper(t))
	}
}

// cutNumber moves what stands behind a name without any letter to the note, before the last word is taken for the family name: John Smith (2).
func (p *nameParts) cutNumber(tokens []string) []string {
	for len(tokens) > 2 && !hasLetter(tokens[len(tokens)-1]) {
		p.note = joinNonEmpty(tokens[len(tokens)-1], p.note)
		tokens = tokens[:len(tokens)-1]
	}
	return tokens
}

// tokens reads a name without a comma. The first token is the given name, the last one with the particles before it the family name;
// a leading Van with one more token is a given name.
func (p *nameParts) tokens(tokens []string, families int) {
	tokens = p.affixes(p.titles(p.cutNumber(tokens)), false)
	tokens, within := p.suffixWithin(tokens)
	names, initials := 0, 0
	for _, t := range tokens {
		if isParticle(t) || joinsFamilies(t, tokens) {
			continue
		}
		if names++; utf8.RuneCountInString(strings.TrimRight(t, ".")) == 1 {
			initials++
		}
	}
	p.doubtful = names > 3 || len(tokens) == 1 || within && families == 0
	switch {
	case len(tokens) == 0:
	case len(tokens) == 1 && p.prefix == "":
		p.family = tokens[0]
	case len(tokens) == 1:
		p.family, p.doubtful = tokens[0], false // Mr Smith
	case capitalFamily(tokens) > 0:
		n := capitalFamily(tokens)
		p.doubtful = families == 0
		p.family, p.given, p.middle = strings.Join(tokens[:n], " "), tokens[n], strings.Join(tokens[n+1:], " ")
		p.particle = n > 1 && isParticle(tokens[0])
	case len(tokens) > 1 && isOnlyParticle(tokens[0]) && withoutParticlesAhead(tokens) == 1: // van der Berg
		p.family, p.doubtful, p.particle = strings.Join(tokens, " "), true, true
	case families > 0 || familyLeads(tokens):
		p.doubtful = families > 0 && names-initials > 2
		n := familyTokens(tokens, min(families, names-1))
		p.family, p.given, p.middle = strings.Join(tokens[:n], " "), tokens[n], strings.Join(tokens[n+1:], " ")
		p.particle = n > 1 && slices.ContainsFunc(tokens[:n], isParticle)
	case len(tokens) > 3 && isParticle(tokens[0]) && isParticle(tokens[1]): // De La Cruz Juan Carlos
		p.doubtful, p.particle = true, true
		n := familyTokens(tokens, 1)
		p.family, p.given, p.middle = strings.Join(tokens[:n], " "), tokens[n], strings.Join(tokens[n+1:], " ")
	default:
		n := beforeParticles(tokens, len(tokens)-1)
		if n > 2 && joinsFamilies(tokens[n-1], tokens) {
			n = beforeParticles(tokens, n-2)
		}
		p.given, p.middle, p.family = tokens[0], strings.Join(tokens[1:n], " "), strings.Join(tokens[n:], " ")
		p.particle = n < len(tokens)-1
	}
}

// beforeParticles returns the place of the first of the particles before a place, behind the given name.
func beforeParticles(tokens []string, n int) int {
	for n > 1 && isParticle(tokens[n-1]) {
		n--
	}
	return n
}

// withoutParticlesAhead counts the tokens behind the particles at the beginning.
func withoutParticlesAhead(tokens []string) int {
	n := 0
	for n < len(tokens) && isParticle(tokens[n]) {
		n++
	}
	return len(tokens) - n
}

// joinsFamilies reports whether a token joins two family names, García y López, Costa e Silva, Carod i Rovira: a small letter among names that
// have capitals. As a capital it is an initial.
func joinsFamilies(t string, among []string) bool {
	return (t == "y" || t == "e" || t == "i") && among[0] != strings.ToLower(among[0])
}

// suffixWithin takes a suffix of generations off that stands between names, whichever of them come first: Smith Jr John, John Jr Smith.
func (p *nameParts) suffixWithin(tokens []string) (rest []string, within bool) {
	for i := 1; i < len(tokens)-1; i++ {
		if s := generationSuffix(tokens[i]); s != "" && p.suffix == "" {
			p.suffix = s
			return slices.Delete(tokens, i, i+1), true
		}
	}
	return tokens, false
}

// patronymics end names after a father, which stand behind the given name: Иванов Пётр Сергеевич.
var patronymics = []string{"вич", "вна", "чна"}

// familyLeads reports whether the family name stands first by how a name is written: in the scripts of East Asia, or before a given name and a
// patronymic in Cyrillic.
func familyLeads(tokens []string) bool {
	first, last := tokens[0], tokens[len(tokens)-1]
	if first[0] < utf8.RuneSelf {
		return false
	}
	letter, _ := utf8.DecodeRuneInString(first)
	return unicode.In(letter, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		len(tokens) == 3 && unicode.Is(unicode.Cyrillic, letter) && slices.ContainsFunc(patronymics, func(end string) bool { return strings.HasSuffix(last, end) })
}

// familyTokens returns how many tokens at the beginning are so many family names with the particles before each; one at least is left.
func familyTokens(tokens []string, families int) int {
	n := 0
	for range max(families, 1) {
		for n < len(tokens)-2 && isParticle(tokens[n]) {
			n++
		}
		n = min(n+1, len(tokens)-1)
	}
	return n
}

// titles takes the forms of address before a name off it, with what somebody is a doctor of. Sr before two names is señor.
func (p *nameParts) titles(tokens []string) []string {
	tokens = apartFromTitle(tokens)
	if len(tokens) > 2 && strings.EqualFold(tokens[0], "the") && formOfAddress(tokens[1]) != "" { // The Rev. Ann Poe
		tokens = tokens[1:]
	}
	for len(tokens) > 1 && formOfAddress(tokens[0]) != "" {
		p.prefix = joinNonEmpty(p.prefix, formOfAddress(tokens[0]))
		tokens = tokens[1:]
	}
	if len(tokens) > 2 && strings.EqualFold(strings.TrimRight(tokens[0], "."), "sr") {
		p.prefix, tokens = joinNonEmpty(p.prefix, "Sr"), tokens[1:]
	}
	for len(tokens) > 1 && p.prefix != "" && isField(tokens[0]) {
		p.prefix, tokens = p.prefix+" "+finishAffix(tokens[0]), tokens[1:]
	}
	return tokens
}

// apartFromTitle divides a form of address from the name that is written behind its point: Dr.John Smith.
func apartFromTitle(tokens []string) []string {
	if len(tokens) == 0 || formOfAddress(tokens[0]) != "" {
		return tokens
	}
	title, name, ok := strings.Cut(tokens[0], ".")
	if !ok || len(name) < 2 || formOfAddress(title) == "" {
		return tokens
	}
	return slices.Concat([]string{title, name}, tokens[1:])
}

// isField reports whether a token behind a form of address says of what somebody is a doctor: med., rer., nat.
func isField(t string) bool {
	return len(t) > 2 && t[len(t)-1] == '.' && t == strings.ToLower(t) && !isParticle(t)
}

// capitalFamily returns how many tokens at the beginning are a family name in capitals before given names that are not: DUPONT Marie,
// DE LA CRUZ Ana. 0 where there is none; two capitals may be initials.
func capitalFamily(tokens []string) int {
	if isWord(unknownNames, tokens[0]) { // FNU Smith
		return 0
	}
	n, long := 0, false
	for n < len(tokens) && len(tokens[n]) > 1 && tokens[n] == strings.ToUpper(tokens[n]) && hasLetter(tokens[n]) && !strings.ContainsAny(tokens[n], "./") {
		long = long || len(tokens[n]) > 2
		n++
	}
	if !long || n == len(tokens) {
		return 0
	}
	for _, t := range tokens[n:] {
		if t == strings.ToUpper(t) && len(t) > 2 || !hasLetter(t) {
			return 0
		}
	}
	return n
}

// polish trims every part and gives it its case.
func (p *nameParts) polish(style nameStyle) {
	given := style
	given.given = true
	p.family, p.given, p.middle = finishName(p.family, style), finishName(p.given, given), finishName(p.middle, given)
	p.suffix, p.prefix, p.credential = finishAffix(p.suffix), finishAffix(p.prefix), finishAffix(p.credential)
	p.nickname = finishName(p.nickname, given)
}

// finishAffix recases an affix that no table knows.
func finishAffix(s string) string {
	first := firstToken(s)
	if s == "" || generationSuffix(first) != "" || credential(first) != "" || capitalCredential(first) != "" || s == "V" || s == "VI" {
		return s
	}
	return finishName(s, nameStyle{})
}

func finishName(s string, style nameStyle) string {
	if s = trimName(s); oneCaseName(s) {
		return style.recase(s)
	}
	return s
}
