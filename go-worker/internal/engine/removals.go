package engine

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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

// has reports whether a row is to be left out. It is asked about every row in order.
func (r *removals) has(row removal) (bool, error) {
	if !r.more || r.next != row {
		return false, nil
	}
	return true, r.advance()
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
	run     int // bytes of rows that are still to be read
	skip    int // bytes behind them that are left out
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
	n, err := k.rows.Read(b[:min(len(b), k.run)])
	k.run -= n
	return n, err
}

// next finds the next rows that stay, up to one that does not.
func (k *keptRows) next() error {
	if _, err := k.rows.Discard(k.skip); err != nil {
		return err
	}
	k.skip = 0
	for k.run < keptAtOnce {
		e, err := k.entries.Next()
		if err == io.EOF && k.run > 0 {
			return nil
		} else if err != nil {
			return err
		}
		leave, err := k.removed.has(k.at)
		if err != nil {
			return err
		}
		k.at.row++
		if leave {
			k.skip = int(e.Bytes)
			return nil
		}
		k.run += int(e.Bytes)
	}
	return nil
}

func (k *keptRows) Close() error {
	var err error
	for _, f := range k.close {
		err = errors.Join(err, f())
	}
	return err
}
