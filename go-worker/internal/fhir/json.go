package fhir

import (
	"strings"

	"harmonizer/go-worker/internal/table"
)

// A resource is the row at work and the JSON made of it. Members without a value are never written, nor objects and
// arrays without members.
type resource struct {
	place  map[string]int // of the columns
	values []string
	buf    []byte
	units  map[string]bool // those met: whether they are UCUM
}

// get returns the value of a column, "" when there is none.
func (r *resource) get(column string) string {
	if i, ok := r.place[column]; ok {
		return r.values[i]
	}
	return ""
}

// list returns the values of a column that holds several.
func (r *resource) list(column string) []string {
	value := r.get(column)
	if value == "" {
		return nil
	}
	return strings.Split(value, "|")
}

// key begins a member, or with "" an element of an array.
func (r *resource) key(key string) {
	if last := r.buf[len(r.buf)-1]; last != '{' && last != '[' {
		r.buf = append(r.buf, ',')
	}
	if key != "" {
		r.buf = append(append(append(r.buf, '"'), key...), '"', ':')
	}
}

// text writes a string, without characters that FHIR forbids.
func (r *resource) text(key, value string) {
	value = strings.TrimSpace(strings.Map(printable, value))
	if value != "" {
		r.key(key)
		r.buf = table.AppendJSON(r.buf, value)
	}
}

func printable(c rune) rune {
	if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
		return -1
	}
	return c
}

// literal writes a number or a boolean.
func (r *resource) literal(key, value string) {
	if value != "" {
		r.key(key)
		r.buf = append(r.buf, value...)
	}
}

func (r *resource) object(key string, fill func()) { r.nested(key, '{', '}', fill) }
func (r *resource) array(key string, fill func())  { r.nested(key, '[', ']', fill) }

func (r *resource) nested(key string, first, last byte, fill func()) {
	before := len(r.buf)
	r.key(key)
	r.buf = append(r.buf, first)
	inside := len(r.buf)
	fill()
	if len(r.buf) == inside {
		r.buf = r.buf[:before]
		return
	}
	r.buf = append(r.buf, last)
}

// one writes an array of one object.
func (r *resource) one(key string, fill func()) {
	r.array(key, func() { r.object("", fill) })
}

// wrote reports whether fill writes anything, and keeps what it wrote.
func (r *resource) wrote(fill func()) bool {
	before := len(r.buf)
	fill()
	return len(r.buf) > before
}
