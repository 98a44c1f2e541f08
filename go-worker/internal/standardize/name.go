package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleNameSplit    = rule.Must("NAME-001")
	ruleNameOrder    = rule.Must("NAME-002")
	ruleNameAffix    = rule.Must("NAME-003")
	ruleParticle     = rule.Must("NAME-004")
	ruleBirthName    = rule.Must("NAME-015")
	ruleRecased      = rule.Must("NAME-005")
	ruleNickname     = rule.Must("NAME-006")
	ruleNewborn      = rule.Must("NAME-007")
	ruleUnknown      = rule.Must("NAME-008")
	ruleNullName     = rule.Must("NAME-009")
	ruleTestPatient  = rule.Must("NAME-010")
	ruleOddName      = rule.Must("NAME-011")
	ruleNoName       = rule.Must("NAME-012")
	ruleDoubtfulName = rule.Must("NAME-013")
	ruleTwoPersons   = rule.Must("NAME-016")
)

// nameReader reads the cells of one column of a part of a name (SPEC section 7). What it takes out of a cell (suffixes, forms of
// address, nicknames, notes) the name step puts where it belongs.
//
// Params: particles is lower for "de la Cruz" where a name came in one case; without it particles get a capital.
type nameReader struct {
	style    nameStyle
	affixes  bool // suffixes behind and forms of address before it are taken out
	nickname bool // so is a nickname; else what stands in parentheses is a note
}

func nameFamily(col Column) CellFunc {
	return nameReader{style: styleOf(col), affixes: true}.whole
}

func nameGiven(col Column) CellFunc {
	style := styleOf(col)
	style.given = true
	return nameReader{style: style, affixes: true, nickname: true}.whole
}

// nameMiddle reads a middle name; NMN, no middle name, stands for no value.
func nameMiddle(col Column) CellFunc {
	style := styleOf(col)
	style.given = true
	whole := nameReader{style: style, nickname: true}.whole
	return func(raw string, c *Cell) {
		if isWord(noMiddleNames, raw) {
			c.Hit(ruleNullWord)
			return
		}
		whole(raw, c)
	}
}

// nameOther reads a name of any form; a nickname is cased as a given name is.
func nameOther(col Column) CellFunc {
	style := styleOf(col)
	style.given = col.Field == "name_nickname"
	return nameReader{style: style}.whole
}

func styleOf(col Column) nameStyle {
	return nameStyle{lowerParticles: col.Params["particles"] == "lower"}
}

// whole reads a name of any form.
func (n nameReader) whole(raw string, c *Cell) {
	t := n.take(tidyName(raw, c))
	if t.note != "" {
		c.Hit(ruleOddName)
	}
	if t.nickname != "" {
		c.Hit(ruleNickname)
	}
	if t.suffix != "" || t.credential != "" || t.prefix != "" {
		c.Hit(ruleNameAffix)
	}
	if !hasLetter(t.name) {
		c.Fail(raw, ruleNoName)
		return
	}
	if t.note == "" && oddInName(t.name) {
		c.Hit(ruleOddName)
	}
	if _, joint := personJoint(t.name); joint > 0 {
		c.Hit(ruleTwoPersons)
	}
	if len(raw) <= 4 && isWord(nullNames, raw) {
		c.Hit(ruleNullName)
	}
	if oneCaseName(t.name) {
		if name := n.style.recase(t.name); name != t.name {
			t.name = name
			c.Hit(ruleRecased)
		}
	}
	settle(c, raw, t.name)
}

// taken is a part of a name, and what stood around it that does not belong to it.
type taken struct {
	name                       string
	prefix, suffix, credential string
	nickname, note             string
}

// take reads a tidied cell. Taking one thing may bare the next, so it goes on until nothing more comes off.
func (n nameReader) take(s string) taken {
	t := taken{name: s}
	for before := s + " "; t.name != before; {
		before = t.name
		n.takeLast(&t)
	}
	return t
}

