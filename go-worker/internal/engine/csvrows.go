package engine

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// A rowReader reads back what table.AppendCSVRow wrote.
type rowReader struct {
	r     *bufio.Reader
	line  []byte
	cells []string
}

func newRowReader(r io.Reader) *rowReader { return &rowReader{r: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next row, valid until the one after; io.EOF at the end.
func (r *rowReader) next() ([]string, error) {
	if err := r.readLine(); err != nil {
		return nil, err
	}
	r.cells = cutRow(r.cells[:0], r.line)
	return r.cells, nil
}

// cutRow appends the cells of a row, whose line ends with a line feed.
func cutRow(cells []string, line []byte) []string {
	rest := string(line[:len(line)-1])
	for {
		cell, after, more := cutCell(rest)
		cells = append(cells, cell)
		if !more {
			return cells
		}
		rest = after
	}
}

// readLine reads to the line end that is outside quotes.
func (r *rowReader) readLine() error {
	r.line = r.line[:0]
	for {
		part, err := r.r.ReadSlice('\n')
		r.line = append(r.line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(r.line) > 0:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		case bytes.Count(r.line, []byte{'"'})%2 == 0:
			return nil
		}
	}
}

// cutCell returns the first cell of a row, and what stands behind its comma.
func cutCell(s string) (cell, after string, more bool) {
	if len(s) == 0 || s[0] != '"' {
		for i := range len(s) {
			if s[i] == ',' {
				return s[:i], s[i+1:], true
			}
		}
		return s, "", false
	}
	var text []byte
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] != '"':
			text = append(text, s[i])
		case i+1 < len(s) && s[i+1] == '"':
			text = append(text, '"')
			i++
		case i+1 < len(s):
			return string(text), s[i+2:], true
		}
	}
	return string(text), "", false
}
