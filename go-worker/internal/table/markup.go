package table

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// markup reads the tags and texts of a part of a workbook one after the other, as encoding/xml does and as strictly, without memory of its
// own for each: what it returns is valid until the next one. It has no depth, and keeps nothing but the tag or text it is at.
type markup struct {
	r      io.Reader
	limit  int // of a tag or a text, in bytes
	failed error
	buf    []byte // what was read of r and lies at hand
	p      int    // of buf, from where on it is not yet taken
	before int64  // bytes of r in front of buf

	name    []byte // of a tag, without its prefix
	attrs   []markupAttr
	text    []byte // between tags, with its entities replaced
	decoded []byte // texts of the tag or text in which entities were replaced
	ends    bool   // the tag was <c/>: its end is next
}

// A markupAttr is an attribute, its name as it stands in the tag.
type markupAttr struct{ name, value []byte }

// A markupKind is what was read.
type markupKind byte

const (
	tagStart markupKind = iota + 1
	tagEnd
	plainText
	aside // a comment or the like, which nobody needs
)

// How much of what is at hand a tag or text takes, where that is no number of bytes.
const (
	cutOff = 0 // it goes on behind it
	notXML = -1
)

// markupBytes is how much is at hand of a part whose tags and texts are short.
const markupBytes = 64 << 10

func newMarkup(r io.Reader, limit int) *markup {
	return &markup{r: r, limit: limit, buf: make([]byte, 0, markupBytes)}
}

// offset returns how many bytes were taken.
func (m *markup) offset() int64 { return m.before + int64(m.p) }

// next reads on to the next tag or text. After the last one it returns io.EOF, and an error of XML where the part is none.
func (m *markup) next() (markupKind, error) {
	if m.ends {
		m.ends = false
		return tagEnd, nil
	}
	for {
		kind, n := m.read(m.buf[m.p:])
		switch {
		case n == notXML:
			return 0, errMarkup
		case n == cutOff:
			if err := m.more(); err != nil {
				return 0, err
			}
			continue
		}
		m.p += n
		if kind != aside {
			return kind, nil
		}
	}
}

var errMarkup error = &xml.SyntaxError{Msg: "not XML"}

// more reads on, so that what is cut off is at hand. Where there is no more, it returns why.
func (m *markup) more() error {
	if m.failed == io.EOF && m.p < len(m.buf) {
		return errMarkup
	} else if m.failed != nil {
		return m.failed
	}
	m.before += int64(m.p)
	m.buf, m.p = m.buf[:copy(m.buf, m.buf[m.p:])], 0
	if n := len(m.buf); n > m.limit {
		return longCell
	} else if n == cap(m.buf) {
		m.buf = append(make([]byte, 0, min(2*n, m.limit+1)), m.buf...)
	}
	n, err := io.ReadFull(m.r, m.buf[len(m.buf):cap(m.buf)])
	m.buf = m.buf[:len(m.buf)+n]
	if m.failed = err; errors.Is(err, io.ErrUnexpectedEOF) {
		m.failed = io.EOF
	}
	return nil
}

var longCell = &Refused{ruleLimit, "A cell of the workbook is longer than the limit."}

// read reads the tag or text that b begins with, and returns what it is and how many bytes it has.
func (m *markup) read(b []byte) (markupKind, int) {
	m.decoded = m.decoded[:0]
	if len(b) == 0 {
		return 0, cutOff
	}
	if b[0] != '<' {
		return m.readText(b)
	}
	if len(b) == 1 {
		return 0, cutOff
	}
	switch b[1] {
	case '/':
		return m.readEnd(b)
	case '?':
		return readInstruction(b)
	case '!':
		return m.readDeclared(b)
	}
	return m.readStart(b)
}

// readText reads what stands in front of the next tag.
func (m *markup) readText(b []byte) (markupKind, int) {
	n := bytes.IndexByte(b, '<')
	if n < 0 {
		if m.failed != io.EOF {
			return 0, cutOff
		}
		n = len(b)
	}
	raw := b[:n]
	i := 0
	for i < n && isPlain[raw[i]] {
		i++
	}
	if m.text = raw; i == n {
		return plainText, n
	}
	if bytes.Contains(raw, []byte("]]>")) {
		return 0, notXML
	}
	ok := false
	if m.text, ok = m.decode(raw, true); !ok {
		return 0, notXML
	}
	return plainText, n
}

