package plan

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// Values of the decision on which day the ages of a file were true, beside a day.
const (
	AgesToday   = "today"
	AgesOfVisit = "visit" // each at a date of its own row
	AgesAnytime = "any"   // nobody knows: only an age that nobody born then can have reached is wrong
)

// RecordMoments are the fields of a person that say when its record, and the age in it, may have been written.
var RecordMoments = []string{"last_visit", "last_updated"}

// A birthday and an age say that the age was true on the days of one year. One of those days explains the ages of a file when it lies in
// the years of nearly all rows; so it does where they were written within some weeks. Fewer rows than agesFrom agree by chance.
const (
	agesFrom   = 5
	agesShare  = 0.9
	oldestAge  = 120
	recordDays = 60 * 366 // before today, on which records are looked for
)

// AgeSlack is how many years an age may be from what it was at its date without being flagged (PAT-010): people round, and others did before.
const AgeSlack = 1

// ageColumns are the places of what an age is held against, -1 for what the file lacks.
type ageColumns struct {
	age, birth, death int
	moments           []int
}

// findAges sets the columns by which ages are counted, where the file has one of ages and one of birth dates.
func (b *Builder) findAges() {
	at := map[string][]int{}
	for i := range b.columns {
		if c := &b.columns[i]; c.Type != "" && !c.Wide && !slices.ContainsFunc(b.spares, func(p sparePair) bool { return p.column == i }) {
			at[c.Field] = append(at[c.Field], i)
		}
	}
	kind := func(field string, is evidenceKind) int {
		if len(at[field]) != 1 || b.specs[at[field][0]].kind != is {
			return -1
		}
		return at[field][0]
	}
	a := ageColumns{age: kind("age", numbersKind), birth: kind("birth_date", datesKind), death: kind("death_date", datesKind)}
	if a.age < 0 || a.birth < 0 {
		return
	}
	for _, field := range RecordMoments {
		if m := kind(field, datesKind); m >= 0 {
			a.moments = append(a.moments, m)
		}
	}
	b.ages = &a
}

// ageStats count, by day, the rows whose age was true then.
type ageStats struct {
	first          int32                 // the first day that is looked at
	turns          [recordDays + 1]int32 // by day from the first one: how many rows more, or fewer, than on the day before
	rows           int64                 // with a whole birth date and an age of the past
	own, ownFitted int64                 // of these, with a date of their own; with one that the age fits
}

func newAgeStats(today time.Time) *ageStats {
	return &ageStats{first: dayNumber(today.Year(), int(today.Month()), today.Day()) - recordDays + 1}
}

// addBlock counts the rows of a block. Of the dead nobody knows whether the age is that at death.
func (s *ageStats) addBlock(e *Evidence, b block) {
	at := e.b.ages
	birth := e.columns[at.birth]
	both := birth.filled & e.columns[at.age].filled
	if at.death >= 0 {
		both &^= e.columns[at.death].filled
	}
	for ; both != 0; both &= both - 1 {
		i := bits.TrailingZeros64(both)
		born := birth.moments[i].proved()
		age := wholeYears(b.text[i*b.width+at.age])
		if born == 0 || age < 0 {
			continue
		}
		if s.add(yearsOfAge(born, age, age)) {
			s.addOwn(e, i, born, age)
		}
	}
}

// add counts the year in which an age was true, from a day up to the one before another, and reports whether it lies in the past.
func (s *ageStats) add(from, to int32) bool {
	from, to = max(from-s.first, 0), min(to-s.first, recordDays)
	if from >= recordDays {
		return false // nobody is that old today: it says nothing about the day
	}
	s.rows++
	if to > 0 {
		s.turns[from]++
		s.turns[to]--
	}
	return true
}

// addOwn counts whether a date of the row itself explains its age.
func (s *ageStats) addOwn(e *Evidence, i int, born int32, age int) {
	from, to := yearsOfAge(born, age-AgeSlack, age+AgeSlack)
	known, fits := false, false
	for _, m := range e.b.ages.moments {
		if c := e.columns[m]; c.has(i) && c.moments[i].proved() != 0 {
			day := c.moments[i].proved()
			known = true
			fits = fits || day >= from && day < to
		}
	}
	if known {
		s.own++
	}
	if fits {
		s.ownFitted++
	}
}

func (s *ageStats) merge(o *ageStats) {
	for i, n := range o.turns {
		s.turns[i] += n
	}
	s.rows += o.rows
	s.own += o.own
	s.ownFitted += o.ownFitted
}

// proved returns the day that a date means whatever is decided about its column, 0 where that matters.
func (m *moment) proved() int32 {
	if m.either || m.serial {
		return 0
	}
	return m.monthFirst
}

// day1970 is the number of the day from which programs count.
var day1970 = dayNumber(1970, 1, 1)

