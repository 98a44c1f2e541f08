package table

import (
	"regexp"
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

// aboveUnits completes the names of a header by the line of units below it: Weight above kg is Weight (kg). It returns nil where the first
// of the records is no such line: all it holds is units, of two columns at least, whose other cells are mostly numbers, and forms of dates
// (mm/dd/yyyy).
func aboveUnits(header []string, data []sampleLine) []string {
	if len(data) < 2 || len(header) == 0 || len(data[0].cells) != len(header) {
		return nil
	}
	names, units := slices.Clone(header), 0
	for i, cell := range data[0].cells {
		unit := unbracketed(cell)
		if unit == "" || unit == "-" || i == 0 && strings.EqualFold(unit, "units") || dateForm.MatchString(unit) {
			continue
		}
		if !unitForm.MatchString(unit) || strings.ContainsAny(header[i], "()[]") || !numbersBelow(data[1:], i) {
			return nil
		}
		names[i] = strings.TrimSpace(header[i]) + " (" + unit + ")"
		units++
	}
	if units < 2 {
		return nil
	}
	return names
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

// unbracketed returns a unit without the brackets around it: [kg], but mm[Hg].
func unbracketed(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && strings.ContainsRune("([", rune(cell[0])) && strings.ContainsRune(")]", rune(cell[len(cell)-1])) {
		return strings.TrimSpace(cell[1 : len(cell)-1])
	}
	return cell
}

// dateForm matches how a line of units says in which form dates are.
var dateForm = regexp.MustCompile(`(?i)^[dtmyjah]{1,4}([-/. :]+[dtmyjahs]{1,4}){1,5}$`)

// unitForm matches what stands for a unit above a column of numbers.
var unitForm = regexp.MustCompile(`(?i)^(kgs?|lbs?|g|oz|cm|mm|m|in|inch(es)?|ft|°?[cf]|deg ?[cf]|%|pct|bpm|/min|mm ?hg|mm\[hg\]|cel|sec|s|h|years?|yrs?|days?|` +
	`[a-zµμ0-9^*]{1,10}/[a-z0-9µμ.^*/² ]{1,14}|mg|mcg|ug|ml|fl|pg|score|index|ratio)$`)

// numbersBelow reports whether most of what a column holds are numbers, also those beside a sign: <0.1.
func numbersBelow(data []sampleLine, column int) bool {
	numbers, others := 0, 0
	for _, l := range data {
		if len(l.cells) <= column || strings.TrimSpace(l.cells[column]) == "" {
			continue
		}
		if shapeOf(strings.Trim(l.cells[column], "<>= ")) == numberShape {
			numbers++
		} else {
			others++
		}
	}
	return numbers > others
}
