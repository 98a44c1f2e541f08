package standardize

import (
	"strconv"

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
	Bind: func(l *Layout, columns func(string) (Column, bool)) RowFunc {
		b := &bodyRow{birth: l.Slot("birth_date"), pressure: l.Slot("blood_pressure"), systolic: l.Slot("systolic"),
			diastolic: l.Slot("diastolic")}
		for _, f := range bodyFields {
			col, ok := columns(f)
			if m := vitalSigns[col.Params["kind"]]; ok && m != nil {
				unit := l.Slot(col.Params["unit_field"])
				if unit < 0 {
					unit = l.Slot(f + "_unit")
				}
				b.signs = append(b.signs, bodySign{newVitalReader(m, col), l.Slot(f), unit})
				b.year = col.Today.Year()
			}
		}
		if b.signs == nil && b.pressure < 0 {
			return nil
		}
		return b.row
	},
}

type bodyRow struct {
	signs                                []bodySign
	birth, pressure, systolic, diastolic int
	year                                 int // of today
}

// A bodySign is one vital sign of a row.
type bodySign struct {
	reader      *vitalReader
	value, unit int
}

func (b *bodyRow) row(r *Row) {
	adult := b.adult(r)
	for i := range b.signs {
		if s := &b.signs[i]; r.Values[s.value] != "" && !r.Unusable[s.value] {
			s.settle(r, adult)
		}
	}
	if pressure := r.Get(b.pressure); pressure != "" && !r.Unusable[b.pressure] {
		systolic, diastolic, _ := SplitPressure(pressure)
		r.Set(b.systolic, systolic)
		r.Set(b.diastolic, diastolic)
	}
}

// adult reports whether the person is surely grown up: born twenty years ago or more.
func (b *bodyRow) adult(r *Row) bool {
	birth := r.Get(b.birth)
	if len(birth) < 4 || r.Unusable[b.birth] {
		return false
	}
	year, err := strconv.Atoi(birth[:4])
	return err == nil && b.year-year > 19
}

func (s *bodySign) settle(r *Row, adult bool) {
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
	if broken := m.outside(r.Values[s.value], "", adult); broken != 0 {
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
		r.Unusable[s.value] = true
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
	if s.unit >= 0 {
		r.Unusable[s.unit] = false
	}
}
