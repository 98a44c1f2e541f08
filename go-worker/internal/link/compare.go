package link

import "strings"

// compare returns the levels of all scored fields of two records.
func (s *Set) compare(a, b *record) pattern {
	var p pattern
	for f := range scored {
		if f != Given && f != Family {
			p = p.with(f, s.level(f, a.codes[f], b.codes[f], a, b))
		}
	}
	return s.names(p, a, b)
}

// names adds the levels of given and family name, straight or crosswise.
func (s *Set) names(p pattern, a, b *record) pattern {
	for _, f := range [...]Field{Given, Family} {
		p = p.with(f, s.level(f, a.codes[f], b.codes[f], a, b))
	}
	if !s.straight && swap(p) {
		p = s.crosswise(p, a, b)
	}
	return p
}

// swap reports whether both names of a pair differ so much that they may have changed places.
func swap(p pattern) bool { return p.level(Given) <= 1 && p.level(Family) <= 1 }

// crosswise compares given with family names, and takes that when it agrees better.
func (s *Set) crosswise(p pattern, a, b *record) pattern {
	ga, fa, gb, fb := a.codes[Given], a.codes[Family], b.codes[Given], b.codes[Family]
	if ga == 0 || fa == 0 || gb == 0 || fb == 0 {
		return p
	}
	x := nameLevel(&s.values[Given].texts[ga], &s.values[Family].texts[fb], true)
	y := nameLevel(&s.values[Family].texts[fa], &s.values[Given].texts[gb], true)
	if min(x, y) >= 2 || max(x, y) == 4 && min(x, y) >= 1 {
		return p.with(Given, x).with(Family, y) | swapped
	}
	return p
}

// level compares two values of a field.
func (s *Set) level(f Field, x, y uint32, a, b *record) uint8 {
	if x == 0 || y == 0 {
		return missing
	}
	if x == y {
		return shipped[f].top
	}
	t, u := &s.values[f].texts[x], &s.values[f].texts[y]
	switch f {
	case Given, Family, Maiden:
		return nameLevel(t, u, f == Given)
	case Middle:
		if t.s[0] == u.s[0] && (min(len(t.s), len(u.s)) == 1 || nameLevel(t, u, true) > 0) {
			return 1
		}
	case BirthDate:
		return dateLevel(t, u)
	case SSN, MBI, Medicaid, Insurance:
		return idLevel(t, u)
	case Phone:
		return s.phoneLevel(a, b)
	case Email:
		if l := emailLevel(t, u); l == 0 || !s.namesake(a, b, t.s, u.s) {
			return l
		}
	case Number, Zip:
		if t.sig.apart(u.sig) <= 2 && within(t.s, u.s, 1) {
			return 1
		}
	case Street, Unit, City:
		return textLevel(t, u)
	}
	return 0
}

// nameLevel compares two different names, or equal ones of two fields.
func nameLevel(t, u *text, given bool) uint8 {
	a, b := t.s, u.s
	if a == b {
		return 4
	}
	if len(a) == 1 || len(b) == 1 {
		if a[0] == b[0] {
			return 2
		}
		return 0
	}
	if given && nicknamed(t, u) {
		return 3
	}
	level := uint8(0)
	if t.words() != "" || u.words() != "" {
		apart := contrary(t, u) && !within(a, b, 1)
		switch {
		case apart && shareWord(a, b, 1):
			level = 1
		case shareWord(a, b, 0):
			return 3
		case shareWord(a, b, 1):
			level = 2
		}
		a, b = strings.ReplaceAll(a, " ", ""), strings.ReplaceAll(b, " ", "")
		switch {
		case a == b:
			return 3
		case apart:
			return level
		}
	}
	if t.sound != 0 && t.sound == u.sound {
		level = max(level, 1)
	}
	shorter := min(len(a), len(b))
	if t.sig.apart(u.sig) <= 4 {
		switch {
		case shorter >= 3 && within(a, b, 1):
			return 3
		case shorter >= 6 && within(a, b, 2):
			level = 2
		}
	}
	if given && level < 2 && nearlyNicknamed(t, u) {
		level = 2
	}
	least := [...]float64{0.80, 0.88, 0.94}[level] // what raises the level
	if t.words() == "" && u.words() == "" && likest(&t.brief, &u.brief) < least {
		return level
	}
	switch j := jaroWinkler(a, b); {
	case j >= 0.94:
		return 3
	case j >= 0.88:
		return 2
	case j >= 0.80:
		return max(level, 1)
	}
	return level
}

// shareWord reports whether two names, of which one has several words, have a word in common; a word of four letters or more may differ
// by so many edits.
func shareWord(a, b string, edits int) bool {
	for rest := a; rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		for others := b; others != ""; {
			var o string
			o, others, _ = strings.Cut(others, " ")
			if w == o || edits > 0 && min(len(w), len(o)) >= 4 && within(w, o, edits) {
				return true
			}
		}
	}
	return false
}

// contrary reports whether two names of several words each have a word of their own.
func contrary(t, u *text) bool {
	return t.words() != "" && u.words() != "" && ownWord(t.s, u.s) && ownWord(u.s, t.s)
}

// ownWord reports whether a name has a word that the other one lacks, but for a slip, nor abbreviates.
func ownWord(a, b string) bool {
	for rest := a; rest != ""; {
		var w string
		w, rest, _ = strings.Cut(rest, " ")
		found := false
		for others := b; others != "" && !found; {
			var o string
			o, others, _ = strings.Cut(others, " ")
			found = w == o || min(len(w), len(o)) == 1 && w[0] == o[0] || min(len(w), len(o)) >= 4 && within(w, o, 1)
		}
		if !found {
			return true
		}
	}
	return false
}

