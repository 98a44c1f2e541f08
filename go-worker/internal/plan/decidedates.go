package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/dates"
)

// orders are the values of the decision, by place in dateStats.future and orderTest.broken.
var orders = [2]string{dates.MonthFirst.String(), dates.DayFirst.String()}

// decideDates decides the date columns of the file: first those whose values prove an order, so that the others can
// lean on them.
func (d *decider) decideDates() {
	for _, i := range d.b.dates {
		if d.evidence[i].date != nil {
			d.decideSix(i)
			d.decideCoded(i)
			d.decideYearFirst(i)
			d.decideEra(&d.columns[i], d.evidence[i].date)
		}
	}
	d.decideEpochs()
	why1960 := d.countedFrom1960()
	for k, i := range d.b.dates {
		if s := d.evidence[i].date; s != nil { // nil: a spare column that passes untouched
			d.decide1960(&d.columns[i], s, why1960)
			d.decideSerials(k, &d.columns[i], s)
			if d.columns[i].Decisions[Era].Value != ethiopian {
				d.proveOrder(k, &d.columns[i], s)
			}
		}
	}
	proved := map[string]int{}
	for _, i := range d.b.dates {
		if decision, ok := d.columns[i].Decisions[DateOrder]; ok && decision.Value != "mixed" && d.columns[i].Decisions[Era].Value != ethiopian {
			proved[decision.Value]++
		}
	}
	if len(proved) == 0 {
		proved = d.provedUntouched()
	}
	d.decideShifted()
	for k, i := range d.b.dates {
		c, s := &d.columns[i], d.evidence[i].date
		if s == nil {
			continue
		}
		d.decideExchanged(i)
		if _, ok := c.Decisions[DateOrder]; !ok && s.either > 0 {
			d.assumeOrder(k, c, s, proved)
		}
		d.decideHolders(c, s)
		d.decideSpikes(c, s)
		d.tellEvenings(c, s)
		if s.times > 0 && s.times == s.midnights && s.times == s.parsed() {
			c.decide(DateOnly, Decision{Value: "yes", Rule: "DATE-009", Confidence: 1, Why: verb(s.times, "the only time is midnight", fmt.Sprintf("all %d times are midnight", s.times))})
		}
	}
}

// decideShifted lets dates in years to come stand in a file in which all of a column lie there that tells of the past: research data is
// shifted so that nobody is known by a day, and keeps what lies between two days.
func (d *decider) decideShifted() {
	at := slices.IndexFunc(d.b.dates, func(i int) bool {
		s := d.evidence[i].date
		return s != nil && !s.mayBeFuture && s.parsed() >= fewDates && s.yearLow > d.b.today.Year() && d.columns[i].Decisions[Era].Value == ""
	})
	if at < 0 {
		return
	}
	why := "all dates of " + d.columns[d.b.dates[at]].Field + " lie in years to come"
	for _, i := range d.b.dates {
		if d.evidence[i].date != nil {
			d.columns[i].decide(Shifted, Decision{Value: "yes", Rule: ruleFarYear.String(), Confidence: 0.9, Why: why})
		}
	}
}

// provedUntouched counts the columns which prove an order among those that pass untouched: the dates of birth in a file of results.
func (d *decider) provedUntouched() map[string]int {
	proved := map[string]int{}
	for i := range d.columns {
		if s := d.evidence[i].shape; s != nil && d.columns[i].Type == "" {
			if order := s.order(); order != "" {
				proved[order]++
			}
		}
	}
	return proved
}

// proveOrder decides from dates that only one order allows (SPEC section 6, column decision).
func (d *decider) proveOrder(k int, c *Column, s *dateStats) {
	dayFirst, monthFirst := s.over[0], s.over[1]
	total := dayFirst + monthFirst
	if total == 0 {
		return
	}
	why := fmt.Sprintf("%s a first number above 12 and %d a second one; %d can be read both ways", some(dayFirst, "value has", "values have"), monthFirst, s.either)
	value := orders[0]
	if dayFirst > monthFirst {
		value = orders[1]
	}
	minority := min(dayFirst, monthFirst)
	switch {
	case minority > 0 && d.decideMarks(c, s):
		why += "; the mark between the numbers separates them"
		c.decide(DateOrder, Decision{Value: "mixed", Rule: ruleProvedOrder.String(), Confidence: 0.95, Why: why})
	case minority == 0:
		c.decide(DateOrder, Decision{Value: value, Rule: ruleProvedOrder.String(), Confidence: min(1, 0.9+float64(total)/100), Why: why})
		d.find(Finding{Rule: ruleProvedOrder, Count: 1, Detail: why}, c)
	case float64(minority) <= slipShare*float64(total):
		c.decide(DateOrder, Decision{Value: value, Rule: "DATE-102", Confidence: 1 - float64(minority)/float64(total), Why: why})
		d.find(Finding{Rule: ruleProvedOrder, Count: 1, Detail: why}, c)
	default:
		if header := d.splitBy(k); header != "" {
			why += fmt.Sprintf("; splitting the file by column %q separates them", header)
			c.decide(SplitBy, Decision{Value: header, Confidence: 1, Why: "each of its values occurs with one order only"})
		}
		c.decide(DateOrder, Decision{Value: "mixed", Rule: "DATE-103", Confidence: 1, Why: why})
	}
}

