package dates

// usual reads the forms in which nearly all dates come, exactly as lexAny does: three numbers with "/" or "-" between them,
// the year first or last, an ISO time behind the day, months by name. ok is false for anything else, and for whatever takes a
// closer look, such as a part that may be written as unknown; f, which must be empty, is then of no use.
func (f *Form) usual(s string) (ok bool) {
	if len(s) < 6 || len(s) > 24 {
		return false
	}
	first, width := part(s, 0)
	switch {
	case width == 0:
		return f.monthFirst(s)
	case width == 2 && s[2]-'0' <= 9:
		return f.yearFirst(s)
	case !isPart(first):
		return false
	}
	switch sep := s[width]; {
	case sep != '/' && sep != '-' && sep != ' ':
		return false
	case isASCIILetter(s[width+1]):
		return f.monthBetween(s, first, width+1, sep)
	case sep == ' ':
		return false
	default:
		second, w := part(s, width+1)
		at := width + 1 + w
		if w == 0 || !isPart(second) || at == len(s) || s[at] != sep {
			return false
		}
		f.Kind, f.A, f.B = Ordered, first, second
		return f.yearAtEnd(s, at+1)
	}
}

// yearFirst reads YYYY-MM-DD and YYYY/MM/DD, and hh:mm:ss behind the former.
func (f *Form) yearFirst(s string) (ok bool) {
	if sep := s[4]; len(s) < 10 || sep != '-' && sep != '/' || s[7] != sep {
		return false
	}
	year, a, b := four(s, 0), two(s, 5), two(s, 8)
	if !isYear(year) || !isPart(a) || !isPart(b) {
		return false
	}
	f.Kind, f.YearDigits, f.Precision, f.Year, f.A, f.B = Certain, 4, ToDay, year, a, b
	if len(s) == 10 {
		return true
	}
	if len(s) != 19 || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return false
	}
	f.Hour, f.Minute, f.Second, f.Precision = two(s, 11), two(s, 14), two(s, 17), ToSecond
	return f.Hour >= 0 && f.Minute >= 0 && f.Second >= 0
}

// monthBetween reads 5-Apr-1985, 5 April 1985 and the like, from the name of the month at i on.
func (f *Form) monthBetween(s string, day, i int, sep byte) (ok bool) {
	month, end := usualMonth(s, i)
	if month == 0 || end == len(s) || s[end] != sep {
		return false
	}
	f.Kind, f.A, f.B = Certain, month, day
	return f.yearAtEnd(s, end+1)
}

// monthFirst reads April 5, 1985.
func (f *Form) monthFirst(s string) (ok bool) {
	month, end := usualMonth(s, 0)
	if month == 0 || end == len(s) || s[end] != ' ' {
		return false
	}
	day, w := part(s, end+1)
	at := end + 1 + w
	if w == 0 || !isPart(day) || at+1 >= len(s) || s[at] != ',' || s[at+1] != ' ' {
		return false
	}
	f.Kind, f.A, f.B = Certain, month, day
	return f.yearAtEnd(s, at+2) && f.YearDigits == 4
}

// yearAtEnd reads a year of two or four digits from i to the end, which makes f complete.
func (f *Form) yearAtEnd(s string, i int) bool {
	f.Precision = ToDay
	switch len(s) - i {
	case 2:
		f.Year, f.YearDigits = two(s, i), 2
		return f.Year >= 0
	case 4:
		f.Year, f.YearDigits = four(s, i), 4
		return isYear(f.Year)
	}
	return false
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
	century, year := two(s, i), two(s, i+2)
	if century < 0 || year < 0 {
		return -1
	}
	return 100*century + year
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
