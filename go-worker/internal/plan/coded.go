package plan

import (
	"fmt"
	"math"
	"regexp"

	"harmonizer/go-worker/internal/dates"
)

// A codedForm are the sums over the values of a date column with as many digits as a form of digits alone has, as they are read in it.
type codedForm struct {
	all   int64
	years [100]bool // which years of two digits occur
	read  *dateStats
}

// coded are the forms of digits alone that a column may hold beside those of six.
type coded struct {
	forms [len(codedDigits)]codedForm
	zeros int64 // of the values, those with a zero in front, which are no numbers
}

// codedDigits are these forms, by the decision.
var codedDigits = [...]string{dayOfYear, fileMan}

// Values of DateDigits.
const (
	zeroLost  = "zero_lost"
	dayOfYear = "day_of_year"
	fileMan   = "fileman"
)

// addCoded counts a value that may be a date in such a form.
func (d *dateStats) addCoded(value string) {
	form := 0
	switch n := len(value); {
	case n == 5 || n == 7 && value[5] == '.':
	case n == 7 || n > 7 && value[7] == '.':
		form = 1
	default:
		return
	}
	if !allDigits(value[:5]) {
		return
	}
	if d.coded == nil {
		d.coded = &coded{}
	}
	if value[0] == '0' {
		d.coded.zeros++
	}
	c := &d.coded.forms[form]
	c.all++
	if c.read == nil {
		spec := *d.spec
		spec.births = false // days of births are not counted twice
		c.read = newDateStats(&spec)
	}
	if f, ok := dates.InDigits(value, dateDigits[codedDigits[form]]); ok {
		c.years[f.Year%100] = true
		c.read.addForm(value, &f)
	}
}

func (c *coded) merge(o *coded) {
	c.zeros += o.zeros
	for i := range c.forms {
		mine, other := &c.forms[i], &o.forms[i]
		mine.all += other.all
		for y, occurs := range other.years {
			mine.years[y] = mine.years[y] || occurs
		}
		if other.read == nil {
			continue
		}
		if mine.read == nil {
			mine.read = newDateStats(other.read.spec)
		}
		mine.read.merge(other.read)
	}
}

// Days of a spreadsheet end in 001 to 366 in four of ten cases, and those of several years lie in between: of so many that all do, in several thousands,
// none is one. No number of seven digits but those of FileMan is a month and a day at its end by chance so often.
const (
	fewDaysOfYear = 10
	fewFileMan    = 5
)

// dayOfYearForm is how headers say YYDDD.
var dayOfYearForm = regexp.MustCompile(`(?i)julian|(^|[^a-z])yy[-/. ]?ddd([^a-z]|$)`)

// decideCoded says that the digits of a column are dates in a form of digits alone, and lets what is decided about its dates rest on that.
func (d *decider) decideCoded(i int) {
	c, s := &d.columns[i], d.evidence[i].date
	if _, decided := c.Decisions[DateDigits]; decided {
		return
	}
	if s.bareOrdered > s.bareDaysOfYear && s.bareDaysOfYear > 0 {
		d.foundDigits(c, zeroLost, fmt.Sprintf("%s in digits alone %s with the year last, %d could be days of a year in front", some(s.bareOrdered, "date", "dates"),
			verb(s.bareOrdered, "is", "are"), s.bareDaysOfYear))
		return
	}
	if s.coded == nil {
		return
	}
	for k := range codedDigits {
		form := &s.coded.forms[k]
		if form.read == nil || !areSlips(form.all-form.read.parsed(), form.all) || float64(form.all) < sixShare*float64(s.numbers+s.other) {
			continue
		}
		name, years := codedDigits[k], count(&form.years)
		switch {
		case name == fileMan && form.all >= fewFileMan:
		case name == dayOfYear && (form.all >= fewDaysOfYear && years > 1 || dayOfYearForm.MatchString(c.Header)):
		default:
			continue
		}
		d.foundDigits(c, name, fmt.Sprintf("%d of %s can be read so, of %s", form.read.parsed(), some(form.all, "value", "values"), some(int64(years), "year", "years")))
		read := *d.evidence[i]
		read.date = s.coded.takeInto(s, form)
		d.evidence[i] = &read
		return
	}
}

func (d *decider) foundDigits(c *Column, value, why string) {
	c.decide(DateDigits, Decision{Value: value, Rule: ruleSixDigits.String(), Confidence: 0.9, Why: why})
	d.find(Finding{Rule: ruleSixDigits, Count: 1, Detail: why}, c)
}

// takeInto returns the sums of a column with its numbers read in a form.
func (c *coded) takeInto(s *dateStats, form *codedForm) *dateStats {
	read := *s
	read.numbers, read.large, read.birthSerials, read.since1960, read.serialDays = 0, 0, 0, 0, frontDays{}
	read.serialLow, read.serialHigh = math.MaxInt64, 0
	read.other -= c.zeros
	read.six, read.coded, read.days = nil, nil, nil
	read.certain += form.read.certain
	read.partial += form.read.partial
	read.times += form.read.times
	read.midnights += form.read.midnights
	read.yearLow, read.yearHigh = min(s.yearLow, form.read.yearLow), max(s.yearHigh, form.read.yearHigh)
	return &read
}
