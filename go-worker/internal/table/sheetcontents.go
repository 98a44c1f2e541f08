package table

import (
	"context"
	"io"
)

// sheetContents are what is known of a sheet once it was read through.
type sheetContents struct {
	columns  []int // those that hold anything; the others are no columns of a table
	merged   []mergedSpan
	formulas int64 // cells with a formula that no program has computed
	hidden   hiddenParts
}

var notComputed = &Refused{ruleEmpty, "The sheet holds formulas that no program has computed; open the workbook in a spreadsheet, save it and send it again."}

// notes tells what was done with a sheet, whose state in the workbook is given.
func (x sheetContents) notes(state string) []Note {
	var notes []Note
	if n, detail := x.hidden.told(x.columns, state); n > 0 {
		notes = append(notes, Note{Rule: ruleHidden, Count: n, Detail: detail})
	}
	if len(x.merged) > 0 {
		notes = append(notes, Note{Rule: ruleMerged, Count: int64(len(x.merged))})
	}
	if x.formulas > 0 {
		notes = append(notes, Note{Rule: ruleFormula, Count: x.formulas})
	}
	return notes
}

// contents reads a sheet through.
func (w *workbook) contents(ctx context.Context, part string) (sheetContents, error) {
	r, err := w.sheetText(part, sheetContents{})
	if err != nil {
		return sheetContents{}, err
	}
	defer func() { _ = r.Close() }()
	for {
		if r.rows%1024 == 0 && ctx.Err() != nil {
			return sheetContents{}, ctx.Err()
		}
		r.out = r.out[:0]
		if err := r.row(); err == io.EOF {
			break
		} else if err != nil {
			return sheetContents{}, err
		}
	}
	x := sheetContents{formulas: r.formulas, merged: readMerged(r.xml), hidden: r.hidden}
	for column, used := range r.used {
		if used {
			x.columns = append(x.columns, column)
		}
	}
	if len(x.columns) == 0 && x.formulas > 0 {
		return sheetContents{}, notComputed
	}
	return x, nil
}
