package dates

// firstEthiopian is 1 Meskerem of the year 1, 29 August of the year 8 in the Julian calendar, in days from 1970-01-01 (Dershowitz and Reingold,
// Calendrical Calculations, chapter 4).
const firstEthiopian = -716367

// fromEthiopian reads a whole day of the Ethiopian calendar: twelve months of 30 days and a thirteenth of five, or six in every fourth year.
// Months and years of it are parts of two of ours, its hours begin at another time, and two digits of its years may as well be ours: none of
// these is read.
func (f *Form) fromEthiopian(o Order) (Date, Notes, Problem) {
	if f.Kind != Certain && f.Kind != Ordered || f.YearDigits != 4 || f.HasTime() && !f.Midnight() {
		return Date{}, 0, Unreadable
	}
	month, day := f.A, f.B
	if f.Kind == Ordered {
		switch o {
		case MonthFirst:
		case DayFirst:
			month, day = day, month
		default:
			return Date{}, 0, Ambiguous
		}
	}
	last := 30
	if month == 13 {
		last = 5
		if f.Year%4 == 3 {
			last = 6
		}
	}
	if month < 1 || month > 13 || day < 1 || day > last || f.Year < 1 || f.Year >= 9990 {
		return Date{}, 0, Impossible
	}
	days := int64(firstEthiopian + 365*(f.Year-1) + f.Year/4 + 30*(month-1) + day - 1)
	return fromDays(days), OtherEra, Fine
}
