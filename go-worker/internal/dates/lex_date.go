package dates

import (
	"strings"
	"time"
)

// Years that a number of four digits can be when nothing else says that it is one, and years of compact dates.
const (
	firstYear, lastYear               = 1850, 2100
	firstCompactYear, lastCompactYear = 1800, 2199
)

// date reads the date, and a time where one stands inside it.
func (l *lexer) date() bool {
	if m, ok := l.month(); ok {
		return l.monthNameFirst(m)
	}
	if found, ok := l.quarterFirst(); found {
		return ok
	}
	from := l.i
	if d := l.run(); len(d) >= 5 {
		return l.compact(d)
	} else if len(d) > 0 && l.atFraction() {
		return l.bare(d)
	}
	l.i = from
	v, width, ok := l.part()
	switch {
	case !ok:
		return false
	case width == 4:
		return l.yearFirst(v)
	case width == 3 && v != unknown:
		return false
	}
	return l.dayOrMonthFirst(v)
}

// atFraction reports whether a number ends here: at the end of the text, or with a point and digits up to there.
func (l *lexer) atFraction() bool {
	if l.i == len(l.s) {
		return true
	}
	return l.s[l.i] == '.' && l.i+1 < len(l.s) && digits(l.s[l.i+1:]) >= 0
}

// bare reads a number of up to four digits that stands alone, with its fraction: a year, 06.1985, or days.
func (l *lexer) bare(d string) bool {
	f, n := &l.form, digits(d)
	f.Bare, f.Number = true, int64(n)
	if l.take('.') {
		f.Fraction = l.run()
	}
	isYear := len(d) == 4 && n >= firstYear && n <= lastYear
	switch tail := f.Fraction; {
	case isYear && zeros(tail):
		f.Kind, f.Year, f.YearDigits, f.FloatTail, f.Fraction = Year, n, 4, tail != "", ""
	case isYear && len(tail) == 2 && digits(tail) <= 12:
		f.Kind, f.Year, f.YearDigits, f.A, f.Bare, f.Fraction = Month, n, 4, digits(tail), false, ""
	case len(d) <= 2 && len(tail) == 4 && digits(tail) >= firstYear && digits(tail) <= lastYear:
		f.Kind, f.Year, f.YearDigits, f.A, f.Bare, f.Fraction = Month, digits(tail), 4, n, false, ""
	default:
		f.Kind = Number
	}
	return d[0] != '0' || len(d) == 1 || f.Kind == Month
}

// compact reads a date without separators, from its first digits on: YYYYMM, YYYYMMDD with or without a time, or a number.
func (l *lexer) compact(d string) bool {
	f := &l.form
	if len(d) <= 18 {
		f.Bare = true
		for i := range len(d) {
			f.Number = 10*f.Number + int64(d[i]-'0')
		}
	}
	f.YearDigits = 4
	switch {
	case len(d) == 6 && digits(d[:4]) >= firstYear && digits(d[:4]) <= lastYear && digits(d[4:]) <= 12:
		f.Kind, f.Year, f.A = Month, digits(d[:4]), digits(d[4:])
	case len(d) == 7 && digits(d[:4]) >= firstYear && digits(d[:4]) <= lastYear && f.dayOfYear(digits(d[:4]), digits(d[4:])):
	case len(d) == 7 && f.withoutZero():
	case len(d) == 8:
		l.compactDay(d)
	case (len(d) == 10 || len(d) == 12 || len(d) == 14) && compactMoment(d):
		l.compactDay(d)
		f.Hour, f.Precision = digits(d[8:10]), ToHour
		if len(d) >= 12 {
			f.Minute, f.Precision = digits(d[10:12]), ToMinute
		}
		if len(d) == 14 {
			f.Second, f.Precision = digits(d[12:]), ToSecond
		}
	default:
		f.Kind, f.YearDigits = Number, 0
	}
	if l.peek() == '.' {
		l.i++
		if f.Fraction = l.run(); f.Fraction == "" {
			return false
		}
		if f.Kind != Number && f.Precision != ToSecond {
			if !zeros(f.Fraction) {
				return false
			}
			f.FloatTail, f.Fraction = true, ""
		}
	}
	return f.Kind != Number || f.Bare && d[0] != '0' && len(d) != 6 && l.i == len(l.s)
}

