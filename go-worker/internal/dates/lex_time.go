package dates

import "strings"

// restOfDay reads what may follow a date: a time of day and a zone, or nothing.
func (l *lexer) restOfDay() bool {
	f := &l.form
	if l.points && l.i+1 < len(l.s) && l.s[l.i] == '.' && l.s[l.i+1] == ' ' { // 24.03.2019. 22:22
		l.i++
	}
	from := l.i
	l.spaces()
	if l.i == len(l.s) || f.Precision == ToDay && l.closingWeekday() {
		return true
	}
	if f.HasTime() {
		return l.zone(true)
	}
	if f.Precision == ToDay && !l.atDashedClock() && l.zone(false) && l.i == len(l.s) { // an offset says nothing about a whole day
		return true
	}
	l.i = from
	l.timeMark()
	half := l.half() // before the time, as in East Asia
	l.spaces()
	if !l.clock() {
		return false
	}
	l.turn(half)
	return (f.Precision != ToHour || l.hourMarked) && l.zone(true)
}

// atDashedClock reports whether -1405 behind a day like 04/05/85 stands next, which is a time. Behind the year first it is an offset, as in HL7.
func (l *lexer) atDashedClock() bool {
	rest := l.s[l.i:]
	return l.form.Kind == Ordered && !l.form.Bare && len(rest) == len("-1405") && rest[0] == '-' && digits(rest[1:]) >= 0
}

// clockFirst reads a time of day with the day behind it: 14:05 04/05/1985.
func (l *lexer) clockFirst() bool {
	if !l.clock() {
		return false
	}
	from := l.i
	if !l.zone(true) {
		l.i = from // the name of a month
	}
	time := l.form
	if l.form = (Form{}); !l.spaces() && !l.take(',') {
		return false
	}
	l.spaces()
	l.weekday()
	if f := &l.form; !l.date() || f.Precision != ToDay {
		return false
	}
	f := &l.form
	f.Precision, f.Hour, f.Minute, f.Second, f.Fraction = time.Precision, time.Hour, time.Minute, time.Second, time.Fraction
	f.Zoned, f.Offset, f.Bare, f.Number = time.Zoned, time.Offset, false, 0
	return true
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
		from := l.i
		points, ok := lookup(timeWords, l.word())
		if !ok {
			l.i = from
			break
		}
		l.points = l.points || points > 0
		l.take('.')
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
		if mark := l.clockMark(); mark != 0 {
			ok = l.minutes(mark, len(h) == 1)
		}
	case 4, 6:
		f.Hour, f.Minute, f.Precision = digits(h[:2]), digits(h[2:4]), ToMinute
		if len(h) == 6 {
			f.Second, f.Precision = digits(h[4:]), ToSecond
		}
	default:
		return false
	}
	if c := l.peek(); ok && f.Precision == ToSecond && (c == '.' || c == ',' && l.atDigit(l.i+1) || c == ':') {
		l.i++
		f.Fraction = l.run()
		ok = f.Fraction != "" && (c != ':' || len(f.Fraction) == 3) // 14:30:15:000 of SQL Server
	}
	if !ok {
		return false
	}
	l.halfDay()
	l.hourWord()
	return true
}

// clockMark reads what stands between an hour and its minutes, and returns 0 where no minutes stand next.
func (l *lexer) clockMark() byte {
	from := l.i
	if c := l.peek(); c == ':' || c == '.' && (l.dotted() || l.dottedHalf() || l.points && l.atTwo(l.i+1)) {
		l.i++
		return c
	}
	l.spaces()
	if toLower(l.peek()) == 'h' {
		l.i++
		if l.spaces(); l.atTwo(l.i) {
			return 'h'
		}
	}
	l.i = from
	return 0
}

// minutes reads them, and the seconds behind them. One digit alone is a number cut short, unless the parts around it show that none has a zero in front.
func (l *lexer) minutes(mark byte, short bool) bool {
	f := &l.form
	if !l.two(&f.Minute, ToMinute, short || l.i+1 < len(l.s) && l.s[l.i+1] == mark) {
		return false
	}
	if mark != 'h' {
		return !l.take(mark) || l.two(&f.Second, ToSecond, true)
	}
	l.skip("min", "mn", "m")
	if !l.atTwo(l.i) {
		return true
	}
	ok := l.two(&f.Second, ToSecond, false)
	l.skip("s", "sec")
	return ok
}

// hourWord skips the word for an hour behind a time of day.
func (l *lexer) hourWord() {
	from := l.i
	l.spaces()
	if _, ok := lookup(hourWords, l.word()); !ok {
		l.i = from
	}
}

// Words before a time of day, 1 where points are usual in it, and behind one.
var (
	timeWords = map[string]int{"at": 0, "um": 0, "à": 0, "às": 0, "as": 0, "om": 0, "klo": 1, "kl": 1}
	hourWords = map[string]int{"uhr": 0, "h": 0, "hr": 0, "hrs": 0, "hour": 0, "hours": 0, "hs": 0, "horas": 0, "heures": 0}
)

