package dates

import "strings"

// restOfDay reads what may follow a date: a time of day and a zone, or nothing.
func (l *lexer) restOfDay() bool {
	f := &l.form
	from := l.i
	l.spaces()
	if l.i == len(l.s) || f.Precision == ToDay && l.closingWeekday() {
		return true
	}
	if f.HasTime() {
		return l.zone(true)
	}
	if f.Precision == ToDay && l.zone(false) && l.i == len(l.s) { // an offset says nothing about a whole day
		return true
	}
	l.i = from
	l.timeMark()
	return l.clock() && (f.Precision != ToHour || l.hourMarked) && l.zone(true)
}

// closingWeekday reads a weekday behind a day, at the end of the text: (Monday), Mon.
func (l *lexer) closingWeekday() bool {
	from := l.i
	l.take(',')
	l.spaces()
	open := l.take('(')
	if _, ok := lookup(weekdays, l.word()); ok {
		l.take('.')
		if (!open || l.take(')')) && l.i == len(l.s) {
			return true
		}
	}
	l.i = from
	return false
}

// timeMark skips what stands between date and time: T, a comma, the "-" of DB2, the ":" of SAS, the "@" of VistA, "at".
func (l *lexer) timeMark() {
	l.spaces()
	switch l.peek() {
	case 'T', 't':
		l.i++
		l.hourMarked = true
	case ',', '-', ':', '@':
		l.i++
	default:
		l.skip("at", "um", "à")
	}
	l.spaces()
}

// atClock reports whether digits and a colon stand next.
func (l *lexer) atClock() bool {
	from := l.i
	defer func() { l.i = from }()
	return l.run() != "" && l.peek() == ':'
}

// clock reads a time of day: 14:05[:30[.123]], 14.05.30, 14h05, 1405[30], 2:05 PM, 2 PM, 14:05 Uhr.
func (l *lexer) clock() bool {
	f := &l.form
	h := l.run()
	ok := true
	switch len(h) {
	case 1, 2:
		f.Hour, f.Precision = digits(h), ToHour
		if sep := l.peek(); sep == ':' || sep == '.' && (l.dotted() || l.dottedHalf()) || toLower(sep) == 'h' && l.atMinutes() {
			l.i++
			ok = l.two(&f.Minute, ToMinute) && (!l.take(sep) || l.two(&f.Second, ToSecond))
		}
	case 4, 6:
		f.Hour, f.Minute, f.Precision = digits(h[:2]), digits(h[2:4]), ToMinute
		if len(h) == 6 {
			f.Second, f.Precision = digits(h[4:]), ToSecond
		}
	default:
		return false
	}
	if c := l.peek(); ok && f.Precision == ToSecond && (c == '.' || c == ',' || c == ':') {
		l.i++
		f.Fraction = l.run()
		ok = f.Fraction != "" && (c != ':' || len(f.Fraction) == 3) // 14:30:15:000 of SQL Server
	}
	if !ok || !l.halfDay() {
		return false
	}
	l.hourWord()
	return true
}

// hourWord skips the word for an hour behind a time of day.
func (l *lexer) hourWord() {
	from := l.i
	l.spaces()
	if w := l.word(); !strings.EqualFold(w, "uhr") && !strings.EqualFold(w, "hrs") && !strings.EqualFold(w, "h") {
		l.i = from
	}
}

// atMinutes reports whether h and two digits stand next, as in 14h30.
func (l *lexer) atMinutes() bool {
	rest := l.s[l.i+1:]
	return len(rest) >= 2 && digits(rest[:2]) >= 0
}

// dotted reports whether .MM.SS stands next.
func (l *lexer) dotted() bool {
	rest := l.s[l.i:]
	return len(rest) >= 6 && digits(rest[1:3]) >= 0 && rest[3] == '.' && digits(rest[4:6]) >= 0
}

// dottedHalf reports whether .MM stands next, and AM or PM behind it.
func (l *lexer) dottedHalf() bool {
	rest := l.s[l.i:]
	if len(rest) < 4 || digits(rest[1:3]) < 0 {
		return false
	}
	half := strings.TrimLeft(rest[3:], " ")
	return half != "" && (toLower(half[0]) == 'a' || toLower(half[0]) == 'p')
}

// two reads exactly two digits into a part of the time.
func (l *lexer) two(part *int, to Precision) bool {
	d := l.run()
	if len(d) != 2 {
		return false
	}
	*part, l.form.Precision = digits(d), to
	return true
}

// impossibleHour marks a time that no clock shows, such as 13:00 AM.
const impossibleHour = 99

// halfDay reads AM or PM, in any of the ways to write it, and turns the hour into one of 24.
func (l *lexer) halfDay() bool {
	f := &l.form
	from := l.i
	l.spaces()
	half := toLower(l.peek())
	if half != 'a' && half != 'p' {
		l.i = from
		return true
	}
	l.i++
	l.take('.')
	if toLower(l.peek()) == 'm' {
		l.i++
		l.take('.')
	}
	if isLetter(l.peek()) {
		l.i = from // a zone such as PST
		return true
	}
	switch {
	case half == 'a' && f.Hour == 12:
		f.Hour = 0
	case half == 'a' && f.Hour > 12, half == 'p' && f.Hour == 0:
		f.Hour = impossibleHour
	case half == 'p' && f.Hour < 12:
		f.Hour += 12
	}
	l.hourMarked = true
	return true
}

// zone reads a zone, where one stands; keep stores it. A zone that cannot be read makes the text no date.
func (l *lexer) zone(keep bool) bool {
	f := &l.form
	from := l.i
	l.spaces()
	offset, found := 0, false
	open := l.take('(') // (EST)
	if w := l.word(); w != "" {
		if offset, found = lookup(zones, w); !found {
			return false
		}
	}
	if open && !(found && l.take(')')) {
		return false
	}
	if c := l.peek(); (c == '+' || c == '-') && offset == 0 {
		l.i++
		h := l.run()
		m := ""
		switch {
		case len(h) == 2 && l.take(':'):
			m = l.run()
		case len(h) == 4:
			h, m = h[:2], h[2:]
		}
		if len(h) != 2 || len(m) != 2 && m != "" || digits(h) > 14 || digits(m) > 59 {
			return false
		}
		offset, found = 60*digits(h)+digits(m), true
		if c == '-' {
			offset = -offset
		}
	}
	if !found {
		l.i = from
		return true
	}
	if keep {
		f.Zoned, f.Offset = true, offset
	}
	return true
}
