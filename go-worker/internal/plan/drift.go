package plan

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/dates"
)

// For returns the section of a supplied plan that fits a file: of the same name, else of the same source, else the
// one with the most headers in common; nil when the plan has none with any.
func (p *Plan) For(name, source string, header []string) *File {
	var best *File
	score := 0
	for i := range p.Files {
		f := &p.Files[i]
		common := 0
		for _, c := range f.Columns {
			if slices.Contains(header, c.Header) {
				common++
			}
		}
		if common == 0 {
			continue
		}
		if f.Source == source {
			common += 1_000
		}
		if f.Name == name {
			common += 10_000
		}
		if common > score {
			best, score = f, common
		}
	}
	return best
}

// Unfollowed is what a supplied plan without a section for a file leaves to say.
var Unfollowed = Finding{Rule: ruleColumnDrift, Count: 1, Detail: "no column of this file is in the plan that was given; it was read without it"}

// OtherForm is what is said of a file that has the columns of a supplied plan, but not the form in which it says they stand.
var OtherForm = Finding{Rule: ruleFormatDrift, Count: 1, Detail: "the file came in another form than the plan says (delimiter, quotes, encoding or place of the header); its form was found anew"}

// follow takes table and columns from a supplied plan instead of mapping the header. Columns are found by their
// headers, in any order; one the plan does not know passes untouched.
func (b *Builder) follow() error {
	supplied := b.options.Supplied
	b.table = b.profile.Table(supplied.Table.Name)
	if b.table == nil {
		return fmt.Errorf("plan: the profile has no table %q", supplied.Table.Name)
	}
	b.why = "supplied plan"
	left := slices.Clone(supplied.Columns)
	taken := map[string]bool{}
	for i, h := range b.input.Header {
		at := slices.IndexFunc(left, func(c Column) bool { return c.Header == h })
		if at < 0 {
			name, _ := Normalize(h)
			at = slices.IndexFunc(left, func(c Column) bool { other, _ := Normalize(c.Header); return other == name })
		}
		if at < 0 {
			c := Column{Header: h, Field: untouched(h, i, taken), Why: "not in the supplied plan"}
			b.columns = append(b.columns, c)
			b.drift = append(b.drift, Finding{ruleColumnDrift, h, c.Field, 1, "a column that the plan does not know; it passes untouched"})
			continue
		}
		c := left[at]
		left = slices.Delete(left, at, at+1)
		if err := b.retype(&c); err != nil {
			return err
		}
		taken[c.Field] = true
		b.columns = append(b.columns, c)
	}
	for _, c := range left {
		b.drift = append(b.drift, Finding{ruleColumnDrift, c.Header, c.Field, 1, "a column of the plan is missing"})
	}
	m := mapping{table: b.table, columns: make([]match, len(b.columns))}
	for i := range b.columns {
		if c := &b.columns[i]; c.Type != "" {
			m.columns[i].target = &target{name: c.Field, wide: c.Wide}
		}
	}
	if len(b.table.Minimum) > 0 && !meetsNamed(b.table, m.has) {
		return refuse(&m)
	}
	return nil
}

// retype gives a column of an edited plan the type of its field: a person changes the field only.
func (b *Builder) retype(c *Column) error {
	f, w := b.table.Field(c.Field), b.table.WideColumn(c.Field)
	switch {
	case f != nil:
		c.Type, c.Wide = f.Type, false
	case w != nil:
		c.Type, c.Wide = w.Type, true
	case strings.HasPrefix(c.Field, "x_"):
		c.Type, c.Wide = "", false
	default:
		return fmt.Errorf("plan: column %q: table %s has no field %q", c.Header, b.table.Name, c.Field)
	}
	return nil
}

// frozen are the decisions that mean another reading of the same values when they change.
var frozen = []string{DateOrder, OrderByMark, DateSerial, DateDigits, DateEpoch, Exchanged, Unit, UnitByCode, DecimalMark, SexCode, CodeStandard, IDForm, CodeSystem, StateCode, Fraction, AgesOn}

