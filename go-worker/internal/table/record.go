package table

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// dialect is how a CSV file marks cells, quotes and records.
type dialect struct {
	delim     byte
	quote     byte    // 0 when nothing is quoted
	backslash bool    // \" stands for a quote, beside ""
	spaced    bool    // spaces may stand between a delimiter and an opening quote
	newline   byte    // '\n', also for CRLF; or '\r'
	bare      bool    // quotes inside a cell are not doubled: of two before a delimiter and another quote, or a line end, the second closes it
	width     int     // columns; 0 while they are not known
	start     form    // of what most lines begin with
	maxField  int     // bytes; half of how far a closing quote is looked for
	layout    *layout // nil: delimiters and line ends are all that stands between cells
}

// ending says how the reading of a quoted cell or of a record came out.
type ending uint8

const (
	complete   ending = iota
	unfinished        // the bytes end first
	literal           // the quote opened nothing, it belongs to the text: "Bo" Smith
	broken            // the quote was never closed: what follows is not its content
)

// closing looks for the quote that closes a cell whose content begins at from. A closing quote stands before
// a delimiter, a line end or the end; spaces between are let pass. A lone quote elsewhere belongs to the text,
// as in "Jim "Bo" Smith", unless a line ended before it: then it opens another cell, and ours was never closed.
//
// escaped tells that the content holds doubled or escaped quotes.
func (d *dialect) closing(buf []byte, from int) (at int, escaped bool, e ending) {
	limit := min(len(buf), from+2*d.maxField)
	for p := from; ; {
		i := bytes.IndexByte(buf[p:limit], d.quote)
		if i < 0 {
			if limit < len(buf) {
				return 0, false, broken
			}
			return 0, false, unfinished
		}
		q := p + i
		if d.backslash && escapes(buf[from:q]) {
			escaped, p = true, q+1
			continue
		}
		if q+1 < len(buf) && buf[q+1] == d.quote {
			if d.bare && d.endsBare(buf, q+2) {
				return q + 1, escaped, complete
			}
			escaped, p = true, q+2
			continue
		}
		if d.closes(buf, q) {
			return q, escaped, complete
		}
		if bytes.IndexByte(buf[from:q], d.newline) >= 0 {
			return 0, false, broken
		}
		if e := d.loneQuote(buf, q+1); e != complete {
			return 0, false, e
		}
		p = q + 1
	}
}

// endsBare reports whether what follows two quotes at p can only follow the end of a cell: a line end, or a delimiter and a quote that opens
// the next cell.
func (d *dialect) endsBare(buf []byte, p int) bool {
	if p+2 < len(buf) && buf[p] == d.delim {
		return buf[p+1] == d.quote && buf[p+2] != d.quote
	}
	return d.lineEnds(buf, p)
}