// readEnd reads </c>.
func (m *markup) readEnd(b []byte) (markupKind, int) {
	p, ok := m.tagName(b, 2)
	if !ok {
		return 0, notXML
	}
	if p = skipSpace(b, p); p == len(b) {
		return 0, cutOff
	}
	if b[p] != '>' {
		return 0, notXML
	}
	return tagEnd, p + 1
}

// readStart reads <c r="A1" t="s"> or <c/>.
func (m *markup) readStart(b []byte) (markupKind, int) {
	p, ok := m.tagName(b, 1)
	if !ok {
		return 0, notXML
	}
	for m.attrs = m.attrs[:0]; ; {
		if p = skipSpace(b, p); p == len(b) {
			return 0, cutOff
		}
		switch b[p] {
		case '>':
			return tagStart, p + 1
		case '/':
			if p++; p == len(b) {
				return 0, cutOff
			} else if b[p] != '>' {
				return 0, notXML
			}
			m.ends = true
			return tagStart, p + 1
		}
		if p = m.readAttr(b, p); p <= 0 {
			return 0, p
		}
	}
}

// readAttr reads r="A1" and returns the place behind it.
func (m *markup) readAttr(b []byte, p int) int {
	name, p, ok := nameAt(b, p)
	if !ok || bytes.Count(name, []byte{':'}) > 1 {
		return notXML
	}
	if p = skipSpace(b, p); p == len(b) {
		return cutOff
	} else if b[p] != '=' {
		return notXML
	}
	if p = skipSpace(b, p+1); p == len(b) {
		return cutOff
	}
	quote := b[p]
	if quote != '"' && quote != '\'' {
		return notXML
	}
	p++
	n := 0
	for p+n < len(b) && isPlain[b[p+n]] && b[p+n] != quote {
		n++
	}
	if p+n < len(b) && b[p+n] == quote {
		m.attrs = append(m.attrs, markupAttr{name, b[p : p+n]})
		return p + n + 1
	}
	n = bytes.IndexByte(b[p:], quote)
	if n < 0 && bytes.IndexByte(b[p:], '<') < 0 {
		return cutOff
	} else if n < 0 {
		return notXML
	}
	value, ok := m.decode(b[p:p+n], true)
	if !ok || bytes.IndexByte(b[p:p+n], '<') >= 0 {
		return notXML
	}
	m.attrs = append(m.attrs, markupAttr{name, value})
	return p + n + 1
}

// tagName reads the name of a tag from p on, and returns the place behind it.
func (m *markup) tagName(b []byte, p int) (int, bool) {
	name, p, ok := nameAt(b, p)
	if m.name = name; !ok {
		return p, false
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		if i > 0 && i < len(name)-1 {
			m.name = name[i+1:]
		}
		ok = bytes.IndexByte(name[i+1:], ':') < 0
	}
	return p, ok
}

// nameAt returns the name that stands at p, with its prefix, and the place behind it. A name that goes on behind b is one all the same: what
// is to follow it is not there.
func nameAt(b []byte, p int) (name []byte, end int, ok bool) {
	from, letters := p, byte(0)
	for p < len(b) && isNameByte[b[p]] {
		letters |= b[p]
		p++
	}
	name = b[from:p]
	switch {
	case len(name) == 0:
		return name, p, p == len(b)
	case letters >= utf8.RuneSelf:
		return name, p, p == len(b) || isName(name)
	}
	return name, p, name[0] != '-' && name[0] != '.' && (name[0] < '0' || name[0] > '9')
}

// isName reports whether a name has only letters that names may have. Those beyond ASCII, which no part of a workbook needs, are for others to judge.
func isName(name []byte) bool {
	_, err := xml.NewDecoder(strings.NewReader("<?" + string(name) + "?>")).RawToken()
	return err == nil
}

// readInstruction reads <?xml version="1.0"?>. What it says of the encoding was heeded where the part was opened.
func readInstruction(b []byte) (markupKind, int) {
	name, p, ok := nameAt(b, 2)
	if !ok {
		return 0, notXML
	}
	n := bytes.Index(b[p:], []byte("?>"))
	if n < 0 || len(name) == 0 {
		return 0, cutOff
	}
	return aside, p + n + 2
}

