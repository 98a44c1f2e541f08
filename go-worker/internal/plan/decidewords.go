package plan

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// decideWords tells what codes mean that only the whole column can explain.
func (d *decider) decideWords(c *Column, e *columnEvidence) {
	distinct, complete := e.tally.distinct()
	if !complete || len(distinct) == 0 {
		return
	}
	set := make(map[string]bool, len(distinct))
	for v := range distinct {
		set[strings.ToUpper(v)] = true
	}
	d.decideCodeList(c, distinct)
	_, listed := c.Decisions[CodeStandard]
	switch c.Type {
	case "gender", "birth_sex":
		if !listed {
			d.decideSex(c, set, distinct)
		}
	case "state":
		d.decideStates(c, distinct)
	}
}

// stateNumbers are those of states in FIPS 5-2, without zeros in front.
var stateNumbers = func() map[string]bool {
	numbers := map[string]bool{}
	for _, row := range facts.Rows("states.csv", "code", "name", "fips", "kind", "aliases") {
		numbers[strings.TrimLeft(row[2], "0")] = row[2] != ""
	}
	return numbers
}()

// decideStates says that the numbers of a column are those of states, where nearly all are and nothing says that the file is of another country:
// regions of others have numbers as well, among them some that no state has.
func (d *decider) decideStates(c *Column, distinct map[string]int64) {
	if country := cmp.Or(c.Decisions[Country].Value, d.b.profile.Locale.Country, home); country != home {
		return
	}
	var states, all int64
	for v, n := range distinct {
		if all += n; isStateNumber(v) {
			states += n
		}
	}
	if float64(states) >= voteShare*float64(all) {
		c.decide(StateCode, Decision{Value: "fips", Confidence: float64(states) / float64(all) * 0.95, Why: fmt.Sprintf("%d of %s %s the number of a state", states, some(all, "value", "values"), verb(states, "is", "are"))})
	}
}

// isStateNumber reports whether a value is the number of a state, in two digits or without its zero.
func isStateNumber(v string) bool {
	v = strings.TrimSuffix(v, ".0")
	return len(v) <= 2 && stateNumbers[strings.TrimLeft(v, "0")]
}

func (d *decider) decideSex(c *Column, set map[string]bool, distinct map[string]int64) {
	if f := d.b.table.Field(c.Field); f != nil && f.Params["zero"] != "" {
		return // the profile says what 0 and 1 mean
	}
	numbers := sexNumbersIn(distinct)
	numeric := areSlips(numbers.others+numbers.unknown, numbers.all)
	slips := ""
	if numbers.others > 0 {
		slips = fmt.Sprintf(", but for %d of %s", numbers.others, some(numbers.all, "value", "values"))
	}
	switch {
	case numeric && numbers.occur["2"]:
		c.decide(SexCode, Decision{Value: "iso5218", Rule: "SEX-002", Confidence: 0.9, Why: "only the codes 0, 1, 2, 9 occur, and 2 among them" + slips})
	case numbers.occur["1"] && numbers.occur["2"] && areSlips(numbers.others, numbers.all):
		defer c.decide(SexCode, Decision{Value: "iso5218", Rule: "SEX-002", Confidence: 0.9,
			Why: "only the codes 0, 1, 2, 9 occur, and words for unknown" + slips}) // unless a convention reads the words in its own way
	case numeric:
		c.decide(SexCode, Decision{Value: "unknown01", Rule: "SEX-003", Confidence: 0.9, Why: "only the codes 0 and 1 occur, so none says which is male" + slips})
	}
	for i := range sexConventions {
		if why := sexConventions[i].fits(c.Header, set); why != "" {
			c.decide(SexCode, Decision{Value: sexConventions[i].name, Confidence: 0.95, Why: why})
			return
		}
	}
}

// sexNumbers are how often numbers stand for sexes in a column.
type sexNumbers struct {
	all, unknown, others int64           // values; of these, words for unknown, and what is neither such a word nor a number of a sex
	occur                map[string]bool // the numbers that are no slips
}

func sexNumbersIn(distinct map[string]int64) sexNumbers {
	s := sexNumbers{occur: map[string]bool{}}
	counts := map[string]int64{}
	for v, n := range distinct {
		s.all += n
		switch v = strings.TrimSuffix(strings.ToUpper(v), ".0"); {
		case isSexNumber(v):
			counts[v] += n
		case unknownSex[v]:
			s.unknown += n
		default:
			s.others += n
		}
	}
	for v, n := range counts {
		s.occur[v] = !areSlips(n, s.all)
	}
	return s
}

