package match

import (
	"encoding/binary"
	"fmt"
	"io"
)

// A Sum stands for what it was computed from; the zero Sum stands for nothing.
type Sum [16]byte

// An Entry is what is kept of one row of a clean part, at its place in the sidecar.
type Entry struct {
	Content Sum
	Key     Sum    // zero: the row has no key
	Record  int64  // record_no
	Bytes   uint32 // length of the row in the clean part
}

// EntrySize is the length of an entry in a sidecar.
const EntrySize = 16 + 16 + 8 + 4

// Append appends the entry as it stands in a sidecar. A chunk of rows can be encoded by any goroutine; the sidecar holds the
// chunks in the order of the rows.
func (e *Entry) Append(to []byte) []byte {
	to = append(to, e.Content[:]...)
	to = append(to, e.Key[:]...)
	to = binary.LittleEndian.AppendUint64(to, uint64(e.Record))
	return binary.LittleEndian.AppendUint32(to, e.Bytes)
}

func (e *Entry) decode(b []byte) {
	copy(e.Content[:], b)
	copy(e.Key[:], b[16:])
	e.Record = int64(binary.LittleEndian.Uint64(b[32:]))
	e.Bytes = binary.LittleEndian.Uint32(b[40:])
}

// An EntryReader reads a sidecar from its beginning.
type EntryReader struct{ records *recordReader }

// NewEntryReader returns a reader of a sidecar.
func NewEntryReader(sidecar io.Reader) *EntryReader {
	return &EntryReader{newRecordReader(sidecar, EntrySize)}
}

// Next returns the next entry; io.EOF behind the last one, and another error when the sidecar breaks off within an entry.
func (r *EntryReader) Next() (e Entry, err error) {
	b, err := r.records.next()
	switch err {
	case nil:
		e.decode(b)
		return e, nil
	case io.EOF:
		return e, err
	}
	return e, fmt.Errorf("read sidecar: %w", err)
}
