package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lastSerial is the last day of a spreadsheet, 9999-12-31.
const lastSerial = 2958465

// addBelow counts a whole number below zero, unless it is how numbers for no value are written: -9, -99, -888.
func (d *dateStats) addBelow(n int64) {
	first := -n % 10
	for rest := -n; ; rest /= 10 {
		if rest == 0 {
			return
		}
		if rest%10 != first {
			break
		}
	}
	d.below++
	d.step = gcd(d.step, -n)
	d.belowLow, d.belowHigh = min(d.belowLow, n), max(d.belowHigh, n)
}

// Statistics packages count days from 1960, spreadsheets from 1900: the same number is 60 years and a day later there.
const (
	from1900To1960 = 21916
	below1960      = 3            // days before 1960 that are no chance
	recentDays     = 40 * 365     // an event further back is old for an extract
	fewNumbers     = 5            // of fewer, all may be what they seem by chance
	eraAhead       = 543          // years of the Buddhist Era
	eraNear        = eraAhead / 2 // a year so far ahead is of that era
)

// onlyNumbers reports whether a date column holds bare numbers and no written date.
func (d *dateStats) onlyNumbers() bool {
	return d.numbers+d.below > 0 && d.parsed() == d.bareYears && len(d.holders) == 0
}

// countedFrom1960 says why the bare numbers of the file's date columns are days since 1960, "" where they are not: days below zero, which
// spreadsheets have not; or events all of which would lie more than 40 years back if they were counted from 1900.
func (d *decider) countedFrom1960() string {
	today := int64(d.b.today.Sub(time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC)).Hours()) / 24
	for _, i := range d.b.dates {
		s := d.evidence[i].date
		if s == nil || !s.onlyNumbers() {
			continue
		}
		toCome := s.numbers > 0 && s.serialHigh > today+1
		switch {
		case !toCome && s.below >= below1960 && s.belowLow < s.belowHigh && s.belowLow >= -lastSerial:
			return fmt.Sprintf("%s of column %q count days before it, which spreadsheets cannot", some(s.below, "number", "numbers"), d.columns[i].Header)
		case !toCome && s.numbers > 0 && slices.ContainsFunc(d.b.input.Header, isCDISC):
			return "numbers for days in data of CDISC, which a header shows it to be, are those of SAS"
		case d.role(&d.columns[i]) != "birth" && s.numbers >= fewNumbers && areSlips(s.numbers-s.since1960, s.numbers):
			return fmt.Sprintf("counted from 1900, %d of %d days of column %q would lie more than 40 years back", s.since1960, s.numbers, d.columns[i].Header)
		}
	}
	return ""
}

// isCDISC reports whether a header is that of a subject in data of clinical trials.
func isCDISC(header string) bool { return strings.EqualFold(header, "USUBJID") }

// decide1960 says that the numbers of a column count days since 1960, or since 1970, where the file shows it.
func (d *decider) decide1960(c *Column, s *dateStats, why string) {
	if why == "" || !s.onlyNumbers() || !areSlips(s.large, s.numbers) || s.belowLow < -lastSerial {
		return
	}
	decision := Decision{Value: "1960", Rule: "XL-016", Confidence: 0.9, Why: why}
	if beside := d.countedFrom1970(c, s); beside != "" {
		decision.Value, decision.Why = "1970", beside
	}
	c.decide(DateSerial, decision)
}

// countedFrom1970 says why the days of an event are counted from 1970, as R and columnar files do, "" where nothing shows it: written dates of the file
// that agree with that and not with 1960, of other events or of births, after the last of which somebody must have been seen.
func (d *decider) countedFrom1970(c *Column, s *dateStats) string {
	if d.role(c) == "birth" || s.numbers < fewNumbers {
		return ""
	}
	low, high := s.lowHigh()
	from, to := d.writtenYears()
	born := d.lastBirth()
	fits := func(year int64) bool {
		first, last := year+low*secondsADay/yearSeconds, year+high*secondsADay/yearSeconds
		return last >= born && last <= int64(d.b.today.Year()) && (from > to || first >= from-1 && last <= to+1)
	}
	switch {
	case from > to && born == 0 || fits(1960) || !fits(1970):
		return ""
	case from > to:
		return fmt.Sprintf("counted from 1960 the last day would lie before births of %d, counted from 1970 after them", born)
	}
	return fmt.Sprintf("counted from 1970 all lie in the years of the other dates of the file, %d to %d, counted from 1960 they do not", from, to)
}

// lastBirth is the year of the last birth that is written as a date, slips aside; 0 where there is none.
func (d *decider) lastBirth() (year int64) {
	for _, i := range d.b.dates {
		if s := d.evidence[i].date; s != nil && s.days != nil && d.columns[i].Decisions[Era].Value == "" {
			year = max(year, s.days.lastYear())
		}
	}
	return year
}

// lastYear is the last year with more days than slips.
func (c *dayCounts) lastYear() int64 {
	var years [dayYears]int64
	all := int64(0)
	for i := range c.certain {
		n := int64(c.certain[i]) + int64(c.either[i])
		years[i/31/12] += n
		all += n
	}
	later := int64(0)
	for y := dayYears - 1; y >= 0; y-- {
		if later += years[y]; later > 1 && !areSlips(later, all) {
			return firstDayYear + int64(y)
		}
	}
	return 0
}

// held returns how many values are placeholders.
func (d *dateStats) held() (n int64) {
	for _, count := range d.holders {
		n += *count
	}
	return n
}

// decideEra says that the years of a column are of the Buddhist Era: nearly all of them lie so far ahead that they can be of no other.
func (d *decider) decideEra(c *Column, s *dateStats) {
	if name := readings(c.Header)[0]; ethiopianForm.MatchString(name) {
		d.decideEthiopian(c, s)
		return
	}
	dated := s.parsed() - s.held()
	if s.ahead < below1960 || !areSlips(dated-s.ahead, dated) {
		return
	}
	c.decide(Era, Decision{Value: "buddhist", Rule: "DATE-013", Confidence: 0.95 * float64(s.ahead) / float64(dated),
		Why: fmt.Sprintf("%d of %s of years that only this era has now; all lie between %d and %d", s.ahead, some(dated, "date is", "dates are"), s.yearLow, s.yearHigh)})
}

// ethiopianBehind is how many years the Ethiopian calendar is behind ours, at least.
const ethiopianBehind = 7

// decideEthiopian takes the dates of a column for Ethiopian ones, whose header says so; passUnfit lets it pass where years to come contradict it.
func (d *decider) decideEthiopian(c *Column, s *dateStats) {
	why := "the header says so"
	c.decide(Era, Decision{Value: ethiopian, Rule: ruleEthiopian.String(), Confidence: 0.9, Why: why})
	order := orders[1]
	if s.over[1] > s.over[0] {
		order = orders[0]
	}
	if s.over[0]+s.over[1]+s.same+s.either > 0 {
		c.decide(DateOrder, Decision{Value: order, Rule: ruleProvedOrder.String(), Confidence: 0.9,
			Why: fmt.Sprintf("%s a first number above 12 and %d a second one; days go to 30 and months to 13", some(s.over[0], "value has", "values have"), s.over[1])})
	}
	d.find(Finding{Rule: ruleEthiopian, Count: 1, Detail: why}, c)
}

// ethiopian is a value of Era.
const ethiopian = "ethiopian"
