package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/units"
)

// fewDates is how many values a column must have before that hardly any of them is a date says anything.
const fewDates = 5

// firstSerial is the day of a spreadsheet before which no number is taken for a day where a column holds nothing else: 1 January 1910. Below it
// are the numbers of visits, the days of a study, and years with a fraction (1889.0192).
const (
	firstSerial      = 3654
	firstDecimalYear = 1000
)

// oldestYear is the first year that a date of a patient, or of someone whose dates research data shifted, may have.
const oldestYear = 1600

// passUnfit lets columns pass untouched of which hardly any value is a date as they are read: seconds since some day, a calendar of its
// own, another language. Emptied cells would say less, and days of another calendar would be wrong.
func (d *decider) passUnfit() {
	taken := map[string]bool{}
	for i := range d.columns {
		taken[d.columns[i].Field] = true
	}
	d.passAges(taken)
	d.passLife(taken)
	d.passEthnicLetters(taken)
	for _, i := range d.b.dates {
		c, s := &d.columns[i], d.evidence[i].date
		if s == nil {
			continue
		}
		why := s.unfit(dateSerials[c.Decisions[DateSerial].Value].Statistics())
		if c.Decisions[Era].Value == ethiopian {
			why = s.notEthiopian(d.b.today.Year())
		}
		if _, epoch := c.Decisions[DateEpoch]; why == "" || c.Repeat > 0 || epoch || d.declaresEpoch(c) {
			continue
		}
		d.pass(i, taken, why)
	}
	d.passUnread(taken)
}

// pass lets a column pass untouched that does not hold what its header says.
func (d *decider) pass(i int, taken map[string]bool, why string) {
	c := &d.columns[i]
	*c = Column{Header: c.Header, Field: untouched(c.Header, i, taken), Why: "no " + c.Field + ": " + why, Decisions: map[string]Decision{}, Evidence: c.Evidence}
	d.findings = slices.DeleteFunc(d.findings, func(f Finding) bool { return f.Header == c.Header })
	d.find(Finding{Rule: ruleUnfit, Count: 1, Detail: why + "; passed through as " + c.Field}, c)
}

// ageUnits are headers of a column that says in what an age is counted, and yearWords those of its values that are years.
var (
	ageUnits  = []string{"age_unit", "age_units", "age_uom", "age_type", "unit_of_age", "age_in", "ageu", "e_patient_16"}
	yearWords = []string{"y", "yr", "yrs", "year", "years", "a", "ans", "jahre", "anos", "años", "2516009"}
)

// passAges lets ages pass untouched beside a column of their units that are not all years, and where the header says that it counts no years:
// 3 would be read as three years, and may be days.
func (d *decider) passAges(taken map[string]bool) {
	for i := range d.columns {
		_, bracketed := Normalize(d.columns[i].Header)
		if unit, known := units.Read(bracketed, ""); known && unit.Code != "a" && d.columns[i].Type == "age" {
			d.pass(i, taken, "its header counts it in another unit than years")
		}
	}
	for i := range d.columns {
		if d.columns[i].Type == "age" && d.belowZero(i) {
			d.pass(i, taken, "many values lie below zero, as those of a scale do that counts from a mean")
		}
	}
	counted := slices.IndexFunc(d.columns, func(c Column) bool {
		name, _ := Normalize(c.Header)
		return c.Type == "" && slices.Contains(ageUnits, name)
	})
	if counted < 0 || d.evidence[counted].tally == nil || !slices.ContainsFunc(d.evidence[counted].tally.in.values, func(v string) bool {
		return !slices.Contains(yearWords, strings.ToLower(v))
	}) {
		return
	}
	for i := range d.columns {
		if d.columns[i].Type == "age" {
			d.pass(i, taken, "its units stand in another column, and are not all years")
		}
	}
}

// belowZero reports whether a tenth of the numbers of a column lie below zero, and about as far as the others lie above: one or the other far
// below stands for no value.
func (d *decider) belowZero(i int) bool {
	t := d.evidence[i].tally
	if t == nil || t.in.over {
		return false
	}
	var below int64
	low, high := 0.0, 0.0
	t.in.each(func(v string, n int64) {
		number, err := strconv.ParseFloat(v, 64)
		if err != nil {
			return
		}
		low, high = min(low, number), max(high, number)
		if number < 0 {
			below += n
		}
	})
	return below >= fewDates && below*100 >= d.evidence[i].values*mostUnknown && -3*low >= high
}