// markProofs is from how many dates on that only one order allows those with a mark between their numbers have an order of their own: five
// agree by chance once in sixteen times, and those of another mark must agree as well.
const markProofs = 5

// decideMarks decides the order of day and month by the mark between the numbers, 25.03.2014 beside 03/25/2014, where it separates both orders:
// the dates of no mark contradict each other, slips aside. Dates of a mark that proves nothing itself stay undecided.
func (d *decider) decideMarks(c *Column, s *dateStats) bool {
	var decided dates.Orders
	var counts []string
	sides := [2]bool{}
	for m, n := range s.byMark {
		total := n[0] + n[1]
		switch {
		case total < markProofs || dates.Mark(m) == dates.OtherMark:
			continue
		case !areSlips(min(n[0], n[1]), total):
			return false
		case n[0] > n[1]:
			decided[m], sides[0] = dates.DayFirst, true
		default:
			decided[m], sides[1] = dates.MonthFirst, true
		}
		counts = append(counts, fmt.Sprintf("%d and %d with %q", n[0], n[1], dates.Mark(m)))
	}
	if !sides[0] || !sides[1] {
		return false
	}
	why := "by the mark between the numbers, a first number above 12 and a second one have " + strings.Join(counts, ", ")
	c.decide(OrderByMark, Decision{Value: decided.String(), Rule: ruleProvedOrder.String(), Confidence: 0.95, Why: why})
	d.find(Finding{Rule: ruleProvedOrder, Count: 1, Detail: why}, c)
	return true
}

// orderOf returns the order that was decided for a date of a column.
func (c *Column) orderOf(value string) string {
	order := c.Decisions[DateOrder].Value
	if marks, ok := dates.ParseOrders(c.Decisions[OrderByMark].Value); ok && order == "mixed" {
		order = marks[dates.MarkOf(value)].String()
	}
	return order
}

// splitAgreeing is how many dates at least must have the order that another one of their group has proved: each does so by
// chance once in two times.
const splitAgreeing = 3

// splitBy returns the header of the column that separates the two orders of a mixed date column: each of its values
// comes with dates of one order, slips aside, and enough of them that this is no chance. The one with the fewest values
// is the best explanation.
func (d *decider) splitBy(k int) string {
	best, fewest := "", maxGroups+1
	test := d.b.merged.splits[k]
	for g, i := range d.b.groups {
		tally := d.evidence[i].tally
		if tally.in.over || len(tally.in.values) > maxGroups || len(test.counts[g]) < 2 {
			continue
		}
		pure, sides, agree := true, [2]bool{}, int64(0)
		for _, n := range test.counts[g] {
			total := n[0] + n[1]
			if total == 0 {
				continue
			}
			agree += total - 1
			if float64(min(n[0], n[1])) > slipShare*float64(total) {
				pure = false
			}
			sides[0] = sides[0] || n[0] > n[1]
			sides[1] = sides[1] || n[1] > n[0]
		}
		if pure && sides[0] && sides[1] && agree >= splitAgreeing && len(tally.in.values) < fewest {
			best, fewest = d.columns[i].Header, len(tally.in.values)
		}
	}
	return best
}

// assumeOrder decides where no value proves anything: profile, header, sibling columns and their headers, the source's last plan, constraints
// between dates, locale, in this order (DATE-104).
func (d *decider) assumeOrder(k int, c *Column, s *dateStats, proved map[string]int) {
	value, confidence, why := d.assumed(k, c, s, proved)
	share := fmt.Sprintf("the order matters in %s (%s)", some(s.either, "value", "values"), percent(s.either, s.parsed()))
	c.decide(DateOrder, Decision{Value: value, Rule: ruleAssumedOrder.String(), Confidence: confidence, Why: "assumed: " + why + "; " + share})
	d.find(Finding{Rule: ruleAssumedOrder, Count: 1, Detail: "assumed " + strings.ReplaceAll(value, "_", " ") + ": " + why + "; " + share}, c)
}

