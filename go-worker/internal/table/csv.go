package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"
	"strings"
)

// csvFormat reads one CSV text.
type csvFormat struct {
	dialect
	extent
	open       func() (io.ReadCloser, error) // the text after its byte order mark, from the first byte
	charset    charset                       // how its bytes become UTF-8
	header     []string                      // cells of the header as they stand in the file; nil when it has none
	chunkBytes int
	key        form // of the first column
}

func (t *csvFormat) scan(ctx context.Context, fn func(*Chunk) error) error {
	r, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	text, err := t.from(r)
	if err != nil {
		return err
	}
	c := cutter{dialect: &t.dialect, r: text, chunkBytes: t.chunkBytes, line: t.line, offset: t.skip}
	return deliver(ctx, c.next, t.deliverTo(fn))
}

func (t *csvFormat) decode(c *Chunk, b *Batch) error {
	if c.cut {
		text := t.charset.appendUTF8(b.arena, c.data)
		b.arena = text
		b.addWhole(view(text), c.Line, Fault{Rule: ruleCell})
		return nil
	}
	data, badLines := t.charset.decode(c.data, t.newline, c.Line, b)
	t.records(data, c.Line, b)
	sorted := len(b.faults)
	if bytes.IndexByte(data, 0) >= 0 || len(data) > t.maxField {
		t.checkCells(b)
	}
	b.faultLines(badLines, ruleBadLine)
	if len(b.faults) > sorted {
		slices.SortStableFunc(b.faults, func(x, y rowFault) int { return x.row - y.row })
	}
	if c.Last {
		t.dropFooter(b)
	}
	return nil
}

// records divides data into rows of b. Lines without quotes take a short way.
func (t *csvFormat) records(data []byte, line int64, b *Batch) {
	f := fields{cells: b.cells, arena: b.arena}
	for p := 0; p < len(data); {
		end := len(data)
		if t.quote != 0 {
			if q := bytes.IndexByte(data[p:], t.quote); q >= 0 {
				end = p + bytes.LastIndexByte(data[p:p+q], t.newline) + 1
			}
		}
		line = t.plain(data, p, end, line, &f, b)
		if p = end; p < len(data) {
			p, line = t.quoted(data, p, line, &f, b)
		}
	}
	b.cells, b.arena = f.cells, f.arena
}

// plain reads the lines of data[p:end], where no quote stands, and returns the number of the next line.
func (t *csvFormat) plain(data []byte, p, end int, line int64, f *fields, b *Batch) int64 {
	delims, newlines := repeat(t.delim), repeat(t.newline)
	crlf := t.newline == '\n'
	cells, row, cell := f.cells, len(f.cells), p
	var first string // of the header, by which a repeated one is known
	if t.header != nil {
		first = t.header[0]
	}
	padded := data[:end+8]
	for p < end {
		w := binary.LittleEndian.Uint64(padded[p:])
		hits := zeros(w^delims) | zeros(w^newlines)
		for ; hits != 0; hits &= hits - 1 {
			at := p + bits.TrailingZeros64(hits)>>3
			if at >= end {
				break
			}
			if data[at] == t.delim {
				cells = append(cells, view(data[cell:at]))
				cell = at + 1
				continue
			}
			stop := at
			if crlf && stop > cell && data[stop-1] == '\r' {
				stop--
			}
			cells = append(cells, view(data[cell:stop]))
			cell = at + 1
			if c := cells[row]; len(cells)-row == t.width && len(c) > 0 && c[0] > ' ' && c[0] != noBreak && c != first {
				b.lines = append(b.lines, line)
			} else {
				f.cells = cells
				t.settle(row, line, f, b)
				cells = f.cells
			}
			row = len(cells)
			line++
		}
		p += 8
	}
	f.cells = cells
	return line
}

// quoted reads the record at p, which holds a quote, and returns the place and line of the next.
func (t *csvFormat) quoted(data []byte, p int, line int64, f *fields, b *Batch) (int, int64) {
	row := len(f.cells)
	next, ok := t.whole(data, p, f)
	if !ok {
		block := data[p:next]
		lines := int64(bytes.Count(block, []byte{t.newline}))
		b.cells = f.cells
		b.addWhole(view(t.withoutReturn(bytes.TrimSuffix(block, []byte{t.newline}))), line,
			Fault{Rule: ruleQuote, EndLine: line + lines - 1})
		f.cells = b.cells
		return next, line + lines
	}
	t.settle(row, line, f, b)
	return next, line + int64(f.lines) + 1
}

// whole appends the cells of the record at p and returns where the next one begins. ok is false when a quote
// was never closed: then the bytes up to the next record are one damaged block. A record over several lines
// counts as damaged also when its width is wrong and one of its lines would be a record by itself.
func (d *dialect) whole(data []byte, p int, f *fields) (next int, ok bool) {
	before := len(f.cells)
	next, e := d.record(data, p, f)
	if e != complete {
		return d.resync(data, p, len(data)), false
	}
	if f.lines > 0 && len(f.cells)-before != d.width {
		if again := d.resync(data, p, next); again < next {
			f.cells = f.cells[:before]
			return again, false
		}
	}
	return next, true
}

// settle makes the cells from row on a row of b: it fills up a short record, cuts a long one, and drops blank
// lines and repeated headers.
func (t *csvFormat) settle(row int, line int64, f *fields, b *Batch) {
	cells := f.cells[row:]
	if isBlank(cells) {
		b.Dropped.Blank++
		f.cells = f.cells[:row]
		return
	}
	if t.header != nil && slices.Equal(cells, t.header) {
		b.Dropped.RepeatedHeader++
		f.cells = f.cells[:row]
		return
	}
	n := len(b.lines)
	switch extra := len(cells) - t.width; {
	case extra < 0:
		for range -extra {
			f.cells = append(f.cells, "")
		}
		b.fault(n, Fault{Rule: ruleShort})
	case extra > 0:
		if beyond := cells[t.width:]; isBlank(beyond) {
			b.fault(n, Fault{Rule: ruleExtra})
		} else {
			b.extras = append(b.extras, rowExtra{n, slices.Clone(beyond)})
			b.fault(n, Fault{Rule: ruleLong})
		}
		f.cells = f.cells[:row+t.width]
	}
	b.lines = append(b.lines, line)
}

// noBreak is the byte that a no-break space begins with, in UTF-8.
const noBreak = '\u00a0'>>6 | 0xc0

// isBlank reports whether cells hold nothing but white space, with the no-break spaces of pages, and the NULs of padding.
func isBlank(cells []string) bool {
	visible := func(r rune) bool { return r > ' ' && r != '\u00a0' }
	for _, c := range cells {
		if c != "" && (c[0] > ' ' && c[0] != noBreak || strings.ContainsFunc(c, visible)) {
			return false
		}
	}
	return true
}

// checkCells faults the rows with a NUL byte or a cell beyond the limit.
func (t *csvFormat) checkCells(b *Batch) {
	for i := range b.lines {
		for _, c := range b.Row(i) {
			if len(c) > t.maxField || strings.IndexByte(c, 0) >= 0 {
				b.fault(i, Fault{Rule: ruleCell})
				break
			}
		}
	}
}
