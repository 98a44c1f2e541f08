package table

import "strings"

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
