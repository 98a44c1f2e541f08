package engine

import "harmonizer/go-worker/internal/standardize"

// Measures of a body in one record, which say something about each other.
const (
	weight   = 1
	height   = 2
	bodyMass = 3
)

// halfPressure reports whether the record has a diastolic pressure and no systolic one.
func (w *transformer) halfPressure(variants []variant) bool {
	var has [diastolic + 1]bool
	for i := range variants {
		if v := &variants[i]; v.pressure != 0 {
			value, _ := w.cellOf(v)
			has[v.pressure] = has[v.pressure] || value != "" && !v.column.nulls.Is(value)
		}
	}
	return has[diastolic] && !has[systolic]
}

// bodyMassDiffers reports whether the record's body mass index is not the one that its weight and height give.
func (w *transformer) bodyMassDiffers(variants []variant) bool {
	var of [bodyMass + 1]string
	for i := range variants {
		v := &variants[i]
		if v.body == 0 || v.column.read == nil || of[v.body] != "" {
			continue
		}
		value, _ := w.cellOf(v)
		if value == "" || v.column.nulls.Is(value) {
			return false
		}
		if o := w.outcomeOf(&v.column, value); !o.unusable {
			of[v.body] = o.value
		}
	}
	return standardize.BMIDiffers(of[bodyMass], of[weight], of[height])
}
