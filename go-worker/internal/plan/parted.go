package plan

import "fmt"

// A partUnit is a unit of which another one is a part, how a cell of both writes them, and how many parts make one.
type partUnit struct {
	whole, part string
	written     [2]string
	most        float64
}

// partUnits are those in which people write a measure in two columns: weight_lb and weight_oz, Height (ft) and Height (in).
var partUnits = []partUnit{{"[lb_av]", "[oz_av]", [2]string{"lb", "oz"}, 16}, {"[ft_i]", "[in_i]", [2]string{"ft", "in"}, 12}}

// partsOf returns the units of one measure that two headers state, nil when they do not; turned: the second one states the larger.
func partsOf(header, other string) (u *partUnit, turned bool) {
	first, second := headerUnit(header), headerUnit(other)
	for i := range partUnits {
		switch u = &partUnits[i]; {
		case u.whole == first && u.part == second:
			return u, false
		case u.part == first && u.whole == second:
			return u, true
		}
	}
	return nil, false
}

// PartNames returns how a cell of both writes the units of one measure that two headers state, the larger first, each "" where they do not, and
// whether the second header states that one.
func PartNames(header, other string) (written [2]string, turned bool) {
	u, turned := partsOf(header, other)
	if u != nil {
		written = u.written
	}
	return written, turned
}

// headerUnit returns the unit that a header states, "" none.
func headerUnit(header string) string {
	name, bracketed := Normalize(header)
	if unit := unitInBrackets(bracketed); unit != "" {
		return unit
	}
	_, unit := unitAtEnd(name)
	return unit
}

// pairParts finds the columns that hold what is left of a weight or a height in a smaller unit than the column that has its field: pounds and
// ounces, feet and inches. The smaller numbers are less than one of the larger unit.
func (d *decider) pairParts() {
	for i := range d.b.matches { // none under a plan that was supplied, which says it
		c, target := &d.columns[i], d.b.matches[i].target
		if kind := d.measured(c); target == nil || kind != "weight" && kind != "height" {
			continue
		}
		for j := range d.columns {
			if d.columns[j].Type != "" || d.b.matches[j].rival != target.name {
				continue
			}
			u, turned := partsOf(c.Header, d.columns[j].Header)
			small := j
			if turned {
				small = i
			}
			if u == nil || !d.below(small, u.most) {
				continue
			}
			c.decide(OtherPart, Decision{Value: d.columns[j].Header, Confidence: 0.95,
				Why: fmt.Sprintf("the headers say %s and %s of one measure, and the smaller numbers are all less than one of the larger unit", headerUnit(c.Header), headerUnit(d.columns[j].Header))})
			d.columns[j].Why = "the other part of " + c.Header
			d.beside[j] = "is added to " + c.Header
			break
		}
	}
}

// below reports whether the first values of a column are numbers less than most, and there are some.
func (d *decider) below(column int, most float64) bool {
	some := false
	for _, row := range d.b.input.Sample {
		text := Trim(row[column])
		if text == "" || d.evidence[column].spec.nulls.Is(text) {
			continue
		}
		form, m := readNumber(text)
		if form == notNumber || form == withUnit || m.float() < 0 || m.float() >= most {
			return false
		}
		some = true
	}
	return some
}
