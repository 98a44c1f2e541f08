package dates

// A Usual is a whole day in one of the forms in which nearly all dates come, as written: nothing is decided about it, as in a Form, which
// says what the fields are.
type Usual struct {
	Kind       Kind // Certain or Ordered
	YearDigits uint8
	YearFront  bool
	Bare       bool
	Year, A, B int
	Clock      Clock
}

// A Clock is a time of day to the minute or the second, as written; 0: none was.
type Clock uint32

// noSecond stands for the seconds of a time of day that has none.
const noSecond = 0x80

// clock reads a time of day of 24 hours, hh:mm[:ss] with an hour of one or two digits, from i to the end.
func clock(s string, i int) Clock {
	hour, w := part(s, i)
	i += w
	second, n := noSecond, len(s)-i
	switch {
	case w == 0 || i == len(s) || s[i] != ':':
		return 0
	case n == len(":mm:ss") && s[i+3] == ':':
		second = two(s, i+4)
	case n != len(":mm"):
		return 0
	}
	minute := two(s, i+1)
	if minute|second < 0 {
		return 0
	}
	return Clock(1<<24 | hour<<16 | minute<<8 | second)
}

func (c Clock) parts() (hour, minute, second int) {
	return int(c >> 16 & 0xFF), int(c >> 8 & 0xFF), int(c & 0xFF)
}

// Exists reports whether there is such a time; the end of a day is left out.
func (c Clock) Exists() bool {
	hour, minute, second := c.parts()
	return hour < 24 && minute < 60 && second&^noSecond < 60
}

// ReadUsual reads a day exactly as Lex does: three numbers with "/" or "-" between them, the year first or last, a time of 24 hours behind
// the day, YYYYMMDD, months by name. ok is false for anything else, and for whatever takes a closer look, such as a part that may be written as unknown.
func ReadUsual(s string) (u Usual, ok bool) {
	if len(s) < 6 || len(s) > 24 {
		return u, false
	}
	if s[0]-'0' > 9 {
		return monthFirst(s)
	}
	first, i := int(s[0]-'0'), 1
	if s[1]-'0' <= 9 {
		if s[2]-'0' <= 9 {
			return yearFirst(s)
		}
		first, i = 10*first+int(s[1]-'0'), 2
	}
	mark := s[i]
	if i++; !isPart(first) || mark != '/' && mark != '-' && mark != ' ' {
		return u, false
	}
	if isASCIILetter(s[i]) {
		return monthBetween(s, first, i, mark)
	}
	second, w := part(s, i)
	if i += w; w == 0 || !isPart(second) || mark == ' ' || i == len(s) || s[i] != mark {
		return u, false
	}
	return yearAtEnd(s, i+1, Ordered, first, second)
}

// yearFirst reads YYYYMMDD, YYYY-MM-DD and YYYY/MM/DD, and hh:mm[:ss] behind the last two.
func yearFirst(s string) (u Usual, ok bool) {
	if len(s) == 8 {
		u = Usual{Kind: Certain, YearDigits: 4, Bare: true, Year: four(s, 0), A: two(s, 4), B: two(s, 6)}
		return u, isCompactYear(u.Year) && isPart(u.A) && u.A <= 12 && isPart(u.B)
	}
	if len(s) < 10 || s[4] != '-' && s[4] != '/' || s[7] != s[4] {
		return u, false
	}
	u = Usual{Kind: Certain, YearDigits: 4, YearFront: true, Year: four(s, 0), A: two(s, 5), B: two(s, 8)}
	if !isYear(u.Year) || !isPart(u.A) || !isPart(u.B) {
		return u, false
	}
	if len(s) == 10 {
		return u, true
	}
	if len(s) < 16 || s[10] != 'T' && s[10] != ' ' || s[13] != ':' {
		return u, false
	}
	u.Clock = clock(s, 11)
	return u, u.Clock != 0
}

// monthBetween reads 5-Apr-1985, 5 April 1985 and the like, from the name of the month at i on.
func monthBetween(s string, day, i int, mark byte) (u Usual, ok bool) {
	month, end := usualMonth(s, i)
	if month == 0 || end == len(s) || s[end] != mark {
		return u, false
	}
	return yearAtEnd(s, end+1, Certain, month, day)
}

// monthFirst reads April 5, 1985.
func monthFirst(s string) (u Usual, ok bool) {
	month, end := usualMonth(s, 0)
	if month == 0 || end == len(s) || s[end] != ' ' {
		return u, false
	}
	day, w := part(s, end+1)
	at := end + 1 + w
	if w == 0 || !isPart(day) || len(s) != at+len(", 1985") || s[at] != ',' || s[at+1] != ' ' {
		return u, false
	}
	return yearAtEnd(s, at+2, Certain, month, day)
}