// lifeHeaders are headers of a column that may say alive as well as dead, so that its numbers, and its yes and no, say neither.
var lifeHeaders = []string{"vital_status", "living_status", "vital_status_code", "life_status", "alive_dead", "survival_status"}

// lifeless are answers that say neither alive nor dead where the header asks after neither.
var lifeless = []string{"y", "n", "yes", "no", "t", "f", "true", "false"}

// passLife lets a column pass untouched that says whether people are alive in numbers or in yes and no: 1 is alive in registries of cancer,
// and dead in extracts of hospitals. A profile whose values say it gives the field the param life.
func (d *decider) passLife(taken map[string]bool) {
	f := d.b.table.Field("deceased")
	if f == nil || f.Params["life"] != "" {
		return
	}
	for i := range d.columns {
		c, t := &d.columns[i], d.evidence[i].tally
		if c.Field != f.Name || t == nil || !slices.Contains(lifeHeaders, withoutContext(nameOf(c.Header))) {
			continue
		}
		if slices.ContainsFunc(t.in.values, func(v string) bool { return allDigits(v) || slices.Contains(lifeless, strings.ToLower(v)) }) {
			d.pass(i, taken, "its codes may mean alive or dead; a profile can say which, with the param life")
		}
	}
}

func nameOf(header string) string {
	name, _ := Normalize(header)
	return name
}

// declaresEpoch reports whether the profile says that the numbers of a column are seconds.
func (d *decider) declaresEpoch(c *Column) bool {
	f := d.b.table.Field(c.Field)
	return f != nil && f.Params["epoch"] != ""
}

// unfit says why no value of a column can be taken for a date, "" where one can.
func (d *dateStats) unfit(statistics bool) string {
	values := d.parsed() + d.numbers + d.other
	switch {
	case values < fewDates || len(d.holders) > 0 || statistics:
		return ""
	case d.countsOn():
		return fmt.Sprintf("its years of two digits go on with three in %s, as in the calendar of Taiwan, or counted from 1900", some(d.longYears, "value", "values"))
	case d.quarters > 0 && d.quarters == values:
		return fmt.Sprintf("all %d values are quarters, of which a date keeps only the year", values)
	case d.isSix() && d.parsed() == d.six.months:
		return fmt.Sprintf("of %d values of five or six digits nothing tells which are the year and which the day", d.six.six+d.six.five)
	case (d.large+d.other+d.beyond)*100 >= values*mostUnread:
		if d.beyond > d.large+d.other {
			return fmt.Sprintf("%s would be %s to come, as days of a spreadsheet", some(d.beyond, "number", "numbers"), verb(d.beyond, "a day", "days"))
		}
		if d.large > d.other {
			return fmt.Sprintf("%s are too large for days, and may be seconds, of which a profile can say the epoch", some(d.large, "number", "numbers"))
		}
		return fmt.Sprintf("%d of %d values are no dates that can be read", d.large+d.other, values)
	case d.numbers*100 >= values*mostUnread && d.below == 0 && d.serialHigh < firstSerial && (d.parsed() == 0 || d.serialLow >= firstDecimalYear):
		return fmt.Sprintf("%s, which count from no day that a patient can have", some(d.numbers, "small number", "small numbers"))
	case d.numbers == 0 && d.yearLow <= d.yearHigh && d.yearHigh < oldestYear && d.yearLow >= 1000:
		return fmt.Sprintf("all years lie between %d and %d, as in the Persian and the Islamic calendar", d.yearLow, d.yearHigh)
	}
	return ""
}

// notEthiopian says why a column cannot hold Ethiopian dates, "" where it can.
func (d *dateStats) notEthiopian(year int) string {
	if d.yearHigh > year-ethiopianBehind && !d.mayBeFuture || d.yearHigh > year {
		return fmt.Sprintf("its header names the Ethiopian calendar, and its years go to %d, which is to come there", d.yearHigh)
	}
	return ""
}
