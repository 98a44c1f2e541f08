package table

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Kinds of nodes, by the byte that begins them in JSON.
const (
	nodeObject = '{'
	nodeArray  = '['
	nodeString = '"'
	nodeNumber = '0'
	nodeTrue   = 't'
	nodeFalse  = 'f'
	nodeNull   = 'n'
	nodeKey    = 'k' // of an object; its value follows
)

// node is one value of a JSON text, or a key.
type node struct {
	kind byte
	text string // of a string, a key or a number, which stays as it is written
	next int    // the node after this value and all that is in it
}

// tape is a JSON text taken apart: its nodes in the order of the text. It accepts what RFC 8259 does, the numbers NaN and Infinity within an
// object or array, which widespread programs write, and nothing else; and depth levels at most.
type tape struct {
	nodes    []node
	arena    []byte // strings that are written with escapes
	maxDepth int
	long     int  // numbers of more digits than floating point keeps
	loose    bool // something is not in RFC 8259
	nul      bool // a string holds a NUL

	data []byte
	pos  int
}

// floatDigits is how many digits of a decimal number are sure to survive floating point.
const floatDigits = 15

// parse takes data apart and reports whether it is one JSON text. The nodes hold parts of data.
func (t *tape) parse(data []byte) bool {
	t.nodes, t.data, t.pos = t.nodes[:0], data, 0
	t.long, t.loose, t.nul = 0, false, false
	t.space()
	if !t.value(0) {
		return false
	}
	t.space()
	return t.pos == len(t.data)
}

func (t *tape) space() {
	for t.pos < len(t.data) {
		switch t.data[t.pos] {
		case ' ', '\t', '\n', '\r':
			t.pos++
		default:
			return
		}
	}
}

// eat skips white space and then c, if it comes.
func (t *tape) eat(c byte) bool {
	t.space()
	if t.pos < len(t.data) && t.data[t.pos] == c {
		t.pos++
		return true
	}
	return false
}

func (t *tape) value(depth int) bool {
	if t.pos == len(t.data) || depth > t.maxDepth {
		return false
	}
	at := len(t.nodes)
	t.nodes = append(t.nodes, node{})
	var n node
	ok := false
	switch c := t.data[t.pos]; c {
	case '{':
		n.kind, ok = nodeObject, t.members(depth)
		if ok && t.unwrap(at) {
			return true
		}
	case '[':
		n.kind, ok = nodeArray, t.elements(depth)
	case '"':
		n.kind = nodeString
		if n.text, ok = t.str(); ok && strings.HasPrefix(n.text, netDate) {
			n.text = t.netMoment(n.text)
		}
	case 't':
		n = node{kind: nodeTrue, text: "true"}
		ok = t.word("true")
	case 'f':
		n = node{kind: nodeFalse, text: "false"}
		ok = t.word("false")
	case 'n':
		n.kind, ok = nodeNull, t.word("null")
	case 'N', 'I':
		n.kind = nodeNumber
		n.text, ok = t.noNumber(t.pos)
		ok = ok && depth > 0
	default:
		n.kind = nodeNumber
		n.text, ok = t.number()
		ok = ok && (depth > 0 || !t.loose)
	}
	n.next = len(t.nodes)
	t.nodes[at] = n
	return ok
}

func (t *tape) members(depth int) bool {
	t.pos++
	if t.eat('}') {
		return true
	}
	for {
		t.space()
		if t.pos == len(t.data) || t.data[t.pos] != '"' {
			return false
		}
		key, ok := t.str()
		if !ok || !t.eat(':') {
			return false
		}
		t.nodes = append(t.nodes, node{kind: nodeKey, text: key, next: len(t.nodes) + 1})
		t.space()
		if !t.value(depth + 1) {
			return false
		}
		if t.eat('}') {
			return true
		}
		if !t.eat(',') {
			return false
		}
	}
}

func (t *tape) elements(depth int) bool {
	t.pos++
	if t.eat(']') {
		return true
	}
	for {
		t.space()
		if !t.value(depth + 1) {
			return false
		}
		if t.eat(']') {
			return true
		}
		if !t.eat(',') {
			return false
		}
	}
}

