package standardize

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nameMarks brings the quotes and dashes of word processors to the ones on a keyboard; two apostrophes are a quote only
// after that. Accents and letters stay.
var nameMarks = strings.NewReplacer(
	"`", "'", "´", "'", "‘", "'", "’", "'", "‚", "'", "‛", "'", "ʼ", "'", "ʹ", "'", "′", "'",
	"“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`, "「", `"`, "」", `"`, "『", `"`, "』", `"`,
	"（", "(", "）", ")", "，", ", ", "、", ", ",
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "−", "-",
)

// tidyName brings marks and spaces to their plain form and notes in the cell what it took.
func tidyName(s string, c *Cell) string {
	plain, marked := true, false
	for i := range len(s) {
		plain = plain && s[i] < utf8.RuneSelf && s[i] >= ' '
		marked = marked || s[i] == '`' || s[i] == '\''
	}
	if !plain || marked {
		tidy := s
		if !plain {
			tidy = strings.Map(plainSpace, visible(s))
		}
		if tidy = strings.ReplaceAll(nameMarks.Replace(tidy), "''", `"`); tidy != s {
			c.Hit(ruleMarks)
			s = tidy
		}
	}
	if strings.Contains(s, "  ") || s != "" && (s[0] == ' ' || s[len(s)-1] == ' ') {
		s = singleSpaces(s)
		c.Hit(ruleSpaces)
	}
	return s
}

// plainSpace turns white space of any kind into a plain space, and drops marks that turn the direction of writing.
func plainSpace(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.Bidi_Control, r):
		return -1
	}
	return r
}

// hasLetter reports whether any letter is left in a name.
func hasLetter(s string) bool {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return true
		}
	}
	return false
}

// oddInName reports whether a name holds digits or signs that names do not have (NAME-011).
func oddInName(s string) bool { return strings.ContainsAny(s, `0123456789@#/\_*^|<>=+%$!?;:[]{}~`) }

// trimName drops punctuation around a name, and the point of a single initial at its end; several initials keep theirs.
func trimName(s string) string {
	s = strings.Trim(s, " ,;:*_-\"")
	if pointedInitials(s) {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "."), " ,;:*_-\"")
}

// cutNote splits a trailing note from a name: SMITH (DECEASED), SMITH *VIP*, SMITH - DECEASED. Anything in parentheses is one
// when all is set; otherwise only the words known as notes, since William (Bill) is no note.
func cutNote(s string, all bool) (name, note string) {
	for _, marks := range [...]string{"()", "[]", "**"} {
		open := strings.IndexByte(s, marks[0])
		if open < 0 {
			continue
		}
		begin := open + 1
		for marks == "**" && begin < len(s) && s[begin] == '*' { // **DECEASED** SMITH
			begin++
		}
		end := strings.IndexByte(s[begin:], marks[1])
		if end < 0 {
			continue
		}
		inside := strings.TrimSpace(s[begin : begin+end])
		if all || marks != "()" || isNote(inside) {
			name = singleSpaces(s[:open] + " " + strings.TrimLeft(s[begin+end+1:], "*"))
			if !hasLetter(name) { // the marks are around the whole name
				return inside, ""
			}
			return name, inside
		}
	}
	if from, to := maidenPart(s); to > 0 {
		return singleSpaces(s[:from] + s[to:]), s[from+1 : to]
	}
	if at := strings.LastIndex(s, " - "); at > 0 && isNote(s[at+3:]) {
		return s[:at], s[at+3:]
	}
	return cutBareNote(s)
}

// cutBareNote splits a note off that needs no marks behind a name, or before its comma: SMITH DECEASED, JOHN; and who is written to in somebody's
// place, Ann Poe c/o Joe Roe.
func cutBareNote(s string) (name, note string) {
	for i := 1; i < len(s)-1; i++ {
		if s[i] != ' ' {
			continue
		}
		if len(s)-i > 6 && strings.EqualFold(s[i+1:i+5], "c/o ") {
			return s[:i], s[i+1:]
		}
		if s[i+1]|0x20 != 'd' {
			continue
		}
		word, after, more := strings.Cut(s[i+1:], ",")
		if isWord(noteBare, word) {
			if more {
				after = "," + after
			}
			return s[:i] + after, word
		}
	}
	return s, ""
}

