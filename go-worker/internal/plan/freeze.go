package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/labname"
	"harmonizer/go-worker/internal/profile"
)

// Freeze takes the decisions on all that was merged and returns the file's section of the plan, with what was found
// or assumed about its columns. It is called once.
func (b *Builder) Freeze() (*File, []Finding) {
	d := &decider{b: b, columns: slices.Clone(b.columns), evidence: slices.Clone(b.merged.columns), beside: map[int]string{}}
	d.dropSpares()
	for i := range d.columns {
		c := &d.columns[i]
		c.Decisions = cloneDecisions(c.Decisions)
		if b.options.Supplied != nil { // the plan is held against what this file alone would have decided
			c.Decisions, c.KeepWords, c.Sentinels = statedUnit(c.Header, c.Type, ""), nil, nil
		}
		d.settle(i)
	}
	d.decideAll()
	d.joinSpares()
	if b.options.Supplied == nil {
		d.passUnfit()
	}
	d.decideAges()
	d.findHeaders()
	if b.options.Supplied != nil {
		d.columns, d.findings = b.compare(d.columns, d.findings)
	}
	file := &File{
		Name: b.input.Name, Source: b.input.Source, Ingest: b.input.Ingest,
		Table: TableChoice{b.table.Name, b.why, d.repeats()}, Rows: b.merged.rows, Columns: d.columns,
	}
	return file, d.findings
}

// settle takes over what was counted of a column.
func (d *decider) settle(i int) {
	d.columns[i].Evidence = d.evidence[i].summary()
	if t := d.evidence[i].tally; t != nil {
		t.settle()
	}
}

func cloneDecisions(decisions map[string]Decision) map[string]Decision {
	out := make(map[string]Decision, len(decisions)+2)
	for name, d := range decisions {
		out[name] = d
	}
	return out
}

func (c *columnEvidence) summary() Summary {
	s := Summary{Values: c.values, Blank: c.blank}
	for i, n := range c.words {
		if n > 0 {
			if s.Nulls == nil {
				s.Nulls = map[string]int64{}
			}
			s.Nulls[c.spec.nulls.words[i].text] = n
		}
	}
	if c.tally != nil && !c.tally.in.over {
		s.Distinct = len(c.tally.in.values)
	}
	return s
}

// slipShare is the share of a column's values up to which those that contradict all others are taken for slips: one cell must not decide how
// thousands are read.
const slipShare = 0.01

// areSlips reports whether so many values are few enough of all to be slips.
func areSlips(n, all int64) bool { return float64(n) <= slipShare*float64(all) }

// A decider takes the decisions of one file.
type decider struct {
	b        *Builder
	columns  []Column
	evidence []*columnEvidence
	findings []Finding
	beside   map[int]string // what untouched columns are read for, with another one
	country  *countrySigns  // assumed of the whole file, nil: the profile's
	asked    map[int]unreadShare
}

func (d *decider) decideAll() {
	d.decideCountry()
	for i := range d.columns {
		c, e := &d.columns[i], d.evidence[i]
		d.keepNames(c, e)
		d.keepSodium(i)
		d.decideReasons(c, e)
		switch e.spec.kind {
		case wordsKind:
			d.decideWords(c, e)
		case digitsKind:
			d.decideDigits(c, e.digits)
		case numbersKind:
			d.decideNumbers(c, e)
		case codesKind:
			d.decideSystem(c, e)
		case contentKind:
			d.decideContent(c, e)
		}
		if c.Type == "name_full" && d.b.table.NameOrder != "" {
			c.decide(NameOrder, Decision{Value: d.b.table.NameOrder, Confidence: 1, Why: "profile"})
		} else if c.Type == "name_full" {
			d.decideNameOrder(c, e.name)
		}
		if f := d.b.table.Field(c.Field); f != nil && f.Expected && e.values == 0 && d.b.merged.rows > 0 {
			d.find(Finding{Rule: ruleEmptyColumn, Count: 1, Detail: "no value in any row"}, c)
		}
	}
	if w := d.byCode(); w != nil {
		d.decideByCode(w)
	}
	d.shareDecimal()
	d.decideDates()
	d.pairClocks()
	d.pairParts()
	d.findSigns()
}

// decideContent says what an untouched column holds.
func (d *decider) decideContent(c *Column, e *columnEvidence) {
	if e.values > 0 {
		c.decide(Content, Decision{Value: contentNames[e.shape.likely()]})
	}
}

// find adds a finding about a column.
func (d *decider) find(f Finding, c *Column) {
	f.Header, f.Field = c.Header, c.Field
	d.findings = append(d.findings, f)
}

// decide stores a decision; one that the header or profile had already taken stays.
func (c *Column) decide(name string, decision Decision) {
	if _, taken := c.Decisions[name]; !taken {
		decision.Confidence = round(decision.Confidence)
		c.Decisions[name] = decision
	}
}