// compactDay reads YYYYMMDD from the first eight digits, or MMDDYYYY or DDMMYYYY where only the last four are a year.
func (l *lexer) compactDay(d string) {
	f := &l.form
	f.Kind, f.Precision = Certain, ToDay
	f.Year, f.A, f.B = digits(d[:4]), digits(d[4:6]), digits(d[6:8])
	if isCompactYear(f.Year) && f.A <= 12 || len(d) > 8 {
		return
	}
	a, b, y := digits(d[:2]), digits(d[2:4]), digits(d[4:8])
	if isCompactYear(y) && a <= 31 && b <= 31 {
		f.Kind, f.Year, f.A, f.B = Ordered, y, a, b
	}
}

func isCompactYear(y int) bool { return y >= firstCompactYear && y <= lastCompactYear }

// compactMoment reports whether 10, 12 or 14 digits are a date and a time rather than a number.
func compactMoment(d string) bool {
	y, m, day, h := digits(d[:4]), digits(d[4:6]), digits(d[6:8]), digits(d[8:10])
	return (isCompactYear(y) || y == 9999) && m >= 1 && m <= 12 && day >= 1 && day <= 31 && h <= 24
}

// yearFirst reads what follows a year of four digits: -MM, -MM-DD, Mar 03.
func (l *lexer) yearFirst(year int) bool {
	f := &l.form
	f.Year, f.YearDigits = year, 4
	if found, ok := l.weekOrDayOfYear(year); found {
		return ok
	}
	sep := l.separator()
	l.points = sep == '.'
	if l.quarter() {
		return l.yearOfQuarter(year)
	}
	if m, ok := l.month(); ok {
		return l.dayLast(m, 0)
	}
	if sep == 0 {
		return false
	}
	m, width, ok := l.part()
	if !ok || width > 2 && m != unknown {
		return false
	}
	f.YearFront = true
	return l.dayLast(m, sep)
}

// weekOrDayOfYear reads the other days of ISO 8601: 2024-W05-3, 2024W053, 2024-034. A week without its day is no date.
func (l *lexer) weekOrDayOfYear(year int) (found, ok bool) {
	from := l.i
	dashed := l.take('-')
	week := l.take('W')
	d := l.run()
	switch {
	case week && len(d) == 2 && l.take('-') == dashed && dashed:
		d += l.run()
	case !week && (len(d) != 3 || !dashed || l.peek() == '-'):
		l.i = from
		return false, false
	}
	if len(d) != 3 {
		return true, false
	}
	n := digits(d)
	if !week {
		return true, l.form.dayOfYear(year, n)
	}
	if w := n / 10; w < 1 || w > 53 || n%10 < 1 || n%10 > 7 {
		return true, false
	}
	day := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // the week of 4 January is the first
	l.form.certain(day.AddDate(0, 0, 7*(n/10-1)+n%10-1-(int(day.Weekday())+6)%7))
	return true, true
}

// withoutZero takes a number of seven digits for MMDDYYYY or DDMMYYYY that lost a zero in front, and reports whether it can be one.
func (f *Form) withoutZero() bool {
	a, b, y := int(f.Number/1_000_000), int(f.Number/10_000%100), int(f.Number%10_000)
	if !isPart(a) || !isPart(b) || y < firstYear || y > lastYear {
		return false
	}
	f.Kind, f.Year, f.YearDigits, f.A, f.B, f.Precision = Ordered, y, 4, a, b, ToDay
	return true
}

// dayOfYear takes the day of a number in its year, and reports whether there is one: 2024-034, 2024034.
func (f *Form) dayOfYear(year, n int) bool {
	day := time.Date(year, 1, n, 0, 0, 0, 0, time.UTC)
	if n < 1 || day.Year() != year {
		return false
	}
	f.certain(day)
	return true
}

func (f *Form) certain(day time.Time) {
	f.Kind, f.Year, f.A, f.B, f.Precision = Certain, day.Year(), int(day.Month()), day.Day(), ToDay
}