func isSexNumber(v string) bool { return v == "0" || v == "1" || v == "2" || v == "9" }

// unknownSex are the words, in capitals, that say neither male, female nor another sex.
var unknownSex = func() map[string]bool {
	words := map[string]bool{}
	for _, row := range facts.Rows("gender.csv", "administrative_gender", "birth_sex", "words") {
		if row[0] == "unknown" {
			for _, w := range upper(row[2]) {
				words[w] = true
			}
		}
	}
	return words
}()

func everyKey[V any](set map[string]V, is func(string) bool) bool {
	for v := range set {
		if !is(v) {
			return false
		}
	}
	return true
}

// suspectFrom is the width from which lost zeros are suspected without any proof: shorter numbers are often counted up
// and differ in width for no fault.
const suspectFrom = 7

// decideDigits decides about float exports and lost zeros in identifiers.
func (d *decider) decideDigits(c *Column, s *digitStats) {
	d.decideGrouped(c, s)
	numeric := s.numeric()
	if numeric == 0 {
		return
	}
	if float := s.float + s.zeroed; float > 0 && areSlips(s.decimal, float+s.decimal) && (2*float >= numeric || c.Type == "zip" || c.Type == "phone") {
		c.decide(StripFloat, Decision{Value: "yes", Rule: "XL-004", Confidence: 0.95,
			Why: fmt.Sprintf("%d of %s %s in .0 and %s another fraction", float, some(numeric, "number", "numbers"), verb(float, "ends", "end"), noneOr(s.decimal))})
	}
	width, count := s.widest()
	if f := d.b.table.Field(c.Field); f != nil && f.Width > 0 {
		c.decide(Width, Decision{Value: strconv.Itoa(f.Width), Rule: "XL-006", Confidence: 1, Why: "profile"})
		return
	}
	if c.Type == "zip" {
		d.decideZIPs(c, s)
		return
	}
	var shorter, longer int64
	for w, n := range s.widths {
		switch {
		case w < width:
			shorter += n
		case w > width:
			longer += n
		}
	}
	why := fmt.Sprintf("%d of %s %s %s, %d %s fewer", count, some(numeric, "number", "numbers"), have(count), some(width, "digit", "digits"), shorter, have(shorter))
	switch {
	case shorter == 0:
	case c.Type == "ssn" && width == 9 && 2*count >= numeric:
		c.decide(Width, Decision{Value: strconv.Itoa(width), Confidence: 0.95, Why: why})
	case c.Type != "identifier" || !areSlips(longer+s.other+s.scientific, numeric+s.other+s.scientific) || 100*count < 95*numeric:
	case s.zeros[width] > 0:
		c.decide(Width, Decision{Value: strconv.Itoa(width), Rule: "XL-006", Confidence: 0.9,
			Why: fmt.Sprintf("%s, and %d of the full ones %s with 0", why, s.zeros[width], verb(s.zeros[width], "begins", "begin"))})
	case width >= suspectFrom:
		c.decide(WidthSuspect, Decision{Value: strconv.Itoa(width), Rule: "XL-006", Confidence: 0.5, Why: why})
		d.find(Finding{Rule: ruleWidthSuspect, Count: shorter, Detail: why + "; no zero in front proves that zeros were lost"}, c)
	}
}

// decideZIPs tells whether ZIP codes of fewer digits have lost their zeros, where no state of their row says so: most of the
// others are whole, or some of these begin with the zero that the short ones lack.
func (d *decider) decideZIPs(c *Column, s *digitStats) {
	whole, short := s.widths[5]+s.widths[9]+s.plus4, s.widths[3]+s.widths[4]+s.widths[8]
	zeros := s.zeros[5] + s.zeros[9]
	if short > 0 && whole > 0 && (whole >= short || !areSlips(zeros, short)) {
		c.decide(Width, Decision{Value: "5", Confidence: 0.95,
			Why: fmt.Sprintf("%s %s five or nine digits, %d %s fewer; %d of the whole ones %s with 0", some(whole, "ZIP code", "ZIP codes"), have(whole),
				short, have(short), zeros, verb(zeros, "begins", "begin"))})
	}
}
