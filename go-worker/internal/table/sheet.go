package table

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
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
	xml    *markup
	shared []string
	dates  *dateLooks
	opt    Options
	known  []int // columns that hold anything; none while that is not known

	merged []mergedSpan // further down
	spans  []mergedSpan // over the row

	hidden   hiddenParts
	used     []bool // by column, whether it holds anything, as far as that is known
	formulas int64  // without a value, so far
	rows     int    // written
	text     int64  // bytes of their cells
	column   int    // behind the last cell of the row
	cells    []string
	arena    []byte // of their texts
	out      []byte
	taken    int // of out
	err      error
}

func (w *workbook) sheetText(part string, x sheetContents) (*sheetReader, error) {
	r, err := w.open(part)
	if err != nil {
		return nil, err
	}
	s := &sheetReader{Closer: r, xml: w.markup(r), shared: w.shared, dates: &w.dates, opt: w.opt, known: x.columns, merged: x.merged}
	for _, column := range x.columns {
		s.use(column)
	}
	return s, nil
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
	s.cells, s.arena, s.column = s.cells[:0], s.arena[:0], 0
	for {
		kind, err := s.xml.next()
		if err != nil {
			return damaged(err) // the end of the rows comes before the end of the file
		}
		switch {
		case kind == tagStart && s.xml.is("c"):
			n, err := s.cell()
			if err != nil {
				return err
			}
			if size += n; size > maxRecordFields*s.opt.MaxField {
				return tooLong
			}
		case kind == tagStart && s.xml.is("row"):
			number = max(number, atoi(s.xml.attr("r")))
			if number > maxRows {
				return tooLong
			}
			hidden = isHidden(s.xml)
		case kind == tagStart && s.xml.is("col"):
			s.hidden.addColumns(s.xml)
		case kind == tagEnd && s.xml.is("row"):
			if hidden && !isBlank(s.cells) {
				s.hidden.rows++
			}
			s.write(number)
			s.text += int64(max(size, len(s.out)))
			if s.text > ratioFloor && s.text > s.xml.offset()*int64(s.opt.MaxRatio) {
				return tooLong // texts that many cells share
			}
			return nil
		case kind == tagEnd && s.xml.is("sheetData"):
			return io.EOF
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

// cell reads the cell whose tag was read into its column, and returns the length of its text. Columns that hold nothing have no place.
func (s *sheetReader) cell() (int, error) {
	column := columnOf(s.xml.attr("r"))
	if column < 0 {
		column = s.column // programs that leave out references leave out no cells
	}
	s.column = column + 1
	kind, look := kindOfCell(s.xml.attr("t")), lookNumber(s.xml.attr("s"))
	from := len(s.arena)
	text, formula, err := appendText(s.arena, s.xml, "c", "v", "t")
	if err != nil {
		return 0, err
	}
	s.arena = text
	raw := view(text[from:])
	if formula && raw == "" && kind != computedText {
		s.formulas++
	}
	shown, err := s.value(kind, look, raw)
	if err != nil {
		return 0, err
	}
	if held := column < len(s.used) && s.used[column]; !held && strings.TrimSpace(shown) == "" {
		return 0, nil
	}
	if column >= s.opt.MaxColumns {
		return 0, wide(s.opt.MaxColumns)
	}
	for len(s.cells) <= column {
		s.cells = append(s.cells, "")
	}
	s.cells[column] = shown
	s.use(column)
	return len(shown), nil
}

func (s *sheetReader) use(column int) {
	for len(s.used) <= column {
		s.used = append(s.used, false)
	}
	s.used[column] = true
}

// A cellKind says what the text in a cell is.
type cellKind byte

const (
	writtenText cellKind = iota
	computedText
	sharedText // the number of one
	numberCell
	truthCell
)

func kindOfCell(t string) cellKind {
	switch t {
	case "", "n":
		return numberCell
	case "s":
		return sharedText
	case "b":
		return truthCell
	case "str":
		return computedText
	}
	return writtenText
}

// lookNumber reads the number of a look, -1 when there is none.
func lookNumber(text string) int {
	if text == "" { // of most cells, whose errors would cost more than they
		return -1
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}

// value returns a cell as a person would write it. Dates are numbers: only their look tells.
func (s *sheetReader) value(kind cellKind, look int, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	switch kind {
	case sharedText:
		i, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || i < 0 || i >= len(s.shared) {
			return "", damaged(io.ErrUnexpectedEOF)
		}
		return s.shared[i], nil
	case truthCell:
		if strings.TrimSpace(text) == "1" {
			return "TRUE", nil
		}
		return "FALSE", nil
	case numberCell:
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

// appendText appends the text in the elements of some names within the element that was begun, and says whether it holds a formula. Readings
// of Asian characters (rPh) are left out.
func appendText(text []byte, m *markup, element string, names ...string) (_ []byte, formula bool, _ error) {
	inside, reading := false, false
	for {
		kind, err := m.next()
		if err != nil {
			return nil, false, damaged(err)
		}
		switch kind {
		case tagStart:
			formula = formula || m.is("f")
			reading = reading || m.is("rPh")
			inside = !reading && (m.is(names[0]) || m.is(names[len(names)-1]))
		case tagEnd:
			if m.is(element) {
				return text, formula, nil
			}
			reading = reading && !m.is("rPh")
			inside = false
		case plainText:
			if inside {
				text = append(text, m.text...)
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
	m := w.markup(r)
	var text []byte
	for size := 0; size < maxShared; {
		kind, err := m.next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return damaged(err)
		}
		if kind == tagStart && m.is("si") {
			if text, _, err = appendText(text[:0], m, "si", "t"); err != nil {
				return err
			}
			w.shared = append(w.shared, unescaped(string(text)))
			size += len(text) + 16
		}
	}
	return &Refused{ruleLimit, fmt.Sprintf("The workbook holds more than %d MiB of text; save it as CSV.", maxShared>>20)}
}

const maxShared = 256 << 20

// markup reads XML in which no text is longer than a cell may be, by far.
func (w *workbook) markup(r io.Reader) *markup { return newMarkup(r, maxRecordFields*w.opt.MaxField) }