// quarterFirst reads Q1 2024, Q1-2024 and Q1/2024 and reports whether a quarter stands here at all.
func (l *lexer) quarterFirst() (found, ok bool) {
	from := l.i
	if !l.quarter() || l.separator() == 0 {
		l.i = from
		return false, false
	}
	y := l.run()
	return true, len(y) == 4 && l.yearOfQuarter(digits(y))
}

// quarter reads Q1 to Q4, of which nothing but the year is a date.
func (l *lexer) quarter() bool {
	if c := l.peek(); c != 'Q' && c != 'q' || l.i+1 == len(l.s) || l.s[l.i+1] < '1' || l.s[l.i+1] > '4' {
		return false
	}
	l.i += 2
	return true
}

func (l *lexer) yearOfQuarter(year int) bool {
	f := &l.form
	f.Kind, f.Year, f.YearDigits, f.Quarter = Year, year, 4, true
	return l.i == len(l.s)
}

// dayLast reads the day behind year and month, which may be missing; sep is the separator it must have, 0 for any.
func (l *lexer) dayLast(month int, sep byte) bool {
	f := &l.form
	f.A = month
	from := l.i
	if s := l.separator(); s == sep || sep == 0 {
		if day, width, ok := l.part(); ok && (width <= 2 || day == unknown) {
			f.Kind, f.B, f.Precision = Certain, day, ToDay
			return true
		}
	}
	l.i = from
	f.Kind = Month
	return sep != ' '
}

// dayOrMonthFirst reads what follows a first number of one or two digits: /B/Y, /YYYY, -Mar-21.
func (l *lexer) dayOrMonthFirst(a int) bool {
	f := &l.form
	l.skip("st", "nd", "rd", "th", "er")
	sep := l.separator()
	l.skip("of", "de")
	l.spaces()
	l.points = sep == '.'
	if m, ok := l.monthBehind(a, sep); ok {
		f.A, f.B = m, a
		l.listSeparator()
		l.skip("of", "de", "del")
		return l.yearLast()
	}
	if sep == 0 {
		return false
	}
	b, width, ok := l.part()
	if !ok || width == 3 && b != unknown {
		return false
	}
	if width == 4 && b != unknown {
		f.Kind, f.Year, f.YearDigits, f.A = Month, b, 4, a
		return sep != ' '
	}
	from := l.i
	if l.separator() != sep {
		l.i = from
		f.Kind, f.Year, f.YearDigits, f.A = Month, b, 2, a
		return sep != ' ' && b > 31 && width == 2 // 06/20 may as well be a day
	}
	if a > 31 && l.shortDay(a, b) {
		return true
	}
	f.A, f.B = a, b
	if !l.yearLast() {
		return false
	}
	f.Kind = Ordered
	switch {
	case f.YearDigits != 2:
	case a > 31: // 85-04-05
		f.Kind, f.Year, f.A, f.B, f.YearFront = Certain, a, b, f.Year, true
	case a == 0: // 00-04-05: the fifth of April 2000, or a day of April 2005 that nobody knows
		f.YearFront = true
	}
	return true
}

// monthBehind reads the name of the month behind the number of a day, or its Roman one: 5.IV.1985. X between slashes is a day that nobody knows, 06/X/1985,
// unless the number before it is no month.
func (l *lexer) monthBehind(day int, sep byte) (int, bool) {
	if m, ok := l.month(); ok {
		return m, true
	}
	from := l.i
	m, ok := lookup(romanMonths, l.word())
	if !ok || sep == 0 || m == 10 && sep == '/' && day <= 12 {
		l.i = from
		return 0, false
	}
	return m, true
}

