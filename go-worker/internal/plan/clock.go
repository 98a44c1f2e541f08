package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// clockForm matches a time of day in a cell of its own: 14:30, 8:05:10 am, 1430, 080510.
var clockForm = regexp.MustCompile(`(?i)^(?:([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?|([01]?\d|2[0-3])([0-5]\d)([0-5]\d)?) ?(?:([ap])\.?m\.?)?$`)

// dayEnds are how the midnight at the end of a day is written.
var dayEnds = []string{"24:00", "2400", "24:00:00", "240000"}

// ClockTime returns a time of day as it stands behind a date (08:05, 14:30:10, 24:00), "" where the text is none.
func ClockTime(text string) string {
	if slices.Contains(dayEnds, text) {
		return dayEnds[0]
	}
	m := clockForm.FindStringSubmatch(text)
	if m == nil {
		return ""
	}
	hour, _ := strconv.Atoi(m[1] + m[4])
	if m[7] != "" {
		if hour < 1 || hour > 12 {
			return ""
		}
		hour %= 12
		if strings.EqualFold(m[7], "p") {
			hour += 12
		}
	}
	clock := fmt.Sprintf("%02d:%s", hour, m[2]+m[5])
	if second := m[3] + m[6]; second != "" {
		clock += ":" + second
	}
	return clock
}

// Words by which headers tell a day from a time of day.
var (
	dayWords   = []string{"date", "day", "on"}
	clockWords = []string{"time", "tm", "hour", "hr", "at"}
)

// without returns the words of a header but for some, and whether it had any of these.
func without(header string, words []string) (rest string, had bool) {
	name, _ := Normalize(header)
	all := strings.Split(name, "_")
	left := slices.DeleteFunc(slices.Clone(all), func(w string) bool { return slices.Contains(words, w) })
	slices.Sort(left) // in whatever order: Date Collected, collected_time
	return strings.Join(left, "_"), len(left) < len(all)
}

// pairClocks finds the times of day that stand in a column beside that of their date: of a date whose header says nothing else
// (collection_date and collection_time), when the column holds hardly anything but times, and the date has none.
func (d *decider) pairClocks() {
	for _, i := range d.b.dates {
		c, s := &d.columns[i], d.evidence[i].date
		if s == nil || c.Type != "datetime" || c.Wide || s.times > s.midnights || s.parsed() == 0 {
			continue
		}
		of, _ := without(c.Header, dayWords)
		found := -1
		for j := range d.columns {
			rest, ok := without(d.columns[j].Header, clockWords)
			if !ok || rest != of || d.columns[j].Type != "" || d.clocks(j) == 0 {
				continue
			}
			if found >= 0 {
				return
			}
			found = j
		}
		if found >= 0 {
			n := d.clocks(found)
			c.decide(TimeOfDay, Decision{Value: d.columns[found].Header, Confidence: 0.95,
				Why: fmt.Sprintf("the headers are a pair, the first %s of that column %s of day, and no date here has one", some(n, "value", "values"), verb(n, "is a time", "are times"))})
			d.columns[found].Why = "the times of day of " + c.Header
			d.beside[found] = "its times go with " + c.Header
		}
	}
}

// clocks returns how many times of day the first values of a column are, 0 where more than a tenth is anything else, or all are midnight.
func (d *decider) clocks(column int) (n int64) {
	midnight, short, others := true, int64(0), int64(0)
	for _, row := range d.b.input.Sample {
		text := Trim(row[column])
		if text == "" || d.evidence[column].spec.nulls.Is(text) {
			continue
		}
		clock := ClockTime(text)
		if clock == "" {
			others++
			continue
		}
		midnight = midnight && strings.Trim(clock, "0:") == ""
		if n++; len(text) == 3 {
			short++ // 805, which has lost its zero, or a number of minutes
		}
	}
	if midnight || short*2 > n || others*10 > n {
		return 0
	}
	return n
}
