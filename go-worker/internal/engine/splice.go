package engine

import (
	"bytes"
	"fmt"
	"io"
)

// A splice is outputs of one kind, one behind the other, as if they were one file. Each is opened when its turn comes.
type splice map[string][]func() (io.ReadCloser, error)

// add appends an output.
func (s splice) add(kind string, open func() (io.ReadCloser, error)) { s[kind] = append(s[kind], open) }

// frame puts a text before and one behind the outputs of a kind, where there are any.
func (s splice) frame(kind string, before, behind []byte) {
	parts := s[kind]
	if len(parts) == 0 {
		return
	}
	text := func(b []byte) func() (io.ReadCloser, error) {
		return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	}
	framed := append([]func() (io.ReadCloser, error){text(before)}, parts...)
	s[kind] = append(framed, text(behind))
}

// open reads the outputs of a kind.
func (s splice) open(kind string) (io.ReadCloser, error) {
	parts, ok := s[kind]
	if !ok {
		return nil, fmt.Errorf("there is no output of kind %s", kind)
	}
	return &splicedReader{left: parts}, nil
}

// A splicedReader reads one output after another.
type splicedReader struct {
	left []func() (io.ReadCloser, error)
	at   io.ReadCloser
}

func (r *splicedReader) Read(b []byte) (int, error) {
	for {
		if r.at == nil {
			if len(r.left) == 0 {
				return 0, io.EOF
			}
			next, err := r.left[0]()
			if err != nil {
				return 0, err
			}
			r.at, r.left = next, r.left[1:]
		}
		n, err := r.at.Read(b)
		if err != io.EOF {
			return n, err
		}
		if err := r.Close(); err != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// Close closes what is open.
func (r *splicedReader) Close() error {
	if r.at == nil {
		return nil
	}
	at := r.at
	r.at = nil
	return at.Close()
}
