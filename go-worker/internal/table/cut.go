package table

import (
	"bytes"
	"context"
	"io"
)

// maxRecordFields bounds a record that can be held: so many times the longest cell.
const maxRecordFields = 8

// keptOfCut is how much of a record that cannot be held goes to the quarantine, in bytes.
const keptOfCut = 64 << 10

// footerShare is the part of a full chunk that is left for the next one: one in so many bytes.
const footerShare = 128

// cutter divides a text into chunks of whole records.
type cutter struct {
	*dialect
	r          io.Reader
	chunkBytes int
	line       int64
	offset     int64

	seq   int
	carry []byte // begun record, not yet in a chunk
	eof   bool
}

// deliver calls fn for each chunk that next returns, until it returns nil. It looks one chunk ahead, to know the
// last one.
func deliver(ctx context.Context, next func() (*Chunk, error), fn func(*Chunk) error) error {
	ahead, err := next()
	for err == nil && ahead != nil {
		if err = ctx.Err(); err != nil {
			break
		}
		chunk := ahead
		if ahead, err = next(); err != nil {
			chunk.Release()
			return err
		}
		chunk.Last = ahead == nil
		if err := fn(chunk); err != nil {
			if ahead != nil {
				ahead.Release()
			}
			return err
		}
	}
	if ahead != nil {
		ahead.Release()
	}
	return err
}

// next returns the next chunk, or nil after the last.
func (c *cutter) next() (*Chunk, error) {
	if c.eof && len(c.carry) == 0 {
		return nil, nil
	}
	chunk := newChunk(max(c.chunkBytes, len(c.carry)+1))
	chunk.data = append(chunk.data, c.carry...)
	c.carry = c.carry[:0]
	for {
		if err := c.fill(chunk); err != nil {
			chunk.Release()
			return nil, err
		}
		if len(chunk.data) == 0 {
			chunk.Release()
			return nil, nil
		}
		if cut := c.boundary(chunk.data); cut > 0 {
			c.carry = append(c.carry, chunk.data[cut:]...)
			return c.finish(chunk, cut), nil
		}
		size := cap(chunk.data) - padding
		if size >= maxRecordFields*c.maxField {
			return c.cutRecord(chunk)
		}
		bigger := newChunk(2 * size)
		bigger.data = append(bigger.data, chunk.data...)
		chunk.Release()
		chunk = bigger
	}
}

// finish makes the first cut bytes the chunk.
func (c *cutter) finish(chunk *Chunk, cut int) *Chunk {
	chunk.data = chunk.data[:cut]
	chunk.Seq, chunk.Line, chunk.Offset = c.seq, c.line, c.offset
	c.seq++
	c.offset += int64(cut)
	c.line += int64(bytes.Count(chunk.data, []byte{c.newline}))
	return chunk
}

// fill reads until the chunk is full. At the end of the text it completes the last line.
func (c *cutter) fill(chunk *Chunk) error {
	size := cap(chunk.data) - padding
	for !c.eof && len(chunk.data) < size {
		n, err := c.r.Read(chunk.data[len(chunk.data):size])
		chunk.data = chunk.data[:len(chunk.data)+n]
		if err == io.EOF {
			c.eof = true
			if k := len(chunk.data); k > 0 && chunk.data[k-1] != c.newline {
				chunk.data = append(chunk.data, c.newline)
			}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// boundary returns where to end a chunk, 0 when no whole record is in data. It leaves the last records for the
// next chunk, so that the last chunk of a file holds all lines of a footer.
func (c *cutter) boundary(data []byte) int {
	if c.eof {
		return len(data)
	}
	if cut := c.lastRecord(data[:len(data)-len(data)/footerShare]); cut > 0 {
		return cut
	}
	return c.lastRecord(data)
}

// lastRecord returns the end of the last whole record in data, 0 when none ends there.
func (c *cutter) lastRecord(data []byte) int {
	if c.quote == 0 {
		return bytes.LastIndexByte(data, c.newline) + 1
	}
	record := 0  // start of the record that pos is in
	lineEnd := 0 // of the line that a quote stands in
	for pos := 0; ; {
		i := bytes.IndexByte(data[pos:], c.quote)
		if i < 0 {
			if k := bytes.LastIndexByte(data[pos:], c.newline); k >= 0 {
				record = pos + k + 1
			}
			return record
		}
		q := pos + i
		if k := bytes.LastIndexByte(data[pos:q], c.newline); k >= 0 {
			record = pos + k + 1
		}
		if !c.opensAt(data, q, record) {
			pos = q + 1
			continue
		}
		if lineEnd <= q {
			lineEnd = q + max(0, bytes.IndexByte(data[q:], c.newline))
		}
		at, _, e := c.closing(data, q+1)
		switch {
		case e == literal:
			pos = q + 1
		case e == complete && at < lineEnd:
			pos = at + 1
		case e == unfinished:
			return record
		default: // over several lines, or broken: only the whole record tells
			var f fields
			reach := record + 2*c.maxField
			_, e := c.record(data, record, &f)
			if e == unfinished || e == broken && reach > len(data) {
				return record
			}
			if next, _ := c.whole(data, record, &f); next < len(data) {
				record, pos = next, next
				continue
			}
			return record
		}
	}
}

// opensAt reports whether the quote at q opens a cell of the record that begins at record.
func (d *dialect) opensAt(data []byte, q, record int) bool {
	if d.spaced {
		for q > record && data[q-1] == ' ' {
			q--
		}
	}
	return q == record || data[q-1] == d.delim
}

// cutRecord gives the beginning of a record that is too long to be held, and reads past the rest of its line.
func (c *cutter) cutRecord(chunk *Chunk) (*Chunk, error) {
	kept := min(len(chunk.data), keptOfCut)
	rest := chunk.data[kept:]
	skipped := int64(kept)
	scratch := make([]byte, 64<<10)
	for {
		if i := bytes.IndexByte(rest, c.newline); i >= 0 {
			c.carry = append(c.carry, rest[i+1:]...)
			skipped += int64(i) + 1
			break
		}
		skipped += int64(len(rest))
		if c.eof {
			break
		}
		n, err := c.r.Read(scratch)
		if err == io.EOF {
			c.eof = true
		} else if err != nil {
			chunk.Release()
			return nil, err
		}
		rest = scratch[:n]
	}
	chunk.data = chunk.data[:kept]
	chunk.cut = true
	chunk.Seq, chunk.Line, chunk.Offset = c.seq, c.line, c.offset
	c.seq++
	c.line += int64(bytes.Count(chunk.data, []byte{c.newline})) + 1
	c.offset += skipped
	return chunk, nil
}
