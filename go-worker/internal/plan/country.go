package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
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
		names[i] = nameOf(n)
	}
	return names
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
	if found == nil || found.country == home {
		return
	}
	d.country = found
	told := false
	for i := range d.columns {
		c := &d.columns[i]
		if c.Type != "phone" && c.Type != "zip" && c.Type != "state" || d.evidence[i].values == 0 {
			continue
		}
		c.decide(Country, Decision{Value: found.country, Rule: ruleCountryAssumed.String(), Confidence: 0.8, Why: why})
		if !told {
			d.findings = append(d.findings, Finding{Rule: ruleCountryAssumed, Count: 1, Detail: "assumed " + found.country + ": " + why})
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
		names[i] = withoutContext(nameOf(h))
	}
	var best *countrySigns
	var why string
	for i := range signsOfCountries {
		s := &signsOfCountries[i]
		weight, seen := 0, []string(nil)
		for at, name := range names {
			switch {
			case slices.Contains(s.headers, name):
				weight += 2
				seen = append(seen, fmt.Sprintf("the header %q", d.b.input.Header[at]))
			case slices.Contains(s.words, name):
				weight++
				seen = append(seen, fmt.Sprintf("the header %q", d.b.input.Header[at]))
			}
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
		case weight < 2:
		case best != nil:
			return nil, ""
		default:
			best, why = s, "nothing states the country; that of "+strings.Join(seen, ", ")
		}
	}
	return best, why
}

// all reports whether nearly all values of the sample in columns of a type are of a kind, and there are some.
func (d *decider) all(typ string, is func(string) bool) bool {
	n, fit := 0, 0
	for i := range d.columns {
		if d.columns[i].Type != typ {
			continue
		}
		for _, row := range d.b.input.Sample[:min(len(d.b.input.Sample), maxSample)] {
			if i >= len(row) {
				continue
			}
			if v := bare(row[i]); v != "" {
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

// dialMarks takes off what is written between the digits of a phone number.
var dialMarks = strings.NewReplacer(" ", "", "(", "", ")", "", "-", "")

// dials reports whether a phone number is written with a country's code.
func dials(s, code string) bool {
	s = dialMarks.Replace(s)
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		s = "+" + rest
	}
	return strings.HasPrefix(s, code)
}