// dateLevel compares two different dates. A date of which only the year, or year and month, are known agrees with those that it
// leaves open, but says less.
func dateLevel(t, u *text) uint8 {
	if t.day != 0 && u.day != 0 {
		return dayLevel(t, u)
	}
	const day = len("2006-01-02")
	a, b := t.s, u.s
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) == day && b[4] == '-' && (len(a) == 4 || len(a) == 7 && a[4] == '-') {
		switch {
		case !strings.HasPrefix(b, a):
			return 0
		case len(a) == 7:
			return 4
		}
		return 2
	}
	switch {
	case within(a, b, 1):
		return 5
	case within(a, b, 2):
		return 3
	}
	return 0
}

// dayOf returns the digits of a date, 0 of one that is not whole.
func dayOf(s string) (day uint32) {
	if len(s) != len("2006-01-02") || s[4] != '-' || s[7] != '-' {
		return 0
	}
	for _, part := range [...]string{s[:4], s[5:7], s[8:]} {
		for i := range len(part) {
			day = day<<4 | uint32(part[i]-'0')&15
		}
	}
	return day
}

func dayLevel(t, u *text) uint8 {
	apart, level := t.sig.apart(u.sig), datesApart(t.day, u.day)
	switch {
	case level == 5, apart <= 2 && within(t.s, u.s, 1):
		return 5
	case level == 4:
		return 4
	case apart <= 4 && within(t.s, u.s, 2):
		return 3
	case level == 0 && apart <= 6 && within(t.s, u.s, 3):
		return 1
	}
	return level
}

// datesApart is the level of two different dates whose letters differ in too many places for a slip.
func datesApart(a, b uint32) uint8 {
	differ := a ^ b
	year, month, day := differ>>16 == 0, differ>>8&255 == 0, differ&255 == 0
	switch {
	case year && a>>8&255 == b&255 && a&255 == b>>8&255:
		return 5
	case year && (month || day), month && day:
		return 4
	case year:
		return 2
	}
	return 0
}

// idLevel compares two different numbers.
func idLevel(t, u *text) uint8 {
	apart := t.sig.apart(u.sig)
	switch {
	case apart <= 2 && within(t.s, u.s, 1):
		return 2
	case apart <= 4 && within(t.s, u.s, 2):
		return 1
	}
	return 0
}

// phoneLevel compares all numbers of two records, whatever they are used for.
func (s *Set) phoneLevel(a, b *record) uint8 {
	best := uint8(0)
	for _, f := range [...]Field{Phone, Phone2, Phone3} {
		for _, g := range [...]Field{Phone, Phone2, Phone3} {
			x, y := a.codes[f], b.codes[g]
			if x == 0 || y == 0 {
				continue
			}
			if x == y {
				return 2
			}
			t, u := &s.values[Phone].texts[x], &s.values[Phone].texts[y]
			if best == 0 && t.sig.apart(u.sig) <= 2 && within(t.s, u.s, 1) {
				best = 1
			}
		}
	}
	return best
}

func emailLevel(t, u *text) uint8 {
	apart := t.sig.apart(u.sig)
	switch {
	case t.head == u.head && sameMailbox(t.s, u.s), apart <= 2 && within(t.s, u.s, 1):
		return 2
	case likest(&t.brief, &u.brief) >= 0.88 && jaroWinkler(t.s, u.s) >= 0.88:
		return 1
	}
	return 0
}

// namesake reports whether two different addresses are alike for the names in them alone: without the names of their owners what is left
// differs.
func (s *Set) namesake(a, b *record, x, y string) bool {
	x, foundX := s.withoutNames(a, x)
	y, foundY := s.withoutNames(b, y)
	return foundX == foundY && foundX > 0 && x != y
}

// withoutNames returns the mailbox of an address without the owner's names, and how many it found.
func (s *Set) withoutNames(r *record, address string) (rest string, found int) {
	rest, _, _ = strings.Cut(address, "@")
	for _, f := range [...]Field{Given, Family} {
		for name := s.values[f].texts[r.codes[f]].s; name != ""; {
			var word string
			word, name, _ = strings.Cut(name, " ")
			if at := strings.Index(rest, word); at >= 0 && len(word) >= 3 {
				rest = rest[:at] + rest[at+len(word):]
				found++
			}
		}
	}
	return strings.Trim(rest, "._-+"), found
}

func sameMailbox(a, b string) bool {
	at := strings.IndexByte(a, '@')
	return at >= 0 && len(b) > at && b[at] == '@' && a[:at] == b[:at]
}

// textLevel compares two different parts of an address, the words in any order.
func textLevel(t, u *text) uint8 {
	likeness := likest(&t.brief, &u.brief)
	if likeness >= 0.8 {
		likeness = jaroWinkler(t.s, u.s)
	}
	if likeness < 0.9 && mostAlike(&t.brief, &u.brief) >= 0.8 {
		likeness = max(likeness, alike(sorted(t), sorted(u)))
	}
	switch {
	case likeness >= 0.9:
		return 2
	case likeness >= 0.8:
		return 1
	}
	return 0
}

func sorted(t *text) string {
	if w := t.words(); w != "" {
		return w
	}
	return t.s
}
