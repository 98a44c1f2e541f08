package dates

import "strings"

// InDigits returns the date that digits alone write in a form that the column has been found to have. ok is false where they can be no date in it.
func InDigits(s string, d Digits) (f Form, ok bool) {
	switch d {
	case YearLast, YearFirst:
		return Six(s, d)
	case DayOfYear:
		return fiveDigits(strings.TrimSuffix(s, ".0"))
	case FileMan:
		return fileMan(s)
	}
	return f, false
}

// fiveDigits reads YYDDD.
func fiveDigits(s string) (f Form, ok bool) {
	if len(s) != 5 || digits(s) < 0 {
		return f, false
	}
	year := digits(s[:2])
	if !f.dayOfYear(2000+year, digits(s[2:])) { // leap years of both centuries are the same, but for 1900
		return f, false
	}
	f.Year, f.YearDigits = year, 2
	return f, true
}

// fileMan reads a date of VA FileMan: years from 1700 in three digits, month and day, which are 00 where they are not known, and a fraction of hour, minute
// and second that has lost the zeros at its end.
func fileMan(s string) (f Form, ok bool) {
	day, time, timed := strings.Cut(s, ".")
	if len(day) != 7 || digits(day) < 0 || timed && (time == "" || len(time) > 6 || digits(time) < 0) {
		return f, false
	}
	f = Form{Kind: Certain, YearDigits: 4, Precision: ToDay, Year: 1700 + digits(day[:3]), A: digits(day[3:5]), B: digits(day[5:])}
	if f.A > 12 || f.B > 31 || f.Year < firstYear || f.Year > lastYear {
		return f, false
	}
	if timed && digits(time) > 0 {
		f.Precision = ToMinute
		if len(time) > 4 {
			f.Precision = ToSecond
		}
		time += "000000"[len(time):]
		f.Hour, f.Minute, f.Second = digits(time[:2]), digits(time[2:4]), digits(time[4:6])
	}
	f.settle()
	return f, f.Kind != None
}

// Six returns the day that six digits write where the column says which of them are the year. Five digits have lost a zero in front, and ".0"
// behind them is a float export's. ok is false where they can be no day in that form.
func Six(s string, d Digits) (f Form, ok bool) {
	if d == YearFirst && ShortDay(s) {
		return Lex(s[:shortDayAt(s)] + "0" + s[shortDayAt(s):])
	}
	s, float := strings.CutSuffix(s, ".0")
	if !isSix(s) || d != YearLast && d != YearFirst {
		return f, false
	}
	n := digits(s)
	first, second, third := n/10_000, n/100%100, n%100
	f = Form{Kind: Ordered, YearDigits: 2, Precision: ToDay, FloatTail: float, Year: third, A: first, B: second}
	if d == YearFirst {
		f.Kind, f.Year, f.A, f.B = Certain, first, second, third
		return f, f.A <= 12 && isPart(f.A) && isPart(f.B)
	}
	return f, isPart(f.A) && isPart(f.B) && min(f.A, f.B) <= 12
}

// ShortDay reports whether the last of three numbers has one digit and the first two, 04/5/2 or 04/10/2 14:30, so that the year stands in front.
func ShortDay(s string) bool { return shortDayAt(s) > 0 }

// shortDayAt returns where the one digit of such a day stands, 0 where there is none.
func shortDayAt(s string) int {
	if len(s) < len("04/5/2") || s[2]-'-' > '/'-'-' || s[0]-'0' > 9 || s[1]-'0' > 9 {
		return 0
	}
	at := digitsEnd(s, 3)
	if at == 3 || at > 5 || at+1 >= len(s) || s[at] != s[2] || digitsEnd(s, at+1) != at+2 || at+2 < len(s) && s[at+2] != ' ' {
		return 0
	}
	return at + 1
}

// IsSix reports whether a text is six digits, or five that may have lost a zero, with or without the ".0" of a float export.
func IsSix(s string) bool { return isSix(strings.TrimSuffix(s, ".0")) }

func isSix(s string) bool {
	return len(s) == 6 && digits(s) > 0 || len(s) == 5 && s[0] != '0' && digits(s) > 0
}