// findHeaders says which columns stay unknown, and why, or that all of them do.
func (d *decider) findHeaders() {
	if d.b.table.Name == profile.Generic {
		if d.b.options.Table == "" && d.b.input.Hint != profile.Generic {
			d.findings = append(d.findings, Finding{Rule: ruleNoTable, Count: 1, Detail: d.b.why})
		}
		return
	}
	for i := range d.b.matches {
		m, c := &d.b.matches[i], &d.columns[i]
		if n := d.retracted(i); n > 0 {
			d.find(Finding{Rule: ruleNoFact, Count: n, Detail: some(n, "row", "rows") + " of " + c.Field}, c)
		}
		switch {
		case m.target != nil || c.Type != "":
		case d.beside[i] != "":
			d.find(Finding{Rule: ruleUnknownColumn, Count: 1, Detail: "passed through as " + c.Field + ", and " + d.beside[i]}, c)
		case m.rival != "":
			d.find(Finding{Rule: ruleRival, Count: 1, Detail: "another column is used as " + m.rival}, c)
		case m.suggest != "":
			d.find(Finding{Rule: ruleSuggested, Count: 1, Detail: "resembles " + m.suggest}, c)
		default:
			detail := "passed through as " + c.Field
			if d.isEthnicCategory(i) {
				c.Why += ": " + whyEthnicLetters
				detail += ": " + whyEthnicLetters
			}
			d.find(Finding{Rule: ruleUnknownColumn, Count: 1, Detail: detail}, c)
		}
	}
}

// Words that are real family or given names, now and then. They are kept when they are rare: a column in which they
// are frequent uses them for no value, and so does a file that writes them in other columns.
var nameWords = []string{"na", "nan", "null", "none", "nil", "unk"}

// rareName is the share up to which such a word is taken for a name.
const rareName = 0.002

func (d *decider) keepNames(c *Column, e *columnEvidence) {
	if c.Type != "name_family" && c.Type != "name_given" {
		return
	}
	for i, n := range e.words {
		word := e.spec.nulls.words[i].text
		if n > 0 && slices.Contains(nameWords, word) && (d.rare(word, e) || e.once(i)) && !slices.ContainsFunc(d.evidence, func(other *columnEvidence) bool {
			return other != e && !d.rare(word, other)
		}) {
			c.KeepWords = append(c.KeepWords, word)
		}
	}
	slices.Sort(c.KeepWords)
}

// Sodium as tests are called by their symbols, and those beside it: where one of them stands, NA is no word for no value.
const sodium = "na"

var besideSodium = []string{"k", "cl"}

// keepSodium keeps NA among the codes of tests where most of the first ones are no codes but names of tests, and the symbol of another electrolyte
// is among them: GLU, NA, K.
func (d *decider) keepSodium(i int) {
	c := &d.columns[i]
	f := d.b.table.Field(c.Field)
	if c.Type != "code" || f == nil || !slices.Contains(strings.Split(f.Params["systems"], "|"), string(codes.LOINC)) || !d.evidence[i].holds(sodium) {
		return
	}
	symbol, tests, all := false, 0, 0
	for v := range d.firstValues(i) {
		all++
		if labname.Code(v) != "" {
			tests++
			symbol = symbol || slices.Contains(besideSodium, strings.ToLower(v))
		}
	}
	if symbol && 2*tests > all {
		c.KeepWords = append(c.KeepWords, sodium)
	}
}

// holds reports whether a null word occurs in a column.
func (e *columnEvidence) holds(word string) bool {
	for i, n := range e.words {
		if n > 0 && e.spec.nulls.words[i].text == word {
			return true
		}
	}
	return false
}

// once reports whether a null word occurs in a column once, written as a name. A file may be so small that this is a large share. None is
// how Python writes no value.
func (e *columnEvidence) once(word int) bool {
	return e.words[word] == 1 && e.proper[word] == 1 && e.spec.nulls.words[word].text != "none"
}

// decideReasons gives the reasons why values are missing a column of their own, where words of people say them: unknown, declined, not
// asked. Those of programs (N/A, not available) alone are no reason to.
func (d *decider) decideReasons(c *Column, e *columnEvidence) {
	var n int64
	for i, count := range e.words {
		if e.spec.nulls.words[i].demographic {
			n += count
		}
	}
	if n > 0 && !c.Wide {
		c.decide(AbsentReason, Decision{Value: "yes", Confidence: 1, Why: some(n, "word says", "words say") + " why there is no value"})
	}
}

// rare reports whether a null word is rare in a column, or does not occur.
func (d *decider) rare(word string, e *columnEvidence) bool {
	for i, n := range e.words {
		if e.spec.nulls.words[i].text == word {
			return float64(n) <= rareName*float64(d.b.merged.rows-e.blank)
		}
	}
	return true
}

// percent writes a share for a reason.
func percent(n, of int64) string {
	if of == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.3g %%", 100*float64(n)/float64(of))
}
