package engine

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"harmonizer/go-worker/internal/match"
)

// removals are the rows of a table that repeat others, in the order of pieces and rows. They are kept in a file: there
// may be nearly as many as rows.
type removals struct {
	rows int64
	file *os.File
	in   *bufio.Reader
	next removal
	more bool
}

// A removal is one row to be left out: the place of its piece in the table, and its place in the piece.
type removal struct{ piece, row uint64 }

func (r removal) append(to []byte) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(to, r.piece), r.row)
}

// rewind makes the removals readable from the first on.
func (r *removals) rewind() error {
	_, err := r.file.Seek(0, io.SeekStart)
	r.in = bufio.NewReader(r.file)
	return errors.Join(err, r.advance())
}

func (r *removals) advance() error {
	var err, err2 error
	r.next.piece, err = binary.ReadUvarint(r.in)
	if r.more = !errors.Is(err, io.EOF); !r.more {
		return nil
	}
	r.next.row, err2 = binary.ReadUvarint(r.in)
	return errors.Join(err, err2)
}

// before returns how many rows of a piece stay from one on, which the next one does not follow when there are none.
func (r *removals) before(at removal) int64 {
	if !r.more || r.next.piece != at.piece {
		return math.MaxInt64
	}
	return int64(r.next.row - at.row)
}

func (r *removals) close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}

// keptRows reads the clean rows of a piece without those to be left out.
type keptRows struct {
	rows    *bufio.Reader
	close   []func() error
	entries *match.EntryReader
	removed *removals
	at      removal
	run     int64 // bytes of rows that are still to be read
}

// keptAtOnce is about how many bytes are read at once.
const keptAtOnce = 64 << 10

// kept opens the clean rows of a piece that stay.
func (a *assembly) kept(p *placed, removed *removals) (io.ReadCloser, error) {
	rows, err := openRows(p, kindClean)
	if err != nil || p.removed == 0 {
		return rows, err
	}
	sidecar, err := p.part.open(p.output(kindEntries).Name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open part: %w", err), rows.Close())
	}
	k := &keptRows{rows: bufio.NewReaderSize(rows, keptAtOnce), entries: match.NewEntryReader(sidecar), removed: removed,
		at: removal{piece: uint64(p.place)}}
	k.close = []func() error{rows.Close, sidecar.Close}
	return k, nil
}

func (k *keptRows) Read(b []byte) (int, error) {
	for k.run == 0 {
		if err := k.next(); err != nil {
			return 0, err
		}
	}
	n, err := k.rows.Read(b[:min(int64(len(b)), k.run)])
	k.run -= int64(n)
	return n, err
}

// next finds the next rows that stay, up to one that does not, or leaves that one out.
func (k *keptRows) next() error {
	stay := k.removed.before(k.at)
	bytes, rows, err := k.entries.Bytes(max(stay, 1))
	if err != nil {
		return err
	}
	k.at.row += uint64(rows)
	if stay > 0 {
		k.run = bytes
		return nil
	}
	if _, err := k.rows.Discard(int(bytes)); err != nil {
		return err
	}
	return k.removed.advance()
}

func (k *keptRows) Close() error {
	var err error
	for _, f := range k.close {
		err = errors.Join(err, f())
	}
	return err
}
