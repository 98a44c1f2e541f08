package plan

import (
	"fmt"
	"slices"
	"strings"
)

// Moments counted from 1970, in seconds (Unix time, POSIX.1-2017, section 4.16) or in milliseconds (ECMA-262, time values).
const (
	secondsADay = 24 * 60 * 60
	oldestEpoch = 315532800   // 1980-01-01: no extract counted the moments of older events so
	oldestBirth = -2208988800 // 1900-01-01
	since1960   = 315619200   // seconds from 1960 to 1970, from where SAS and Stata count theirs
	recentYears = 3           // an extract whose last event lies further back is old
	yearSeconds = 31556952    // of a mean Gregorian year
	millis      = 1000
)

// epochWords are words of headers by which a number is a moment counted from 1970.
var epochWords = []string{"epoch", "unix", "posix", "unixtime", "timestamp", "ts", "ms", "millis"}

// decideEpochs finds the date columns that hold moments counted from 1970: first those of events, on which births can lean.
func (d *decider) decideEpochs() {
	for _, births := range []bool{false, true} {
		for _, i := range d.b.dates {
			c, s := &d.columns[i], d.evidence[i].date
			if s == nil || !s.tooLarge() || (d.role(c) == "birth") != births {
				continue
			}
			unit, by := d.epochUnit(s, births)
			why := ""
			if unit != "" {
				why = d.whyEpoch(c, s, by, births)
			}
			if why == "" {
				continue
			}
			why = some(s.numbers+s.below, "number", "numbers") + " too large for days, " + why
			c.decide(DateEpoch, Decision{Value: unit, Rule: ruleEpoch.String(), Confidence: 0.85, Why: why})
			d.find(Finding{Rule: ruleEpoch, Count: 1, Detail: why}, c)
		}
	}
}

// tooLarge reports whether a column holds numbers alone, hardly any of which can be a day: those of a moment soon after 1970.
func (d *dateStats) tooLarge() bool {
	return d.large > 0 && d.parsed() == 0 && d.other == d.below && float64(d.numbers-d.large) <= (1-sixReadable)*float64(d.numbers+d.below)
}

// lowHigh returns the least and the greatest number of a column.
func (d *dateStats) lowHigh() (low, high int64) {
	return min(d.serialLow, d.belowLow), d.serialHigh
}

// epochUnit returns the unit in which all numbers are moments of the past, "" where there is none.
func (d *decider) epochUnit(s *dateStats, births bool) (unit string, by int64) {
	low, high := s.lowHigh()
	oldest := int64(oldestEpoch)
	if births {
		oldest = oldestBirth
	}
	tomorrow := d.b.today.Unix() + 2*secondsADay
	switch {
	case low >= oldest && high <= tomorrow && s.clocks < s.large:
		return "s", 1
	case low >= millis*oldest && high <= millis*tomorrow && high-low > millis*secondsADay:
		return "ms", millis
	}
	return "", 0
}

// whyEpoch says why the numbers of a column count from 1970 and not from 1960, "" where nothing tells. A birth must be a whole day: of one at another
// time nobody knows on which day of the calendar it was.
func (d *decider) whyEpoch(c *Column, s *dateStats, by int64, births bool) string {
	if births && s.step%(by*secondsADay) != 0 {
		return ""
	}
	name, _ := Normalize(c.Header)
	if slices.ContainsFunc(strings.Split(name, "_"), func(w string) bool { return slices.Contains(epochWords, w) }) {
		return "counted from 1970: the header says so"
	}
	if births {
		if header := d.epochOf(by); header != "" {
			return fmt.Sprintf("counted from 1970, all at midnight, as those of column %q", header)
		}
		return ""
	}
	low, high := s.lowHigh()
	low, high = low/by, high/by
	if from, to := d.writtenYears(); from <= to {
		within := func(n int64) bool { return from-1 <= 1970+n/yearSeconds && 1970+n/yearSeconds <= to+1 }
		switch unix, old := within(low) && within(high), within(low-since1960) && within(high-since1960); {
		case unix && !old:
			return fmt.Sprintf("counted from 1970 all lie in the years of the other dates of the file, %d to %d", from, to)
		case old:
			return ""
		}
	}
	if high >= d.b.today.Unix()-recentYears*yearSeconds {
		return fmt.Sprintf("assumed: counted from 1970 the last one lies in %d, counted from 1960 ten years before", 1970+high/yearSeconds)
	}
	return ""
}

// epochOf returns the header of a column whose numbers are known to count from 1970 in a unit.
func (d *decider) epochOf(by int64) string {
	unit := map[int64]string{1: "s", millis: "ms"}[by]
	for _, i := range d.b.dates {
		if d.columns[i].Decisions[DateEpoch].Value == unit {
			return d.columns[i].Header
		}
	}
	return ""
}

// writtenYears are the years of the written dates of events in the file; from is later than to where there are none.
func (d *decider) writtenYears() (from, to int64) {
	from, to = 9999, 0
	for _, i := range d.b.dates {
		_, other := d.columns[i].Decisions[Era]
		if s := d.evidence[i].date; s != nil && s.yearHigh > 0 && !other && d.role(&d.columns[i]) != "birth" {
			from, to = min(from, int64(s.yearLow)), max(to, int64(s.yearHigh))
		}
	}
	return from, to
}

// isClock reports whether ten digits may be YYMMDDHHMM.
func isClock(n int64) bool {
	month, day, hour, minute := n/1_000_000%100, n/10_000%100, n/100%100, n%100
	return n >= 100_000_000 && n < 10_000_000_000 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
