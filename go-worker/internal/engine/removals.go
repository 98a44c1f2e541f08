package engine

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
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
	entries func() (match.Entry, error, bool)
	removed *removals
	at      removal
	run     int64 // bytes of the row at hand that are still to be read
}

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
	entries, stop := iter.Pull2(match.Entries(sidecar))
	k := &keptRows{rows: bufio.NewReader(rows), entries: entries, removed: removed, at: removal{piece: uint64(p.place)}}
	k.close = []func() error{rows.Close, sidecar.Close, func() error { stop(); return nil }}
	return k, nil
}

func (k *keptRows) Read(b []byte) (int, error) {
	for k.run == 0 {
		e, err, ok := k.entries()
		if !ok {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		leave, err := k.removed.has(k.at)
		if err != nil {
			return 0, err
		}
		k.at.row++
		if !leave {
			k.run = int64(e.Bytes)
		} else if _, err := k.rows.Discard(int(e.Bytes)); err != nil {
			return 0, err
		}
	}
	n, err := k.rows.Read(b[:min(int64(len(b)), k.run)])
	k.run -= int64(n)
	return n, err
}

func (k *keptRows) Close() error {
	var err error
	for _, f := range k.close {
		err = errors.Join(err, f())
	}
	return err
}
