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

	"github.com/klauspost/compress/gzip"
)

// A writer writes one output file and keeps count of it.
type writer struct {
	out        Output
	file       *os.File
	buffer     *bufio.Writer
	sum        hash.Hash
	packer     *packer               // nil: not packed
	goroutines int                   // that pack what is packed again
	err        error                 // the first, kept until close
	tick       func(bytes int) error // told of everything written, and asked whether to go on; may be nil
}

// create starts an output in a folder; one of kind changes is packed.
func create(dir string, out Output) (*writer, error) {
	f, err := os.OpenFile(filepath.Join(dir, out.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("create output: %w", err)
	}
	return newWriter(f, out, sha256.New()), nil
}

func newWriter(f *os.File, out Output, sum hash.Hash) *writer {
	return &writer{out: out, file: f, sum: sum, buffer: bufio.NewWriterSize(io.MultiWriter(f, sum), 64<<10)}
}

// extend goes on behind an output that this process has written, under another name.
func extend(dir string, written *Output, out Output) (*writer, error) {
	path := filepath.Join(dir, out.Name)
	if err := os.Rename(filepath.Join(dir, written.Name), path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, fmt.Errorf("extend output: %w", err)
	}
	out.Rows, out.Bytes = written.Rows, written.Bytes
	return newWriter(f, out, written.sum), nil
}

// pack packs what is written from now on, in so many goroutines.
func (w *writer) pack(goroutines int) { w.packer = &packer{to: counted{w}, most: max(goroutines, 1)} }

// packAgain unpacks what was packed in several streams and packs it as the one stream that a single worker would have written.
func (w *writer) packAgain(streams io.Reader) error {
	text, err := gzip.NewReader(streams)
	if err != nil {
		return err
	}
	w.pack(w.goroutines)
	_, err = io.Copy(w.packer, text)
	err = errors.Join(err, w.packer.Close())
	w.packer = nil
	return err
}

// counted writes past the packer.
type counted struct{ w *writer }

func (c counted) Write(b []byte) (int, error) {
	if c.w.tick != nil {
		if err := c.w.tick(len(b)); err != nil {
			return 0, err
		}
	}
	c.w.out.Bytes += int64(len(b))
	return c.w.buffer.Write(b)
}

// write appends lines that hold so many rows.
func (w *writer) write(b []byte, rows int64) {
	if w.err != nil || len(b) == 0 && rows == 0 {
		return
	}
	w.out.Rows += rows
	if w.packer != nil {
		_, w.err = w.packer.Write(b)
	} else {
		_, w.err = counted{w}.Write(b)
	}
}

// close ends the output and says what it is.
func (w *writer) close() (Output, error) {
	if w.packer != nil && w.err == nil {
		w.err = w.packer.Close()
	}
	err := errors.Join(w.err, w.buffer.Flush(), w.file.Close())
	if err != nil {
		return w.out, fmt.Errorf("write %s: %w", w.out.Name, err)
	}
	w.out.SHA256, w.out.sum = hex.EncodeToString(w.sum.Sum(nil)), w.sum
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
