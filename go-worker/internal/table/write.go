package table

import (
	"bytes"
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
	from := len(dst)
	dst, padded := appendBare(dst, cells)
	if padded || !bareLine(dst[from:], len(cells)) {
		dst = dst[:from]
		for _, c := range cells {
			dst = append(AppendCSVCell(dst, c), ',')
		}
	}
	dst[len(dst)-1] = '\n'
	return dst
}

// appendBare appends cells as they are, with a comma behind each, and reports whether one begins or ends with a blank.
func appendBare(dst []byte, cells []string) (_ []byte, padded bool) {
	for {
		n, size, blank := copyBare(dst[len(dst):cap(dst)], cells)
		dst, padded = dst[:len(dst)+size], padded || blank
		if cells = cells[n:]; len(cells) == 0 {
			return dst, padded
		}
		dst = slices.Grow(dst, shortRoom*len(cells)+len(cells[0]))
	}
}

// shortRoom is what a cell of at most two words takes, with its comma.
const shortRoom = 2*8 + 1

// copyBare copies cells, with a comma behind each, up to the first one that may have no room. It returns how many it copied, the bytes that
// they take, and whether one begins or ends with a blank.
func copyBare(to []byte, cells []string) (copied, size int, padded bool) {
	spare := len(to) - shortRoom*len(cells) // for what is longer than two words
	if spare < 0 {
		return 0, 0, false
	}
	start := unsafe.Pointer(unsafe.SliceData(to))
	for i := range cells {
		n := len(cells[i])
		if n > 0 {
			q, p := unsafe.Add(start, size), unsafe.Pointer(unsafe.StringData(cells[i]))
			switch last := n - 8; {
			case n >= 8:
				if n > 16 {
					if spare -= n - 16; spare < 0 {
						return i, size, padded
					}
					for at := 0; at < last; at += 8 {
						*(*uint64)(unsafe.Add(q, at)) = *(*uint64)(unsafe.Add(p, at))
					}
				}
				a, b := *(*uint64)(p), *(*uint64)(unsafe.Add(p, last))
				*(*uint64)(q), *(*uint64)(unsafe.Add(q, last)) = a, b
			case n >= 4:
				a, b := *(*uint32)(p), *(*uint32)(unsafe.Add(p, n-4))
				*(*uint32)(q), *(*uint32)(unsafe.Add(q, n-4)) = a, b
			default:
				a, b, c := *(*byte)(p), *(*byte)(unsafe.Add(p, n>>1)), *(*byte)(unsafe.Add(p, n-1))
				*(*byte)(q), *(*byte)(unsafe.Add(q, n>>1)), *(*byte)(unsafe.Add(q, n-1)) = a, b, c
			}
			if *(*byte)(p) == ' ' || *(*byte)(unsafe.Add(p, n-1)) == ' ' {
				padded = true
			}
			size += n
		}
		*(*byte)(unsafe.Add(start, size)) = ','
		size++
	}
	return len(cells), size, padded
}

// bareLine reports whether no cell of a line of so many, with a comma behind each, has anything inside that asks for quotes. That is so of
// most rows, and sooner seen of a whole line than of its cells.
func bareLine(line []byte, cells int) bool {
	return bytes.Count(line, []byte{','}) == cells && bytes.IndexByte(line, '"') < 0 && bytes.IndexByte(line, '\n') < 0 &&
		bytes.IndexByte(line, '\r') < 0
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

// AppendCSVCell appends a cell, in quotes where a reader needs them.
func AppendCSVCell(dst []byte, c string) []byte {
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
	for i := 0; i < n-8; i += 8 {
		if mayNeedEscape(binary.LittleEndian.Uint64(b[i:]))&highBits != 0 {
			return false
		}
	}
	return mayNeedEscape(lastWord(b))&highBits == 0
}

// mayNeedEscape returns a word that has a high bit somewhere when there is anything among eight bytes but ASCII that JSON writes as it is.
func mayNeedEscape(w uint64) uint64 {
	// Of ASCII, what is less than what is subtracted borrows the high bit.
	return w | (w - repeat(' ')) | (w ^ repeat('"') - repeat(1)) | (w ^ repeat('\\') - repeat(1))
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
