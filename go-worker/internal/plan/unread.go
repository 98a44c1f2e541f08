package plan

import (
	"fmt"
	"slices"
	"strings"
)

// A Reader tells whether the standardizers can read a value in a column as it was decided.
type Reader func(value string) bool

// readAlone are the types whose values are read, or emptied, by themselves: neither another cell of the row nor another rule saves them. Those of
// true are answers to a question, of which every program may have numbers of its own.
var readAlone = map[string]bool{
	"gender": true, "birth_sex": true, "race": true, "ethnicity": true, "language": true, "marital_status": true, "boolean": true, "value_set": true,
	"interpretation": true,

	"state": false, "country": false, "encounter_class": false, "route": false, "frequency": false, "ssn": false, "npi": false, "mbi": false, "dea": false,
	"phone": false, "email": false, "age": false, "integer": false, "vital": false, "zip": false,
}

// ofCountries are those that are read as the country of their row does.
var ofCountries = []string{"state", "phone"}

// passUnread lets columns pass untouched of which the standardizers could read nearly no value: the stage of a cancer where a header looked
// like that of states, numbers of another country's Medicare, codes that nothing explains. Emptied cells would say less.
func (d *decider) passUnread(taken map[string]bool) {
	stated := d.statesCountry()
	for i := range d.columns {
		c := &d.columns[i]
		if c.Wide || c.Adds != "" || c.Repeat > 0 && !d.isNumbered(i) || stated && slices.Contains(ofCountries, c.Type) {
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

// mostUnread is the share, in percent, of values that cannot be read from which a column is not what its header says. Of short numbers alone a
// tenth is enough: fewer are slips, but more are the numbers of a program's own list (RESULT_STATUS_C of Epic), in which the others may mean
// something else, too.
const (
	mostUnread  = 95
	mostUnknown = 10
)

// unread says how many values of a column cannot be read, "" where that is no reason to doubt its header.
func (d *decider) unread(i int) string {
	c := &d.columns[i]
	if _, alone := readAlone[c.Type]; !alone {
		return ""
	}
	unread, all := d.unreadOf(i)
	numbered := d.isNumbered(i)
	if numbered && c.Type == "ethnicity" && !asksHispanic(c.Header) {
		unread = all
	}
	if numbered && unread > 0 && unread*100 >= all*mostUnknown {
		return fmt.Sprintf("%d of %s %s nothing in this field, and no list says what they mean; a profile can", unread, some(all, "number", "numbers"), verb(unread, "means", "mean"))
	}
	if all < fewDates || unread*100 < all*mostUnread {
		return ""
	}
	first := ""
	if all < d.evidence[i].values {
		first = "the first "
	}
	return fmt.Sprintf("%d of %s%d values cannot be read as %s", unread, first, all, c.Field)
}

// isNumbered reports whether a column holds answers in short numbers alone, and nothing says what they mean.
func (d *decider) isNumbered(i int) bool {
	c := &d.columns[i]
	if !readAlone[c.Type] || d.explained(c.Field) {
		return false
	}
	distinct, complete := d.evidence[i].tally.distinct()
	return complete && everyKey(distinct, isShortNumber)
}

// asksHispanic reports whether a header asks a question that 1 and 0 answer as yes and no. Under others they number a list's answers: 0 is
// Hispanic and 1 is not in the demographics of REDCap's library.
func asksHispanic(header string) bool {
	name := nameOf(header)
	return strings.Contains(name, "hisp") || strings.Contains(name, "latin") || strings.Contains(name, "spanish")
}

// explained reports whether something says what the numbers of a field mean: a list, the decision about sexes, or the profile.
func (d *decider) explained(field string) bool {
	if f := d.b.table.Field(field); f != nil && (f.Params["zero"] != "" || f.Params["life"] != "") {
		return true
	}
	return slices.ContainsFunc(d.columns, func(c Column) bool {
		return c.Field == field && (c.Decisions[CodeStandard].Value != "" || c.Decisions[SexCode].Value != "")
	})
}

// isShortNumber reports whether a code is a number of at most three digits.
func isShortNumber(v string) bool {
	v = strings.TrimSuffix(v, ".0")
	return v != "" && len(v) <= 3 && allDigits(v)
}

// An unreadShare is how many values of a column cannot be read, and of how many, while so many decisions about it are taken.
type unreadShare struct {
	unread, all int64
	decisions   int
}

// unreadOf returns how many values of a column cannot be read, and of how many. Of columns whose values are too many to be kept, those of the
// first rows are asked.
func (d *decider) unreadOf(i int) (unread, all int64) {
	if d.b.options.Reads == nil {
		return 0, 0
	}
	c := &d.columns[i]
	if known, ok := d.asked[i]; ok && known.decisions == len(c.Decisions) {
		return known.unread, known.all
	}
	values, whole := map[string]int64(nil), false
	if t := d.evidence[i].tally; t != nil {
		values, whole = t.distinct()
	}
	if !whole {
		values = d.firstValues(i)
	}
	reads := d.b.options.Reads(d.b.table, c)
	for v, n := range values {
		all += n
		if !reads(v) {
			unread += n
		}
	}
	if d.asked == nil {
		d.asked = map[int]unreadShare{}
	}
	d.asked[i] = unreadShare{unread, all, len(c.Decisions)}
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
