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

// keyAt is where its key stands in it, of which neither half is zero.
const keyAt = 16

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
	copy(e.Key[:], b[keyAt:])
	e.Record = int64(binary.LittleEndian.Uint64(b[32:]))
	e.Bytes = binary.LittleEndian.Uint32(b[40:])
}

// An EntryReader reads a sidecar from its beginning.
type EntryReader struct {
	records *recordReader
	left    []byte // entries that were read
}

// NewEntryReader returns a reader of a sidecar.
func NewEntryReader(sidecar io.Reader) *EntryReader {
	return &EntryReader{records: newRecordReader(sidecar, EntrySize)}
}

// Bytes returns how long the next rows are together, some of them and at most so many, and how many these are; io.EOF behind the last one,
// and another error when the sidecar breaks off within an entry.
func (r *EntryReader) Bytes(most int64) (bytes, rows int64, err error) {
	if len(r.left) == 0 {
		if r.left, err = r.records.next(); err == io.EOF {
			return 0, 0, err
		} else if err != nil {
			return 0, 0, fmt.Errorf("read sidecar: %w", err)
		}
	}
	rows = min(most, int64(len(r.left)/EntrySize))
	for range rows {
		bytes += int64(le.Uint32(r.left[EntrySize-4:]))
		r.left = r.left[EntrySize:]
	}
	return bytes, rows, nil
}
