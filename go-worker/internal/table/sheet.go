package table

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Sheets are read as a text, in which these stand between cells and after rows: XML can hold neither.
const (
	cellEnd = 0x1f
	rowEnd  = 0x1e
)

// maxRows is how many rows a sheet can have.
const maxRows = 1 << 20

var tooLong = &Refused{ruleLimit, "A sheet of the workbook holds more than a sheet can hold."}

// openSheet returns the tables in a sheet, none when the sheet is empty.
func (w *workbook) openSheet(ctx context.Context, e sheetEntry, part string) ([]*Source, error) {
	name := e.Name
	x, err := w.contents(ctx, part)
	if len(x.columns) == 0 || err != nil {
		return nil, err
	}
	c := w.content
	c.name += "/" + name
	c.open = func() (io.ReadCloser, error) { return w.sheetText(part, x) }
	d := dialect{delim: cellEnd, newline: rowEnd, width: len(x.columns), maxField: w.opt.MaxField}
	head, err := c.head(headBytes)
	if err != nil {
		return nil, err
	}
	whole := len(head) < headBytes
	s := &Source{Name: c.name, Ingest: Ingest{Format: "xlsx", Packing: strings.Join(c.packing, "/"), Sheet: name}}
	if w.dates.from1904 {
		s.Ingest.Days = "1904"
	}
	f := &csvFormat{dialect: d, open: c.open, chunkBytes: w.opt.ChunkBytes}
	s.format = f
	s.Notes = x.notes(e.State)
	frozen, ok := w.opt.Frozen[c.name]
	if byFile := w.opt.Frozen[w.name]; !ok && byFile.Sheet == name {
		frozen = byFile // the workbook had no other sheet
	}
	tables, err := f.tables(s, endedHead(head, rowEnd, whole), whole, 1, frozen, w.opt)
	if refused, ok := errors.AsType[*Refused](err); ok && refused.Rule == ruleEmpty && x.formulas > 0 {
		return nil, notComputed
	}
	return tables, err
}

// sheetReader makes a text of a sheet: a line for each row, so that the numbers of lines are those of rows, and
// a cell in each for every column that holds anything.
type sheetReader struct {
	io.Closer
	xml    *xml.Decoder
	shared []string
	dates  *dateLooks
	opt    Options
	known  []int // columns that hold anything; none while that is not known

	merged []mergedSpan // further down
	spans  []mergedSpan // over the row

	hidden   hiddenParts
	used     []bool // by column, whether it holds anything, so far
	formulas int64  // without a value, so far
	rows     int    // written
	text     int64  // bytes of their cells
	cells    []string
	out      []byte
	taken    int // of out
	err      error
}

func (w *workbook) sheetText(part string, x sheetContents) (*sheetReader, error) {
	r, err := w.open(part)
	if err != nil {
		return nil, err
	}
	return &sheetReader{Closer: r, xml: w.decoder(r), shared: w.shared, dates: &w.dates, opt: w.opt, known: x.columns, merged: x.merged}, nil
}

func (s *sheetReader) Read(p []byte) (int, error) {
	for s.taken == len(s.out) && s.err == nil {
		s.out, s.taken = s.out[:0], 0
		s.err = s.row()
	}
	n := copy(p, s.out[s.taken:])
	if s.taken += n; n > 0 {
		return n, nil
	}
	return 0, s.err
}

// row reads the next row and appends its line, after those of empty rows left out before it. It returns io.EOF
// after the last one.
func (s *sheetReader) row() error {
	number, size, hidden := s.rows+1, 0, false
	s.cells = s.cells[:0]
	for {
		token, err := s.xml.RawToken()
		if err != nil {
			return damaged(err) // the end of the rows comes before the end of the file
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "row":
				number = max(number, atoi(attribute(t, "r")))
				if number > maxRows {
					return tooLong
				}
				hidden = isHidden(t)
			case "col":
				s.hidden.addColumns(t)
			case "c":
				text, err := s.cell(t)
				if err != nil {
					return err
				}
				if size += len(text); size > maxRecordFields*s.opt.MaxField {
					return tooLong
				}
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "row":
				if hidden && !isBlank(s.cells) {
					s.hidden.rows++
				}
				s.write(number)
				s.text += int64(max(size, len(s.out)))
				if s.text > ratioFloor && s.text > s.xml.InputOffset()*int64(s.opt.MaxRatio) {
					return tooLong // texts that many cells share
				}
				return nil
			case "sheetData":
				return io.EOF
			}
		}
	}
}

// write appends the line of a row, after empty lines for the rows that the file leaves out.
func (s *sheetReader) write(number int) {
	if len(s.merged)+len(s.spans) > 0 {
		s.fill(number)
	}
	for s.rows++; s.rows < number; s.rows++ {
		s.out = append(s.out, rowEnd)
	}
	for i, column := range s.known {
		if i > 0 {
			s.out = append(s.out, cellEnd)
		}
		if column < len(s.cells) {
			s.out = append(s.out, s.cells[column]...)
		}
	}
	s.out = append(s.out, rowEnd)
}

