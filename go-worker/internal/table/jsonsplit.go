package table

import (
	"bytes"
	"fmt"
	"io"
)

// maxNesting is how many levels of nesting are followed while the end of a record is looked for. A record far
// less deep than that cannot be parsed any more (Options.MaxDepth); a document beyond it is no honest one.
const maxNesting = 1 << 10

// splitter divides a JSON document into its records without holding more than one: the elements of an array,
// which may stand in an object, or values that follow one another. It looks at brackets and strings only; what
// is between them is parsed later. Damage in one record is kept from the next: a string ends with its line, and
// an object begins anew where a brace cannot stand otherwise. What cannot be divided honestly is *Refused.
type splitter struct {
	r         io.Reader
	maxRecord int

	buf    []byte
	p      int   // next byte in buf
	line   int64 // physical line of that byte
	offset int64 // of buf[0] in the document
	eof    bool

	array    bool // the records are elements of an array
	wrapped  int  // objects that the array stands in
	comma    bool // a comma that nothing may follow came before the next element: behind anything but an object
	done     bool // all elements were read
	open     nesting
	lastLine int64 // where the last value ended, when they follow one another
	cut      bool  // the last record was longer than maxRecord: only its beginning was kept
}

func newSplitter(r io.Reader, maxRecord int) *splitter {
	return &splitter{r: r, maxRecord: maxRecord, line: 1, buf: make([]byte, 0, 64<<10)}
}

// more makes sure that there is a byte to read; it returns io.EOF when there is none.
func (s *splitter) more() error {
	for s.p == len(s.buf) {
		if s.eof {
			return io.EOF
		}
		s.offset += int64(len(s.buf))
		n, err := s.r.Read(s.buf[:cap(s.buf)])
		s.buf, s.p = s.buf[:n], 0
		if err == io.EOF {
			s.eof = true
		} else if err != nil {
			return err
		}
	}
	return nil
}

// skipSpace returns the next byte that is no white space, without taking it; 0 at the end.
func (s *splitter) skipSpace() (byte, error) {
	for {
		if err := s.more(); err == io.EOF {
			return 0, nil
		} else if err != nil {
			return 0, err
		}
		switch c := s.buf[s.p]; c {
		case '\n':
			s.line++
			s.p++
		case ' ', '\t', '\r':
			s.p++
		default:
			return c, nil
		}
	}
}

// expect takes c, which has to be the next byte that is no white space.
func (s *splitter) expect(c byte) (bool, error) {
	got, err := s.skipSpace()
	if err != nil || got != c {
		return false, err
	}
	s.p++
	return true, nil
}

// begin goes to the first record: into the array at the path, when there is one, else into the array that the
// document is, else nowhere, and the records are values that follow one another.
func (s *splitter) begin(path string) error {
	if path == "" {
		array, err := s.expect('[')
		s.array = array
		return err
	}
	steps := stepsOf(path)
	err := s.enter(steps)
	if err == nil && !s.array {
		err = &Refused{ruleNotTable, "The document no longer holds its records where it did."}
	}
	s.wrapped = len(steps)
	return err
}

// enter goes into the array to which the steps lead from the object that comes.
func (s *splitter) enter(steps []string) error {
	return s.members(func(name string) (bool, error) {
		if name != steps[0] {
			return true, nil
		}
		var err error
		if len(steps) > 1 {
			err = s.enter(steps[1:])
		} else {
			s.array, err = s.expect('[')
		}
		return !s.array, err
	})
}

// members reads an object and calls fn at each value with its key. fn may read the value; as long as it returns
// true, what it left of the value is passed over. An object that is none ends early, without an error.
func (s *splitter) members(fn func(name string) (more bool, err error)) error {
	if ok, err := s.expect('{'); !ok {
		return err
	}
	for {
		if ok, err := s.expect('"'); !ok && err == nil {
			_, err = s.expect('}')
			return err
		} else if err != nil {
			return err
		}
		name, err := s.key()
		if err != nil {
			return err
		}
		if ok, err := s.expect(':'); !ok {
			return err
		}
		if more, err := fn(name); !more || err != nil {
			return err
		}
		if _, end, err := s.element(nil, 0, '}'); end != ',' || err != nil {
			return err
		}
	}
}

// skipArray passes over an array, if one comes, and returns the first byte in it; 0 when none comes.
func (s *splitter) skipArray() (first byte, err error) {
	if ok, err := s.expect('['); !ok {
		return 0, err
	}
	first, err = s.skipSpace()
	for end := byte(','); end != ']' && err == nil; {
		_, end, err = s.element(nil, 0, ']')
	}
	return first, err
}

// key reads a string as it is written, after its quote, up to a sane length.
func (s *splitter) key() (string, error) {
	var name []byte
	for {
		if err := s.more(); err != nil {
			return "", cutShort(err)
		}
		c := s.buf[s.p]
		s.p++
		switch {
		case c == '"':
			return string(name), nil
		case c == '\n':
			s.line++
		case len(name) < 256:
			name = append(name, c)
		}
	}
}

// cutShort turns the end of a document where it cannot end into a refusal.
func cutShort(err error) error {
	if err == io.EOF {
		return &Refused{ruleBroken, "The JSON document ends in the middle: it was cut short or is damaged."}
	}
	return err
}