func (d *decider) assumed(k int, c *Column, s *dateStats, proved map[string]int) (value string, confidence float64, why string) {
	declared := d.b.table.DateOrder
	if f := d.b.table.Field(c.Field); f != nil && f.DateOrder != "" {
		declared = f.DateOrder
	}
	if declared != "" {
		return orderNamed(declared), 0.95, "the profile says so"
	}
	if stated := statedOrder(c.Header); stated != "" {
		return stated, 0.95, "the header says so"
	}
	if len(proved) == 1 {
		for value := range proved {
			return value, 0.9, some(proved[value], "other date column of the file proves it", "other date columns of the file prove it")
		}
	}
	if stated := d.statedInFile(); stated != "" {
		return stated, 0.85, "the header of another date column says so"
	}
	if d.b.options.Previous != nil {
		for i := range d.b.options.Previous.Columns {
			last := &d.b.options.Previous.Columns[i]
			if v := last.Decisions[DateOrder].Value; last.Field == c.Field && (v == orders[0] || v == orders[1]) {
				return v, 0.85, "the source's last plan has it"
			}
		}
	}
	if value, why := constrained(s, d.b.merged.orders[k]); value != "" {
		return value, 0.85, why
	}
	if d.country != nil && d.country.dayFirst {
		of := d.country.country
		if of == Elsewhere {
			of = "a country of the language of its headers"
		}
		return orders[1], 0.75, "the file seems to be of " + of + ", where the day comes first"
	}
	if s.points == s.either && d.b.input.Ingest.Delimiter == ";" {
		return orders[1], 0.75, "points stand between the numbers and semicolons between the cells, as where the day comes first"
	}
	if d.b.profile.Locale.DateOrder == "dmy" {
		return orders[1], 0.6, "the profile's locale"
	}
	return orders[0], 0.6, "the profile's locale"
}

func orderNamed(name string) string {
	if name == "dmy" {
		return orders[1]
	}
	return orders[0]
}

// firsts is how many dates must all be the first of their month before that tells which number is the day, and firstsYears over how many
// years they must lie: those of one January begin or end with 1 as well.
const (
	firsts      = 3
	firstsYears = 2
)

// constrained returns the order that is left when the other one breaks a constraint in more than 1 % of the rows:
// nothing happens in the future or before birth, and nothing ends before it starts. Dates that are all firsts of a
// month show their day too.
func constrained(s *dateStats, t *orderTest) (value, why string) {
	var loses [2]string
	for o := range orders {
		switch {
		case float64(t.broken[o]) > 0.01*float64(t.rows):
			loses[o] = fmt.Sprintf("%d of %s would have dates in the wrong sequence", t.broken[o], some(t.rows, "row", "rows"))
		case float64(s.future[o]) > 0.01*float64(s.either) && !s.mayBeFuture:
			loses[o] = fmt.Sprintf("%d of %s would lie in the future", s.future[o], some(s.either, "date", "dates"))
		}
	}
	switch {
	case loses[0] != "" && loses[1] == "":
		return orders[1], "read month first, " + loses[0]
	case loses[1] != "" && loses[0] == "":
		return orders[0], "read day first, " + loses[1]
	case s.either < firsts || s.yearHigh-s.yearLow < firstsYears: // a file of January holds nothing else
	case s.ones[0] == s.either:
		return orders[1], "the first number is always 1, as the day of monthly dates is"
	case s.ones[1] == s.either:
		return orders[0], "the second number is always 1, as the day of monthly dates is"
	}
	return "", ""
}