// escapes reports whether text ends in an odd number of backslashes.
func escapes(text []byte) bool {
	n := 0
	for n < len(text) && text[len(text)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// closes reports whether the quote at q can end a cell.
func (d *dialect) closes(buf []byte, q int) bool {
	p := d.skipSpaces(buf, q+1)
	return p < len(buf) && buf[p] == d.delim || d.lineEnds(buf, p)
}

// lineEnds reports whether the text or the line ends at p, be it with several CRs before the LF, as a text has that was converted twice.
func (d *dialect) lineEnds(buf []byte, p int) bool {
	if d.newline == '\n' {
		for p < len(buf) && buf[p] == '\r' {
			p++
		}
	}
	return p == len(buf) || buf[p] == d.newline
}

// skipSpaces returns the first place from p on that holds no space, or holds the delimiter.
func (d *dialect) skipSpaces(buf []byte, p int) int {
	for p < len(buf) && buf[p] == ' ' && d.delim != ' ' {
		p++
	}
	return p
}

// loneQuote decides about a quote inside a quoted cell, on the line where the cell began: complete when the
// cell is closed further on in this line.
func (d *dialect) loneQuote(buf []byte, from int) ending {
	end := bytes.IndexByte(buf[from:], d.newline)
	if end < 0 {
		return unfinished
	}
	line := buf[from : from+end]
	for p := 0; ; {
		i := bytes.IndexByte(line[p:], d.quote)
		if i < 0 {
			return literal
		}
		p += i + 1
		if d.closes(buf, from+p-1) {
			return complete
		}
	}
}

// opens returns the place of the quote that opens the cell at p, or -1.
func (d *dialect) opens(buf []byte, p int) int {
	if d.quote == 0 {
		return -1
	}
	if d.spaced {
		p = d.skipSpaces(buf, p)
	}
	if p < len(buf) && buf[p] == d.quote {
		return p
	}
	return -1
}

// fields is a record being read.
type fields struct {
	cells []string
	arena []byte // text of cells that hold doubled quotes
	lines int    // line ends inside cells
}

// record appends the cells of the record at start and returns where the next one begins. The bytes end with
// a line end. When the outcome is not complete, cells are as they were.
func (d *dialect) record(buf []byte, start int, f *fields) (next int, e ending) {
	if d.layout != nil {
		return d.layout.record(d, buf, start, f)
	}
	cells, quoted := len(f.cells), false
	f.lines = 0
	for p := start; ; {
		if q := d.opens(buf, p); q >= 0 {
			at, escaped, e := d.closing(buf, q+1)
			switch e {
			case complete:
				quoted = true
				f.cells = append(f.cells, d.unquote(buf[q+1:at], escaped, &f.arena))
				p = d.skipSpaces(buf, at+1)
				if p == len(buf) {
					f.cells = f.cells[:cells]
					return 0, unfinished
				}
				if buf[p] == d.delim {
					p++
					continue
				}
				f.lines = bytes.Count(buf[start:p], []byte{d.newline})
				return d.afterLineEnd(buf, p), complete
			case unfinished, broken:
				f.cells = f.cells[:cells]
				return 0, e
			case literal:
			}
		}
		end := d.cellEnd(buf, p)
		if end == len(buf) {
			f.cells = f.cells[:cells]
			return 0, unfinished
		}
		if buf[end] == d.delim {
			f.cells = append(f.cells, view(buf[p:end]))
			p = end + 1
			continue
		}
		f.cells = append(f.cells, view(d.withoutReturn(buf[p:end])))
		if quoted {
			f.lines = bytes.Count(buf[start:p], []byte{d.newline})
		}
		return end + 1, complete
	}
}

// afterLineEnd returns the place after the line end at p, which may be CRLF.
func (d *dialect) afterLineEnd(buf []byte, p int) int {
	for d.newline == '\n' && p+1 < len(buf) && buf[p] == '\r' {
		p++
	}
	return p + 1
}

// withoutReturn drops the CRs before the line end of a file of LFs.
func (d *dialect) withoutReturn(cell []byte) []byte {
	if d.newline == '\n' {
		for len(cell) > 0 && cell[len(cell)-1] == '\r' {
			cell = cell[:len(cell)-1]
		}
	}
	return cell
}

// unquote returns the content of a quoted cell, through the arena when quotes in it are doubled or escaped.
func (d *dialect) unquote(content []byte, escaped bool, arena *[]byte) string {
	if !escaped {
		return view(content)
	}
	from := len(*arena)
	for i := 0; i < len(content); i++ {
		c := content[i]
		if i+1 < len(content) {
			next := content[i+1]
			if c == d.quote && next == d.quote || d.backslash && c == '\\' && (next == d.quote || next == '\\') {
				c = next
				i++
			}
		}
		*arena = append(*arena, c)
	}
	return view((*arena)[from:])
}

// cellEnd returns the first delimiter or line end from p on, or len(buf).
func (d *dialect) cellEnd(buf []byte, p int) int {
	delims, newlines := repeat(d.delim), repeat(d.newline)
	for ; p+8 <= len(buf); p += 8 {
		w := binary.LittleEndian.Uint64(buf[p:])
		if hits := zeros(w^delims) | zeros(w^newlines); hits != 0 {
			return p + bits.TrailingZeros64(hits)>>3
		}
	}
	for ; p < len(buf) && buf[p] != d.delim && buf[p] != d.newline; p++ {
	}
	return p
}

// repeat returns a word of eight times c.
func repeat(c byte) uint64 { return uint64(c) * 0x0101010101010101 }

// zeros returns a word with the high bit of each byte set where w has a zero byte, and only there.
func zeros(w uint64) uint64 {
	const low = 0x7f7f7f7f7f7f7f7f
	return ^((w&low + low) | w | low)
}

// view returns the bytes as a string without copying them: it is valid as long as they are not overwritten.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
