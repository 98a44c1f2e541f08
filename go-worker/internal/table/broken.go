package table

import (
	"bytes"
	"slices"
	"strings"
)

// Where a quote was opened and never closed, or by a quote that belongs to another record, the lines below tell where records begin.

// whole appends the cells of the record at p and returns where the next one begins. ok is false when a quote was never closed: then the
// bytes up to the next record are one damaged block. A record over several lines counts as damaged also when some of its lines are records.
func (d *dialect) whole(data []byte, p int, f *fields) (next int, ok bool) {
	before := len(f.cells)
	next, e := d.record(data, p, f)
	if e != complete || len(f.cells)-before < d.width {
		if cells, end := d.bareQuotes(data, p); cells != nil && (e != complete || end == next) {
			f.cells, f.lines = append(f.cells[:before], cells...), 0
			return end, true
		}
	}
	if e != complete {
		return d.resync(data, p, len(data)), false
	}
	if f.lines > 0 && d.swallows(data[p:next], len(f.cells)-before == d.width) {
		if again := d.resync(data, p, next); again < next {
			f.cells = f.cells[:before]
			return again, false
		}
	}
	return next, true
}

// bareQuotes reads the line at p as a record whose quotes inside cells were not doubled: "he said "no"","A" ends its first cell with two quotes
// that do not stand for one. It returns the cells and the end of the line, nil where they are not as many as there are columns.
func (d *dialect) bareQuotes(data []byte, p int) (cells []string, next int) {
	line := data[p : p+bytes.IndexByte(data[p:], d.newline)+1]
	if d.bare || d.layout != nil || d.quote == 0 || d.width < 2 || !bytes.Contains(line, []byte{d.quote, d.quote}) {
		return nil, 0
	}
	bare := *d
	bare.bare = true
	var f fields
	if cells, ok := bare.alone(line, &f); ok && len(cells) == d.width {
		return cells, p + len(line)
	}
	return nil, 0
}

// resync returns where reading goes on after the record at start proved broken: the next line that looks like a record. When no line within
// reach does, that is the first line end beyond reach, or the end.
func (d *dialect) resync(buf []byte, start, limit int) int {
	var f fields
	reach := min(limit, start+2*d.maxField)
	p := start
	for {
		i := bytes.IndexByte(buf[p:limit], d.newline)
		if i < 0 {
			return limit
		}
		p += i + 1
		if p >= reach || d.damage() == ruleOutOfColumns { // where a record is a line
			return p
		}
		end := bytes.IndexByte(buf[p:], d.newline)
		if end < 0 || d.resembles(buf[p:p+end+1], &f) || d.opensRecord(buf[p:reach], &f) {
			return p
		}
	}
}

// tellingStart is how many characters a record begins with by which it is known even when it is short: a text may go on with a number.
const tellingStart = 3

// resembles reports whether a line behind a broken record looks like another one, which may be broken too: it has as many cells as there are
// columns, be its quotes text, or begins as most lines do and has half as many.
func (d *dialect) resembles(line []byte, f *fields) bool {
	if d.width > 1 && bytes.Count(line, []byte{d.delim})+1 == d.width {
		return true
	}
	cells, ok := d.alone(line, f)
	return ok && (len(cells) == d.width || len(cells) > 1 && len(cells)*2 >= d.width && len(d.start.pattern) >= tellingStart && d.starts(cells[0]))
}

// opensRecord reports whether a text begins as most lines do with a record of the right width, over however many lines.
func (d *dialect) opensRecord(text []byte, f *fields) bool {
	start, _, _ := bytes.Cut(text, []byte{d.delim})
	if !d.starts(view(start)) {
		return false
	}
	cells, ok := d.alone(text, f)
	return ok && len(cells) == d.width
}

// starts reports whether lines are known to begin with cells as this one.
func (d *dialect) starts(cell string) bool {
	return d.start.known() && d.start.fits(strings.Trim(cell, " "+string(rune(d.quote))))
}

// swallows reports whether a record over several lines, whose width is right or not, holds others: by a quote that closes where another record
// ends, all between them would be one cell. Where the width is right, a line that is a record by itself tells so when it begins as most lines
// do; where these have nothing in common, all lines between the first and the last have to be such, of a table with several columns.
func (d *dialect) swallows(record []byte, right bool) bool {
	const several = 5 // an address over three lines has no such line
	var f fields
	between, records := 0, 0
	for rest := record[bytes.IndexByte(record, d.newline)+1:]; len(rest) > 0; {
		end := bytes.IndexByte(rest, d.newline) + 1
		cells, ok := d.alone(rest[:end], &f)
		ok = ok && len(cells) == d.width
		if ok && (!right || d.starts(cells[0])) {
			return true
		}
		if rest = rest[end:]; len(rest) > 0 {
			between++
			if ok {
				records++
			}
		}
	}
	return !d.start.known() && between > 0 && records == between && d.width >= several
}

// alone returns the cells of the first record of a text that is read by itself; ok is false where it is broken.
func (d *dialect) alone(text []byte, f *fields) (cells []string, ok bool) {
	f.cells, f.arena = f.cells[:0], f.arena[:0]
	_, e := d.record(text, 0, f)
	return f.cells, e == complete
}

// startsOf returns the form of what the first lines of a text begin with.
func (d *dialect) startsOf(head []byte) form {
	var starts []string
	for _, line := range linesOf(head, d.newline, sampledRecords) {
		start, _, _ := strings.Cut(line, string(rune(d.delim)))
		starts = append(starts, strings.Trim(start, " "+string(rune(d.quote))))
	}
	return formOf(starts)
}

// torn returns the cells of a line as if its quotes were text, without those around them.
func (d *dialect) torn(line []byte) []string {
	cells := strings.Split(string(d.withoutReturn(bytes.TrimSuffix(line, []byte{d.newline}))), string(rune(d.delim)))
	for i, c := range cells {
		cells[i] = strings.Trim(c, " "+string(rune(d.quote)))
	}
	return cells
}

// tornNames returns the cells of a line with a quote that is never closed, where they can be the names of all columns; else nil.
func (d *dialect) tornNames(line []byte) []string {
	if cells := d.torn(line); len(cells) == d.width && areNames(cells) {
		return cells
	}
	return nil
}

// isTop reports whether a line below these can be the header: none of them is a record, or damaged.
func isTop(above []sampleLine) bool {
	return len(above) < preambleLines && !slices.ContainsFunc(above, func(l sampleLine) bool { return filledTo(l.cells) > 1 || l.cells == nil })
}
