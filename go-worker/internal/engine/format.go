package engine

import (
	"strings"

	"harmonizer/go-worker/internal/table"
)

// A form is how the rows of a table are written.
type form struct {
	name    string // csv, ndjson, json
	safe    bool   // CSV: no cell begins like a formula
	columns []string
	keys    [][]byte // JSON: names of the columns, with what stands around them
	made    int64    // cells made safe
	rows    int64
}

func newForm(o *Options, columns []string) *form {
	f := &form{name: o.Format, safe: o.CSVSafe && o.Format == "csv", columns: columns}
	for i, c := range columns {
		head := []byte{','}
		if i == 0 {
			head = []byte{'{'}
		}
		f.keys = append(f.keys, append(appendJSON(head, c), ':'))
	}
	return f
}

// begin appends what stands before the first row.
func (f *form) begin(dst []byte) []byte {
	switch f.name {
	case "csv":
		return table.AppendCSVRow(dst, f.columns)
	case "json":
		return append(dst, '[')
	}
	return dst
}

// row appends a row. Its values may be changed.
func (f *form) row(dst []byte, values []string) []byte {
	f.rows++
	if f.name == "csv" {
		if f.safe {
			f.made += makeSafe(values)
		}
		return table.AppendCSVRow(dst, values)
	}
	if f.name == "json" {
		if f.rows > 1 {
			dst = append(dst, ',')
		}
		dst = append(dst, '\n')
	}
	for i, v := range values {
		dst = append(dst, f.keys[i]...)
		if v == "" {
			dst = append(dst, "null"...)
		} else {
			dst = appendJSON(dst, v)
		}
	}
	dst = append(dst, '}')
	if f.name == "ndjson" {
		dst = append(dst, '\n')
	}
	return dst
}

// end appends what stands behind the last row.
func (f *form) end(dst []byte) []byte {
	if f.name == "json" {
		return append(dst, '\n', ']', '\n')
	}
	return dst
}

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
