package dates

import "strconv"

// Epoch says that bare numbers count from 1970-01-01T00:00:00Z.
type Epoch uint8

// Epochs.
const (
	NoEpoch Epoch = iota
	EpochSeconds
	EpochMilliseconds
)

// Century says how a year of two digits is completed.
type Century uint8

// Centuries.
const (
	NearFuture Century = iota // the latest year up to 20 years ahead: ends, expiry, anything not known to be past
	PastOnly                  // the latest date that is not in the future: events
	Birth                     // likewise, and doubtful where the century before gives a possible age as well
)

// A Reading says how the forms of one column are read.
type Reading struct {
	Order   Order
	Serial  Serial
	Digits  Digits
	Epoch   Epoch
	Century Century
	Today   Date // day precision
	// YearsAhead is how far the era of the column is ahead of ours: 543 in the Buddhist Era, whose months and days are ours. Years
	// of ours among them stay.
	YearsAhead int
	Ethiopian  bool // days, months and years are of the Ethiopian calendar
	Exchanged  bool // day and month stand in each other's place where the year is in front, and in the days of a spreadsheet
}

// A Problem says why a form names no date.
type Problem uint8

// Problems.
const (
	Fine       Problem = iota
	Unreadable         // no form of a date, or a number in a column without numbers
	Impossible         // no such day or time: 31/02/2001, month 13
	Ambiguous          // A/B/Y in a column whose order is mixed or was not decided
	Nothing            // a date that says that nothing is known: 00/00/0000, 9999
)

// Notes say how a date was found.
type Notes uint8

// Notes, as bits.
const (
	CenturyGuessed  Notes = 1 << iota // the year had two digits
	CenturyDoubtful                   // and both centuries give an age of 0 to 115
	AgainstOrder                      // the numbers allow only the order opposite to the column's
	FromSerial                        // the days of a spreadsheet or of a statistics package
	OtherEra                          // the year was counted by another era
	OfQuarter                         // a quarter was written, of which only the year is kept
	Exchanged                         // day and month stood in each other's place
)

// oldestDoubted is the age up to which the earlier century of a birth date is worth a doubt.
const oldestDoubted = 115

// Resolve returns the date that a form names under the reading of its column. A Form of any origin is safe.
func (f *Form) Resolve(r *Reading) (Date, Notes, Problem) {
	if f.Bare && r.Epoch != NoEpoch {
		return fromEpoch(f, r.Epoch)
	}
	if f.Bare && r.Serial.Statistics() && f.Number <= mostStatistics {
		return f.fromNumber(r.Serial) // 1995 is a day, not a year
	}
	switch f.Kind {
	case Number:
		d, notes, problem := f.fromNumber(r.Serial)
		if r.Exchanged && problem == Fine && !r.Serial.Statistics() {
			notes |= d.exchange()
		}
		return d, notes, problem
	case Blank:
		return Date{}, 0, Nothing
	case None:
		return Date{}, 0, Unreadable
	}
	if r.Ethiopian {
		return f.fromEthiopian(r.Order)
	}
	if r.Digits == ZeroLost && f.Bare && f.Kind == Certain && f.Number < 10_000_000 {
		lost := *f
		if lost.withoutZero() {
			f = &lost // 2052005 is no day of 2052
		}
	}
	d := Date{YMD: YMD{f.Year, f.A, f.B}, Precision: f.Precision}
	var notes Notes
	switch {
	case f.Kind == Month && f.YearFront && f.YearDigits == 2 && r.Digits == YearFirst: // 00-04-05
		d = Date{YMD: YMD{0, f.A, f.Year}, Precision: ToDay}
	case f.Kind != Ordered:
	case f.mayBeYearFirst() && r.Digits == YearFirst:
		d.Year, d.Month, d.Day = f.A, f.B, f.Year
	case f.mayBeYearFirst() && r.Digits == YearEither:
		return Date{}, 0, Ambiguous
	default:
		var problem Problem
		if notes, problem = d.order(r.Order); problem != Fine {
			return Date{}, 0, problem
		}
	}
	switch {
	case f.YearDigits == 2 && r.YearsAhead != 0:
		return Date{}, 0, Ambiguous // of which era?
	case f.YearDigits == 2:
		notes |= d.complete(r.Century, &r.Today.YMD)
	case r.YearsAhead != 0 && d.Year > r.Today.Year+r.YearsAhead/2 && d.Year < 9999:
		d.Year -= r.YearsAhead
		notes |= OtherEra
	}
	if f.Quarter {
		notes |= OfQuarter
	}
	if r.Exchanged && f.YearFront && d.Precision >= ToDay {
		notes |= d.exchange()
	}
	if f.HasTime() {
		d.Hour, d.Minute, d.Second, d.Fraction = f.Hour, f.Minute, f.Second, f.Fraction
		d.Zoned, d.Offset = f.Zoned, f.Offset
		if zeros(d.Fraction) {
			d.Fraction = ""
		}
	}
	if !d.exists() {
		return Date{}, 0, Impossible
	}
	return d, notes, Fine
}