// next appends the text of the next record to dst, and returns the line where it begins. What stands between
// commas comes as a record even if it is none. more is false after the last record.
func (s *splitter) next(dst []byte) (out []byte, line int64, more bool, err error) {
	c, err := s.skipSpace()
	for err == nil && !s.array && c == ',' {
		s.p++
		c, err = s.skipSpace()
	}
	line = s.line
	if err != nil || s.done {
		return dst, line, false, err
	}
	if !s.array {
		if c == 0 {
			return dst, line, false, nil
		}
		if line == s.lastLine && c != '{' && c != '[' {
			return dst, line, false, goesOn()
		}
		out, _, err = s.element(dst, s.maxRecord, 0)
		s.lastLine = s.line
		return out, line, err == nil, err
	}
	out, end, err := s.element(dst, s.maxRecord, ']')
	if err != nil {
		return out, line, false, err
	}
	nothing := c == ']' && !s.comma // of an empty array, or behind the comma of the last object
	s.comma = end == ',' && c != '{'
	if end == ']' {
		s.done = true
		err = s.end()
	}
	return out, line, !nothing, err
}

// end reads what follows the array of the records: the rest of the objects around it, and white space.
func (s *splitter) end() error {
	for range s.wrapped {
		for end := byte(','); end != '}'; {
			var err error
			if _, end, err = s.element(nil, 0, '}'); err != nil {
				return err
			}
		}
	}
	c, err := s.skipSpace()
	if c != 0 {
		err = goesOn()
	}
	return err
}

func goesOn() error {
	return &Refused{ruleBroken, "The JSON document goes on after its end, so its records cannot be trusted."}
}

// element appends the text of one value to dst, limit bytes at most, up to the comma or the closer behind it,
// which it takes and returns, or up to the brace that begins another record, which it leaves. With no closer a
// value ends with its own last bracket, or with its line. Values are not checked.
func (s *splitter) element(dst []byte, limit int, closer byte) (out []byte, end byte, err error) {
	s.open = nesting{closer: closer, stack: s.open.stack[:0]}
	s.cut = false
	from := len(dst)
	for end == 0 {
		if err := s.more(); err != nil {
			if err == io.EOF && closer == 0 && len(s.open.stack) == 0 {
				return dst, 0, nil
			}
			return dst, 0, cutShort(err)
		}
		start := s.p
		s.p, end = s.open.follow(s.buf, start)
		dst = s.take(dst, from, limit, s.buf[start:s.p])
		if end == tooDeep {
			return dst, 0, &Refused{ruleLimit, fmt.Sprintf("The JSON is nested more than %d deep.", maxNesting)}
		}
	}
	if closer != 0 && end != '{' {
		s.p++
	}
	return dst, end, nil
}

// take appends text to the record that begins at from, as long as the record can be held.
func (s *splitter) take(dst []byte, from, limit int, text []byte) []byte {
	s.line += int64(bytes.Count(text, []byte{'\n'}))
	if s.cut || limit == 0 {
		return dst
	}
	dst = append(dst, text...)
	if len(dst)-from > limit {
		s.cut = true
		dst = dst[:from+min(limit, keptOfCut)]
	}
	return dst
}

// tooDeep is the end of a value that is nested beyond maxNesting.
const tooDeep = 0xff

// nesting follows one value through its brackets and strings.
type nesting struct {
	closer   byte   // bracket that ends the array or object around the value; 0 when it stands alone
	stack    []byte // brackets open within the value
	last     byte   // of those outside strings, white space aside
	inString bool
	escaped  bool // a backslash came before
}

// follow reads buf from p on. It returns the end of the value, and the byte that said so: a comma or the closer
// behind it, a brace that begins another record, or the last byte of a value that stands alone; 0 when the value
// goes on beyond buf.
func (n *nesting) follow(buf []byte, p int) (int, byte) {
	for p < len(buf) {
		if n.inString {
			p = n.skipString(buf, p)
			continue
		}
		outermost, alone := len(n.stack) == 0, n.closer == 0
		switch c := buf[p]; c {
		case ' ', '\t', '\r':
		case '\n':
			if alone && outermost {
				return p + 1, c
			}
		case '{', '[':
			if c == '{' && n.last == ',' && n.stack[len(n.stack)-1] == '{' {
				return p, c
			}
			if len(n.stack) == maxNesting {
				return p, tooDeep
			}
			n.stack = append(n.stack, c)
			n.last = c
		case '}', ']':
			closed := n.pop(c)
			if !closed && c == n.closer {
				return p, c
			}
			if alone && len(n.stack) == 0 {
				return p + 1, c
			}
			n.last = c
		case ',':
			if !alone && outermost {
				return p, c
			}
			if !outermost {
				n.last = c
			}
		default:
			n.inString = c == '"'
			n.last = c
		}
		p++
	}
	return p, 0
}

// skipString returns the place after the string that p is in, and takes note when it ends before buf does. A
// line end is not allowed in a string; there it was never closed.
func (n *nesting) skipString(buf []byte, p int) int {
	for ; p < len(buf); p++ {
		c := buf[p]
		switch {
		case n.escaped:
			n.escaped = false
		case c == '\\':
			n.escaped = true
		case c == '"':
			n.inString = false
			return p + 1
		}
		if c == '\n' {
			n.inString, n.escaped = false, false
			return p
		}
	}
	return p
}

// pop closes the innermost bracket that c can close, with those in it that were left open. It reports whether
// there is one.
func (n *nesting) pop(c byte) bool {
	opener := byte('{')
	if c == ']' {
		opener = '['
	}
	i := bytes.LastIndexByte(n.stack, opener)
	if i < 0 {
		return false
	}
	n.stack = n.stack[:i]
	return true
}
