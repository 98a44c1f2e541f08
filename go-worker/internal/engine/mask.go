package engine

import (
	"bytes"

	"harmonizer/go-worker/internal/shape"
)

// maskKinds is how many masks a finding of a chunk tells apart; shape.Other stands for every other one.
const maskKinds = 32

// masks are the shapes of the texts in which something was found: each once, and for every text which it has.
type masks struct {
	text []byte // of the distinct ones, one behind the other
	ends []int  // of each in text
	of   []byte // JSON, the number of the mask of every text
	last int    // number of the last one
}

func (m *masks) reset() { m.text, m.ends, m.of, m.last = m.text[:0], m.ends[:0], m.of[:0], 0 }

// add notes a text.
func (m *masks) add(s string) {
	if len(m.ends) == 0 || !shape.Is(m.at(m.last), s) {
		m.last = m.number(s)
	}
	if len(m.of) > 0 {
		m.of = append(m.of, ',')
	}
	m.of = appendNumber(m.of, int64(m.last))
}

// number returns the number of the mask of a text.
func (m *masks) number(s string) int {
	start := len(m.text)
	m.text = shape.Append(m.text, s)
	number := m.find(m.text[start:])
	if number < 0 && len(m.ends) >= maskKinds {
		m.text = append(m.text[:start], shape.Other...)
		number = m.find(m.text[start:])
	}
	if number >= 0 {
		m.text = m.text[:start]
		return number
	}
	m.ends = append(m.ends, len(m.text))
	return len(m.ends) - 1
}

// find returns the number of a mask, -1 when it is a new one.
func (m *masks) find(mask []byte) int {
	for i := range m.ends {
		if bytes.Equal(m.at(i), mask) {
			return i
		}
	}
	return -1
}

func (m *masks) at(number int) []byte {
	start := 0
	if number > 0 {
		start = m.ends[number-1]
	}
	return m.text[start:m.ends[number]]
}

// appendTo appends the masks as fields of an issue's line, and which text has which where there are several; nothing where no text had
// anything in it.
func (m *masks) appendTo(dst []byte) []byte {
	if len(m.text) == 0 {
		return dst
	}
	dst = append(dst, `"raw_masked":[`...)
	for i := range m.ends {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(dst, string(m.at(i)))
	}
	dst = append(dst, "],"...)
	if len(m.ends) == 1 {
		return dst
	}
	return append(append(append(dst, `"raw_masked_of":[`...), m.of...), "],"...)
}
