package table

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset turns the bytes of a chunk into UTF-8. Encodings in which the bytes of ASCII can be part of another
// character (UTF-16, Shift JIS …) are decoded before a text is cut; they arrive here as UTF-8.
type charset struct {
	name  string
	table *[256]string // UTF-8 of each byte; nil for UTF-8
	sure  bool         // the whole text was seen to be UTF-8
}

// windows1252 has the five undefined bytes as the control characters of ISO 8859-1, as the WHATWG standard does.
var windows1252 = tableOf(charmap.Windows1252)

func tableOf(m *charmap.Charmap) *[256]string {
	var t [256]string
	for i := range t {
		r := m.DecodeByte(byte(i))
		if r == utf8.RuneError {
			r = rune(i)
		}
		t[i] = string(r)
	}
	return &t
}

// decode returns the data of a chunk in UTF-8, data itself when nothing is to be changed. Lines of a UTF-8 file
// that are not UTF-8 are read as Windows-1252; their numbers are returned, counted from line.
func (c charset) decode(data []byte, newline byte, line int64, b *Batch) ([]byte, []int64) {
	if c.sure || isASCII(data) || c.table == nil && utf8.Valid(data) {
		return data, nil
	}
	out := b.spare[:0]
	if c.table != nil {
		out = c.appendUTF8(out, data)
		b.spare = pad(out)
		return b.spare, nil
	}
	var bad []int64
	for ; len(data) > 0; line++ {
		end := bytes.IndexByte(data, newline) + 1
		if end == 0 {
			end = len(data)
		}
		if utf8.Valid(data[:end]) {
			out = append(out, data[:end]...)
		} else {
			out = charset{table: windows1252}.appendUTF8(out, data[:end])
			bad = append(bad, line)
		}
		data = data[end:]
	}
	b.spare = pad(out)
	return b.spare, bad
}

// appendUTF8 appends data in UTF-8; for a charset of UTF-8, what is not UTF-8 becomes U+FFFD.
func (c charset) appendUTF8(dst, data []byte) []byte {
	if c.table == nil {
		return append(dst, bytes.ToValidUTF8(data, []byte("\uFFFD"))...)
	}
	for _, x := range data {
		if x < utf8.RuneSelf {
			dst = append(dst, x)
		} else {
			dst = append(dst, c.table[x]...)
		}
	}
	return dst
}

// text returns one cell in UTF-8.
func (c charset) text(cell string) string {
	switch {
	case c.table != nil:
		return string(c.appendUTF8(nil, []byte(cell)))
	case utf8.ValidString(cell):
		return strings.Clone(cell)
	default:
		return string(charset{table: windows1252}.appendUTF8(nil, []byte(cell)))
	}
}

// pad returns b with room for the padding of a chunk.
func pad(b []byte) []byte {
	var room [padding]byte
	return append(b, room[:]...)[:len(b)]
}

func isASCII(text []byte) bool { return ascii(text) == len(text) }

// ascii returns how many bytes of ASCII a text begins with.
func ascii(text []byte) int {
	left := text
	for len(left) >= 32 && (binary.LittleEndian.Uint64(left)|binary.LittleEndian.Uint64(left[8:])|
		binary.LittleEndian.Uint64(left[16:])|binary.LittleEndian.Uint64(left[24:]))&highBits == 0 {
		left = left[32:]
	}
	for len(left) >= 8 {
		if high := binary.LittleEndian.Uint64(left) & highBits; high != 0 {
			return len(text) - len(left) + bits.TrailingZeros64(high)>>3
		}
		left = left[8:]
	}
	for len(left) > 0 && left[0] < utf8.RuneSelf {
		left = left[1:]
	}
	return len(text) - len(left)
}
