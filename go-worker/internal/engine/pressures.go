package engine

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/standardize"
)

// Of a long file, a row with a blood pressure such as 120/80 becomes two: the codes of the panel, and names that stand for one.
var (
	pressurePanels = []string{"85354-9", "55284-4"}
	pressureNames  = []string{"blood pressure", "bp", "blood pressure panel"}
)

// bindPressures binds the halves of the blood pressures that a long file may hold in its column of results.
func (d *binder) bindPressures() {
	places := d.fields["value"]
	if len(d.wide) > 0 || d.rows != "" || len(places) != 1 || !d.has("code") && !d.has("code_text") {
		return
	}
	wide := d.table.WideColumn("blood_pressure")
	if wide == nil {
		return
	}
	d.b.result = d.b.layout.Slot("value")
	for half, part := range wide.Parts {
		if w := d.table.WideColumn(part); w != nil {
			d.b.pressures = append(d.b.pressures, d.wideVariant(places[0], w, half+1))
		}
	}
	d.b.code, d.b.codeText = d.b.layout.Slot("code"), d.b.layout.Slot("code_text")
}

// isPressure reports whether the record at work is a blood pressure in one cell.
func (w *transformer) isPressure() bool {
	if len(w.pressures) == 0 || w.damaged {
		return false
	}
	cell := plan.Trim(w.cells[w.pressures[0].source])
	if !strings.Contains(cell, "/") && !strings.Contains(cell, "over") {
		return false
	}
	code := w.row.Get(w.code)
	if code == "" && !slices.Contains(pressureNames, strings.ToLower(w.row.Get(w.codeText))) ||
		code != "" && !slices.Contains(pressurePanels, code) {
		return false
	}
	_, _, pair := standardize.SplitPressure(cell)
	return pair
}

// split makes two rows of a blood pressure. What the cell was read as when nobody knew that it is one is forgotten.
func (w *transformer) split() {
	w.row.Hits = slices.DeleteFunc(w.row.Hits, func(h standardize.Hit) bool { return h.Slot == w.result })
	w.row.Values[w.result] = ""
	for _, part := range w.parts[w.result] {
		w.row.Values[part] = ""
	}
	w.unpivot(w.pressures)
}
