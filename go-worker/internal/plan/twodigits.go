package plan

import (
	"fmt"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/dates"
)

// twoDigits are the sums over dates of three numbers the last of which may be a year of two digits, or else the first: 04-05-12. They are part
// of those of dateStats, where the year is taken for the last.
type twoDigits struct {
	first    int64 // only the first can be the year: 85-04-05; no part of what follows
	notFirst int64 // the first cannot be: 04-25-12, 04-05-85
	zeros    int64 // 00-05-12, taken for a month
	sums     orderSums
	ends     [2][100]bool // which first numbers occur, and which last
}

func (d *dateStats) twoDigits() *twoDigits {
	if d.two == nil {
		d.two = &twoDigits{}
	}
	return d.two
}

// isMarked reports whether the first number of a date ends at a mark, as it does not in six digits.
func isMarked(value string) bool {
	return len(value) > 2 && (value[1]-'0' > 9 || value[2]-'0' > 9)
}

// addTwoDigits counts a date like 04-05-12 among those of A/B/Y, and apart.
func (d *dateStats) addTwoDigits(value string, w *dates.Form) moment {
	t, before := d.twoDigits(), d.orderSums
	year := w.Year % 100
	m := d.addOrdered(value, w)
	t.sums.add(&d.orderSums, 1)
	t.sums.add(&before, -1)
	t.ends[0][min(w.A, 99)], t.ends[1][year] = true, true
	if w.B > 12 || year == 0 || year > 31 {
		t.notFirst++
	}
	return m
}

// addZero counts a date like 00-05-12.
func (t *twoDigits) addZero(year int) {
	t.zeros++
	t.ends[0][0], t.ends[1][year] = true, true
}

func (t *twoDigits) merge(o *twoDigits) {
	t.first += o.first
	t.notFirst += o.notFirst
	t.zeros += o.zeros
	t.sums.add(&o.sums, 1)
	for end := range t.ends {
		for n, occurs := range o.ends[end] {
			t.ends[end][n] = t.ends[end][n] || occurs
		}
	}
}

// all returns how many values there are.
func (t *twoDigits) all() int64 {
	return t.first + t.zeros + t.sums.over[0] + t.sums.over[1] + t.sums.same + t.sums.either
}

// A column has its years in front from so many that can only stand there; where as many can only stand behind, and both are more than slips, what may be
// either is neither.
const (
	firstProofs = 3
	mixedYears  = 0.1
)

// Where every first number and every last one can be the year: years of events are few and days many, and lie close together; read the other way they
// would be spread over decades.
const (
	closeYears  = 6
	spreadYears = 10
	imputedDays = 2  // days that stand for a whole month
	manyFirst   = 30 // dates among which days above the year of today occur
)

// decideYearFirst says that the year of two digits stands in front in the dates of a column, and lets what is decided about its dates rest on that.
func (d *decider) decideYearFirst(i int) {
	c, s := &d.columns[i], d.evidence[i].date
	t := s.two
	if _, decided := c.Decisions[DateDigits]; decided || t == nil {
		return
	}
	value, why := t.place(c.Header, s.thisYear%100, !s.mayBeFuture)
	if value == "" {
		return
	}
	why = some(t.all(), "date with a year of two digits", "dates with years of two digits") + ": " + why
	c.decide(DateDigits, Decision{Value: value, Rule: ruleSixDigits.String(), Confidence: 0.9, Why: why})
	d.find(Finding{Rule: ruleSixDigits, Count: 1, Detail: why}, c)
	if value == yearFirst {
		read := *d.evidence[i]
		read.date = s.yearFirst()
		d.evidence[i] = &read
	}
}

// place returns where the year stands and why, "" where it stands behind or nothing tells.
func (t *twoDigits) place(header string, thisYear int, past bool) (value, why string) {
	all := t.all()
	why = fmt.Sprintf("in %d only the first number can be the year, in %d it cannot", t.first, t.notFirst)
	switch {
	case t.first > 0 && areSlips(t.notFirst, all) && (t.first >= firstProofs && !areSlips(t.first, all) || 2*t.first >= all):
		return yearFirst, why
	case float64(min(t.first, t.notFirst)) > mixedYears*float64(all):
		return yearEither, why
	case !areSlips(t.notFirst, all) || t.first > 0:
		return "", ""
	case yearFirstForm.MatchString(header):
		return yearFirst, "the header says so"
	}
	front, back := spanOf(&t.ends[0]), spanOf(&t.ends[1])
	why = fmt.Sprintf("the first numbers take %d values from %d to %d, the last ones %d from %d to %d, and years are fewer than days", front.values, front.low, front.high,
		back.values, back.low, back.high)
	switch {
	case past && front.high > thisYear:
		return "", ""
	case front.values <= imputedDays && back.high <= thisYear:
		return "", "" // 01-05-12, 15-06-14: the first or the middle of months
	case all >= fewDates && front.high-front.low < closeYears && back.high-back.low >= spreadYears && back.values > front.values:
		return yearFirst, why
	case past && all >= manyFirst && back.high > thisYear && back.values > front.values:
		return yearFirst, why
	}
	return "", ""
}

// yearFirst returns the sums with the dates taken for such with the year in front, without the days of births, which are not told anew.
func (d *dateStats) yearFirst() *dateStats {
	read, t := *d, d.two
	read.orderSums.add(&t.sums, -1)
	read.partial -= t.zeros
	read.certain += t.all() - t.first
	read.days, read.two = nil, nil
	read.shortYears = t.all()
	return &read
}

// A span is which numbers occur.
type span struct{ values, low, high int }

func spanOf(occurs *[100]bool) span {
	s := span{low: len(occurs)}
	for n, yes := range occurs {
		if yes {
			s.values, s.low, s.high = s.values+1, min(s.low, n), n
		}
	}
	return s
}

// hasLongYear reports whether a value is a day with a year of three digits in front, 104/05/02.
func hasLongYear(s string) bool {
	if len(s) < len("104/5/2") || s[0] != '1' || s[1]-'0' > 2 || !isDigit(s[2]) || isDigit(s[3]) {
		return false
	}
	month, day, _ := strings.Cut(s[4:], s[3:4])
	return inNumbers(month, 12) && inNumbers(day, 31)
}

// inNumbers reports whether s is a number of one or two digits from 1 to last.
func inNumbers(s string, last int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && len(s) <= 2 && n >= 1 && n <= last
}

// countsOn reports whether the years of a column, in front and of two digits, go on past 99: as in the calendar of Taiwan, where 104 is 2015, or
// counted from 1900, where 104 is 2004.
func (d *dateStats) countsOn() bool {
	return d.shortYears > 0 && !areSlips(d.longYears, d.longYears+d.shortYears)
}
