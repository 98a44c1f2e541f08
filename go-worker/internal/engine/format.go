package engine

import (
	"strings"

	"harmonizer/go-worker/internal/fhir"
	"harmonizer/go-worker/internal/table"
)

// Formats of clean tables.
var Formats = []string{"csv", "ndjson", "json", "parquet", "fhir"}

// formatOf returns the format in which a table is written. One that FHIR has no resource for is plain NDJSON.
func formatOf(o *Options, table string) string {
	if o.Format == "fhir" && !fhir.Has(table) {
		return "ndjson"
	}
	return o.Format
}

// cleanOutput describes a clean table.
func cleanOutput(table, format string) Output {
	ending := format
	if format == "fhir" {
		ending = "ndjson"
	}
	return Output{Name: table + ".clean." + ending, Kind: kindClean, Table: tableOf(table), Format: format}
}

// A form writes rows into an output in one format. Errors stay in the output.
type form interface {
	row(values []string) // may change the values
	end() (made int64)   // writes what stands behind the last row; returns how many cells were made safe
}

// newForm begins a table in the format that w names. Kinds are those of Parquet's columns, see kinds.
func newForm(w *writer, columns kinds, safe bool) form {
	names := columns.names()
	switch w.out.Format {
	case "parquet":
		return newParquetForm(w, columns)
	case "fhir":
		return &fhirForm{w: w, to: fhir.NewWriter(w.out.Table, names)}
	case "csv":
		return newCSVForm(w, safe, names)
	}
	return newJSONForm(w, w.out.Format == "json", names)
}

// A csvForm writes lines of cells.
type csvForm struct {
	w    *writer
	safe bool // no cell begins like a formula
	made int64
	line []byte
}

func newCSVForm(w *writer, safe bool, columns []string) *csvForm {
	w.write(table.AppendCSVRow(nil, columns), 0)
	return &csvForm{w: w, safe: safe}
}

func (f *csvForm) row(values []string) {
	if f.safe {
		f.made += makeSafe(values)
	}
	f.line = table.AppendCSVRow(f.line[:0], values)
	f.w.write(f.line, 1)
}

// add writes lines that were made beside it.
func (f *csvForm) add(l *csvLines) {
	f.w.write(l.text, l.rows)
	f.made += l.made
}

func (f *csvForm) end() int64 { return f.made }

// csvLines are lines of cells that another goroutine makes than the one that writes them.
type csvLines struct {
	safe bool
	text []byte
	rows int64
	made int64
}

func (l *csvLines) reset(safe bool) { *l = csvLines{safe: safe, text: l.text[:0]} }

// begin appends the first cells of a row, and end what is written of the others, with the line's end.
func (l *csvLines) begin(values ...string) {
	l.text = table.AppendCSVRow(l.text, values)
	l.text[len(l.text)-1] = ','
	l.rows++
}

func (l *csvLines) end(cells []byte, more string) { l.text = append(append(l.text, cells...), more...) }

// row appends a row; it may change the values.
func (l *csvLines) row(values []string) {
	if l.safe {
		l.made += makeSafe(values)
	}
	l.text = table.AppendCSVRow(l.text, values)
	l.rows++
}

// A jsonForm writes an object for each row, on a line of its own or as an element of one array.
type jsonForm struct {
	w     *writer
	array bool
	keys  [][]byte // names of the columns, with what stands around them
	line  []byte
}

func newJSONForm(w *writer, array bool, columns []string) *jsonForm {
	f := &jsonForm{w: w, array: array}
	for i, c := range columns {
		head := []byte{','}
		if i == 0 {
			head = []byte{'{'}
		}
		f.keys = append(f.keys, append(appendJSON(head, c), ':'))
	}
	if array {
		w.write([]byte{'['}, 0)
	}
	return f
}

func (f *jsonForm) row(values []string) {
	line := f.line[:0]
	if f.array {
		if f.w.out.Rows > 0 {
			line = append(line, ',')
		}
		line = append(line, '\n')
	}
	for i, v := range values {
		line = append(line, f.keys[i]...)
		if v == "" {
			line = append(line, "null"...)
		} else {
			line = appendJSON(line, v)
		}
	}
	line = append(line, '}')
	if !f.array {
		line = append(line, '\n')
	}
	f.line = line
	f.w.write(line, 1)
}

func (f *jsonForm) end() int64 {
	if f.array {
		f.w.write([]byte("\n]\n"), 0)
	}
	return 0
}

// A fhirForm writes a resource for each row.
type fhirForm struct {
	w    *writer
	to   *fhir.Writer
	line []byte
}

func (f *fhirForm) row(values []string) {
	f.line = f.to.Append(f.line[:0], values)
	f.w.write(f.line, 1)
}

func (f *fhirForm) end() int64 { return 0 }

// makeSafe puts an apostrophe before cells that a spreadsheet would take for a formula (OUT-001), and returns how many
// there were. A number or a phone number is none.
func makeSafe(values []string) (made int64) {
	for i, v := range values {
		if v != "" && strings.IndexByte("=+-@\t\r", v[0]) >= 0 && strings.Trim(v[1:], "0123456789.") != "" {
			values[i] = "'" + v
			made++
		}
	}
	return made
}
