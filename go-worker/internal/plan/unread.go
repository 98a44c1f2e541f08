package plan

import (
	"fmt"
	"slices"
)

// A Reader tells whether the standardizers can read a value in a column as it was decided.
type Reader func(value string) bool

// readAlone are the types whose values are read, or emptied, by themselves: neither another cell of the row nor another rule saves them.
var readAlone = []string{
	"gender", "birth_sex", "race", "ethnicity", "language", "marital_status", "boolean", "value_set", "state", "country", "encounter_class",
	"route", "frequency", "interpretation", "ssn", "npi", "mbi", "dea", "phone", "email", "age", "integer", "vital",
}

// ofCountries are those that are read as the country of their row does.
var ofCountries = []string{"state", "phone"}

// passUnread lets columns pass untouched of which the standardizers could read nearly no value: the stage of a cancer where a header looked
// like that of states, numbers of another country's Medicare, codes that nothing explains. Emptied cells would say less.
func (d *decider) passUnread(taken map[string]bool) {
	stated := d.statesCountry()
	for i := range d.columns {
		c := &d.columns[i]
		if c.Wide || c.Repeat > 0 || c.Adds != "" || !slices.Contains(readAlone, c.Type) || stated && slices.Contains(ofCountries, c.Type) {
			continue
		}
		if why := d.unread(i); why != "" {
			if sex := c.Decisions[SexCode]; sex.Value == "unknown01" {
				why = sex.Why + "; a profile can say it, with the param zero"
			}
			d.pass(i, taken, why)
		}
	}
}

// mostUnread is the share, in percent, of values that cannot be read above which a column is not what its header says.
const mostUnread = 95

// unread says how many values of a column cannot be read, "" where that is no reason to doubt its header.
func (d *decider) unread(i int) string {
	if !slices.Contains(readAlone, d.columns[i].Type) {
		return ""
	}
	unread, all := d.unreadOf(i)
	if all < fewDates || unread*100 < all*mostUnread {
		return ""
	}
	first := ""
	if all < d.evidence[i].values {
		first = "the first "
	}
	return fmt.Sprintf("%d of %s%d values cannot be read as %s", unread, first, all, d.columns[i].Field)
}

// unreadOf returns how many values of a column cannot be read, and of how many. Of columns whose values are too many to be kept, those of the
// first rows are asked.
func (d *decider) unreadOf(i int) (unread, all int64) {
	if d.b.options.Reads == nil {
		return 0, 0
	}
	values, whole := map[string]int64(nil), false
	if t := d.evidence[i].tally; t != nil {
		values, whole = t.distinct()
	}
	if !whole {
		values = d.firstValues(i)
	}
	reads := d.b.options.Reads(d.b.table, &d.columns[i])
	for v, n := range values {
		all += n
		if !reads(v) {
			unread += n
		}
	}
	return unread, all
}

// firstValues counts the values of a column in the first rows of the file.
func (d *decider) firstValues(i int) map[string]int64 {
	values := map[string]int64{}
	nulls := d.columns[i].Nulls(d.b.table)
	for _, row := range d.b.input.Sample {
		if i < len(row) {
			if v := bare(row[i]); !nulls.Is(v) {
				values[v]++
			}
		}
	}
	return values
}
