package plan

import (
	"math"
	"strings"

	"harmonizer/go-worker/internal/dates"
)

// dateStats are the sums over a date column. A and B are the two numbers before the year of a date like 04/05/1985,
// as they stand.
type dateStats struct {
	orderSums
	certain               int64 // dates that can be read in one way: ISO, compact, with a month's name
	partial               int64 // year, or year and month
	numbers               int64 // bare numbers that are neither a year nor a compact date
	serialLow, serialHigh int64
	large                 int64     // of numbers: too large for a day
	step                  int64     // the greatest number that divides all large ones, and all below zero
	clocks                int64     // of large: YYMMDDHHMM as well
	below                 int64     // whole numbers below zero that stand for no missing value: days before 1960; they count as other, too
	belowLow, belowHigh   int64     // the lowest and the highest of them
	bareYears             int64     // of partial: four digits, which could be a day as well
	front                 frontDays // of certain
	serialDays            frontDays // of numbers
	bareOrdered           int64     // MMDDYYYY or DDMMYYYY, with or without a zero in front
	bareDaysOfYear        int64     // YYYYDDD
	beyond                int64     // of numbers: days of a spreadsheet that are to come, where no date may be
	quarters              int64     // of partial: with a quarter, which is lost
	birthSerials          int64     // of numbers, those of five digits that are no day to come: 1927 and later
	times                 int64     // values with a time of day
	midnights             int64     // of these, at midnight
	evenings              int64     // of births: at a whole or half hour of the evening, UTC
	eveningHours          uint64    // which of them, in half hours
	other                 int64     // not a date
	longYears             int64     // of other: with a year of three digits in front, 104/05/02
	shortYears            int64     // of certain: with one of two, where the column has them in front
	yearLow               int       // of dates other than numbers and placeholders
	yearHigh              int
	ahead                 int64 // of these years, such as only the Buddhist Era has
	since1960             int64 // of numbers, those that are days of the last decades where they count from 1960, and none of them from 1900

	holders map[string]*int64 // how often each written form of a placeholder occurs
	days    *dayCounts        // birth dates only
	six     *sixDigits        // of values of six digits; nil: there are none
	coded   *coded            // of values of five or seven digits; nil: there are none
	two     *twoDigits        // of dates with a year of two digits between marks; nil: there are none
	spec    *columnSpec

	mayBeFuture bool
	thisYear    int
	tomorrow    int32 // the last day that is not the future, a day of zone slack included
}

// orderSums are those over dates of the form A/B/Y.
type orderSums struct {
	over   [2]int64              // only one order allows it: [0] A > 12, so day first; [1] B > 12, so month first
	same   int64                 // A = B: the order does not matter
	either int64                 // A and B up to 12 and different: the order decides
	points int64                 // of either: with points between the numbers
	ones   [2]int64              // of either: A = 1, B = 1
	future [2]int64              // of either: in the future, read [0] month first, [1] day first
	byMark [dates.Marks][2]int64 // over, by the mark between the numbers
}

// add adds o so many times.
func (s *orderSums) add(o *orderSums, times int64) {
	for i := range s.over {
		s.over[i] += times * o.over[i]
		s.ones[i] += times * o.ones[i]
		s.future[i] += times * o.future[i]
		for m := range s.byMark {
			s.byMark[m][i] += times * o.byMark[m][i]
		}
	}
	s.same += times * o.same
	s.either += times * o.either
	s.points += times * o.points
}

func newDateStats(spec *columnSpec) *dateStats {
	d := &dateStats{serialLow: math.MaxInt64, belowLow: math.MaxInt64, belowHigh: math.MinInt64, yearLow: math.MaxInt, spec: spec, holders: map[string]*int64{}, mayBeFuture: spec.mayBeFuture,
		thisYear: spec.today.Year(),
		tomorrow: dayNumber(spec.today.Year(), int(spec.today.Month()), spec.today.Day()) + 1}
	if spec.births {
		d.days = &dayCounts{}
	}
	return d
}

// Years that dayCounts tells apart.
const (
	firstDayYear = 1900
	dayYears     = 150
)

// dayCounts say how many values name each day: apart for dates that can be read in one way, and for A/B/Y whose order
// decides, by A and B as they stand.
type dayCounts struct {
	certain, either calendar
}

// A calendar counts by day; every month has 31.
type calendar [dayYears * 12 * 31]int32

func (c *calendar) count(year, month, day int) {
	if i := dayIndex(year, month, day); i >= 0 {
		c[i]++
	}
}

func dayIndex(year, month, day int) int {
	if year < firstDayYear || year >= firstDayYear+dayYears || month < 1 || month > 12 || day < 1 || day > 31 {
		return -1
	}
	return ((year-firstDayYear)*12+month-1)*31 + day - 1
}

func dayAt(index int) (year, month, day int) {
	return firstDayYear + index/31/12, index/31%12 + 1, index%31 + 1
}

