package table

import (
	"slices"
	"strings"
)

// underGroups completes the names of a header by the line above it, which names groups of columns, each over its first
// one: Patient,,Test, over ID,Sex,Code,Name. A name is completed where that makes one that is known: what an ID or a
// Name is of, only its group tells. It returns nil when there are no such groups, or when they tell nothing.
func underGroups(above, names []string, score func([]string) float64) []string {
	if score == nil || len(above) > len(names) {
		return nil
	}
	group, groups, completed := "", 0, 0
	full := make([]string, len(names))
	for i, name := range names {
		if i < len(above) && headerName(above[i]) != "" {
			group = headerName(above[i])
			groups++
		}
		full[i] = name
		whole := group + " " + headerName(name)
		if group != "" && shapeOf(name) == wordShape && score([]string{whole}) == 1 {
			full[i] = whole
			completed++
		}
	}
	if groups < 2 || groups == len(names) || completed == 0 {
		return nil
	}
	return full
}

// importIDs returns the place of the line of ids that Qualtrics writes below the names of columns and their questions, 0 where there is none.
func importIDs(lines []sampleLine) int {
	for i, l := range lines[:min(len(lines), 3)] {
		if len(l.cells) > 0 && !slices.ContainsFunc(l.cells, func(c string) bool { return !strings.HasPrefix(c, `{"ImportId":`) }) {
			return i
		}
	}
	return 0
}

// isLabels reports whether the first of the records is a second header, in words for people: Date of Birth below dob, above dates.
func isLabels(header []string, data []sampleLine, score func([]string) float64) bool {
	if score == nil || len(data) < 2 || len(data[0].cells) != len(header) {
		return false
	}
	if known := score(data[0].cells); known < goodHeader || known*float64(len(header)) < 1.5 { // one alone may be a value
		return false
	}
	evidence := 0
	for column, label := range data[0].cells {
		told := nameEvidence(strings.TrimSpace(label), valuesBelow(data, 0, column))
		if told < 0 {
			return false
		}
		evidence += told
	}
	return evidence >= 2
}