// compare returns the columns under the supplied plan, and what no longer fits it: a decision that the evidence of
// this file contradicts is kept, and reported (DRIFT-003).
func (b *Builder) compare(fresh []Column, found []Finding) ([]Column, []Finding) {
	findings := slices.Clone(b.drift)
	columns := slices.Clone(b.columns)
	for i := range columns {
		c, now := &columns[i], &fresh[i]
		for _, detail := range []string{moved(&c.Evidence, &now.Evidence), shifted(&c.Evidence, &now.Evidence)} {
			if detail != "" {
				findings = append(findings, Finding{ruleContentDrift, c.Header, c.Field, 1, detail})
			}
		}
		c.Evidence = now.Evidence
		decisions := cloneDecisions(c.Decisions)
		for name, d := range now.Decisions {
			planned, ok := c.Decisions[name]
			switch {
			case !ok:
				decisions[name] = d
				if slices.Contains(frozen, name) && d.Value != "unknown" && d.Value != AgesToday {
					findings = append(findings, Finding{ruleFormatDrift, c.Header, c.Field, 1,
						fmt.Sprintf("the plan says nothing of %s; decided now: %s (%s)", name, d.Value, d.Why)})
				}
			case planned.Value != d.Value && slices.Contains(frozen, name) && d.contradicts(name) && !b.agree(name, planned.Value, d.Value):
				findings = append(findings, Finding{ruleFormatDrift, c.Header, c.Field, 1,
					fmt.Sprintf("the plan says %s %s; this file says %s (%s)", name, planned.Value, d.Value, d.Why)})
			}
		}
		c.Decisions = decisions
	}
	for _, f := range found {
		if f.Rule == ruleSpike || f.Rule == ruleEmptyColumn {
			findings = append(findings, f)
		}
	}
	slices.SortStableFunc(findings, func(x, y Finding) int {
		return slices.Index(b.input.Header, x.Header) - slices.Index(b.input.Header, y.Header)
	})
	return columns, findings
}

// agree reports whether two different values of a decision say nothing against each other.
func (b *Builder) agree(name, planned, now string) bool {
	switch name {
	case AgesOn:
		return sameAges(planned, now, b.today)
	case OrderByMark:
		then, _ := dates.ParseOrders(planned)
		fresh, _ := dates.ParseOrders(now)
		for m, order := range then {
			if order != fresh[m] && order != dates.Mixed && fresh[m] != dates.Mixed {
				return false
			}
		}
		return true
	}
	return false
}

// A column has changed when the share of its empty cells moved by more than moveOf; fewer cells than moveFrom say nothing.
const (
	moveOf   = 0.2
	moveFrom = 100
)

// moved says how the share of empty cells differs from the one that the plan was made from, "" when it does not.
func moved(then, now *Summary) string {
	was, of := then.empty()
	is, ofNow := now.empty()
	if of < moveFrom || ofNow < moveFrom {
		return ""
	}
	if d := float64(is)/float64(ofNow) - float64(was)/float64(of); d > -moveOf && d < moveOf {
		return ""
	}
	return fmt.Sprintf("%s of its cells are empty; when the plan was made, %s were", percent(is, ofNow), percent(was, of))
}

// shifted says how the median of the numbers differs from the one that the plan was made from, "" while it lies within what was the middle
// half of them then.
func shifted(then, now *Summary) string {
	was, is := then.Quartiles, now.Quartiles
	if len(was) != 3 || len(is) != 3 || is[1] >= was[0] && is[1] <= was[2] {
		return ""
	}
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	return fmt.Sprintf("the median is %s; when the plan was made it was %s, and half of the numbers lay from %s to %s",
		number(is[1]), number(was[1]), number(was[0]), number(was[2]))
}

// empty returns how many cells of a column held nothing, or a word for it, and how many there were.
func (s *Summary) empty() (n, of int64) {
	n = s.Blank
	for _, words := range s.Nulls {
		n += words
	}
	return n, n + s.Values
}

// contradicts reports whether a fresh decision rests on this file's values, and not on an assumption.
func (d *Decision) contradicts(name string) bool {
	return d.Value != "unknown" && d.Rule != ruleAssumedOrder.String() && (name != DecimalMark || d.Confidence > 0.9)
}