// isNote reports whether a text is a note about a person: one of the known words, also with a number or what it points to behind it (merged
// to 10001, dup of Smith), which of several children born together it is, or a maiden name with its mark.
func isNote(s string) bool {
	if isWord(noteWords, s) || maidenName(s) != "" {
		return true
	}
	word, rest, _ := strings.Cut(s, " ")
	if twinOrder(s) != "" {
		return true
	}
	to, _, _ := strings.Cut(rest, " ")
	return isWord(noteWords, word) && (strings.ContainsAny(rest, "0123456789") || isWord(noteLinks, to))
}

// twinOrder returns the order of birth in Twin A, Triplet 2; "" in anything else.
func twinOrder(s string) string {
	word, rest, _ := strings.Cut(s, " ")
	if !strings.EqualFold(word, "twin") && !strings.EqualFold(word, "triplet") {
		return ""
	}
	return birthOrder(rest)
}

// maidenName returns the name in "nee Lopez", "" for anything else.
func maidenName(s string) string {
	if word, name, ok := strings.Cut(s, " "); ok && isWord(maidenWords, word) {
		return strings.TrimSpace(name)
	}
	return ""
}

// maidenPart returns where a maiden name with its mark stands in a full name without brackets, with the space before it: Smith nee Jones, Mary.
// Nee is a name of its own where no other follows it, Aka unless it is in capitals or small letters: then it is an alias.
func maidenPart(s string) (from, to int) {
	for i := 1; i < len(s)-1; i++ {
		if s[i] != ' ' || !maidenFilter[s[i+1]] {
			continue
		}
		mark, after, _ := strings.Cut(s[i+1:], " ")
		name, _, _ := strings.Cut(after, ",")
		if isWord(maidenMarks, mark) && mark != "Aka" && hasLetter(name) && generationSuffix(name) == "" && credential(name) == "" {
			return i, i + 1 + len(mark) + 1 + len(name)
		}
	}
	return 0, 0
}

// nicknameMarks open and close a nickname. Behind a family name only quotes do: what stands in parentheses there is a note.
var nicknameMarks, quoteMarks = []string{`""`, "()", " '"}, []string{`""`}

// cutNickname splits a nickname in the marks from a name: William "Bill", Robert (Bob). Marks around all that stands before a comma, or around
// the whole, hold no nickname.
func cutNickname(s string, between []string) (name, nickname string) {
	for _, marks := range between {
		open, end := strings.IndexByte(s, marks[0]), -1
		if marks == " '" {
			open, end = inApostrophes(s)
		} else if open >= 0 {
			end = strings.IndexByte(s[open+1:], marks[1])
		}
		if end < 1 || !hasLetter(s[open+1:open+1+end]) {
			continue
		}
		nickname = s[open+1 : open+1+end]
		name = strings.ReplaceAll(singleSpaces(s[:open]+" "+s[open+end+2:]), " ,", ",")
		if name == "" || name[0] == ',' {
			return nickname + name, ""
		}
		return name, nickname
	}
	return s, ""
}

// inApostrophes returns where an apostrophe opens at the beginning of a word, and how much stands before the one that closes it at the end of
// one; -1 where none does.
func inApostrophes(s string) (open, length int) {
	for open := range len(s) {
		if s[open] != '\'' || open > 0 && s[open-1] != ' ' {
			continue
		}
		for end := open + 1; end < len(s); end++ {
			if s[end] == '\'' && s[end-1] != ' ' && (end+1 == len(s) || s[end+1] == ' ' || s[end+1] == ',') {
				return open, end - open - 1
			}
		}
	}
	return -1, -1
}

// pointedInitials reports whether a name ends with several initials, each with its point: K.C., A. B.
func pointedInitials(s string) bool {
	if !strings.HasSuffix(s, ".") {
		return false
	}
	n := 0
	for word := range strings.FieldsSeq(s) {
		if of := initials(word); of > 0 {
			n += of
		} else {
			n = 0
		}
	}
	return n > 1
}

// initials counts the letters of a word that is nothing but letters, each with its point; 0 of another one.
func initials(word string) (n int) {
	for word != "" {
		r, size := utf8.DecodeRuneInString(word)
		if !unicode.IsLetter(r) || !strings.HasPrefix(word[size:], ".") {
			return 0
		}
		word = word[size+1:]
		n++
	}
	return n
}
