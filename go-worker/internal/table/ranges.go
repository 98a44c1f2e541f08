package table

import (
	"io"
	"slices"
)

// A Range is a run of whole records of a file, which can be read without what stands before it.
type Range struct {
	Start   int64 `json:"start"`   // bytes Start <= i < End of the file
	End     int64 `json:"end"`     // where the next range begins, or the file ends
	Line    int64 `json:"line"`    // physical line of its first byte, 1-based
	Records int64 `json:"records"` // that stand before it
}

// extent is where a text lies in its file, and how much of it is read.
type extent struct {
	divisible bool  // the bytes of the file are those of the text
	mark      int64 // bytes before the text: its byte order mark
	skip      int64 // bytes of the text before the first record
	line      int64 // physical line of the first record
	size      int64 // bytes that are read, 0: to the end
	more      bool  // records follow those that are read
}

// extent is that of a whole text whose first record stands at its beginning.
func (t *text) extent() extent {
	return extent{divisible: len(t.packing) == 0 && !t.recoded, mark: t.mark, line: 1}
}

// within is the extent with the bytes of a range only.
func (x extent) within(r Range, last bool) extent {
	x.skip, x.line, x.size, x.more = r.Start-x.mark, r.Line, r.End-r.Start, !last
	return x
}

// from returns the bytes that are read of a text opened at its beginning.
func (x *extent) from(r io.Reader) (io.Reader, error) {
	if s, ok := r.(io.Seeker); ok && x.divisible {
		if _, err := s.Seek(x.skip, io.SeekCurrent); err != nil {
			return nil, err
		}
	} else if _, err := io.CopyN(io.Discard, r, x.skip); err != nil && err != io.EOF {
		return nil, err
	}
	if x.size > 0 {
		return io.LimitReader(r, x.size), nil
	}
	return r, nil
}

// deliverTo is fn for chunks that are perhaps not the last ones of the file.
func (x *extent) deliverTo(fn func(*Chunk) error) func(*Chunk) error {
	if !x.more {
		return fn
	}
	return func(c *Chunk) error {
		c.Last = false
		return fn(c)
	}
}

// extent returns the extent of the source, nil where its format has none: records of one text, one after another.
func (s *Source) extent() *extent {
	switch f := s.format.(type) {
	case *csvFormat:
		return &f.extent
	case *jsonFormat:
		if f.lines {
			return &f.extent
		}
	}
	return nil
}

// Divisible reports whether ranges of the source can be read one by one: a CSV or NDJSON text that is not packed and whose bytes
// need no other encoding before they can be cut.
func (s *Source) Divisible() bool {
	x := s.extent()
	return x != nil && x.divisible
}

// Place is the first byte of a chunk in the file. It is only known where the source is divisible.
func (s *Source) Place(c *Chunk) int64 { return s.extent().mark + c.Offset }

// InChunks returns the source cut into chunks of about so many bytes: who reads a few records need not wait for many.
func (s *Source) InChunks(bytes int) *Source {
	part := *s
	switch f := s.format.(type) {
	case *csvFormat:
		copied := *f
		copied.chunkBytes = bytes
		part.format = &copied
	case *jsonFormat:
		copied := *f
		copied.chunkBytes = bytes
		part.format = &copied
	}
	return &part
}

// InSmallerChunks returns the source cut into so many times more chunks, but hardly smaller ones than leastChunk: what becomes of a chunk
// stays in bounds where a record becomes several rows.
func (s *Source) InSmallerChunks(times int) *Source {
	bytes := 0
	switch f := s.format.(type) {
	case *csvFormat:
		bytes = f.chunkBytes
	case *jsonFormat:
		bytes = f.chunkBytes
	}
	return s.InChunks(max(bytes/times, min(bytes, leastChunk)))
}

// leastChunk is so large that what is done once for a chunk costs little.
const leastChunk = 64 << 10

// Within returns the source with the records of a range only; last says that the file ends with it.
func (s *Source) Within(r Range, last bool) *Source {
	part := *s
	part.Header = slices.Clone(s.Header)
	switch f := s.format.(type) {
	case *csvFormat:
		copied := *f
		copied.extent = f.extent.within(r, last)
		part.format = &copied
	case *jsonFormat:
		copied := *f
		copied.extent = f.extent.within(r, last)
		part.format = &copied
	}
	return &part
}
