package match

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// A recordReader reads records of one length, many at once.
type recordReader struct {
	in     io.Reader
	size   int
	buffer []byte
	left   []byte // of the buffer, read and not yet returned
	err    error  // what reading ended with
}

func newRecordReader(in io.Reader, size int) *recordReader {
	return &recordReader{in: in, size: size, buffer: make([]byte, (64<<10)/size*size)}
}

// next returns the next record, valid until the one after; io.EOF behind the last one, io.ErrUnexpectedEOF where the file breaks off
// within one.
func (r *recordReader) next() ([]byte, error) {
	if len(r.left) < r.size {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	record := r.left[:r.size]
	r.left = r.left[r.size:]
	return record, nil
}

// fill reads at least one record.
func (r *recordReader) fill() error {
	if r.err != nil {
		return r.err
	}
	n, err := io.ReadFull(r.in, r.buffer)
	r.left = r.buffer[:n]
	switch {
	case err == io.ErrUnexpectedEOF && n%r.size == 0:
		r.err = io.EOF
	case err != nil:
		r.err, r.left = err, r.buffer[:n/r.size*r.size]
	}
	if len(r.left) == 0 {
		return r.err
	}
	return nil
}

// eachRecord calls do for the records of a file, each valid until the next, and closes it. what it holds is for the error.
func eachRecord(ctx context.Context, in io.ReadCloser, size int, what string, do func(record []byte) error) (err error) {
	defer func() { err = errors.Join(err, in.Close()) }()
	r := newRecordReader(in, size)
	for n := 0; ; n++ {
		record, err := r.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		if n%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if err := do(record); err != nil {
			return err
		}
	}
}
