package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/facts"
)

// besideList is how many headers of a standard must stand beside a column before its codes are those of the standard.
const besideList = 2

var standardHeaders = func() map[string][]string {
	headers := map[string][]string{}
	for _, row := range facts.Rows("code_list_headers.csv", "standard", "headers") {
		headers[row[0]] = facts.List(row[1])
	}
	return headers
}()

// decideCodeList says of which standard the codes of a column are, where its header and those of the file tell and nearly all of them fit.
func (d *decider) decideCodeList(c *Column, distinct map[string]int64) {
	name := nameOf(c.Header)
	for i := range codes.Lists {
		l := &codes.Lists[i]
		if l.Type != c.Type || !slices.Contains(l.Headers, name) {
			continue
		}
		why := "the header says so"
		if l.Standard != "" {
			found := d.headersOf(l.Standard, name)
			if len(found) < besideList {
				continue
			}
			why = "beside " + strings.Join(found[:besideList], " and ")
		}
		var fit, all int64
		for v, n := range distinct {
			all += n
			if _, listed := l.Word(v); listed {
				fit += n
			}
		}
		if float64(fit) >= voteShare*float64(all) {
			c.decide(CodeStandard, Decision{Value: l.Name, Confidence: 0.95, Why: fmt.Sprintf("%s; %d of %s %s in the list", why, fit, some(all, "code", "codes"), verb(fit, "stands", "stand"))})
			return
		}
	}
}

// headersOf returns the columns of the file, other than one, that a standard names so.
func (d *decider) headersOf(standard, but string) (found []string) {
	for i := range d.columns {
		if name := nameOf(d.columns[i].Header); name != but && slices.Contains(standardHeaders[standard], name) {
			found = append(found, d.columns[i].Header)
		}
	}
	return found
}

// codeListNames are the values of the decision.
func codeListNames() (names []string) {
	for i := range codes.Lists {
		names = append(names, codes.Lists[i].Name)
	}
	return names
}

// unknownShare is the share of a column's numbers that must mean nothing in its field before none of them is believed: fewer are slips.
const unknownShare = 0.1

// tablesOfWords are the tables of what words mean in a field, by its type, and their columns.
var tablesOfWords = map[string]struct {
	file    string
	columns []string
}{
	"race":           {"race.csv", []string{"code", "category", "words"}},
	"ethnicity":      {"ethnicity.csv", []string{"code", "category", "words"}},
	"gender":         {"gender.csv", []string{"administrative_gender", "birth_sex", "words"}},
	"birth_sex":      {"gender.csv", []string{"administrative_gender", "birth_sex", "words"}},
	"marital_status": {"marital_status.csv", []string{"code", "hl7v3", "table0002", "words"}},
	"language":       {"language.csv", []string{"tag", "doubtful", "words"}},
	"boolean":        {"boolean.csv", []string{"value", "words"}},
	"interpretation": {"interpretation.csv", []string{"code", "display", "written"}},
	"value_set":      {},
}

// passNumbers lets columns of codes pass untouched that hold short numbers alone, many of which mean nothing in their field: the numbers of a
// program's own list, RESULT_STATUS_C of Epic. Read one by one, some would be emptied, and the others might mean something else.
func (d *decider) passNumbers(taken map[string]bool) {
	for i := range d.columns {
		c := &d.columns[i]
		words, coded := tablesOfWords[c.Type]
		if !coded || c.Adds != "" || c.Wide || d.explained(c.Field) {
			continue
		}
		distinct, complete := d.evidence[i].tally.distinct()
		if !complete || !everyKey(distinct, isShortNumber) {
			continue
		}
		var known []string
		if words.file != "" && (c.Type != "ethnicity" || asksHispanic(c.Header)) {
			for _, row := range facts.Rows(words.file, words.columns...) {
				known = append(append(known, facts.List(row[len(row)-1])...), row[0])
			}
		}
		if f := d.b.table.Field(c.Field); f != nil {
			for value, list := range f.Values {
				known = append(append(known, value), list...)
			}
		}
		var strange, all int64
		for v, n := range distinct {
			if all += n; !slices.Contains(known, strings.TrimSuffix(v, ".0")) {
				strange += n
			}
		}
		if strange > 0 && float64(strange) >= unknownShare*float64(all) {
			d.pass(i, taken, fmt.Sprintf("%d of %s %s nothing in this field, and no list says what they mean; a profile can", strange, some(all, "number", "numbers"), verb(strange, "means", "mean")))
		}
	}
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
	for i := range d.columns {
		if c := &d.columns[i]; c.Field == field && (c.Decisions[CodeStandard].Value != "" || c.Decisions[SexCode].Value != "") {
			return true
		}
	}
	return false
}

// isShortNumber reports whether a code is a number of at most three digits.
func isShortNumber(v string) bool {
	v = strings.TrimSuffix(v, ".0")
	return v != "" && len(v) <= 3 && allDigits(v)
}
