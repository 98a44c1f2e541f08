package validate

import (
	"fmt"
	"time"
)

// A span is every moment that a date may mean: 1985-06 is any of its days. One date is before another only when the whole of its
// span is, so a partial date never proves what its other days would not.
type span struct {
	from, to    int64 // first and last second, counted from 1970; of local time unless zoned
	first, last int   // first and last day, as written: 19850601
	zoned       bool
	known       bool
}

const (
	second int64 = 1
	minute       = 60 * second
	hour         = 60 * minute
	day          = 24 * hour
)

// Local time lies between 12 hours behind and 14 hours ahead of UTC.
const (
	farthestBehind = 12 * hour
	farthestAhead  = 14 * hour
)

// read returns the span of a canonical date, YYYY[-MM[-DD[Thh:mm:ss[.f][zone]]]]. Whatever else it is given is not known.
func read(s string) span {
	year, ok := number(s, 0, 4)
	if !ok {
		return span{}
	}
	if len(s) == 4 {
		return days(year, 1, 1, 12, 31)
	}
	month, ok := number(s, 5, 7)
	if !ok || s[4] != '-' || month < 1 || month > 12 {
		return span{}
	}
	if len(s) == 7 {
		return days(year, month, 1, month, daysIn(year, month))
	}
	d, ok := number(s, 8, 10)
	if !ok || s[7] != '-' {
		return span{}
	}
	out := days(year, month, d, month, d)
	if len(s) > 10 {
		out.cut(s[10:])
	}
	return out
}

// days returns the span from one day to another of the same year.
func days(year, month, d, lastMonth, lastDay int) span {
	first, last := written(year, month, d), written(year, lastMonth, lastDay)
	from := dayNumber(year, month, d)
	to := from
	if last != first {
		to = dayNumber(year, lastMonth, lastDay)
	}
	return span{from: from * day, to: (to+1)*day - second, first: first, last: last, known: true}
}

func written(year, month, d int) int { return year*10000 + month*100 + d }

// dayNumber counts the days from 1970-01-01. Its years begin in March, so that the leap day comes last.
func dayNumber(year, month, d int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + int64(d) - 719469
}

func daysIn(year, month int) int {
	if month == 12 {
		return 31
	}
	return int(dayNumber(year, month+1, 1) - dayNumber(year, month, 1))
}

// cut narrows the span of a day to the time of day in it, T15:04:05 and a zone. Seconds of zero are often seconds that nobody wrote
// down, so they mean the whole minute.
func (s *span) cut(t string) {
	h, ok1 := number(t, 1, 3)
	m, ok2 := number(t, 4, 6)
	sec, ok3 := number(t, 7, 9)
	if !ok1 || !ok2 || !ok3 {
		return
	}
	s.from += int64(h)*hour + int64(m)*minute + int64(sec)
	s.to = s.from
	if sec == 0 {
		s.to += minute - second
	}
	zone := t[9:]
	for zone != "" && (zone[0] == '.' || zone[0] >= '0' && zone[0] <= '9') {
		zone = zone[1:]
	}
	offset, ok := readZone(zone)
	if !ok {
		return
	}
	s.from, s.to, s.zoned = s.from-offset, s.to-offset, true
}

// readZone returns the seconds that a zone is ahead of UTC.
func readZone(z string) (offset int64, ok bool) {
	if z == "Z" {
		return 0, true
	}
	h, ok1 := number(z, 1, 3)
	m, ok2 := number(z, 4, 6)
	offset = int64(h)*hour + int64(m)*minute
	if z != "" && z[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2
}

// number reads the digits of s[from:to].
func number(s string, from, to int) (n int, ok bool) {
	if len(s) < to {
		return 0, false
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, true
}

// dayLength is that of a day in a canonical date.
const dayLength = len("2006-01-02")

// dayText returns a day as it is written in a canonical date.
func dayText(written int) string {
	return fmt.Sprintf("%04d-%02d-%02d", written/10000, written/100%100, written%100)
}

// onDayOrLater reports whether a canonical date begins with a day, and that is the given one or a later one. Such a moment is never more
// than the slack of zones before that day, wherever on Earth.
func onDayOrLater(date, day string) bool { return len(date) >= dayLength && date[:dayLength] >= day }

func dayOf(t time.Time) span {
	return days(t.Year(), int(t.Month()), t.Day(), int(t.Month()), t.Day())
}

// before reports whether s surely lies more than the given seconds before o.
func (s span) before(o span, by int64) bool {
	if !s.known || !o.known {
		return false
	}
	if s.zoned != o.zoned {
		s, o = s.anywhere(), o.anywhere()
	}
	return s.to < o.from-by
}

// anywhere widens a local time to every moment that it may be somewhere on Earth.
func (s span) anywhere() span {
	if !s.zoned {
		s.from, s.to = s.from-farthestAhead, s.to+farthestBehind
	}
	return s
}

// years returns the least and the greatest age in whole years, at some moment of at, of somebody born within s.
func (s span) years(at span) (least, greatest int) {
	return age(s.last, at.first), age(s.first, at.last)
}

// age returns the birthdays passed from one day, as written, to another; negative before birth.
func age(born, now int) int {
	years := now/10000 - born/10000
	if now%10000 < born%10000 {
		years--
	}
	return years
}
