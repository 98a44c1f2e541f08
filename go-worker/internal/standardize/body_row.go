package standardize

import (
	"time"

	"harmonizer/go-worker/internal/rule"
)

// bodyFields are the vital signs that a table of persons can hold.
var bodyFields = []string{"weight", "height"}

// bodyStep settles weight and height of a person with the unit that the row gives for them, fills that unit (kg, cm; "" where it is
// unknown) and checks where they lie: an adult's more narrowly than a child's. A combined blood pressure is split.
//
// Reads weight, height, the fields that their param unit_field names, blood_pressure and birth_date; fills those units,
// systolic and diastolic.
var bodyStep = RowStep{
	Name: "body",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		for _, f := range bodyFields {
			if mapped(f) {
				names = append(names, f+"_unit")
			}
		}
		if mapped("blood_pressure") {
			names = append(names, "systolic", "diastolic")
		}
		return missing(names, mapped)
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		var works []Work
		for _, f := range bodyFields {
			col, ok := columns(f)
			if m := vitalSigns[col.Params["kind"]]; ok && m != nil {
				unit := l.Slot(col.Params["unit_field"])
				if unit < 0 {
					unit = l.Slot(f + "_unit")
				}
				s := &bodySign{newVitalReader(m, col), l.Slot(f), unit, newGrownUp(l, col.Today)}
				works = append(works, Work{Do: s.row, From: []int{s.value, s.unit}, Also: s.age})
			}
		}
		if p := (bodyPressure{l.Slot("blood_pressure"), l.Slot("systolic"), l.Slot("diastolic")}); p.pair >= 0 {
			works = append(works, Work{Do: p.row})
		}
		return works
	},
}

// A bodyPressure is a combined blood pressure of a row.
type bodyPressure struct{ pair, systolic, diastolic int }

func (p bodyPressure) row(r *Row) {
	if pair := r.Values[p.pair]; pair != "" && !r.Unusable[p.pair] {
		systolic, diastolic, _ := SplitPressure(pair)
		r.Set(p.systolic, systolic)
		r.Set(p.diastolic, diastolic)
	}
}

// grownUp tells who is surely no child any more: born twenty years ago or more.
type grownUp struct {
	birth int
	until int // the last year of such births
}

func newGrownUp(l *Layout, today time.Time) grownUp {
	return grownUp{l.Slot("birth_date"), today.Year() - 20}
}

func (g *grownUp) is(r *Row) bool {
	birth := r.Get(g.birth)
	return len(birth) >= 4 && !r.Unusable[g.birth] && isASCIIDigit(birth[0]) && 10*threeDigits(birth[0], birth[1], birth[2])+int(birth[3]-'0') <= g.until
}

// A bodySign is one vital sign of a row.
type bodySign struct {
	reader      *vitalReader
	value, unit int
	adults      grownUp
}

// age says what matters about the age of the person.
func (s *bodySign) age(r *Row) uint32 {
	if s.adults.is(r) {
		return 1
	}
	return 0
}

func (s *bodySign) row(r *Row) {
	if r.Values[s.value] == "" || r.Unusable[s.value] {
		return
	}
	m := s.reader.m
	q, ok := s.reader.read(r.Raw[s.value], r.cell(0))
	if ok && q.unit == "" && q.whole == "" && s.reader.later { // its cell left it as it was
		if !s.settleBare(r, q.number) {
			return
		}
	} else {
		var buffer [8]rule.ID
		if !measured(hitsOf(buffer[:0], r, s.value)) {
			return
		}
	}
	s.setUnit(r, q)
	if broken := m.outside(r.Values[s.value], "", s.adults.is(r)); broken != 0 {
		r.Flag(s.value, broken)
	}
}

// settleBare gives a number without a unit the one of its field, else that of its column. It returns false where the unit is not
// known or is none for it.
func (s *bodySign) settleBare(r *Row, number string) bool {
	unit, inferred := s.reader.unit, s.reader.inferred
	if stated := r.Get(s.unit); stated != "" {
		if r.Unusable[s.unit] {
			return false
		}
		unit, inferred = stated, 0
	}
	c := r.cell(1)
	s.reader.bare(number, number, unit, inferred, c)
	for _, id := range c.Hits {
		r.Flag(s.value, id)
	}
	if c.Unusable {
		r.setUnusable(s.value, true)
		return false
	}
	r.Set(s.value, c.Value)
	return measured(c.Hits)
}

// setUnit fills the unit of a converted value, and says why where it was another.
func (s *bodySign) setUnit(r *Row, q vitalQuantity) {
	unit, old := s.reader.m.unit.Code, r.Get(s.unit)
	switch {
	case old == unit:
		return
	case old != "" && (q.whole != "" || q.unit != "") && old != q.unit:
		r.Set(s.unit, unit, ruleTwoUnits)
	case old != "":
		r.Set(s.unit, unit, ruleConverted)
	case s.reader.inferred != 0 && !flagged(r, s.value, s.reader.inferred): // once a row
		r.Set(s.unit, unit, s.reader.inferred)
	default:
		r.Set(s.unit, unit)
	}
	r.setUnusable(s.unit, false)
}
