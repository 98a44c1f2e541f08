// Package dates reads dates as they stand in extracts: which written form a value has, what its numbers are,
// and, once the order of a whole column is decided, which day it names. It never guesses and never fills a missing part.
package dates

// Order is the order of day and month in a column.
type Order uint8

// Orders a plan can decide.
const (
	Undecided  Order = iota // no value of shape A/B/Y was seen
	MonthFirst              // 04/25/1990
	DayFirst                // 25/04/1990
	Mixed                   // both occur: ambiguous cells are null (DATE-103)
)

var orderNames = [...]string{Undecided: "undecided", MonthFirst: "month_first", DayFirst: "day_first", Mixed: "mixed"}

// String returns the name that a plan has for the order.
func (o Order) String() string { return orderNames[o] }

// Serial says what a bare number means in a date column.
type Serial uint8

// Meanings of bare numbers.
const (
	NoSerial   Serial = iota
	Serial1900        // days since 1899-12-30 (XL-001)
	Serial1904        // days since 1904-01-01 (XL-002)
	Serial1960        // days since 1960-01-01, before it below zero (XL-016)
	Serial1970        // days since 1970-01-01, likewise, as R and columnar files count
)

// Statistics reports whether days are counted as packages for statistics do, with days below zero.
func (s Serial) Statistics() bool { return s == Serial1960 || s == Serial1970 }

// Digits says how dates in digits alone are read, and which part of a date is the year of two digits: of six digits, or of five that lost a zero in front, and of three numbers with marks between them.
type Digits uint8

// Places of the year.
const (
	NoDigits   Digits = iota // six digits are no date, the last of three numbers is the year
	YearLast                 // MMDDYY or DDMMYY: the order of the column says which
	YearFirst                // YYMMDD, YY-MM-DD
	YearEither               // YY-MM-DD and DD-MM-YY both occur: what may be either is null (DATE-103)
	ZeroLost                 // seven digits are MMDDYYYY or DDMMYYYY without a zero in front, not YYYYDDD
	DayOfYear                // five digits are YYDDD
	FileMan                  // seven digits are those of VA FileMan: years from 1700, month and day, with the time as a fraction
)