// yearAtEnd completes a day with the year of two or four digits from i to the end, or with that of four digits and a time of day.
func yearAtEnd(s string, i int, kind Kind, a, b int) (u Usual, ok bool) {
	switch n := len(s) - i; {
	case n == 2:
		u = Usual{Kind: kind, YearDigits: 2, Year: two(s, i), A: a, B: b}
		return u, u.Year >= 0
	case n == 4:
		u = Usual{Kind: kind, YearDigits: 4, Year: four(s, i), A: a, B: b}
		return u, isYear(u.Year)
	case n > 4 && s[i+4] == ' ':
		u = Usual{Kind: kind, YearDigits: 4, Year: four(s, i), A: a, B: b, Clock: clock(s, i+5)}
		return u, isYear(u.Year) && u.Clock != 0
	}
	return u, false
}

// setUsual makes the form that of a usual day.
func (f *Form) setUsual(u *Usual) {
	*f = Form{Kind: u.Kind, YearDigits: u.YearDigits, YearFront: u.YearFront, Precision: ToDay, Year: u.Year, A: u.A, B: u.B}
	if u.Bare {
		f.Bare, f.Number = true, int64(10_000*u.Year+100*u.A+u.B)
	}
	if u.Clock != 0 {
		f.Hour, f.Minute, f.Second = u.Clock.parts()
		f.Precision = ToSecond
		if f.Second == noSecond {
			f.Second, f.Precision = 0, ToMinute
		}
	}
}

// Day returns the day that a usual date names under the reading of its column, exactly as Resolve does. ok is false where it names none, and
// in columns of another era, and where a number counts from 1970.
func (u *Usual) Day(r *Reading) (d YMD, notes Notes, ok bool) {
	d = YMD{u.Year, u.A, u.B}
	if u.Kind == Ordered && u.YearDigits == 2 && (r.Digits == YearFirst || r.Digits == YearEither) {
		return d, notes, false
	}
	if u.Kind == Ordered {
		var problem Problem
		if notes, problem = d.order(r.Order); problem != Fine {
			return d, notes, false
		}
	}
	if u.YearDigits == 2 {
		notes |= d.complete(r.Century, &r.Today.YMD)
	}
	return d, notes, r.YearsAhead == 0 && !r.Ethiopian && !(r.Exchanged && u.YearFront) && (!u.Bare || r.Epoch == NoEpoch) && d.exists()
}

// part returns the number that stands at i, of up to two digits, and how many it has.
func part(s string, i int) (n, width int) {
	if i >= len(s) || s[i]-'0' > 9 {
		return 0, 0
	}
	n = int(s[i] - '0')
	if i+1 == len(s) || s[i+1]-'0' > 9 {
		return n, 1
	}
	return 10*n + int(s[i+1]-'0'), 2
}

// four returns the number that four digits at i write, -1 when they are none.
func four(s string, i int) int {
	s = s[i : i+4]
	w := uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24 // by one load
	if w&0xF0F0F0F0|(w+0x06060606)&0xF0F0F0F0>>4 != 0x33333333 {
		return -1
	}
	w &= 0x0F0F0F0F
	w = (10*w + w>>8) & 0x00FF00FF // two numbers of two digits
	return int(100*w+w>>16) & 0xFFFF
}

// two returns the number that two digits at i write, -1 when they are none.
func two(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1
	}
	return 10*int(a) + int(b)
}

// isPart reports whether a number can only be a day or a month; others may say that a part is unknown.
func isPart(n int) bool { return n > 0 && n <= 31 }

// isYear likewise.
func isYear(n int) bool { return n > 0 && n != 9999 }

func isASCIILetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// usualMonths are the names of months of at most eight letters that name no weekday, by their letters: each stands at monthPlace or at
// the next free place behind it.
var usualMonths = func() (usual [256]struct {
	letters uint64
	month   int
}) {
	for word, month := range months {
		if _, weekday := weekdays[word]; weekday || len(word) > 8 {
			continue
		}
		key, end := letters(word, 0)
		if end != len(word) {
			continue
		}
		at := monthPlace(key)
		for usual[at].month != 0 {
			at++
		}
		usual[at].letters, usual[at].month = key, month
	}
	return usual
}()

func monthPlace(letters uint64) uint8 { return uint8(letters * 0x9E3779B97F4A7C15 >> 56) }

// usualMonth reads the name of a month at i; month is 0 where none of the usual ones stands.
func usualMonth(s string, i int) (month, end int) {
	key, end := letters(s, i)
	at := monthPlace(key)
	for usualMonths[at].month != 0 && usualMonths[at].letters != key {
		at++
	}
	return usualMonths[at].month, end
}

// letters returns up to nine ASCII letters at i in lower case, and where they end; more than eight are no key.
func letters(s string, i int) (key uint64, end int) {
	for end = i; end < len(s) && end < i+9 && isASCIILetter(s[end]); end++ {
		key = key<<8 | uint64(s[end]|0x20)
	}
	if end == i+9 {
		return 0, end
	}
	return key, end
}