// mayBeYearFirst reports whether the first of three numbers may be a year of two digits as well: 04-05-12, not 04-05-85 or 04-25-12.
func (f *Form) mayBeYearFirst() bool {
	return f.YearDigits == 2 && isPart(f.Year) && isPart(f.B) && f.B <= 12
}

// order tells the month of a date from its day, which stand as they were written.
func (d *YMD) order(o Order) (notes Notes, problem Problem) {
	switch a, b := d.Month, d.Day; {
	case a > 12 && b <= 12:
		d.Month, d.Day = b, a
		if o == MonthFirst {
			return AgainstOrder, Fine
		}
	case b > 12 && a <= 12:
		if o == DayFirst {
			return AgainstOrder, Fine
		}
	case a == b: // either way the same day
	case o == DayFirst:
		d.Month, d.Day = b, a
	case o != MonthFirst && a <= 12:
		return 0, Ambiguous
	}
	return 0, Fine
}

// exchange puts day and month in each other's place, where the day can be a month.
func (d *YMD) exchange() Notes {
	if d.Day > 12 || d.Day == d.Month {
		return 0
	}
	d.Month, d.Day = d.Day, d.Month
	return Exchanged
}

// complete gives a year of two digits its century.
func (d *YMD) complete(c Century, today *YMD) Notes {
	limit := today
	if c == NearFuture {
		limit = &YMD{today.Year + 20, 12, 31}
	}
	d.Year += limit.Year - limit.Year%100
	if d.After(limit) {
		d.Year -= 100
	}
	if c == Birth && today.Year-(d.Year-100) <= oldestDoubted {
		return CenturyGuessed | CenturyDoubtful
	}
	return CenturyGuessed
}

// fromNumber reads a number as the days of a spreadsheet, ECMA-376 part 1, section 18.17.4: day 1 is 1900-01-01, and
// day 60 is a 1900-02-29 that never was; or day 0 is 1904-01-01.
func (f *Form) fromNumber(s Serial) (Date, Notes, Problem) {
	const lastSerial = 2958465 // 9999-12-31
	days := f.Number
	switch {
	case s == NoSerial && f.Number == 9999 && f.Fraction == "":
		return Date{}, 0, Nothing
	case s.Statistics() && days >= -mostStatistics && days <= mostStatistics:
		if s == Serial1960 {
			days += statisticsEpoch
		}
		d := fromDays(days)
		d.Precision = ToDay
		return d, FromSerial, Fine
	case s == NoSerial || s.Statistics() || days < 1 || days > lastSerial:
		return Date{}, 0, Unreadable
	case s == Serial1904:
		days += daysBetweenSystems
	case days == 60:
		return Date{}, FromSerial, Impossible
	case days < 60:
		days++
	}
	d := fromDays(days + serialEpoch)
	d.Precision = ToDay
	if !zeros(f.Fraction) {
		seconds := secondsOf(f.Fraction)
		if seconds == secondsPerDay { // .9999999 rounds to the next midnight
			d = fromDays(days + serialEpoch + 1)
			seconds = 0
		}
		d.setSeconds(seconds)
	}
	return d, FromSerial, Fine
}

const secondsPerDay = 24 * 60 * 60

// secondsOf returns a decimal fraction of a day in whole seconds, rounded; a spreadsheet's fraction is no finer.
func secondsOf(fraction string) int64 {
	n, scale := int64(0), int64(1)
	for i := 0; i < len(fraction) && i < 12; i++ {
		n, scale = 10*n+int64(fraction[i]-'0'), 10*scale
	}
	return (n*secondsPerDay + scale/2) / scale
}

// fromEpoch reads a number as seconds or milliseconds since 1970, in UTC.
func fromEpoch(f *Form, e Epoch) (Date, Notes, Problem) {
	seconds, fraction := f.Number, f.Fraction
	if e == EpochMilliseconds {
		whole, rest := floor(seconds, 1000)
		seconds, fraction = whole, strconv.Itoa(int(1000 + rest))[1:]
	}
	days, rest := floor(seconds, secondsPerDay)
	d := fromDays(days)
	if d.Year > 9999 {
		return Date{}, 0, Unreadable
	}
	d.setSeconds(rest)
	if !zeros(fraction) {
		d.Fraction = fraction
	}
	d.Zoned = true
	return d, 0, Fine
}

// floor divides so that the rest is never below zero.
func floor(n, by int64) (quotient, rest int64) {
	if quotient, rest = n/by, n%by; rest < 0 {
		return quotient - 1, rest + by
	}
	return quotient, rest
}
