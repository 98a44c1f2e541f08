package dates

import "encoding/binary"

// A YMD is a day of the proleptic Gregorian calendar, or a part of one, whose finer parts are zero.
type YMD struct{ Year, Month, Day int }

// exists reports whether there is such a day, all of whose parts are known.
func (d *YMD) exists() bool {
	return d.Year >= 1 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= daysIn(d.Year, d.Month)
}

// ISO returns the day as YYYY-MM-DD.
func (d *YMD) ISO() (text [len("2006-01-02")]byte) {
	copyTwo(text[0:], d.Year/100%100)
	copyTwo(text[2:], d.Year%100)
	text[4], text[7] = '-', '-'
	copyTwo(text[5:], d.Month)
	copyTwo(text[8:], d.Day)
	return text
}

func copyTwo(to []byte, n int) { binary.LittleEndian.PutUint16(to, twoDigits[n]) }

// twoDigits are the numbers below 100 as two digits.
var twoDigits = func() (all [100]uint16) {
	for n := range all {
		all[n] = uint16('0'+n/10) | uint16('0'+n%10)<<8
	}
	return all
}()

// A Date is a day of the proleptic Gregorian calendar, or a part of one, with a time of day where one is known.
// Parts finer than Precision are zero.
type Date struct {
	YMD
	Precision            Precision
	Zoned                bool
	Hour, Minute, Second int
	Fraction             string // digits behind the point of the second; not all of them zero
	Offset               int    // minutes east of UTC, when Zoned
}

var monthDays = [...]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthDays[month]
}

// exists reports whether there is such a day and time. 24:00 is the end of a day (ISO 8601-1:2019 has it again).
func (d *Date) exists() bool {
	day := d.YMD
	if d.Precision < ToMonth {
		day.Month = 1
	}
	if d.Precision < ToDay {
		day.Day = 1
	}
	if !day.exists() {
		return false
	}
	if d.Hour == 24 {
		return d.Minute == 0 && d.Second == 0 && d.Fraction == ""
	}
	return d.Hour < 24 && d.Minute < 60 && d.Second < 60
}

// Is reports whether d falls on a day, to the day.
func (d *YMD) Is(year, month, day int) bool {
	return d.Year == year && d.Month == month && d.Day == day
}

// After reports whether d is surely later than o, compared down to the day or to the coarser of both.
func (d *YMD) After(o *YMD) bool {
	switch {
	case d.Year != o.Year:
		return d.Year > o.Year
	case d.Month != o.Month:
		return d.Month > o.Month && o.Month != 0
	}
	return d.Day > o.Day && o.Day != 0
}

// DropTime takes the time of day away.
func (d *Date) DropTime() {
	*d = Date{YMD: d.YMD, Precision: min(d.Precision, ToDay)}
}

// RollMidnight turns 24:00 into 00:00 of the next day, which is the same moment.
func (d *Date) RollMidnight() {
	if d.Hour == 24 {
		next := d.AddDays(1)
		d.Year, d.Month, d.Day, d.Hour = next.Year, next.Month, next.Day, 0
	}
}

// AddDays returns the day n days later, without a time.
func (d Date) AddDays(n int) Date { return fromDays(toDays(d.Year, d.Month, d.Day) + int64(n)) }

// Days of the spreadsheets' date systems, counted from 1970-01-01.
const (
	serialEpoch        = -25569 // 1899-12-30
	daysBetweenSystems = 1462   // 1904-01-01 is day 0 of the later system and day 1462 of the earlier one
)

// Days of statistics packages, counted from 1970-01-01.
const (
	statisticsEpoch = -3653 // 1960-01-01
	mostStatistics  = 60000 // 2124-04-10, and as many days before 1960: what is beyond is no date of a patient
)

// toDays counts the days from 1970-01-01. Years begin in March, so that the leap day comes last.
func toDays(year, month, day int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + int64(day) - 719469
}

// fromDays is the inverse of toDays, for days from 0001-01-01 on.
func fromDays(days int64) Date {
	z := days + 719468
	era := z / 146097
	dayOfEra := z % 146097
	yearOfEra := (dayOfEra - dayOfEra/1460 + dayOfEra/36524 - dayOfEra/146096) / 365
	dayOfYear := dayOfEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	shifted := (5*dayOfYear + 2) / 153
	d := Date{Precision: ToDay, YMD: YMD{int(yearOfEra + era*400), int(shifted) + 3, int(dayOfYear-(153*shifted+2)/5) + 1}}
	if d.Month > 12 {
		d.Month -= 12
		d.Year++
	}
	return d
}

func (d *Date) setSeconds(n int64) {
	d.Hour, d.Minute, d.Second, d.Precision = int(n/3600), int(n/60%60), int(n%60), ToSecond
}

// Append appends d in canonical form: YYYY, YYYY-MM or YYYY-MM-DD; with a time YYYY-MM-DDThh:mm:ss, then the fraction, then Z
// or the offset where one is known (RFC 3339).
func (d *Date) Append(to []byte) []byte {
	iso := d.ISO()
	switch {
	case d.Precision < ToMonth:
		return append(to, iso[:len("2006")]...)
	case d.Precision < ToDay:
		return append(to, iso[:len("2006-01")]...)
	}
	if to = append(to, iso[:]...); d.Precision < ToHour {
		return to
	}
	to = appendPart(to, 'T', d.Hour)
	to = appendPart(to, ':', d.Minute)
	to = appendPart(to, ':', d.Second)
	if d.Fraction != "" {
		to = append(append(to, '.'), d.Fraction...)
	}
	switch {
	case !d.Zoned:
		return to
	case d.Offset == 0:
		return append(to, 'Z')
	case d.Offset < 0:
		to = appendPart(to, '-', -d.Offset/60)
	default:
		to = appendPart(to, '+', d.Offset/60)
	}
	minutes := d.Offset % 60
	return appendPart(to, ':', max(minutes, -minutes))
}

// appendPart appends a mark and two digits.
func appendPart(to []byte, mark byte, n int) []byte { return append(to, mark, tens(n), ones(n)) }

func tens(n int) byte { return byte('0' + n/10) }
func ones(n int) byte { return byte('0' + n%10) }
