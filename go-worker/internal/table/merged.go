package table

import (
	"cmp"
	"slices"
	"strings"
)

// A mergedSpan is what a spreadsheet shows as one cell over several rows. Only the first of them holds its value, in the first of its columns,
// and all of them mean it: a patient beside each of the results.
type mergedSpan struct {
	column, first, last int // rows as a spreadsheet numbers them
	text                string
}

// maxMerged is how many merged cells of a sheet are looked at.
const maxMerged = 1 << 16

// readMerged returns the cells that are merged over rows, by their first row. They stand behind the rows of a sheet, where what is damaged
// says no more than that there are none.
func readMerged(m *markup) []mergedSpan {
	var spans []mergedSpan
	for len(spans) < maxMerged {
		kind, err := m.next()
		if err != nil {
			break
		}
		if kind != tagStart || !m.is("mergeCell") {
			continue
		}
		from, to, _ := strings.Cut(m.attr("ref"), ":")
		s := mergedSpan{column: columnOf(from), first: rowOf(from), last: rowOf(to)}
		if s.column >= 0 && s.first > 0 && s.first < s.last {
			spans = append(spans, s)
		}
	}
	slices.SortStableFunc(spans, func(a, b mergedSpan) int { return cmp.Compare(a.first, b.first) })
	return spans
}

// rowOf returns the row of a reference such as AB12, 0 when there is none.
func rowOf(reference string) int {
	return atoi(strings.TrimLeft(reference, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
}

// fill gives the cells of a row the values that they share with a row above. A row that holds nothing else stays blank.
func (s *sheetReader) fill(number int) {
	s.spans = slices.DeleteFunc(s.spans, func(span mergedSpan) bool { return span.last < number })
	for len(s.merged) > 0 && s.merged[0].first <= number {
		span := s.merged[0]
		s.merged = s.merged[1:]
		if span.first == number && span.column < len(s.cells) && !s.covers(span.column) { // no two can share a cell
			span.text = strings.Clone(s.cells[span.column])
			s.spans = append(s.spans, span)
		}
	}
	if len(s.spans) == 0 || isBlank(s.cells) {
		return
	}
	for _, span := range s.spans {
		for len(s.cells) <= span.column {
			s.cells = append(s.cells, "")
		}
		if s.cells[span.column] == "" {
			s.cells[span.column] = span.text
		}
	}
}

// covers reports whether merged cells that began further up hold a column.
func (s *sheetReader) covers(column int) bool {
	return slices.ContainsFunc(s.spans, func(span mergedSpan) bool { return span.column == column })
}
