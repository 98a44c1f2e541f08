package dates

// Kind is how much the written form of a date leaves open.
type Kind uint8

// Kinds of written forms.
const (
	None    Kind = iota // not a date
	Certain             // read in one way: Year, A is the month, B the day
	Ordered             // A/B/Y: the order of the column says which of A and B is the month
	Month               // a year and a month (in A); the day is unknown
	Year                // a year; month and day are unknown
	Blank               // a date that says that nothing is known: 00/00/0000, ??/??/????
	Number              // a bare number: days of a spreadsheet or seconds since 1970, or no date at all
)

// Precision is the smallest part of a moment that was written.
type Precision uint8

// Precisions, from the coarsest to the finest.
const (
	NoPrecision Precision = iota
	ToYear
	ToMonth
	ToDay
	ToHour
	ToMinute
	ToSecond
)

var precisionNames = [...]string{"", "year", "month", "day", "hour", "minute", "second"}

// String returns the name used in outputs: year, month, day, hour, minute or second; "" for NoPrecision.
func (p Precision) String() string { return precisionNames[p] }

// A Form is what stands in a cell: its numbers, as written. Nothing is decided about the order of day and month, the
// century of a year of two digits, or whether the day exists.
type Form struct {
	Kind       Kind
	YearDigits uint8 // 2 or 4
	YearFront  bool  // the year is a number in front of month and day, with marks between them
	Bare       bool  // digits only, with at most a fraction: Number and Fraction hold them as well
	Quarter    bool  // a quarter of the year stood beside it
	FloatTail  bool  // ".0" stood behind a whole year or compact date (XL-004)
	Precision  Precision
	Zoned      bool // an offset from UTC is known

	Year, A, B           int
	Hour, Minute, Second int    // with Precision ToHour and finer; an hour of 24 or more is as written
	Fraction             string // digits behind the point: of the second, or of a Number; part of the lexed string
	Offset               int    // minutes east of UTC, when Zoned
	Number               int64  // when Bare
}

// HasTime reports whether a time of day was written.
func (f *Form) HasTime() bool { return f.Precision >= ToHour }

// Midnight reports whether the time of day that was written is 00:00.
func (f *Form) Midnight() bool {
	return f.HasTime() && f.Hour == 0 && f.Minute == 0 && f.Second == 0 && zeros(f.Fraction)
}

func zeros(digits string) bool {
	for i := range len(digits) {
		if digits[i] != '0' {
			return false
		}
	}
	return true
}
