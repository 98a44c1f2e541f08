package table

import (
	"bytes"
	"context"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonFormat reads the records of a JSON document, or of a text with one JSON value a line.
type jsonFormat struct {
	extent
	open       func() (io.ReadCloser, error)
	leftOff    func(error) bool // whether an error only says that no more was asked for
	charset    charset
	lines      bool   // one value a line
	key        string // of the array that holds the records; "" when the document is that array, or values in a row
	chunkBytes int
	maxField   int
	maxDepth   int
	columns    columns
	children   children
	names      *names

	resource string // type of the FHIR resources that this source holds; "" for records that are none
	rest     bool   // this source accounts for blank lines and records that cannot be parsed
}

// part is one record of a JSON document within the data of a chunk.
type part struct {
	start, end int
	line       int64
	cut        bool // too long to be held: this is its beginning
}

func (t *jsonFormat) scan(ctx context.Context, fn func(*Chunk) error) error {
	r, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	if t.lines {
		d := dialect{newline: '\n', maxField: t.maxField}
		text, err := t.from(r)
		if err != nil {
			return err
		}
		c := cutter{dialect: &d, r: text, chunkBytes: t.chunkBytes, line: t.line, offset: t.skip}
		return deliver(ctx, c.next, t.deliverTo(fn))
	}
	s := newSplitter(r, maxRecordFields*t.maxField)
	if err := s.begin(t.key); err != nil {
		return err
	}
	c := documentCutter{splitter: s, chunkBytes: t.chunkBytes, leftOff: t.leftOff}
	return deliver(ctx, c.next, fn)
}

// documentCutter gathers the records of a JSON document into chunks.
type documentCutter struct {
	*splitter
	chunkBytes int
	seq        int
	ended      bool
	leftOff    func(error) bool
}

// next returns the next chunk, or nil after the last.
func (d *documentCutter) next() (*Chunk, error) {
	chunk := newChunk(d.chunkBytes + d.chunkBytes/8)
	for !d.ended && len(chunk.data) < d.chunkBytes {
		if _, err := d.skipSpace(); err != nil {
			chunk.Release()
			return nil, err
		}
		start, offset := len(chunk.data), d.offset+int64(d.p)
		out, line, ok, err := d.splitter.next(chunk.data)
		if d.leftOff(err) {
			ok, err, out = false, nil, chunk.data
		}
		if err != nil {
			chunk.Release()
			return nil, err
		}
		d.ended = !ok
		chunk.data = out
		if !ok {
			break
		}
		if len(chunk.parts) == 0 {
			chunk.Line, chunk.Offset = line, offset
		}
		chunk.parts = append(chunk.parts, part{start, len(out), line, d.cut})
	}
	if len(chunk.parts) == 0 {
		chunk.Release()
		return nil, nil
	}
	chunk.Seq = d.seq
	d.seq++
	return chunk, nil
}

// each calls fn for each record of a chunk, with its text without white space around. It returns how many lines
// are blank.
func (t *jsonFormat) each(c *Chunk, fn func(text []byte, line int64, cut bool)) (blank int) {
	fn = unpaged(fn)
	for _, p := range c.parts {
		fn(bytes.TrimSpace(c.data[p.start:p.end]), p.line, p.cut)
	}
	if !t.lines {
		return 0
	}
	if c.cut {
		fn(c.data, c.Line, true)
		return 0
	}
	line := c.Line
	for data := c.data; len(data) > 0; line++ {
		end := bytes.IndexByte(data, '\n') + 1
		if text := bytes.TrimSpace(data[:end]); len(text) > 0 {
			fn(text, line, false)
		} else {
			blank++
		}
		data = data[end:]
	}
	return blank
}

func (t *jsonFormat) decode(c *Chunk, b *Batch) error {
	p := tape{maxDepth: t.maxDepth, arena: b.arena}
	f := flattener{columns: &t.columns, arena: b.spare, fhir: t.resource != "", names: t.names}
	if len(t.children.keys) > 0 {
		f.skip = t.children.skips
	}
	blank := t.each(c, func(text []byte, line int64, cut bool) {
		clean := true
		if cut {
			text = t.charset.appendUTF8(nil, text)
		} else {
			text, clean = t.utf8(text)
		}
		if cut || !p.parse(text) {
			t.addBad(text, line, cut, b)
		} else {
			t.addRecord(&p, &f, line, clean, b)
		}
	})
	if t.rest {
		b.Dropped.Blank += blank
	}
	b.arena, b.spare = p.arena, f.arena
	return nil
}

// addBad adds a record that is too long or cannot be parsed.
func (t *jsonFormat) addBad(text []byte, line int64, cut bool, b *Batch) {
	fault := Fault{Rule: ruleBadJSON}
	if cut {
		fault.Rule = ruleCell
	}
	if t.rest {
		b.addWhole(view(text), line, fault)
	}
}

// addRecord adds the record on the tape, if it belongs to this source and holds anything.
func (t *jsonFormat) addRecord(p *tape, f *flattener, line int64, clean bool, b *Batch) {
	resource, at := p.resource()
	if resource != t.resource || resource == "Medication" && t.names.isTaken(p, at) {
		return
	}
	if t.children.key != "" {
		t.addChildren(p, f, at, line, clean, b)
		return
	}
	first := len(b.lines)
	f.records(p, at, func() []string { return b.addEmpty(line) })
	if isBlank(b.Row(first)) && len(b.lines) == first+1 {
		b.dropLast()
		b.Dropped.Blank++
		return
	}
	b.Further += len(b.lines) - first - 1
	for row := first; row < len(b.lines); row++ {
		t.checkRow(p, row, clean, b)
		if f.unresolved {
			b.fault(row, Fault{Rule: ruleUnresolved})
		}
		if f.assumed {
			b.fault(row, Fault{Rule: ruleAssumed})
		}
		if f.drugless {
			b.fault(row, Fault{Rule: ruleDrugless})
		}
	}
}

// checkRow notes what is wrong with the row of a record.
func (t *jsonFormat) checkRow(p *tape, row int, clean bool, b *Batch) {
	if (p.nul || len(p.data) > t.maxField) && !t.cellsFit(b.Row(row)) {
		b.fault(row, Fault{Rule: ruleCell})
	}
	if !clean {
		b.fault(row, Fault{Rule: ruleBadLine})
	}
}

// utf8 returns the text of a record in UTF-8; clean is false when it was not, in a file that is.
func (t *jsonFormat) utf8(text []byte) (_ []byte, clean bool) {
	switch {
	case t.charset.sure, isASCII(text):
		return text, true
	case t.charset.table != nil:
		return t.charset.appendUTF8(nil, text), true
	case utf8.Valid(text):
		return text, true
	}
	return charset{table: windows1252}.appendUTF8(nil, text), false
}

// cellsFit reports whether no cell is too long or holds a NUL.
func (t *jsonFormat) cellsFit(cells []string) bool {
	for _, c := range cells {
		if len(c) > t.maxField || strings.IndexByte(c, 0) >= 0 {
			return false
		}
	}
	return true
}
