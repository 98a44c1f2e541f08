package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

// countrySigns are what says in which country a file was made, where no column of it does.
type countrySigns struct {
	country  string
	headers  []string // normalized: that of a number which only this country has says it alone
	words    []string // normalized: two of these say it together
	postal   []string // shapes of postal codes that no other country has, 9 for a digit and A for a letter
	dial     string
	dayFirst bool
}

var signsOfCountries = func() []countrySigns {
	var all []countrySigns
	for _, row := range facts.Rows("country_signs.csv", "country", "headers", "words", "postal", "dial", "order") {
		all = append(all, countrySigns{country: row[0], headers: normalNames(row[1]), words: normalNames(row[2]), postal: facts.List(row[3]),
			dial: row[4], dayFirst: row[5] == "dmy"})
	}
	return all
}()

func normalNames(list string) []string {
	names := facts.List(list)
	for i, n := range names {
		names[i] = joinedName(n)
	}
	return names
}

// joinedName returns a header without whose column it is and without what stands between words: PhilHealth is philhealth.
func joinedName(header string) string {
	return strings.ReplaceAll(withoutContext(nameOf(header)), "_", "")
}

// home is the country of the built-in profile: another one is what a profile says, and is believed.
const home = "US"

// fewCodes is how many postal codes or phone numbers must be seen before their form says anything.
const fewCodes = 3

// decideCountry decides of which country phone numbers, regions and postal codes are, where no column says so and the signs of one country
// stand in the file, and of no other. Its dates are then written in that country's order, unless something proves another.
func (d *decider) decideCountry() {
	if country := d.b.profile.Locale.Country; country != "" && country != home || d.statesCountry() {
		return
	}
	found, why := d.signs()
	switch {
	case found != nil && found.country != home:
		d.country = found
		d.assumeCountry(found.country, ruleCountryAssumed, why)
	case found == nil:
		if why := d.notHome(); why != "" {
			d.assumeCountry(Elsewhere, ruleCountryUnknown, why)
		}
	}
}

// assumeCountry decides it for every column whose values depend on it, and says so once.
func (d *decider) assumeCountry(country string, id rule.ID, why string) {
	told := false
	for i := range d.columns {
		c := &d.columns[i]
		if c.Type != "phone" && c.Type != "zip" && c.Type != "state" || d.evidence[i].values == 0 {
			continue
		}
		c.decide(Country, Decision{Value: country, Rule: id.String(), Confidence: 0.8, Why: why})
		if !told {
			d.findings = append(d.findings, Finding{Rule: id, Count: 1, Detail: "assumed " + country + ": " + why})
			told = true
		}
	}
}

// statesCountry reports whether a column of the file says of which country its rows are.
func (d *decider) statesCountry() bool {
	return slices.ContainsFunc(d.columns, func(c Column) bool { return c.Type == "country" && c.Evidence.Values > 0 })
}

// signs returns the only country of which there are enough signs, and in words which.
func (d *decider) signs() (*countrySigns, string) {
	names := make([]string, len(d.b.input.Header))
	for i, h := range d.b.input.Header {
		names[i] = joinedName(h)
	}
	var best *countrySigns
	var why string
	for i := range signsOfCountries {
		s := &signsOfCountries[i]
		if s.country == Elsewhere {
			continue
		}
		weight, seen := 0, []string(nil)
		for at, name := range names {
			own, word := slices.Contains(s.headers, name), slices.Contains(s.words, name)
			if !own && !word || at >= len(d.columns) || d.evidence[at].values == 0 || s.country == home && (d.unread(at) != "" || d.columns[at].Type == "zip" && d.wholeZIPs(at) == 0) {
				continue // a header over nothing says nothing of a country, nor does SSN over what is none
			}
			if weight++; own {
				weight++
			}
			seen = append(seen, fmt.Sprintf("the header %q", d.b.input.Header[at]))
		}
		if d.all("zip", func(v string) bool { return slices.Contains(s.postal, codeShape(v)) }) {
			weight += 2
			seen = append(seen, "the form of the postal codes")
		}
		if s.dial != "" && d.all("phone", func(v string) bool { return dials(v, s.dial) }) {
			weight += 2
			seen = append(seen, "phone numbers with "+s.dial)
		}
		switch {
		case weight < 2 || d.dialsElsewhere(s.dial):
		case best != nil:
			return nil, ""
		default:
			best, why = s, "nothing states the country; that of "+strings.Join(seen, ", ")
		}
	}
	return best, why
}

// dialsElsewhere reports whether the phone numbers that are written with a country's code have another one than this: a header that several
// countries have, such as IHI in Australia and Ireland, then says nothing.
func (d *decider) dialsElsewhere(code string) bool {
	own, others := 0, 0
	for i := range d.columns {
		if d.columns[i].Type != "phone" {
			continue
		}
		for _, row := range d.b.input.Sample[:min(len(d.b.input.Sample), maxSample)] {
			switch v := rowCell(row, i); {
			case code != "" && dials(v, code):
				own++
			case strings.HasPrefix(v, "+"):
				others++
			}
		}
	}
	return others > own
}

func rowCell(row []string, i int) string {
	if i >= len(row) {
		return ""
	}
	return bare(row[i])
}

