package registry

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// A Delta writes what changed, line by line. The same lines give the same bytes.
type Delta struct {
	file   *os.File
	buffer *bufio.Writer
	packed *gzip.Writer
	lines  *json.Encoder
	err    error
}

// Create starts a delta in a new file.
func Create(path string, head Head) (*Delta, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create the registry's delta: %w", err)
	}
	d := &Delta{file: f, buffer: bufio.NewWriterSize(f, 1<<16)}
	d.packed, _ = gzip.NewWriterLevel(d.buffer, gzip.BestSpeed) // a level that there is
	d.lines = json.NewEncoder(io.Writer(d.packed))
	head.V = version
	d.err = d.lines.Encode(head)
	return d, nil
}

// Add writes a line; the first error is kept until Close.
func (d *Delta) Add(line Line) {
	if d.err == nil {
		d.err = d.lines.Encode(line)
	}
}

// Close ends the file.
func (d *Delta) Close() error {
	return errors.Join(d.err, d.packed.Close(), d.buffer.Flush(), d.file.Close())
}