// decideSerials says what bare numbers of a date column count from.
func (d *decider) decideSerials(k int, c *Column, s *dateStats) {
	if _, epoch := c.Decisions[DateEpoch]; epoch || s.numbers == 0 {
		return
	}
	f := d.b.table.Field(c.Field)
	t := d.b.merged.orders[k]
	why := some(s.numbers, "bare number", "bare numbers") + " beside " + some(s.parsed(), "written date", "written dates")
	decision, offset := Decision{Value: "1900", Rule: "XL-001", Confidence: 0.95, Why: why}, int64(0)
	from1904 := d.b.input.Ingest.Days == "1904"
	if from1904 {
		decision, offset = Decision{Value: "1904", Rule: "XL-002", Confidence: 0.95, Why: why + "; the workbook counts days from 1904"}, days1904
	}
	switch {
	case f != nil && f.Params["date_system"] == "1904":
		decision = Decision{Value: "1904", Rule: "XL-002", Confidence: 1, Why: "profile"}
	case !from1904 && float64(t.serialBroken[0]) > 0.01*float64(t.serials) && float64(t.serialBroken[1]) <= 0.01*float64(t.serials):
		decision = Decision{Value: "1904", Rule: "XL-002", Confidence: 0.8,
			Why: fmt.Sprintf("%s; counted from 1900, %d of %s %s dates in the wrong sequence, from 1904 %d", why, t.serialBroken[0], some(t.serials, "row", "rows"),
				have(t.serialBroken[0]), t.serialBroken[1])}
	case s.parsed() == 0 || yearOf(s.serialHigh+offset)+1 >= s.yearLow && yearOf(s.serialLow+offset)-1 <= s.yearHigh:
	case s.days != nil && 10*s.birthSerials >= 9*s.numbers && 10*s.numbers >= s.numbers+s.parsed():
		decision.Confidence = 0.8
		decision.Why = fmt.Sprintf("%s; %d of the numbers %s on which living people were born", why, s.birthSerials, verb(s.birthSerials, "is a day", "are days"))
	default:
		return // none of the written dates lies where the numbers would: they are something else
	}
	c.decide(DateSerial, decision)
}

// yearOf is the year of a serial day, near enough to compare ranges.
func yearOf(serial int64) int { return 1900 + int(float64(serial)/365.2425) }

// decideHolders lists the placeholders among the dates of a column, as they are written (DATE-005). A single birth on
// 1900-01-01 may be one; the age then decides.
func (d *decider) decideHolders(c *Column, s *dateStats) {
	role := d.role(c)
	var births1900 []string
	var n1900 int64
	for value, n := range s.holders {
		w, _ := dates.Lex(value) // it was read before
		year, month, day := fullYear(&w, d.b.today.Year()), w.A, w.B
		if w.Kind == dates.Ordered && (w.A > 12 || w.B <= 12 && c.orderOf(value) == orders[1]) {
			month, day = w.B, w.A
		}
		switch {
		case !holder(year, month, day):
		case year >= openEnds: // DATE-004: read as it stands, cell by cell
		case year >= 1900 && role == "", year >= 1970 && role == "birth":
		case year == 1900 && day == 1 && role == "birth":
			births1900 = append(births1900, value)
			n1900 += *n
		default:
			c.Sentinels = append(c.Sentinels, value)
		}
	}
	if n1900 > 1 {
		c.Sentinels = append(c.Sentinels, births1900...)
	}
	slices.Sort(c.Sentinels)
}

// role returns what a date field is the date of: birth, past, end, future, or "" where the profile does not say.
func (d *decider) role(c *Column) string {
	if f := d.b.table.Field(c.Field); f != nil {
		return f.Params["role"]
	}
	return ""
}

// A birth date is unusually frequent from 20 times its expected share, half a percent and three rows on (DATE-006).
const (
	spikeTimes = 20
	spikeShare = 0.005
	spikeRows  = 3
)

// maxSpikes bounds the list: a column with more of them has another trouble.
const maxSpikes = 20

// decideSpikes lists birth dates that occur far more often than chance allows.
func (d *decider) decideSpikes(c *Column, s *dateStats) {
	if s.days == nil {
		return
	}
	dayFirst := c.Decisions[DateOrder].Value == orders[1]
	counts := s.days.certain
	for i, n := range s.days.either {
		if n == 0 {
			continue
		}
		year, a, b := dayAt(i)
		if dayFirst {
			a, b = b, a
		}
		counts[dayIndex(year, a, b)] += n
	}
	var total, distinct int64
	for _, n := range counts {
		total += int64(n)
		if n > 0 {
			distinct++
		}
	}
	if total == 0 || c.Decisions[DateOrder].Value == "mixed" {
		return
	}
	limit := max(spikeTimes*float64(total)/float64(distinct), spikeShare*float64(total), spikeRows)
	var days []string
	var rows int64
	for i, n := range counts {
		if float64(n) >= limit && len(days) < maxSpikes {
			year, month, day := dayAt(i)
			days = append(days, fmt.Sprintf("%04d-%02d-%02d", year, month, day))
			rows += int64(n)
		}
	}
	if len(days) == 0 {
		return
	}
	why := fmt.Sprintf("%s %d of %s", some(len(days), "day holds", "days hold"), rows, some(total, "birth date", "birth dates"))
	c.decide(SpikeDates, Decision{Value: strings.Join(days, "|"), Rule: ruleSpike.String(), Confidence: 0.9, Why: why})
	d.find(Finding{Rule: ruleSpike, Count: rows, Detail: why}, c)
}