// all reports whether nearly all values of the sample in columns of a type are of a kind, and there are some.
func (d *decider) all(typ string, is func(string) bool) bool {
	n, fit := 0, 0
	for i := range d.columns {
		if d.columns[i].Type != typ {
			continue
		}
		for _, row := range d.b.input.Sample[:min(len(d.b.input.Sample), maxSample)] {
			if v := rowCell(row, i); v != "" {
				n++
				if is(v) {
					fit++
				}
			}
		}
	}
	return n >= fewCodes && fit*10 >= n*9
}

// codeShape returns the shape of a postal code, 9 for a digit and A for a letter; "" of a text that is none.
func codeShape(s string) string {
	if len(s) > 12 {
		return ""
	}
	shape := []byte(s)
	for i, b := range shape {
		switch {
		case isDigit(b):
			shape[i] = '9'
		case b < 0x80 && isLetter(b):
			shape[i] = 'A'
		case b != ' ' && b != '-':
			return ""
		}
	}
	return string(shape)
}

// dials reports whether a phone number is written with a country's code; without a plus, where it has more digits than any number within
// North America.
func dials(s, code string) bool {
	s = phoneMarks.Replace(s)
	rest, abroad := strings.CutPrefix(s, "00")
	switch {
	case abroad:
		s = "+" + rest
	case len(s) > 11 && allDigits(s) && s[0] != '0':
		s = "+" + s
	}
	return strings.HasPrefix(s, code)
}

var phoneMarks = strings.NewReplacer(" ", "", "(", "", ")", "", "-", "", ".", "", "/", "")

// Elsewhere stands for a country that nothing names, and that is surely not the one of the built-in profile. ISO 3166-1 gives the code to
// users, CLDR to an unknown region.
const Elsewhere = "ZZ"

// notHome says why the rows cannot be of the country of the built-in profile, "" where they can: its states, ZIP codes and phone numbers
// would be made of what is none of them.
func (d *decider) notHome() string {
	whole, numbers, postal := int64(0), int64(0), false
	for i := range d.columns {
		c, s := &d.columns[i], d.evidence[i].digits
		switch {
		case c.Type == "zip" && s != nil:
			whole += d.wholeZIPs(i)
			numbers += s.numeric()
		case c.Type == "" && c.Header == "postal_code" && d.b.options.Written[c.Header]:
			postal = d.evidence[i].values >= fewDates
		}
	}
	states := false
	for i := range d.columns {
		if c := &d.columns[i]; c.Type != "state" || len(d.b.matches) > 0 && !d.b.matches[i].sure { // a supplied plan matches no headers
			continue
		}
		unread, all := d.unreadOf(i)
		if all >= fewDates && (unread*100 >= all*mostUnread || unread*2 > all && whole == 0) {
			return fmt.Sprintf("%d of %d values under %q are no states", unread, all, d.columns[i].Header)
		}
		states = states || all > unread
	}
	switch {
	case postal && whole == 0:
		return "all postal codes are those of other countries"
	case states:
	case numbers >= fewDates && whole == 0:
		return fmt.Sprintf("hardly any of %d postal codes has five or nine digits", numbers)
	case d.leftAlone():
		return "an earlier run left the phone numbers without the code of their country"
	case d.all("phone", dialsWithin):
		return "phone numbers begin with 0, as they do within other countries"
	}
	return d.foreignWords()
}

// wholeZIPs counts the values of a column that have as many digits as a ZIP code, or the three that are left of one to protect people; 0 where
// these are slips.
func (d *decider) wholeZIPs(i int) int64 {
	s := d.evidence[i].digits
	if s == nil {
		return 0
	}
	n := s.widths[3] + s.widths[5] + s.widths[9] + s.plus4
	if areSlips(n, s.numeric()+s.plus4) {
		return 0
	}
	return n
}

// leftAlone reports whether the file is a clean table whose phone numbers an earlier run could not tell the country of.
func (d *decider) leftAlone() bool {
	ours := slices.ContainsFunc(d.columns, func(c Column) bool {
		return c.Type == "phone" && c.Header == c.Field && d.b.options.Written[c.Field+"_ext"] && slices.Contains(d.b.input.Header, c.Field+"_ext")
	})
	return ours && d.all("phone", func(v string) bool { return v[0] != '+' })
}

// foreignWords says which headers are in a language that no form of the United States is in, and several other countries' are; "" where
// there are not two of them.
func (d *decider) foreignWords() string {
	at := slices.IndexFunc(signsOfCountries, func(s countrySigns) bool { return s.country == Elsewhere })
	var seen []string
	for i, h := range d.b.input.Header {
		if i < len(d.columns) && d.evidence[i].values > 0 && (inOtherLetters(h) || slices.Contains(signsOfCountries[at].words, joinedName(h))) {
			seen = append(seen, strconv.Quote(h))
		}
	}
	if len(seen) < 2 {
		return ""
	}
	d.country = &signsOfCountries[at]
	return "headers such as " + strings.Join(seen[:2], " and ") + " are in a language of several other countries"
}

// dialsWithin reports whether a phone number begins with the 0 that is dialled before the area within many countries, never in North America.
func dialsWithin(s string) bool {
	s = phoneMarks.Replace(s)
	return len(s) >= 9 && len(s) <= 11 && allDigits(s) && s[0] == '0' && s[1] != '0'
}
