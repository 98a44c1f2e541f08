package table

import (
	"slices"
	"strings"
)

// goodBelow is the share of known headers from which a line behind a gap begins another table.
const goodBelow = 0.6

// tableBelow returns the line from which another table stands below the one whose header and records are given, 0 when none does: behind a
// blank line or a title, another header with records below it. Its records are none of this table, and would be read as such.
func tableBelow(data []sampleLine, header []string, score func([]string) float64) int64 {
	if score == nil {
		return 0
	}
	for i := 1; i+1 < len(data); i++ {
		if above := data[i-1].cells; filledTo(above) > 1 || !isHeaderBelow(data[i].cells, header, score) {
			continue
		}
		from := i
		for from > 0 && filledTo(data[from-1].cells) == 1 { // its title
			from--
		}
		if from > 0 {
			return data[from].line
		}
	}
	return 0
}

// isHeaderBelow reports whether a line names columns, and others than the header of the table.
func isHeaderBelow(cells, header []string, score func([]string) float64) bool {
	cells = cells[:filledTo(cells)]
	if len(cells) < 3 || slices.Equal(cells, header[:min(len(header), len(cells))]) {
		return false
	}
	seen := map[string]bool{}
	for _, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if c == "" || seen[c] || shapeOf(c) != wordShape {
			return false
		}
		seen[c] = true
	}
	return score(cells) >= goodBelow
}
