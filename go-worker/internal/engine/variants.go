package engine

import (
	"strconv"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

// bindVariants binds wide columns and those of a field whose columns become rows.
func (d *binder) bindVariants() {
	if d.rows != "" {
		d.b.result = d.b.layout.Slot(d.rows)
		var heads []string
		for n, place := range d.fields[d.rows] {
			d.addRepeated(n+1, place)
			heads = append(heads, d.section.Columns[place].Header)
		}
		d.b.headers[d.b.result] = strings.Join(heads, "|")
		return
	}
	if len(d.wide) == 0 {
		return
	}
	d.b.result = d.b.layout.Slot("value")
	d.b.filled.Add(d.b.result)
	for _, place := range d.wide {
		c := &d.section.Columns[place]
		w := d.table.WideColumn(c.Field)
		if len(w.Parts) == 0 {
			d.addWide(place, w, 0)
		}
		for half, part := range w.Parts {
			if p := d.table.WideColumn(part); p != nil {
				d.addWide(place, p, half+1)
			}
		}
	}
}

// addRepeated adds the row of the n-th of several columns of one field.
func (d *binder) addRepeated(n, place int) {
	v := variant{source: place, column: d.bindColumn(d.rows, []int{place}), name: d.section.Columns[place].Header}
	if rank := d.b.layout.Slot("rank"); rank >= 0 && len(d.fields["rank"]) == 0 {
		v.fixed = []fixedValue{{rank, strconv.Itoa(n)}}
	}
	v.steps = d.bindSteps(func(field string) (standardize.Column, bool) {
		if f := d.table.Field(field); field == d.rows {
			return d.describe(place, field, f.Settings(), f.Unit, f.Width), true
		}
		return d.columnOf(field)
	})
	d.b.variants = append(d.b.variants, v)
}

// addWide adds the row of one wide column, or of half a combined one.
func (d *binder) addWide(place int, w *profile.Wide, half int) {
	v := d.wideVariant(place, w, half)
	d.b.parts[d.b.result] = v.column.parts
	d.b.variants = append(d.b.variants, v)
}

// wideVariant binds the row of one wide column, or of half a combined one.
func (d *binder) wideVariant(place int, w *profile.Wide, half int) variant {
	c := &d.section.Columns[place]
	col := d.describe(place, "value", w.Params, w.Unit, 0)
	col.Type = w.Type
	v := variant{source: place, half: half, name: c.Header + "/" + w.Name}
	switch w.Params["kind"] {
	case "systolic":
		v.pressure = systolic
	case "diastolic":
		v.pressure = diastolic
	case "weight":
		v.body = weight
	case "height":
		v.body = height
	case "bmi":
		v.body = bodyMass
	}
	v.column = column{slot: d.b.result, cells: []int{place}, nulls: wideNulls(c, w, d.table), reason: -1, memo: d.b.memos(),
		parts: d.slots(companions(w.Type, "value", nil))}
	if at := d.other(c, plan.OtherPart); at >= 0 {
		v.column.cells, v.column.units = d.parted(place, at)
	}
	if family, ok := standardize.Lookup(w.Type); ok {
		v.column.read, v.column.plain = family.Bind(col), family.BindPlain(col)
	}
	for _, f := range [...]struct{ field, value string }{
		{"category", w.Category}, {"code", w.Code}, {"code_system", "LOINC"}, {"code_text", w.Text},
	} {
		if slot := d.b.layout.Slot(f.field); slot >= 0 && f.value != "" {
			v.fixed = append(v.fixed, fixedValue{slot, f.value})
		}
	}
	v.steps = d.bindSteps(func(field string) (standardize.Column, bool) {
		if field == "value" {
			return col, true
		}
		return d.columnOf(field)
	})
	return v
}

// wideNulls are the null words of a wide column under its own type.
func wideNulls(c *plan.Column, w *profile.Wide, t *profile.Table) *plan.NullSet {
	own := *c
	own.Type = w.Type
	return own.Nulls(t)
}
