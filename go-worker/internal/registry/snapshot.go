package registry

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrMalformed reports a document that is no snapshot. It quotes nothing of it.
var ErrMalformed = errors.New("registry: not a snapshot")

// A Snapshot reads what is known, line by line.
type Snapshot struct {
	Head
	lines *json.Decoder
}

// Read returns a snapshot whose head is read.
func Read(r io.Reader) (*Snapshot, error) {
	unpacked, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("%w: %T", ErrMalformed, err)
	}
	s := &Snapshot{lines: json.NewDecoder(bufio.NewReaderSize(unpacked, 1<<16))}
	if err := s.lines.Decode(&s.Head); err != nil || s.V != version {
		return nil, ErrMalformed
	}
	return s, nil
}

// Next returns the next line, nil at the end.
func (s *Snapshot) Next() (*Line, error) {
	line := new(Line)
	switch err := s.lines.Decode(line); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("%w: %T", ErrMalformed, err) // the error may quote it
	}
	return line, nil
}
