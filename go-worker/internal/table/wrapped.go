package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// wrappedDelimiters are those that are looked for in lines that stand in quotes as a whole.
var wrappedDelimiters = []byte{',', ';', '\t', '|'}

// wrappedLines is how many lines are looked at.
const wrappedLines = 200

// unwrapped returns a text whose lines each stand in quotes as a whole ("a,""b, c"",d"), as spreadsheets leave them that took every line
// for one cell, without these, and its head. Texts that hold commas are no such lines: every line has as many delimiters.
func unwrapped(t text, head []byte) (text, []byte, bool) {
	if !isWrapped(head) {
		return t, head, false
	}
	open := t.open
	t.open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return stacked{&unwrapper{in: bufio.NewReaderSize(r, 1<<20)}, r.Close}, nil
	}
	t.recoded = true
	plain, err := io.ReadAll(&unwrapper{in: bufio.NewReader(bytes.NewReader(head))})
	return t, plain, err == nil
}

func isWrapped(head []byte) bool {
	for _, delim := range wrappedDelimiters {
		lines, fields := 0, 0
		for line := range bytes.Lines(head) {
			line = bytes.TrimRight(line, "\r\n")
			if len(line) == 0 {
				continue
			}
			inner, ok := inQuotes(line)
			n := fieldsOf(inner, delim)
			if !ok || n < 2 || lines > 0 && n != fields {
				lines = 0
				break
			}
			if lines, fields = lines+1, n; lines == wrappedLines {
				break
			}
		}
		if lines > 1 {
			return true
		}
	}
	return false
}

// inQuotes returns what stands in the quotes around a line; ok is false where a quote in it ends a cell.
func inQuotes(line []byte) (inner []byte, ok bool) {
	if len(line) < 2 || line[0] != '"' || line[len(line)-1] != '"' {
		return line, false
	}
	inner = line[1 : len(line)-1]
	if bytes.Count(inner, []byte{'"'}) != 2*bytes.Count(inner, []byte(`""`)) {
		return line, false
	}
	return bytes.ReplaceAll(inner, []byte(`""`), []byte{'"'}), true
}

// fieldsOf counts fields, those in quotes whole.
func fieldsOf(line []byte, delim byte) int {
	n, quoted := 1, false
	for _, c := range line {
		if c == '"' {
			quoted = !quoted
		} else if c == delim && !quoted {
			n++
		}
	}
	return n
}

// An unwrapper takes the quotes from around lines; one that has none, or is longer than its buffer, passes as it is.
type unwrapper struct {
	in   *bufio.Reader
	left []byte
	long bool // in the middle of such a line
	err  error
}

func (u *unwrapper) Read(p []byte) (int, error) {
	for len(u.left) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.next()
	}
	n := copy(p, u.left)
	u.left = u.left[n:]
	return n, nil
}

func (u *unwrapper) next() {
	line, err := u.in.ReadSlice('\n')
	if long := errors.Is(err, bufio.ErrBufferFull); long || u.long {
		u.left, u.long = line, long
		return
	}
	u.err = err
	body := bytes.TrimRight(line, "\r\n")
	inner, ok := inQuotes(body)
	if !ok {
		u.left = line
		return
	}
	u.left = append(bytes.Clone(inner), line[len(body):]...)
}