// A moment is what one cell of a date column says, for comparing it with others of its row. Days are numbered from
// year 0; 0 says nothing.
type moment struct {
	monthFirst, dayFirst int32
	either               bool // the order decides
	serial               bool // a bare number, read as days since 1899-12-30
	over                 int8 // 0, or 1 + the place in dateStats.over
}

// add counts a value and returns what it says.
func (d *dateStats) add(value string) moment {
	var w dates.Form
	if !w.Lex(value) {
		d.other++
		switch {
		case hasLongYear(value):
			d.longYears++
		case dates.ShortDay(value):
			d.twoDigits().first++
		}
		d.addSix(value)
		if n, ok := dates.Signed(value); ok {
			d.addBelow(n.Number)
		}
		return moment{}
	}
	return d.addForm(value, &w)
}

// addForm counts a value as its written form says.
func (d *dateStats) addForm(value string, w *dates.Form) moment {
	if w.HasTime() {
		d.times++
		if w.Midnight() {
			d.midnights++
		}
		if d.days != nil {
			d.addEvening(w)
		}
	}
	w.Year = fullYear(w, d.thisYear)
	switch w.Kind {
	case dates.Month, dates.Year:
		d.partial++
		if w.YearFront && w.YearDigits == 2 {
			d.twoDigits().addZero(w.Year % 100)
		}
		if w.Bare {
			d.bareYears++
			d.addSix(value)
		}
		if w.Quarter {
			d.quarters++
		}
		d.span(w.Year)
	case dates.Number:
		d.addSix(value)
		return d.addNumber(w)
	case dates.Certain:
		d.certain++
		if w.Bare && w.Number < 10_000_000 {
			d.bareDaysOfYear++
			d.addCoded(value)
		}
		if holder(w.Year, w.A, w.B) && idle(w) {
			d.hold(value, 1)
			return moment{}
		}
		if w.YearFront {
			d.addFront(w)
		}
		d.span(w.Year)
		if d.days != nil {
			d.days.certain.count(w.Year, w.A, w.B)
		}
		n := dayNumber(w.Year, w.A, w.B)
		return moment{monthFirst: n, dayFirst: n}
	case dates.Ordered:
		if w.Bare {
			d.bareOrdered++
		}
		if w.YearDigits == 2 && !w.Bare && isMarked(value) {
			return d.addTwoDigits(value, w)
		}
		return d.addOrdered(value, w)
	default:
		d.other++
	}
	return moment{}
}

// addNumber counts a bare number, which may be the days of a spreadsheet.
func (d *dateStats) addNumber(w *dates.Form) moment {
	d.numbers++
	if w.Number > lastSerial {
		d.large++
		d.step = gcd(d.step, w.Number)
		if isClock(w.Number) {
			d.clocks++
		}
	}
	if today := int64(d.tomorrow - dayNumber(1960, 1, 1)); w.Number <= today && w.Number > today-recentDays && w.Number-from1900To1960 < today-recentDays {
		d.since1960++
	}
	d.serialLow, d.serialHigh = min(d.serialLow, w.Number), max(d.serialHigh, w.Number)
	n := serialDay(w.Number)
	if n > d.tomorrow && !d.mayBeFuture {
		d.beyond++
	}
	if n != 0 {
		d.serialDays.count(serialMonthDay(w.Number))
	}
	if w.Number >= 10000 && n != 0 && n <= d.tomorrow {
		d.birthSerials++
	}
	return moment{monthFirst: n, dayFirst: n, serial: true}
}

// fullYear returns the four digits of a year; of two digits, the latest such year that is not in the future, which is
// near enough to compare dates.
func fullYear(w *dates.Form, thisYear int) int {
	if w.YearDigits != 2 {
		return w.Year
	}
	year := thisYear - thisYear%100 + w.Year
	if year > thisYear {
		year -= 100
	}
	return year
}

// addOrdered counts a date like 04/05/1985.
func (d *dateStats) addOrdered(value string, w *dates.Form) moment {
	var m moment
	switch {
	case w.A > 12 && w.B > 12, w.A == 0, w.B == 0, w.A > 31, w.B > 31:
		d.other++
		return m
	case w.A > 12:
		d.over[0]++
		d.byMark[dates.MarkOf(value)][0]++
		m.over = 1
	case w.B > 12:
		d.over[1]++
		d.byMark[dates.MarkOf(value)][1]++
		m.over = 2
	case w.A == w.B:
		d.same++
	default:
		d.either++
		m.either = true
		if len(value) > 2 && (value[1] == '.' || value[2] == '.') {
			d.points++
		}
	}
	if (holder(w.Year, w.A, w.B) || holder(w.Year, w.B, w.A)) && idle(w) {
		d.hold(value, 1)
		return moment{over: m.over}
	}
	d.span(w.Year)
	m.monthFirst, m.dayFirst = dayNumber(w.Year, w.A, w.B), dayNumber(w.Year, w.B, w.A)
	if !m.either {
		n := max(m.monthFirst, m.dayFirst)
		m.monthFirst, m.dayFirst = n, n
	}
	if d.days != nil {
		switch {
		case m.either:
			d.days.either.count(w.Year, w.A, w.B)
		case w.A > 12:
			d.days.certain.count(w.Year, w.B, w.A)
		default:
			d.days.certain.count(w.Year, w.A, w.B)
		}
	}
	if m.either {
		if w.A == 1 {
			d.ones[0]++
		}
		if w.B == 1 {
			d.ones[1]++
		}
		if m.monthFirst > d.tomorrow {
			d.future[0]++
		}
		if m.dayFirst > d.tomorrow {
			d.future[1]++
		}
	}
	return m
}

