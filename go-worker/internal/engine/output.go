package engine

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// A writer writes one output file and keeps count of it.
type writer struct {
	out    Output
	file   *os.File
	buffer *bufio.Writer
	sum    hash.Hash             // nil: what is written is not kept as it is
	err    error                 // the first, kept until close
	tick   func(bytes int) error // told of what is written, and asked whether to go on; may be nil
	untold int                   // bytes that it was not told of yet

	shorter bool // bytes of an older file may stand behind the last one
}

// create starts an output in a folder.
func create(dir string, out Output) (*writer, error) {
	f, err := os.OpenFile(filepath.Join(dir, out.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create output: %w", err)
	}
	return newWriter(f, out, sha256.New()), nil
}

// createScratch starts an output that nobody keeps as it is: it has no digest.
func createScratch(dir string, out Output) (*writer, error) {
	w, err := create(dir, out)
	if err == nil {
		w.sum = nil
		w.buffer.Reset(w.file)
	}
	return w, err
}

func newWriter(f *os.File, out Output, sum hash.Hash) *writer {
	return &writer{out: out, file: f, sum: sum, buffer: bufio.NewWriterSize(io.MultiWriter(f, sum), 64<<10)}
}

// digest sums up a file that was written without.
func digest(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.CopyBuffer(sum, struct{ io.Reader }{f}, make([]byte, 1<<20)); err != nil {
		return "", fmt.Errorf("read output: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// extend goes on behind an output that this process has written, under another name.
func extend(dir string, written *Output, out Output) (*writer, error) {
	f, err := reopen(dir, written.Name, out.Name, os.O_APPEND)
	if err != nil {
		return nil, err
	}
	out.Rows, out.Bytes = written.Rows, written.Bytes
	return newWriter(f, out, written.sum), nil
}

// rewrite begins an output in the place of one of this folder, whose bytes stay until others are written over them. What is written
// must be no longer, and must not overtake who reads the file meanwhile: memory for a second file costs more than all else of it.
func rewrite(dir string, written *Output, out Output) (*writer, error) {
	f, err := reopen(dir, written.Name, out.Name, 0)
	if err != nil {
		return nil, err
	}
	w := newWriter(f, out, sha256.New())
	w.shorter = true
	return w, nil
}

// reopen gives a written file another name, and opens it to write more.
func reopen(dir, from, to string, how int) (*os.File, error) {
	path := filepath.Join(dir, to)
	if err := os.Rename(filepath.Join(dir, from), path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|how, 0o644)
	if err != nil {
		return nil, fmt.Errorf("reopen output: %w", err)
	}
	return f, nil
}

// tellBytes is how much is written between two looks at the clock and at whether to go on.
const tellBytes = 32 << 10

// counted counts the bytes that are written.
type counted struct{ w *writer }

func (c counted) Write(b []byte) (int, error) {
	if c.w.untold += len(b); c.w.untold >= tellBytes {
		if err := c.w.tell(); err != nil {
			return 0, err
		}
	}
	c.w.out.Bytes += int64(len(b))
	return c.w.buffer.Write(b)
}

// tell tells of the bytes that were not told of yet, and asks whether to go on.
func (w *writer) tell() error {
	n := w.untold
	if w.untold = 0; w.tick == nil || n == 0 {
		return nil
	}
	return w.tick(n)
}

// write appends lines that hold so many rows.
func (w *writer) write(b []byte, rows int64) {
	if w.err != nil || len(b) == 0 && rows == 0 {
		return
	}
	w.out.Rows += rows
	_, w.err = counted{w}.Write(b)
}

// close ends the output and says what it is.
func (w *writer) close() (Output, error) {
	err := errors.Join(w.err, w.tell(), w.buffer.Flush())
	if w.shorter {
		err = errors.Join(err, w.file.Truncate(w.out.Bytes))
	}
	if err = errors.Join(err, w.file.Close()); err != nil {
		return w.out, fmt.Errorf("write %s: %w", w.out.Name, err)
	}
	if w.sum != nil {
		w.out.SHA256, w.out.sum = hex.EncodeToString(w.sum.Sum(nil)), w.sum
	}
	return w.out, nil
}

// writeFile writes a whole output at once.
func writeFile(dir string, out Output, content []byte) (Output, error) {
	w, err := create(dir, out)
	if err != nil {
		return out, err
	}
	w.write(content, 0)
	return w.close()
}