// monthNameFirst reads what follows the name of a month: 3, 2021 or 3 10:36:28 EST 2021 or 1985.
func (l *lexer) monthNameFirst(month int) bool {
	f := &l.form
	f.A = month
	before := l.separator()
	l.skip("the")
	v, width, ok := l.part()
	switch {
	case !ok || v == unknown:
		return false
	case width == 4:
		f.Kind, f.Year, f.YearDigits = Month, v, 4
		return true
	case width > 2:
		return false
	}
	f.B = v
	l.skip("st", "nd", "rd", "th")
	from := l.i
	between := l.listSeparator()
	if l.atClock() && !(l.clock() && l.zone(true)) {
		return false
	}
	l.spaces()
	if l.i < len(l.s) {
		isDay := func() bool { return between == '-' && before != '-' && f.YearDigits == 2 && f.Year <= 31 } // June 12-14
		return l.yearLast() && !isDay()
	}
	l.i = from
	f.Kind, f.Year, f.YearDigits = Month, v, 2
	return v > 31 && !f.HasTime() // Mar-01 may be the first of March
}

// shortDay reads a day of one digit at the end of a date whose year can only stand in front: 85/4/5.
func (l *lexer) shortDay(year, month int) bool {
	from := l.i
	day, width, ok := l.part()
	if !ok || width != 1 || day == unknown || day == 0 {
		l.i = from
		return false
	}
	f := &l.form
	f.Kind, f.Year, f.YearDigits, f.YearFront = Certain, year, 2, true
	f.A, f.B, f.Precision = month, day, ToDay
	return true
}

// yearLast reads the year at the end of a date with a day.
func (l *lexer) yearLast() bool {
	f := &l.form
	y, width, ok := l.part()
	if !ok || width != 2 && width != 4 && y != unknown {
		return false
	}
	f.Kind, f.Year, f.YearDigits, f.Precision = Certain, y, uint8(width), max(f.Precision, ToDay)
	l.yearWord()
	return true
}

// yearWord skips the word for a year behind its number, as in Russian and Ukrainian.
func (l *lexer) yearWord() {
	from := l.i
	l.spaces()
	if w := l.word(); w != "г" && w != "года" && w != "р" && w != "року" {
		l.i = from
		return
	}
	l.take('.')
}

// listSeparator reads a separator or a comma, with or without spaces, and returns the separator.
func (l *lexer) listSeparator() byte {
	sep := l.separator()
	l.take(',')
	l.spaces()
	return sep
}

// skip passes over one of the words when it stands next.
func (l *lexer) skip(words ...string) {
	from := l.i
	w := l.word()
	for _, s := range words {
		if strings.EqualFold(w, s) {
			l.spaces()
			return
		}
	}
	l.i = from
}

// settle turns parts written as unknown (??, 00, 99 beside a year of four digits) into a form of less precision.
func (f *Form) settle() {
	if f.Kind == Certain || f.Kind == Ordered {
		f.settleParts()
	}
	switch f.Kind {
	case Month:
		if f.isUnknown(f.A) {
			f.Kind, f.A = Year, 0
		}
	case Blank:
		*f = Form{Kind: Blank}
		return
	}
	if f.Kind != Month && f.Kind != Year {
		return
	}
	aloneYear := f.Kind == Year && f.YearDigits == 4 // would be taken for a number if it were no likely year
	if f.HasTime() && !f.Midnight() || f.Year <= 0 || aloneYear && (f.Year < firstYear || f.Year > lastYear) {
		*f = Form{}
		return
	}
	f.Hour, f.Minute, f.Second, f.Fraction, f.Zoned, f.Offset, f.B = 0, 0, 0, "", false, 0, 0
	if f.Precision = ToMonth; f.Kind == Year {
		f.Precision = ToYear
	}
}

func (f *Form) settleParts() {
	noYear := f.Year == unknown || f.Year == 0 && f.YearDigits == 4
	noA, noB := f.isUnknown(f.A), f.isUnknown(f.B)
	switch {
	case noA && noB && (noYear || f.Year == 9999):
		f.Kind = Blank
	case noYear:
		f.Kind = None
	case noA && noB:
		f.Kind, f.A = Year, 0
	case noA && f.Kind == Ordered && f.B <= 12:
		f.Kind, f.A = Month, f.B // nobody writes a day and leaves its month open
	case noA:
		f.Kind, f.A = Year, 0
	case noB && f.A <= 12:
		f.Kind = Month
	case noB:
		f.Kind, f.A = Year, 0
	}
}

func (f *Form) isUnknown(part int) bool {
	return part == unknown || part == 0 || part == 99 && f.YearDigits == 4
}