// noNumber reads NaN, Infinity and -Infinity, which begins at start, as they are written.
func (t *tape) noNumber(start int) (string, bool) {
	t.loose = true
	ok := t.word("NaN") && start == t.pos-len("NaN") || t.word("Infinity")
	return view(t.data[start:t.pos]), ok
}

func (t *tape) word(w string) bool {
	if bytes.HasPrefix(t.data[t.pos:], []byte(w)) {
		t.pos += len(w)
		return true
	}
	return false
}

func (t *tape) number() (string, bool) {
	start := t.pos
	if t.peek() == '-' {
		if t.pos++; t.peek() == 'I' {
			return t.noNumber(start)
		}
	}
	whole := t.digits()
	if whole == 0 || whole > 1 && t.data[t.pos-whole] == '0' {
		return "", false
	}
	digits := whole
	if t.peek() == '.' {
		t.pos++
		fraction := t.digits()
		if fraction == 0 {
			return "", false
		}
		digits += fraction
	}
	if c := t.peek(); c == 'e' || c == 'E' {
		t.pos++
		if c := t.peek(); c == '+' || c == '-' {
			t.pos++
		}
		if t.digits() == 0 {
			return "", false
		}
	}
	if digits > floatDigits {
		t.long++
	}
	return view(t.data[start:t.pos]), true
}

// peek returns the next byte, 0 at the end.
func (t *tape) peek() byte {
	if t.pos < len(t.data) {
		return t.data[t.pos]
	}
	return 0
}

func (t *tape) digits() int {
	start := t.pos
	for t.pos < len(t.data) && t.data[t.pos]-'0' < 10 {
		t.pos++
	}
	return t.pos - start
}

// str reads the string at pos, through the arena when it holds escapes.
func (t *tape) str() (string, bool) {
	t.pos++
	start := t.pos
	for ; t.pos < len(t.data); t.pos++ {
		switch c := t.data[t.pos]; {
		case c == '"':
			t.pos++
			return view(t.data[start : t.pos-1]), true
		case c == '\\':
			return t.escaped(start)
		case c < ' ':
			return "", false
		}
	}
	return "", false
}

func (t *tape) escaped(start int) (string, bool) {
	from := len(t.arena)
	t.arena = append(t.arena, t.data[start:t.pos]...)
	for t.pos < len(t.data) {
		c := t.data[t.pos]
		t.pos++
		switch {
		case c == '"':
			return view(t.arena[from:]), true
		case c < ' ':
			return "", false
		case c != '\\':
			t.arena = append(t.arena, c)
		default:
			if !t.escape() {
				return "", false
			}
		}
	}
	return "", false
}

// escape appends the character of the escape whose backslash was read. Half of a surrogate pair alone becomes
// U+FFFD.
func (t *tape) escape() bool {
	c := t.peek()
	t.pos++
	switch c {
	case '"', '\\', '/':
		t.arena = append(t.arena, c)
	case 'b':
		t.arena = append(t.arena, '\b')
	case 'f':
		t.arena = append(t.arena, '\f')
	case 'n':
		t.arena = append(t.arena, '\n')
	case 'r':
		t.arena = append(t.arena, '\r')
	case 't':
		t.arena = append(t.arena, '\t')
	case 'u':
		r, ok := t.hex()
		if !ok {
			return false
		}
		if utf16.IsSurrogate(r) {
			first := r
			r = utf8.RuneError
			if bytes.HasPrefix(t.data[t.pos:], []byte(`\u`)) {
				after := t.pos
				t.pos += 2
				second, ok := t.hex()
				if !ok {
					return false
				}
				if r = utf16.DecodeRune(first, second); r == utf8.RuneError {
					t.pos = after // the second stands for itself
				}
			}
		}
		t.nul = t.nul || r == 0
		t.arena = utf8.AppendRune(t.arena, r)
	default:
		return false
	}
	return true
}

func (t *tape) hex() (rune, bool) {
	if t.pos+4 > len(t.data) {
		return 0, false
	}
	var r rune
	for _, c := range t.data[t.pos : t.pos+4] {
		switch {
		case c-'0' < 10:
			r = r<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	t.pos += 4
	return r, true
}