// readDeclared reads comments, texts as they are (CDATA), and declarations.
func (m *markup) readDeclared(b []byte) (markupKind, int) {
	const comment, verbatim = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		n := bytes.Index(b[len(comment):], []byte("--")) + len(comment)
		if n < len(comment) || n+2 == len(b) {
			return 0, cutOff
		} else if b[n+2] != '>' {
			return 0, notXML
		}
		return aside, n + 3
	case bytes.HasPrefix(b, []byte(verbatim)):
		n := bytes.Index(b[len(verbatim):], []byte("]]>"))
		if n < 0 {
			return 0, cutOff
		}
		ok := false
		if m.text, ok = m.decode(b[len(verbatim):len(verbatim)+n], false); !ok {
			return 0, notXML
		}
		return plainText, len(verbatim) + n + 3
	case strings.HasPrefix(comment, view(b)) || strings.HasPrefix(verbatim, view(b)):
		return 0, cutOff
	case b[2] == '-' || b[2] == '[':
		return 0, notXML
	}
	return aside, declaration(b)
}

// declaration returns the length of the declaration that b begins with: <!DOCTYPE …>, in which others may stand.
func declaration(b []byte) int {
	quote, depth := byte(0), 0
	for p := 3; p < len(b); p++ { // the first letter is none of these
		switch c := b[p]; {
		case c == quote:
			quote = 0
		case quote != 0:
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			if depth--; depth < 0 {
				return p + 1
			}
		case c == '<' && bytes.HasPrefix(b[p:], []byte("<!--")):
			n := bytes.Index(b[p+4:], []byte("-->"))
			if n < 0 {
				return cutOff
			}
			p += 4 + n + 2
		case c == '<' && strings.HasPrefix("<!--", view(b[p:])):
			return cutOff
		case c == '<':
			depth++
		}
	}
	return cutOff
}

// decode returns a text with line ends as line feeds, and with its entities replaced where it has any; ok is false where it holds what XML
// must not.
func (m *markup) decode(raw []byte, entities bool) (text []byte, ok bool) {
	from := len(m.decoded)
	for i := 0; i < len(raw); {
		c := raw[i]
		i++
		switch {
		case c == '\r':
			c = '\n'
			if i < len(raw) && raw[i] == '\n' {
				i++
			}
		case c == '&' && entities:
			n := bytes.IndexByte(raw[i:], ';')
			if n < 0 {
				return nil, false
			}
			r, ok := entity(view(raw[i : i+n]))
			if !ok {
				return nil, false
			}
			m.decoded = utf8.AppendRune(m.decoded, r)
			i += n + 1
			continue
		}
		m.decoded = append(m.decoded, c)
	}
	text = m.decoded[from:len(m.decoded):len(m.decoded)]
	return text, isCharacters(text)
}

// entity returns the character that an entity stands for: those of XML itself, and numbers.
func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := rune(10)
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	r := rune(0)
	for _, c := range []byte(digits) {
		d := digitOf(c)
		if d >= base {
			return 0, false
		}
		if r = r*base + d; r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, ok && digits != ""
}

// digitOf returns the value of a hexadecimal digit, and more than any has for another byte.
func digitOf(c byte) rune {
	switch {
	case '0' <= c && c <= '9':
		return rune(c - '0')
	case 'a' <= c && c <= 'f':
		return rune(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return rune(c-'A') + 10
	}
	return 16
}

// isCharacters reports whether a text is UTF-8 without the characters that XML must not hold.
func isCharacters(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	for i, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
		if c == 0xef && text[i+1] == 0xbf && text[i+2] >= 0xbe { // U+FFFE and U+FFFF
			return false
		}
	}
	return true
}

func skipSpace(b []byte, p int) int {
	for p < len(b) && (b[p] == ' ' || b[p] == '\n' || b[p] == '\r' || b[p] == '\t') {
		p++
	}
	return p
}

// is reports whether the tag has a name.
func (m *markup) is(name string) bool { return string(m.name) == name }

// attr returns an attribute of the tag, empty when it has none.
func (m *markup) attr(name string) string {
	for _, a := range m.attrs {
		if string(a.name) == name {
			return view(a.value)
		}
	}
	return ""
}

// isPlain are the bytes that stand for themselves in texts and attributes, and for nothing else that would have to be looked at. A text
// that holds ] may hold ]]>, which it must not.
var isPlain = bytesThat(func(c byte) bool {
	return c == '\t' || c == '\n' || c >= ' ' && c < utf8.RuneSelf && c != '&' && c != '<' && c != ']'
})

// isNameByte are the bytes that names of tags are made of.
var isNameByte = bytesThat(func(c byte) bool {
	return c >= utf8.RuneSelf || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || c == '-' || c == '.'
})

func bytesThat(are func(byte) bool) (table [256]bool) {
	for c := range table {
		table[c] = are(byte(c))
	}
	return table
}
