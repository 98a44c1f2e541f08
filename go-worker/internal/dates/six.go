package dates

import "strings"

// Six returns the day that six digits write where the column says which of them are the year. Five digits have lost a zero in front, and ".0"
// behind them is a float export's. ok is false where they can be no day in that form.
func Six(s string, d Digits) (f Form, ok bool) {
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

// IsSix reports whether a text is six digits, or five that may have lost a zero, with or without the ".0" of a float export.
func IsSix(s string) bool { return isSix(strings.TrimSuffix(s, ".0")) }

func isSix(s string) bool {
	return len(s) == 6 && digits(s) > 0 || len(s) == 5 && s[0] != '0' && digits(s) > 0
}