// atDigit reports whether a digit stands at i.
func (l *lexer) atDigit(i int) bool { return i < len(l.s) && l.s[i]-'0' <= 9 }

// atTwo reports whether two digits stand at i.
func (l *lexer) atTwo(i int) bool { return i+2 <= len(l.s) && digits(l.s[i:i+2]) >= 0 }

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

// two reads two digits, or one where it may be short, into a part of the time.
func (l *lexer) two(part *int, to Precision, short bool) bool {
	d := l.run()
	if len(d) != 2 && !(short && len(d) == 1) {
		return false
	}
	*part, l.form.Precision = digits(d), to
	return true
}

// impossibleHour marks a time that no clock shows, such as 13:00 AM.
const impossibleHour = 99

// Halves of the day.
const (
	beforeNoon = 1
	afterNoon  = 2
)

// halfDay reads AM or PM behind a time, where one stands.
func (l *lexer) halfDay() {
	from := l.i
	l.spaces()
	half := l.half()
	if half == 0 {
		l.i = from
	}
	l.turn(half)
}

// half reads AM or PM, in any of the ways to write it, or the words of other languages; 0 where none stands.
func (l *lexer) half() int {
	from := l.i
	if half, ok := lookup(halves, l.word()); ok {
		return half
	}
	l.i = from
	half := beforeNoon
	switch toLower(l.peek()) {
	case 'a':
	case 'p':
		half = afterNoon
	default:
		return 0
	}
	l.i++
	if l.take('.') && l.i+1 < len(l.s) && l.s[l.i] == ' ' && toLower(l.s[l.i+1]) == 'm' {
		l.i++
	}
	if toLower(l.peek()) == 'm' {
		l.i++
		l.take('.')
	}
	if isLetter(l.peek()) {
		l.i = from // a zone such as PST
		return 0
	}
	return half
}

// turn makes the hour of a half of the day one of 24.
func (l *lexer) turn(half int) {
	f := &l.form
	switch {
	case half == 0:
		return
	case half == beforeNoon && f.Hour == 12:
		f.Hour = 0
	case half == beforeNoon && f.Hour > 12, half == afterNoon && f.Hour == 0:
		f.Hour = impossibleHour
	case half == afterNoon && f.Hour < 12:
		f.Hour += 12
	}
	l.hourMarked = true
}

// zone reads a zone, where one stands; keep stores it. A zone that cannot be read makes the text no date.
func (l *lexer) zone(keep bool) bool {
	f := &l.form
	from := l.i
	l.spaces()
	offset, found := 0, false
	open := l.take('(') // (EST)
	if w := l.word(); w != "" {
		if offset, found = lookup(zones, w); !found || offset != 0 && !keep { // (est) behind a day is estimated
			return false
		}
	}
	if open && !(found && l.take(')')) {
		return false
	}
	if c := l.peek(); (c == '+' || c == '-') && !open {
		dashed := c == '-' && !found && l.i == from
		written, ok := l.offset(found)
		if dashed && f.isSpan(-written) || !ok || offset != 0 && written != offset || !l.zoneName(written) {
			return false
		}
		offset, found = written, true
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

// isSpan reports whether a dash behind a time of day, and so many minutes, is a span of time: 04/05/1985 10:00-11:30. Behind the year first it is an
// offset, as in ISO 8601, and so it is before six, where the day of the Americas is that far behind.
func (f *Form) isSpan(end int) bool {
	return f.Kind == Ordered && f.Precision == ToMinute && f.Hour >= 6 && end > 60*f.Hour+f.Minute
}

// offset reads minutes east of UTC: +05:30, -0500, -05; behind the name of a zone, and with a colon, the hour may have one digit.
func (l *lexer) offset(named bool) (minutes int, ok bool) {
	sign := 1
	if !l.take('+') {
		l.i++
		sign = -1
	}
	h, m := l.run(), ""
	switch {
	case len(h) == 1 && !named && l.peek() != ':':
		return 0, false
	case len(h) <= 2 && l.take(':'):
		if m = l.run(); m == "" {
			return 0, false
		}
	case len(h) == 4:
		h, m = h[:2], h[2:]
	}
	if len(h) != 1 && len(h) != 2 || len(m) != 2 && m != "" || digits(h) > 14 || digits(m) > 59 {
		return 0, false
	}
	return sign * (60*digits(h) + digits(m)), true
}

// zoneName skips the name of a zone behind its offset, as programs write it: EST, (Eastern Standard Time), [America/New_York]. One that has another
// offset makes the text no date.
func (l *lexer) zoneName(offset int) bool {
	from := l.i
	l.spaces()
	if w := l.word(); w != "" {
		if known, ok := lookup(zones, w); !ok || known != offset {
			return false
		}
		from = l.i
		l.spaces()
	}
	last := len(l.s) - 1
	if c := l.peek(); c == '(' && l.s[last] == ')' || c == '[' && l.s[last] == ']' {
		l.i = len(l.s)
		return true
	}
	l.i = from
	return true
}
