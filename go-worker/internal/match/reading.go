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
	err    error // what reading ended with
}

func newRecordReader(in io.Reader, size int) *recordReader {
	return &recordReader{in: in, size: size, buffer: make([]byte, (64<<10)/size*size)}
}

// next returns the next records, at least one and all of them whole, valid until the call after; io.EOF behind the last one,
// io.ErrUnexpectedEOF where the file breaks off within one.
func (r *recordReader) next() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	n, err := io.ReadFull(r.in, r.buffer)
	whole := n / r.size * r.size
	if r.err = err; err == io.ErrUnexpectedEOF && whole == n {
		r.err = io.EOF
	}
	if whole == 0 {
		return nil, r.err
	}
	return r.buffer[:whole], nil
}

// eachRecords calls do for the records of a file, many at once, valid until the next ones, and closes it. what it holds is for the error.
func eachRecords(ctx context.Context, in io.ReadCloser, size int, what string, do func(records []byte) error) (err error) {
	defer func() { err = errors.Join(err, in.Close()) }()
	r := newRecordReader(in, size)
	for {
		records, err := r.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
		if err := errors.Join(ctx.Err(), do(records)); err != nil {
			return err
		}
	}
}
