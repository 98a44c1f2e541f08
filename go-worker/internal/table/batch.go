package table

import (
	"slices"
	"sort"
	"sync"

	"harmonizer/go-worker/internal/rule"
)

// padding is room after the data of a chunk: for the line end that the last line may lack, and for eight bytes
// to be loaded from any place.
const padding = 9

// Chunk is a run of whole records as they stand in the file.
type Chunk struct {
	Seq    int   // 0-based place in the file
	Line   int64 // physical line of its first byte, 1-based
	Offset int64 // its first byte in the unpacked file; only meaningful where bytes are not re-encoded first
	Last   bool  // no chunk follows

	data  []byte // ends with a record's terminator; padding bytes of capacity follow
	cut   bool   // the chunk is the beginning of one record that is too long to be held
	parts []part // records of a JSON document; nil where they are lines
}

var chunks = sync.Pool{New: func() any { return new(Chunk) }}

// newChunk returns an empty chunk with room for n bytes and the padding, no more: how a file is cut must not
// depend on what was read before.
func newChunk(n int) *Chunk {
	n += padding
	c := chunks.Get().(*Chunk)
	data, parts := c.data[:0], c.parts[:0]
	if cap(data) < n || cap(data) > 4*n {
		data = make([]byte, 0, n)
	}
	*c = Chunk{data: data[:0:n], parts: parts}
	return c
}

// Release gives the memory of the chunk back. Cells decoded from it are not to be used any more.
func (c *Chunk) Release() { chunks.Put(c) }

// Bytes returns how many bytes of the file the chunk holds.
func (c *Chunk) Bytes() int { return len(c.data) }

// Fault is what is wrong with one record; what becomes of the record is its rule's disposition.
type Fault struct {
	Rule    rule.ID
	EndLine int64 // last physical line of a damaged block; 0 when the fault is of one line
}

// Dropped counts lines that are no records.
type Dropped struct {
	Blank, RepeatedHeader, Footer int
}

// Batch holds the records of one chunk. It is reused: what it returns is valid until the next Decode into it,
// or until the chunk is released.
type Batch struct {
	Seq     int // of the chunk
	Width   int // cells of each row
	Dropped Dropped
	Further int // records that stand in one with the record before them: results of a panel, reactions of an allergy

	cells  []string // rows one after another, Width cells each
	lines  []int64
	faults []rowFault // in order of rows
	extras []rowExtra // in order of rows
	arena  []byte     // text of cells that stand in the file in another form
	spare  []byte     // the chunk's bytes in UTF-8, when it came in another encoding
}

type rowFault struct {
	row int
	Fault
}

type rowExtra struct {
	row   int
	cells []string
}

func (b *Batch) reset(seq, width int) {
	*b = Batch{
		Seq: seq, Width: width,
		cells: b.cells[:0], lines: b.lines[:0], faults: b.faults[:0], extras: b.extras[:0],
		arena: b.arena[:0], spare: b.spare[:0],
	}
}

// Len returns the number of records.
func (b *Batch) Len() int { return len(b.lines) }

// Row returns the Width cells of record i. A short record is filled up with empty cells. A damaged block
// (rules CSV-005 and JSON-002, and CSV-010 for a record too long to be held) stands whole in the first cell.
func (b *Batch) Row(i int) []string {
	return b.cells[i*b.Width : (i+1)*b.Width : (i+1)*b.Width]
}

// Rows returns the cells of records from i on, up to end, one record after another.
func (b *Batch) Rows(i, end int) []string { return b.cells[i*b.Width : end*b.Width : end*b.Width] }

// Line returns the physical line where record i begins, 1-based.
func (b *Batch) Line(i int) int64 { return b.lines[i] }

// Faults returns what is wrong with record i, usually nothing.
func (b *Batch) Faults(i int) []Fault {
	if len(b.faults) == 0 {
		return nil
	}
	first := sort.Search(len(b.faults), func(k int) bool { return b.faults[k].row >= i })
	var out []Fault
	for _, f := range b.faults[first:] {
		if f.row != i {
			break
		}
		out = append(out, f.Fault)
	}
	return out
}

// Extra returns the cells of record i beyond Width: those of a long record (rule CSV-004).
func (b *Batch) Extra(i int) []string {
	k, ok := slices.BinarySearchFunc(b.extras, i, func(e rowExtra, row int) int { return e.row - row })
	if !ok {
		return nil
	}
	return b.extras[k].cells
}

func (b *Batch) fault(row int, f Fault) { b.faults = append(b.faults, rowFault{row, f}) }

// addEmpty appends a record of empty cells and returns them to be filled.
func (b *Batch) addEmpty(line int64) []string {
	b.cells = append(b.cells, make([]string, b.Width)...)
	b.lines = append(b.lines, line)
	return b.Row(len(b.lines) - 1)
}

// addWhole appends a record that could not be divided into cells: its text is the first cell.
func (b *Batch) addWhole(text string, line int64, f Fault) {
	b.cells = append(b.cells, text)
	for range b.Width - 1 {
		b.cells = append(b.cells, "")
	}
	b.fault(len(b.lines), f)
	b.lines = append(b.lines, line)
}

// faultLines faults the records that hold physical lines, which are in ascending order.
func (b *Batch) faultLines(lines []int64, id rule.ID) {
	last := -1
	for _, line := range lines {
		row := sort.Search(len(b.lines), func(k int) bool { return b.lines[k] > line }) - 1
		if row > last {
			b.fault(row, Fault{Rule: id})
			last = row
		}
	}
}

// dropLast takes back the last record.
func (b *Batch) dropLast() {
	last := len(b.lines) - 1
	b.lines = b.lines[:last]
	b.cells = b.cells[:last*b.Width]
	for n := len(b.faults); n > 0 && b.faults[n-1].row == last; n-- {
		b.faults = b.faults[:n-1]
	}
	if n := len(b.extras); n > 0 && b.extras[n-1].row == last {
		b.extras = b.extras[:n-1]
	}
}

// dropRows takes back records, which are in ascending order.
func (b *Batch) dropRows(rows []int) {
	if len(rows) == 0 {
		return
	}
	places := make([]int, len(b.lines)) // where each record stands then, -1 nowhere
	kept := 0
	for i := range b.lines {
		if len(rows) > 0 && rows[0] == i {
			places[i], rows = -1, rows[1:]
			continue
		}
		copy(b.cells[kept*b.Width:(kept+1)*b.Width], b.Row(i))
		b.lines[kept], places[i] = b.lines[i], kept
		kept++
	}
	b.lines, b.cells = b.lines[:kept], b.cells[:kept*b.Width]
	b.faults = slices.DeleteFunc(b.faults, func(f rowFault) bool { return places[f.row] < 0 })
	for i := range b.faults {
		b.faults[i].row = places[b.faults[i].row]
	}
	b.extras = slices.DeleteFunc(b.extras, func(e rowExtra) bool { return places[e.row] < 0 })
	for i := range b.extras {
		b.extras[i].row = places[b.extras[i].row]
	}
}