// dayOf returns the day with a number.
func dayOf(number int32) time.Time { return time.Unix(int64(number-day1970)*24*60*60, 0).UTC() }

// yearsOfAge returns the birthday from which somebody has one age, and the one from which another no longer.
func yearsOfAge(born int32, from, to int) (first, end int32) {
	year, month, day := dayOf(born).Date()
	return dayNumber(year+from, int(month), day), dayNumber(year+to+1, int(month), day)
}

// wholeYears returns an age written as years, -1 for any other: months, 90+.
func wholeYears(text string) int {
	end, age := 0, 0
	for end < len(text) && end < 3 && isDigit(text[end]) {
		age = 10*age + int(text[end]-'0')
		end++
	}
	rest := text[end:]
	if len(rest) > 1 && rest[0] == '.' && isDigit(rest[1]) { // 45.0, 45.5
		rest = strings.TrimLeft(rest[1:], "0123456789")
	}
	if end == 0 || age > oldestAge || rest != "" && !slices.Contains(yearWords, strings.ToLower(strings.TrimSpace(rest))) {
		return -1
	}
	return age
}

// best returns the last days, one after another, on which the most ages were true, how many these are, and how many are true today.
func (s *ageStats) best() (from, to int32, most, today int64) {
	var n int64
	for i := range int32(recordDays) {
		n += int64(s.turns[i])
		switch {
		case n > most, n == most && s.first+i > to+1:
			from, to, most = s.first+i, s.first+i, n
		case n == most:
			to++
		}
	}
	return from, to, most, n
}

// decideAges decides once for the column on which day the ages were true (PAT-014).
func (d *decider) decideAges() {
	s, at := d.b.merged.ages, d.b.ages
	if s == nil || s.rows < agesFrom || d.columns[at.age].Type != "age" || d.columns[at.birth].Type != "date" {
		return
	}
	c, decision := &d.columns[at.age], s.decide()
	if c.decide(AgesOn, decision); decision.Rule != "" {
		d.find(Finding{Rule: ruleAgesOn, Count: 1, Detail: decision.Why}, c)
	}
}

// decide returns the decision that the counts speak for. That ages are those of today is what everybody expects, and no news.
func (s *ageStats) decide() Decision {
	from, to, most, today := s.best()
	all := some(s.rows, "age", "ages")
	if explains(today, s.rows) {
		return Decision{Value: AgesToday, Confidence: certainty(today, s.rows), Why: fmt.Sprintf("%d of %s fit the birth date today", today, all)}
	}
	if explains(most, s.rows) {
		return Decision{Value: dayOf(to).Format(time.DateOnly), Rule: ruleAgesOn.String(), Confidence: certainty(most, s.rows),
			Why: fmt.Sprintf("assumed: %d of %s fit the birth date on %s, and %d today", most, all, daySpan(from, to), today)}
	}
	why := fmt.Sprintf("assumed: no day explains the ages, at most %d of %s", most, all)
	if s.own >= agesFrom && explains(s.ownFitted, s.own) {
		return Decision{Value: AgesOfVisit, Rule: ruleAgesOn.String(), Confidence: certainty(s.ownFitted, s.own),
			Why: fmt.Sprintf("%s; a date of the row does in %d of %d", why, s.ownFitted, s.own)}
	}
	return Decision{Value: AgesAnytime, Rule: ruleAgesOn.String(), Confidence: 1 - float64(most)/float64(s.rows),
		Why: why + "; only an age that nobody born then can have reached is flagged"}
}

// explains reports whether so many rows are nearly all of them.
func explains(n, of int64) bool { return float64(n) >= agesShare*float64(of) }

// certainty grows with the share of the rows, and with their number: few agree by chance.
func certainty(n, of int64) float64 {
	return min(0.95, float64(n)/float64(of)*(1-1/float64(of)))
}

// daySpan writes the days from one to another.
func daySpan(from, to int32) string {
	first, last := dayOf(from).Format(time.DateOnly), dayOf(to).Format(time.DateOnly)
	if first == last {
		return last
	}
	return "each day from " + first + " to " + last
}

// sameAges reports whether two decisions hold ages against days so near to each other that no age of one is flagged under the other.
func sameAges(a, b string, today time.Time) bool {
	x, okA := AgesDay(a, today)
	y, okB := AgesDay(b, today)
	return okA && okB && !x.AddDate(AgeSlack, 0, 0).Before(y) && !y.AddDate(AgeSlack, 0, 0).Before(x)
}

// AgesDay returns the day on which the ages of a column were true, under the decision and the day that the job calls today; false where
// it is not one.
func AgesDay(decided string, today time.Time) (time.Time, bool) {
	if decided == AgesToday {
		return today, true
	}
	day, err := time.Parse(time.DateOnly, decided)
	return day, err == nil
}
