package engine

import (
	"strconv"

	"harmonizer/go-worker/internal/plan"
	"harmonizer/go-worker/internal/standardize"
)

// unpivot makes one row of each filled cell that is a row of its own. A record without any stays one row, which says
// that it has none.
func (w *transformer) unpivot(variants []variant) {
	w.soothe(false)
	w.explain() // once, not with every row
	copyRow(&w.base, &w.row)
	copy(w.baseSrc, w.source)
	reversed, half, differs := w.pressureReversed(variants), w.halfPressure(variants), w.bodyMassDiffers(variants)
	made := 0
	if w.plain && w.base.Values[w.result] != "" {
		w.finish()
		made++
	}
	for i := range variants {
		v := &variants[i]
		value, source := w.cellOf(v)
		if value == "" || v.column.nulls.Is(value) {
			continue
		}
		w.startVariant(v, made > 0)
		w.known[v.column.slot] = nil
		w.set(&v.column, source, value)
		if reversed && v.pressure != 0 {
			w.row.Fail(v.column.slot, rulePressure)
		}
		if half && v.pressure == diastolic {
			w.row.Flag(v.column.slot, ruleHalf)
		}
		if differs && v.body == bodyMass {
			w.row.Flag(v.column.slot, ruleBodyMass)
		}
		w.finish()
		made++
	}
	if made == 0 {
		w.startVariant(nil, false)
		if w.absent < 0 || w.row.Values[w.absent] == "" { // a panel that gathers others says why it has none
			w.row.Flag(-1, ruleNoRows)
		}
		w.finish()
		made++
	}
	if w.job.Operation != Validate {
		w.out.counts.RowsUnpivoted += int64(made - 1)
	} else {
		w.out.counts.RowsOut -= int64(made - 1)
	}
}

// cellOf returns what a variant reads, and what the change log shows.
func (w *transformer) cellOf(v *variant) (value, source string) {
	if v.column.units != nil {
		return w.parted(&v.column)
	}
	source = w.cells[v.source]
	return w.half(v, plan.Trim(source)), source
}

// half returns the part of a combined cell that the variant reads. What is no pair is read whole, as the first half.
func (w *transformer) half(v *variant, cell string) string {
	if v.half == 0 {
		return cell
	}
	first, second, pair := standardize.SplitPressure(cell)
	switch {
	case v.half == 1 && pair:
		return first
	case v.half == 1:
		return cell
	case pair:
		return second
	}
	return ""
}

// pressureReversed reports whether the systolic pressure of the record is not above the diastolic one.
func (w *transformer) pressureReversed(variants []variant) bool {
	var of [diastolic + 1]float64
	for i := range variants {
		v := &variants[i]
		if v.pressure == 0 {
			continue
		}
		n, err := strconv.ParseFloat(w.half(v, plan.Trim(w.cells[v.source])), 64)
		if err == nil && of[v.pressure] == 0 {
			of[v.pressure] = n
		}
	}
	return of[systolic] > 0 && of[systolic] <= of[diastolic]
}

// startVariant begins a row with what all rows of the record share.
func (w *transformer) startVariant(v *variant, told bool) {
	w.startRow(v)
	copyRow(&w.row, &w.base)
	copy(w.source, w.baseSrc)
	if told {
		w.counted = len(w.row.Hits)
	}
	if v == nil {
		return
	}
	w.row.Values[v.column.slot], w.row.Unusable[v.column.slot] = "", false
	if w.absent >= 0 {
		w.row.Values[w.absent] = ""
	}
	for _, f := range v.fixed {
		w.row.Set(f.slot, f.value)
	}
}

func copyRow(to, from *standardize.Row) {
	copy(to.Values, from.Values)
	copy(to.Raw, from.Raw)
	copy(to.Unusable, from.Unusable)
	to.Hits = append(to.Hits[:0], from.Hits...)
}
