package engine

import (
	"errors"
	"io"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/columnar"
	"harmonizer/go-worker/internal/profile"
)

// A parquetForm writes a Parquet file.
type parquetForm struct {
	w  *writer
	to *columnar.Writer
}

func newParquetForm(w *writer, columns []columnar.Column) *parquetForm {
	return &parquetForm{w, columnar.NewWriter(counted{w}, columns)}
}

func (f *parquetForm) row(values []string) {
	f.w.out.Rows++
	if err := f.to.Row(values); f.w.err == nil {
		f.w.err = err
	}
}

func (f *parquetForm) end() int64 {
	if err := f.to.Close(); f.w.err == nil {
		f.w.err = err
	}
	return 0
}

// kinds are those of a table's columns, as the profile promises them; a column with a value that does not fit is text.
type kinds []columnar.Column

func newKinds(t *profile.Table, columns []string) kinds {
	var k kinds
	for _, c := range columns {
		k = append(k, columnar.Column{Name: c, Kind: kindOf(t, c)})
	}
	return k
}

// sure reports whether there is nothing to be checked.
func (k kinds) sure() bool {
	return !slices.ContainsFunc(k, func(c columnar.Column) bool { return c.Kind != columnar.Text })
}

// check makes the columns text that a row does not fit. places are where the columns stand in the row, -1 nowhere.
func (k kinds) check(row []string, places []int) {
	for i, place := range places {
		if place >= 0 && !k[i].Kind.Fits(row[place]) {
			k[i].Kind = columnar.Text
		}
	}
}

// kindOf returns what the profile says about a column. Identifiers, codes and dates are text: they have leading zeros
// and a precision of their own.
func kindOf(t *profile.Table, column string) columnar.Kind {
	if column == "record_no" {
		return columnar.Integer
	}
	if t == nil || t.Name == profile.Generic {
		return columnar.Text
	}
	if f := t.Field(column); f != nil {
		return fieldKind(f)
	}
	switch {
	case column == "value_number" || column == "value_low" || column == "value_high":
		return columnar.Decimal
	case strings.HasPrefix(column, "is_") || strings.HasSuffix(column, "_open_ended") || strings.HasSuffix(column, "_multiple"):
		return columnar.Boolean
	}
	return columnar.Text
}

func fieldKind(f *profile.Field) columnar.Kind {
	switch f.Type {
	case "integer", "age":
		return columnar.Integer
	case "decimal":
		return columnar.Decimal
	case "vital":
		if f.Params["kind"] != "bp" { // 120/80
			return columnar.Decimal
		}
	case "boolean":
		return columnar.Boolean
	case "value_set":
		if _, yes := f.Values["true"]; yes && len(f.Values) == 2 {
			return columnar.Boolean
		}
	}
	return columnar.Text
}

// scan checks the rows of a table.
func (k kinds) scan(rows io.Reader, columns []string) error {
	in, places := newRowReader(rows), placesOf(k.names(), columns)
	for {
		cells, err := in.next()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		k.check(cells, places)
	}
}

func (k kinds) names() []string {
	var names []string
	for _, c := range k {
		names = append(names, c.Name)
	}
	return names
}