// cell reads a cell into its column. Columns that hold nothing have no place.
func (s *sheetReader) cell(start xml.StartElement) (string, error) {
	column := columnOf(attribute(start, "r"))
	if column < 0 {
		column = len(s.cells)
	}
	kind := attribute(start, "t")
	text, formula, err := textOf(s.xml, start.Name.Local, "v", "t")
	if formula && text == "" && kind != "str" {
		s.formulas++
	}
	if err == nil {
		text, err = s.value(kind, attribute(start, "s"), text)
	}
	if err != nil {
		return "", err
	}
	if _, known := slices.BinarySearch(s.known, column); !known && strings.TrimSpace(text) == "" {
		return "", nil
	}
	if column >= s.opt.MaxColumns {
		return "", wide(s.opt.MaxColumns)
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, "")
	}
	s.cells[column] = text
	for len(s.used) <= column {
		s.used = append(s.used, false)
	}
	s.used[column] = true
	return text, nil
}

// value returns a cell as a person would write it. Dates are numbers: only their look tells.
func (s *sheetReader) value(kind, look, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	switch kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(s.shared) {
			return "", damaged(io.ErrUnexpectedEOF)
		}
		return s.shared[i], nil
	case "b":
		if strings.TrimSpace(text) == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case "", "n":
		if date, ok := s.dates.written(look, strings.TrimSpace(text)); ok {
			return date, nil
		}
		return shownNumber(strings.TrimSpace(text)), nil
	}
	return unescaped(text), nil
}

// shownNumber writes a number with the 15 digits that a spreadsheet keeps: 37.700000000000003 was typed as 37.7. Whole numbers keep all digits
// that the file has: programs write identifiers of 16 and more.
func shownNumber(text string) string {
	digits := len(text) - strings.Count(text, ".") - strings.Count(text, "-")
	if !strings.ContainsAny(text, "eE") && (digits <= 15 || !strings.Contains(text, ".")) {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if f != math.Trunc(f) || math.Abs(f) > exactWhole {
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64)
	}
	if size := max(f, -f); size >= 1e21 || size < 1e-9 {
		return strconv.FormatFloat(f, 'E', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// exactWhole is up to where every whole number is a float of its own.
const exactWhole = 1 << 53

var escape = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescaped replaces the characters that spreadsheets write as _x000D_. Those that mark cells and rows here stay.
func unescaped(text string) string {
	if !strings.Contains(text, "_x") {
		return text
	}
	return escape.ReplaceAllStringFunc(text, func(e string) string {
		r, _ := strconv.ParseUint(e[2:6], 16, 32)
		if r == cellEnd || r == rowEnd {
			return e
		}
		return string(rune(r))
	})
}

// columnOf returns the 0-based column of a reference such as AB12, -1 when there is none.
func columnOf(reference string) int {
	column := 0
	for _, c := range []byte(reference) {
		if c < 'A' || c > 'Z' || column > 1<<20 {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	return column - 1
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// textOf returns the text in the elements of some names within an element that was begun, and whether it holds a formula. Readings of Asian
// characters (rPh) are left out.
func textOf(d *xml.Decoder, element string, names ...string) (_ string, formula bool, _ error) {
	var text []byte
	inside, reading := false, false
	for {
		token, err := d.RawToken()
		if err != nil {
			return "", false, damaged(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			formula = formula || t.Name.Local == "f"
			reading = reading || t.Name.Local == "rPh"
			inside = !reading && (t.Name.Local == names[0] || t.Name.Local == names[len(names)-1])
		case xml.EndElement:
			if t.Name.Local == element {
				return string(text), formula, nil
			}
			reading = reading && t.Name.Local != "rPh"
			inside = false
		case xml.CharData:
			if inside {
				text = append(text, t...)
			}
		}
	}
}

// readShared reads the texts that the cells of all sheets share. Their total length is bounded, as they have to be
// at hand.
func (w *workbook) readShared(book string) error {
	parts, err := w.related(book, "/sharedStrings")
	if len(parts) == 0 || err != nil {
		return err
	}
	r, err := w.open(parts[0].Target)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	d := w.decoder(r)
	for size := 0; size < maxShared; {
		token, err := d.RawToken()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return damaged(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "si" {
			text, _, err := textOf(d, "si", "t")
			if err != nil {
				return err
			}
			w.shared = append(w.shared, unescaped(text))
			size += len(text) + 16
		}
	}
	return &Refused{ruleLimit, fmt.Sprintf("The workbook holds more than %d MiB of text; save it as CSV.", maxShared>>20)}
}

const maxShared = 256 << 20

// decoder reads XML in which no text is longer than a cell may be, by far.
func (w *workbook) decoder(r io.Reader) *xml.Decoder {
	return xml.NewDecoder(&shortTexts{r: r, limit: maxRecordFields * w.opt.MaxField})
}

// shortTexts reads XML up to a text or a tag that is longer than limit bytes, which the decoder would take into
// memory whole.
type shortTexts struct {
	r     io.Reader
	limit int
	run   int // bytes since the last tag began
}

func (s *shortTexts) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if i := bytes.LastIndexByte(p[:n], '<'); i >= 0 {
		s.run = n - i
	} else {
		s.run += n
	}
	if s.run > s.limit {
		return n, &Refused{ruleLimit, "A cell of the workbook is longer than the limit."}
	}
	return n, err
}
