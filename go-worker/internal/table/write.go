package table

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// AppendCSVRow appends cells as one record of CSV: commas, LF, quotes only where a reader needs them. Reading
// it back gives the same cells, except that one empty cell alone is written as "" to tell it from a blank line.
func AppendCSVRow(dst []byte, cells []string) []byte {
	if len(cells) == 1 && cells[0] == "" {
		return append(dst, '"', '"', '\n')
	}
	room := 0
	for _, c := range cells {
		room += len(c) + 1
	}
	to := slices.Grow(dst, room)[:len(dst)+room]
	at := len(dst)
	for _, c := range cells {
		switch n := len(c); {
		case n == 0:
		case copyPlain(&to[at], unsafe.StringData(c), n):
			at += n
		default:
			dst = appendCell(to[:at], c)
			at = len(dst)
			to = slices.Grow(dst, room)[:at+room] // at least what the cells behind it need
		}
		to[at] = ','
		at++
	}
	to[at-1] = '\n'
	return to[:at]
}

// copyPlain copies the n bytes of a cell, at least one, and reports whether they can stand there: it certainly needs no quotes.
func copyPlain(to, from *byte, n int) bool {
	q, p, last := unsafe.Pointer(to), unsafe.Pointer(from), n-8
	var special uint64
	switch {
	case n >= 8:
		for i := 0; i < last; i += 8 {
			w := *(*uint64)(unsafe.Add(p, i))
			special |= mayNeedQuotes(w)
			*(*uint64)(unsafe.Add(q, i)) = w
		}
		w := *(*uint64)(unsafe.Add(p, last))
		special |= mayNeedQuotes(w)
		*(*uint64)(unsafe.Add(q, last)) = w
	case n >= 4:
		a, b := *(*uint32)(p), *(*uint32)(unsafe.Add(p, n-4))
		special = mayNeedQuotes(uint64(a) | uint64(b)<<32)
		*(*uint32)(q), *(*uint32)(unsafe.Add(q, n-4)) = a, b
	default:
		a, b, c := *from, *(*byte)(unsafe.Add(p, n/2)), *(*byte)(unsafe.Add(p, n-1))
		special = mayNeedQuotes((uint64(a) | uint64(b)<<8 | uint64(c)<<16) * 0x1000001000001)
		*to, *(*byte)(unsafe.Add(q, n/2)), *(*byte)(unsafe.Add(q, n-1)) = a, b, c
	}
	return special&highBits == 0 && *from != ' ' && *(*byte)(unsafe.Add(p, n-1)) != ' '
}

// mayNeedQuotes returns a word that has a high bit somewhere when a comma, a quote or any control character is among eight bytes, and
// only then.
func mayNeedQuotes(w uint64) uint64 {
	return marked(w, ',') | marked(w, '"') | (w-repeat(' '))&^w
}

// plainCell reports whether a cell can stand without quotes.
func plainCell(c string) bool {
	b := unsafe.Slice(unsafe.StringData(c), len(c))
	n := len(b)
	if n == 0 {
		return true
	}
	if b[0] == ' ' || b[n-1] == ' ' {
		return false
	}
	special := func(w uint64) uint64 { return marked(w, ',') | marked(w, '"') | marked(w, '\n') | marked(w, '\r') }
	for i := 0; i < n-8; i += 8 {
		if special(binary.LittleEndian.Uint64(b[i:]))&highBits != 0 {
			return false
		}
	}
	return special(lastWord(b))&highBits == 0
}

// highBits are those of eight bytes.
const highBits = 0x8080808080808080

// lastWord returns the last eight bytes of a text; of a shorter one all of them, some more than once.
func lastWord(b []byte) uint64 {
	switch n := len(b); {
	case n >= 8:
		return binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	default:
		return (uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16) * 0x1000001000001 // three times over
	}
}

// marked returns a word that has a high bit somewhere when c is among eight bytes, and only then.
func marked(w uint64, c byte) uint64 {
	x := w ^ repeat(c)
	return (x - repeat(1)) &^ x
}

func appendCell(dst []byte, c string) []byte {
	if plainCell(c) {
		return append(dst, c...)
	}
	dst = append(dst, '"')
	for {
		i := strings.IndexByte(c, '"')
		if i < 0 {
			break
		}
		dst = append(dst, c[:i+1]...)
		dst = append(dst, '"')
		c = c[i+1:]
	}
	dst = append(dst, c...)
	return append(dst, '"')
}

// plainJSON reports whether a text is ASCII that JSON writes as it is.
func plainJSON(s string) bool {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	n := len(b)
	if n == 0 {
		return true
	}
	special := func(w uint64) uint64 {
		return w | (w - repeat(' ')) | marked(w, '"') | marked(w, '\\') // of ASCII, what is less than a space borrows
	}
	for i := 0; i < n-8; i += 8 {
		if special(binary.LittleEndian.Uint64(b[i:]))&highBits != 0 {
			return false
		}
	}
	return special(lastWord(b))&highBits == 0
}

const hexDigits = "0123456789abcdef"

// AppendJSON appends a value as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func AppendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
	if plainJSON(s) {
		return append(append(dst, s...), '"')
	}
	plain := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\' {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = append(dst, s[plain:i]...)
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c >= utf8.RuneSelf:
			dst = append(dst, "\ufffd"...)
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		plain = i
	}
	dst = append(dst, s[plain:]...)
	return append(dst, '"')
}