func (n nameReader) takeLast(t *taken) {
	var note, nickname string
	t.name, note = cutNote(t.name, !n.nickname)
	t.note = joinNonEmpty(t.note, note)
	marks := quoteMarks
	if n.nickname {
		marks = nicknameMarks
	}
	t.name, nickname = cutNickname(t.name, marks)
	t.nickname = joinNonEmpty(t.nickname, nickname)
	t.name = trimName(t.name)
	if !n.affixes || !strings.ContainsAny(t.name, " ,.") {
		return
	}
	tokens := strings.Fields(strings.ReplaceAll(t.name, ",", " "))
	rest := t.affixes(tokens, n.style.given)
	if len(rest) < len(tokens) || rest[0] != tokens[0] {
		t.name = strings.Join(rest, " ")
	}
}

// affixes takes suffixes, credentials and forms of address off the end and, off a given name, forms of address off the beginning; one token
// always remains. V is a suffix only behind two other tokens or another suffix: it may be an initial, as VI in small letters may be a name.
func (t *taken) affixes(tokens []string, given bool) []string {
	title := ""
	for len(tokens) > 1 {
		last := tokens[len(tokens)-1]
		if s := generationSuffix(last); s != "" {
			t.suffix = joinNonEmpty(s, t.suffix)
		} else if s := credential(last); s != "" {
			t.credential = joinNonEmpty(s, t.credential)
		} else if degree := capitalCredential(last); degree != "" && titleBehind(last) != "" && tokens[0] != strings.ToUpper(tokens[0]) { // Roe MS
			t.credential = joinNonEmpty(degree, t.credential)
		} else if s := titleBehind(last); s != "" {
			title = joinNonEmpty(s, title)
		} else if given && isWord(noMiddleNames, last) { // JOHN NMN
			tokens = tokens[:len(tokens)-1]
			continue
		} else if !given && (len(tokens) > 2 || t.suffix != "") && (last == "V" || last == "v" || last == "VI") {
			t.suffix = joinNonEmpty(strings.ToUpper(last), t.suffix)
		} else {
			break
		}
		tokens = tokens[:len(tokens)-1]
	}
	t.prefix = joinNonEmpty(t.prefix, title)
	if given {
		tokens = apartFromTitle(tokens)
	}
	for given && len(tokens) > 1 && formOfAddress(tokens[0]) != "" {
		t.prefix = joinNonEmpty(t.prefix, formOfAddress(tokens[0]))
		tokens = tokens[1:]
	}
	return tokens
}

func joinNonEmpty(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// nameSuffix writes generation suffixes and credentials in their usual form: Jr, III, MD.
func nameSuffix(Column) CellFunc {
	return affixCell(func(token string) string {
		if display := generationSuffix(token); display != "" {
			return display
		}
		if strings.EqualFold(token, "v") || strings.EqualFold(token, "vi") { // initials and a name elsewhere
			return strings.ToUpper(token)
		}
		return credential(token)
	})
}

// namePrefix writes forms of address in their usual form: Dr, Mrs.
func namePrefix(Column) CellFunc {
	return affixCell(func(token string) string {
		if display := formOfAddress(token); display != "" {
			return display
		}
		return credential(token)
	})
}

// affixCell writes every word of a cell as display says; a word it does not know is kept, and recased.
func affixCell(display func(token string) string) CellFunc {
	return func(raw string, c *Cell) {
		s := tidyName(raw, c)
		if known := display(s); known != "" {
			settle(c, raw, known)
			return
		}
		if !hasLetter(s) {
			c.Fail(raw, ruleNoName)
			return
		}
		tokens := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' })
		for i, t := range tokens {
			if known := display(t); known != "" {
				tokens[i] = known
			} else if t = strings.TrimRight(t, "."); oneCaseName(t) {
				tokens[i] = nameStyle{}.recase(t)
			}
		}
		settle(c, raw, strings.Join(tokens, " "))
	}
}
