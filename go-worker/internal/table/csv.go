package table

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"math/bits"
	"slices"
	"strings"
	"unsafe"

	"harmonizer/go-worker/internal/rule"
)

// csvFormat reads one CSV text.
type csvFormat struct {
	dialect
	extent
	open       func() (io.ReadCloser, error) // the text after its byte order mark, from the first byte
	charset    charset                       // how its bytes become UTF-8
	header     []string                      // cells of the header as they stand in the file; nil when it has none
	chunkBytes int
	key        form            // of the first column
	titles     map[string]bool // of pages
	domains    []string        // cells of the line below the header that tells what the columns hold; nil when there is none
	sums       sums            // that stand among the records
	furnished  bool            // lines of pages stand among the records, with as many cells as these
	further    *Options        // by which further tables are looked for; nil where there are none, or they are known
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
	if t.furnished || len(b.faults) > 0 {
		t.dropFurniture(b)
	}
	if c.Last {
		t.dropFooter(b)
	}
	return nil
}

// records divides data into rows of b. Most are lines that row reads at once; uneven reads the others.
func (t *csvFormat) records(data []byte, line int64, b *Batch) {
	f := fields{cells: b.cells, arena: b.arena}
	var first string // of the header, by which a repeated one is known
	if t.header != nil {
		first = t.header[0]
	}
	quote := -1 // the first one from p on
	for p := 0; p < len(data); {
		if quote < p {
			quote = t.nextQuote(data, p)
		}
		end := p + bytes.IndexByte(data[p:], t.newline)
		row := len(f.cells)
		f.cells = slices.Grow(f.cells, t.width)[:row+t.width]
		if end < p || !t.row(data, p, end, quote, f.cells[row:], &f.arena) {
			f.cells = f.cells[:row]
			p, line = t.uneven(data, p, line, &f, b)
			continue
		}
		if c := f.cells[row]; len(c) > 0 && c[0] > ' ' && c[0] != noBreak && c[0] != markByte && c != first {
			b.lines = append(b.lines, line)
		} else {
			t.settle(row, line, &f, b)
		}
		p = end + 1
		line++
	}
	b.cells, b.arena = f.cells, f.arena
}

// row reads the line data[p:end], whose first quote stands at quote unless that is beyond it, and reports whether it is a record of as
// many cells as there are places for, in which quotes stand around whole cells. They are what whole makes of it.
func (t *csvFormat) row(data []byte, p, end, quote int, cells []string, arena *[]byte) bool {
	if quote < end && t.spaced || t.layout != nil {
		return false
	}
	stop, last, delims := end, len(cells)-1, repeat(t.delim)
	for t.newline == '\n' && stop > p && data[stop-1] == '\r' {
		stop--
	}
	for i := 0; ; {
		n, next := split(data[p:len(data)+8], min(quote, end)-p, delims, cells[i:])
		if i, p = i+n, p+next; i > last {
			return false
		}
		if quote >= end {
			cells[i] = view(data[p:stop])
			return i == last
		}
		if p < quote { // which stands within a text
			quote = t.nextQuote(data[:end], quote+1)
			continue
		}
		at, escaped, e := t.closing(data, p+1)
		if e != complete || at >= end {
			return false
		}
		cells[i] = t.unquote(data[p+1:at], escaped, arena)
		if p = t.skipSpaces(data, at+1); p >= stop || i == last {
			return p >= stop && i == last
		}
		i, p = i+1, p+1
		quote = t.nextQuote(data[:end], p)
	}
}

// split cuts the first n bytes of a text at their delimiters, as far as there is place for cells, looking at eight bytes at once: eight
// more follow. It returns how many cells it filled, and where what is behind them begins.
func split(padded []byte, n int, delims uint64, cells []string) (filled, rest int) {
	if len(padded) < n+8 {
		panic("table: a text without its padding")
	}
	text := unsafe.Pointer(unsafe.SliceData(padded))
	for p := 0; p < n; p += 8 {
		hits := zeros(binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(text, p))[:]) ^ delims)
		for ; hits != 0; hits &= hits - 1 {
			at := p + bits.TrailingZeros64(hits)>>3
			if at >= n || uint(filled) >= uint(len(cells)) {
				return filled, rest
			}
			*(*span)(unsafe.Pointer(&cells[filled])) = span{unsafe.Add(text, rest), at - rest}
			rest = at + 1
			filled++
		}
	}
	return filled, rest
}

// A span is a string as it lies in memory. Made so, it costs none of the checks of slicing: both of its ends are known to lie in the text.
type span struct {
	text   unsafe.Pointer
	length int
}

// nextQuote returns the place of the first quote from p on, len(data) when there is none.
func (t *csvFormat) nextQuote(data []byte, p int) int {
	if t.quote != 0 {
		if i := bytes.IndexByte(data[p:], t.quote); i >= 0 {
			return p + i
		}
	}
	return len(data)
}

// uneven reads the record at p, whatever it looks like, and returns the place and line of the next.
func (t *csvFormat) uneven(data []byte, p int, line int64, f *fields, b *Batch) (int, int64) {
	row := len(f.cells)
	next, ok := t.whole(data, p, f)
	if !ok {
		block := data[p:next]
		lines := int64(bytes.Count(block, []byte{t.newline}))
		b.cells = f.cells
		b.addWhole(view(t.withoutReturn(bytes.TrimSuffix(block, []byte{t.newline}))), line,
			Fault{Rule: t.damage(), EndLine: line + lines - 1})
		f.cells = b.cells
		return next, line + lines
	}
	t.settle(row, line, f, b)
	return next, line + int64(f.lines) + 1
}

// damage is the rule of records that cannot be divided into cells.
func (d *dialect) damage() rule.ID {
	if d.layout != nil && d.layout.columns != nil {
		return ruleOutOfColumns
	}
	return ruleQuote
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
	if t.isHeader(cells) {
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

// isHeader reports whether a line repeats the header, behind the byte order mark perhaps of a file that was appended.
func (t *csvFormat) isHeader(cells []string) bool {
	return len(cells) == len(t.header) && len(cells) > 0 && strings.TrimPrefix(cells[0], "\ufeff") == t.header[0] && slices.Equal(cells[1:], t.header[1:])
}

// markByte is the byte that a byte order mark begins with, in UTF-8.
const markByte = 0xef

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
