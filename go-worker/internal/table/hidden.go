package table

import (
	"fmt"
	"strconv"
	"strings"
)

// hiddenParts are the rows and columns of a sheet that a spreadsheet does not show. They are read like the others: a filter hides rows and
// takes none away, and what is hidden is often what other programs need. Who saw only the rest is told.
type hiddenParts struct {
	rows    int64 // that hold anything
	columns []columnSpan
}

// A columnSpan is columns from one to another, both included.
type columnSpan struct{ from, to int }

// maxHiddenSpans is how many spans of columns of a sheet are looked at.
const maxHiddenSpans = 1 << 10

// isHidden reports whether the tag that was read hides what it stands for.
func isHidden(m *markup) bool {
	hidden, _ := strconv.ParseBool(m.attr("hidden"))
	return hidden
}

// addColumns takes what a sheet says of the look of some columns.
func (h *hiddenParts) addColumns(m *markup) {
	if isHidden(m) && len(h.columns) < maxHiddenSpans {
		h.columns = append(h.columns, columnSpan{atoi(m.attr("min")) - 1, atoi(m.attr("max")) - 1})
	}
}

// told returns how much is hidden of a sheet with a state, whose columns that hold anything are given, and says what.
func (h hiddenParts) told(used []int, state string) (n int64, detail string) {
	var parts []string
	if strings.EqualFold(state, "hidden") || strings.EqualFold(state, "veryHidden") {
		n, parts = 1, append(parts, "the sheet")
	}
	columns := int64(0)
	for _, column := range used {
		for _, span := range h.columns {
			if span.from <= column && column <= span.to {
				columns++
				break
			}
		}
	}
	if h.rows > 0 {
		parts = append(parts, fmt.Sprintf("rows: %d", h.rows))
	}
	if columns > 0 {
		parts = append(parts, fmt.Sprintf("columns: %d", columns))
	}
	return n + h.rows + columns, strings.Join(parts, ", ")
}