// hold counts a placeholder; the value is copied only when it is new.
func (d *dateStats) hold(value string, n int64) {
	if count := d.holders[value]; count != nil {
		*count += n
		return
	}
	d.holders[strings.Clone(value)] = &n
}

func (d *dateStats) span(year int) {
	d.yearLow, d.yearHigh = min(d.yearLow, year), max(d.yearHigh, year)
	if year > d.thisYear+eraNear && year <= d.thisYear+eraAhead+1 {
		d.ahead++
	}
}

func (d *dateStats) merge(o *dateStats) {
	d.certain += o.certain
	d.orderSums.add(&o.orderSums, 1)
	d.front.merge(&o.front)
	d.serialDays.merge(&o.serialDays)
	d.partial += o.partial
	d.numbers += o.numbers
	d.birthSerials += o.birthSerials
	d.large += o.large
	d.clocks += o.clocks
	d.step = gcd(d.step, o.step)
	d.below += o.below
	d.belowLow, d.belowHigh = min(d.belowLow, o.belowLow), max(d.belowHigh, o.belowHigh)
	d.bareYears += o.bareYears
	d.quarters += o.quarters
	d.longYears += o.longYears
	d.evenings += o.evenings
	d.eveningHours |= o.eveningHours
	d.serialLow, d.serialHigh = min(d.serialLow, o.serialLow), max(d.serialHigh, o.serialHigh)
	d.times += o.times
	d.midnights += o.midnights
	d.other += o.other
	d.ahead += o.ahead
	d.since1960 += o.since1960
	d.yearLow, d.yearHigh = min(d.yearLow, o.yearLow), max(d.yearHigh, o.yearHigh)
	for v, n := range o.holders {
		d.hold(v, *n)
	}
	d.bareOrdered += o.bareOrdered
	d.bareDaysOfYear += o.bareDaysOfYear
	d.beyond += o.beyond
	if o.coded != nil {
		if d.coded == nil {
			d.coded = &coded{}
		}
		d.coded.merge(o.coded)
	}
	if o.two != nil {
		d.twoDigits().merge(o.two)
	}
	if o.six != nil {
		d.sixDigits().merge(o.six)
	}
	if d.days != nil && o.days != nil {
		for i := range d.days.certain {
			d.days.certain[i] += o.days.certain[i]
			d.days.either[i] += o.days.either[i]
		}
	}
}

// parsed returns how many values were read as a date of any form but a bare number.
func (d *dateStats) parsed() int64 {
	return d.certain + d.over[0] + d.over[1] + d.same + d.either + d.partial
}

// openEnds is the first year of dates that stand for no end.
const openEnds = 2999

// holder reports whether a day is one that systems write when they know none (DATE-004, DATE-005), in some kind of field.
func holder(year, month, day int) bool {
	switch year {
	case 1, 1753, 1800, 1901, 1970, 1980, 3000:
		return month == 1 && day == 1
	case 1111:
		return month == 11 && day == 11
	case 1899:
		return month == 12 && (day == 30 || day == 31)
	case 1900:
		return month == 1 && (day == 1 || day == 2)
	case 2999:
		return month == 12 && day == 31
	case 9999:
		return month == 12 && day == 31 || month == 1 && day == 1
	}
	return false
}

// idle reports whether a date has no time of day of its own, as placeholders do.
func idle(w *dates.Form) bool { return !w.HasTime() || w.Midnight() }

// monthStarts are the days before each month of a year that begins in March, so that the leap day comes last; it is January and February
// of the next one that end it.
var monthStarts = [13]int32{0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275}

// dayNumber numbers the days of the proleptic Gregorian calendar; a day beyond its month counts into the next one,
// which is close enough to compare dates.
func dayNumber(year, month, day int) int32 {
	if month > 12 || month < 1 {
		return 0
	}
	y := year
	if month <= 2 {
		y--
	}
	return int32(365*y+y/4-y/100+y/400) + monthStarts[month] + int32(day)
}

// serialDay is the day a spreadsheet's number stands for, counted from 1899-12-30.
func serialDay(number int64) int32 {
	if number < 1 || number > 2958465 {
		return 0
	}
	return dayNumber(1899, 12, 30) + int32(number)
}
