package plan

import (
	"fmt"
	"regexp"

	"harmonizer/go-worker/internal/dates"
)

// sixDigits are the sums over the values of six digits in a date column, and of five, which may have lost a zero in front, as they are read
// with the year of two digits behind (MMDDYY or DDMMYY) and with the year in front (YYMMDD).
type sixDigits struct {
	six, five   int64
	months      int64 // of six: YYYYMM as well
	last, first *dateStats
	ends        [2][100]bool // which first two digits occur, and which last two
}

func (d *dateStats) sixDigits() *sixDigits {
	if d.six == nil {
		d.six = &sixDigits{last: newDateStats(d.spec), first: newDateStats(d.spec)}
	}
	return d.six
}

// addSix counts a value that may be a day in six digits.
func (d *dateStats) addSix(value string) {
	d.addCoded(value)
	if !dates.IsSix(value) {
		return
	}
	s := d.sixDigits()
	last, isLast := dates.Six(value, dates.YearLast)
	first, isFirst := dates.Six(value, dates.YearFirst)
	w, _ := dates.Lex(value)
	switch {
	case value[0] != '0' && (len(value) == 5 || len(value) == 7):
		s.five++
	case w.Kind == dates.Month:
		s.months++
		fallthrough
	default:
		s.six++
	}
	if isLast {
		s.ends[0][last.A], s.ends[1][last.Year] = true, true
		s.last.addForm(value, &last)
	}
	if isFirst {
		s.first.addForm(value, &first)
	}
}

func (s *sixDigits) merge(o *sixDigits) {
	s.six += o.six
	s.five += o.five
	s.months += o.months
	s.last.merge(o.last)
	s.first.merge(o.first)
	for end := range s.ends {
		for n, occurs := range o.ends[end] {
			s.ends[end][n] = s.ends[end][n] || occurs
		}
	}
}

// A column is one of six digits where so many of its values are, and where so many of these are days in one reading.
const (
	sixShare    = 0.95
	sixReadable = 0.99
)

// Where both readings are possible, days take many values and years few: of a column with so many of the ones and so few of the others.
const (
	manyDays = 15
	fewYears = 5
)

// yearFirstForm is how headers say YYMMDD.
var yearFirstForm = regexp.MustCompile(`(?i)(^|[^a-z])yy[-/. ]?mm[-/. ]?dd([^a-z]|$)`)

// decideSix says where the year stands in a column of six digits, and lets what is decided about its dates rest on that reading. Columns of
// YYYYMM are as they are.
func (d *decider) decideSix(i int) {
	c, s := &d.columns[i], d.evidence[i].date
	x := s.six
	if !s.isSix() {
		return
	}
	all := x.six + x.five
	value, why := x.reading(c.Header)
	if value == "" {
		return
	}
	why = some(all, "value of six digits", "values of six digits") + ": " + why
	c.decide(DateDigits, Decision{Value: value, Rule: ruleSixDigits.String(), Confidence: 0.9, Why: why})
	d.find(Finding{Rule: ruleSixDigits, Count: 1, Detail: why}, c)
	read := *d.evidence[i]
	if read.date = x.last; value == yearFirst {
		read.date = x.first
	}
	d.evidence[i] = &read
}

// isSix reports whether a column is one of days in six digits: some have all of them, and not all of these are YYYYMM.
func (d *dateStats) isSix() bool {
	x := d.six
	if x == nil || x.months == x.six {
		return false
	}
	all := x.six + x.five
	return all >= fewDates && float64(all) >= sixShare*float64(d.parsed()+d.numbers+d.other) && float64(x.six) >= (1-sixShare)*float64(all)
}

// Values of DateDigits.
const (
	yearLast   = "year_last"
	yearFirst  = "year_first"
	yearEither = "year_either"
)

// reading returns where the year stands and why, "" where nothing tells.
func (x *sixDigits) reading(header string) (value, why string) {
	all := x.six + x.five
	last, first := x.last.parsed(), x.first.parsed()
	fits := func(n int64) bool { return float64(n) >= sixReadable*float64(all) }
	why = fmt.Sprintf("with the year last %d are days, with the year first %d", last, first)
	switch {
	case fits(last) && !fits(first):
		return yearLast, why
	case fits(first) && !fits(last):
		return yearFirst, why
	case !fits(first):
		return "", ""
	case yearFirstForm.MatchString(header):
		return yearFirst, "the header says so"
	case statedOrder(header) != "":
		return yearLast, "the header says so"
	}
	front, back := count(&x.ends[0]), count(&x.ends[1])
	why = fmt.Sprintf("the first two take %d values, the last two %d, and years are fewer than days", front, back)
	switch {
	case front >= manyDays && back <= fewYears:
		return yearLast, why
	case back >= manyDays && front <= fewYears:
		return yearFirst, why
	}
	return "", ""
}

func count(occurs *[100]bool) (n int) {
	for _, yes := range occurs {
		if yes {
			n++
		}
	}
	return n
}
