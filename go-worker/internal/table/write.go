package table

import (
	"strings"
	"unicode/utf8"
)

// AppendCSVRow appends cells as one record of CSV: commas, LF, quotes only where a reader needs them. Reading
// it back gives the same cells, except that one empty cell alone is written as "" to tell it from a blank line.
func AppendCSVRow(dst []byte, cells []string) []byte {
	if len(cells) == 1 && cells[0] == "" {
		return append(dst, '"', '"', '\n')
	}
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendCell(dst, c)
	}
	return append(dst, '\n')
}

// plainBytes are those that a cell can hold without quotes, wherever they stand.
var plainBytes = func() (plain [256]bool) {
	for i := range plain {
		plain[i] = i != ',' && i != '"' && i != '\n' && i != '\r'
	}
	return plain
}()

func appendCell(dst []byte, c string) []byte {
	plain := len(c) == 0 || c[0] != ' ' && c[len(c)-1] != ' '
	for i := 0; plain && i < len(c); i++ {
		plain = plainBytes[c[i]]
	}
	if plain {
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

const hexDigits = "0123456789abcdef"

// AppendJSON appends a value as a JSON string. Bytes that are no UTF-8 become U+FFFD.
func AppendJSON(dst []byte, s string) []byte {
	dst = append(dst, '"')
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
