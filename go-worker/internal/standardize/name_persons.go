package standardize

import "strings"

// personJoint returns where a word that joins two persons stands between others, John & Mary Smith, with the spaces around it; 0 where none does.
func personJoint(s string) (from, to int) {
	for i := 1; i < len(s)-2; i++ {
		if s[i] != ' ' {
			continue
		}
		switch {
		case s[i+1] == '&' && s[i+2] == ' ':
			return i, i + 3
		case s[i+1]|0x20 == 'a' && i+5 < len(s) && s[i+4] == ' ' && strings.EqualFold(s[i+1:i+4], "and"):
			return i, i + 5
		}
	}
	return 0, 0
}

// twoWholeNames reports whether a semicolon or a slash divides two names of several words: Smith, John; Smith, Mary. In s/o, son of, it does not.
func twoWholeNames(s string) bool {
	at := strings.IndexByte(s, ';')
	if at < 0 {
		if at = strings.IndexByte(s, '/'); at < 2 || s[at-2] == ' ' {
			return false
		}
	}
	return namesIn(s[:at]) > 1 && namesIn(s[at+1:]) > 1 && hasLetter(s[:at]) && hasLetter(s[at+1:])
}

// persons reads a name that names two persons, who have one family name: their given names stay together, as nothing says which of them the record
// is of. Two whole names are not divided.
func (p *nameParts) persons(s string) bool {
	from, to := personJoint(s)
	if to == 0 {
		p.several = twoWholeNames(s)
		return p.several
	}
	p.several = true
	before, after := s[:from], s[to:]
	family, given, comma := strings.Cut(before, ",")
	switch {
	case comma && !strings.ContainsRune(after, ',') && hasLetter(given): // Smith, John & Mary
		p.family, p.given = family, strings.TrimSpace(given)+s[from:]
	case strings.ContainsRune(s, ','):
	case formOfAddress(before) != "": // Mr. & Mrs. John Smith
		p.tokens(strings.Fields(after), 0)
		if title := formOfAddress(before); p.prefix != "" {
			p.prefix = title + " & " + p.prefix
		} else {
			p.prefix = title
		}
	case namesIn(before) == 1 && namesIn(after) > 1 && formOfAddress(firstToken(after)) == "": // John & Mary Smith
		tokens := p.affixes(strings.Fields(after), false)
		n := beforeParticles(tokens, len(tokens)-1)
		p.given, p.family = before+s[from:to]+strings.Join(tokens[:n], " "), strings.Join(tokens[n:], " ")
		p.particle = n < len(tokens)-1
	}
	p.doubtful = false
	return true
}
