package table

import (
	"regexp"
	"slices"
	"strings"
)

// domains reads the line below a header, where that tells only what the columns hold: units (kg, above numbers), forms of dates, types
// (VARCHAR(20), text), and the values that may be (M/F). It returns the names, each with the unit or the order of day and month that it lacked; ok is false where the
// first of the records is no such line. repeated is the header as it stands in the file.
func domains(header, repeated []string, data []sampleLine) (names []string, ok bool) {
	if len(data) < 2 || len(header) == 0 || len(data[0].cells) != len(header) {
		return nil, false
	}
	below := slices.DeleteFunc(slices.Clone(data), func(l sampleLine) bool { // pages repeat both lines
		return slices.Equal(l.cells, data[0].cells) || slices.Equal(l.cells, repeated)
	})
	names = slices.Clone(header)
	told, sure := 0, false
	for i, cell := range data[0].cells {
		cell = strings.TrimSpace(cell)
		text := unbracketed(cell)
		switch {
		case text == "" || text == "-" || i == 0 && domainsLabel.MatchString(text):
			continue
		case dateForm.MatchString(text):
			if sure = true; orderForm.MatchString(text) && !strings.ContainsAny(header[i], "()[]") {
				names[i] = strings.TrimSpace(header[i]) + " (" + text + ")"
			}
		case lengthForm.MatchString(text):
			sure = true
		case unitForm.MatchString(text) && numbersBelow(below, i):
			if sure = sure || text != cell; !strings.ContainsAny(header[i], "()[]") {
				names[i] = strings.TrimSpace(header[i]) + " (" + text + ")"
			}
		case isListOf(text, below, i):
			sure = sure || text != cell
		case !typeForm.MatchString(text) || holds(below, i, cell):
			return nil, false
		}
		told++
	}
	return names, told > 1 || sure
}

// domainsLabel matches what the first column says of such a line.
var domainsLabel = regexp.MustCompile(`(?i)^(units?|(data )?types?|formats?|domains?|datatypes?):?$`)

// dateForm matches how it is told in which form dates are.
var dateForm = regexp.MustCompile(`(?i)^[dtmyjah]{1,4}([-/. :]+[dtmyjahs]{1,4}){1,5}$`)

// orderForm matches one that tells which of day and month comes first.
var orderForm = regexp.MustCompile(`(?i)^([dtjg]{1,2}[-/. ]m|m{1,3}[-/. ]d)`)

// lengthForm matches a type with its length, which no value is.
var lengthForm = regexp.MustCompile(`(?i)^((n?var)?char2?|text|string|numeric|decimal|number|int(eger)?|float|character)( ?\( ?\d+( ?, ?\d+)? ?\)|[ ,]+(max )?\d+ ?(chars?|characters?|digits?))$`)

// typeForm matches a type, or whether a column has to be filled.
var typeForm = regexp.MustCompile(`(?i)^((n?var)?char2?|text|string|numeric|num|decimal|number|(big|small|tiny)?int(eger)?|float|double|real|bool(ean)?|bit|date|time|date ?time|timestamp|` +
	`character|categorical|uuid|id|key|primary key|pk|fk|required|optional|mandatory|nullable|not null|free ?text|coded?|yes/no|y/n)$`)

// unitForm matches what stands for a unit above a column of numbers.
var unitForm = regexp.MustCompile(`(?i)^(kgs?|lbs?|g|oz|cm|mm|m|in|inch(es)?|ft|°?[cf]|deg ?[cf]|%|pct|bpm|/min|mm ?hg|mm\[hg\]|cel|sec|s|h|years?|yrs?|days?|` +
	`[a-zµμ0-9^*]{1,10}/[a-z0-9µμ.^*/² ]{1,14}|mg|mcg|ug|ml|fl|pg|score|index|ratio)$`)

// isListOf reports whether a text lists what the cells of a column may be, and they are: M/F, 0|1, 1=yes; 2=no.
func isListOf(text string, data []sampleLine, column int) bool {
	parts := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/|,;", r) })
	if len(parts) < 2 || len(parts) > 12 {
		return false
	}
	values := map[string]bool{}
	for _, p := range parts {
		value, _, _ := strings.Cut(p, "=")
		values[strings.ToLower(strings.TrimSpace(value))] = true
	}
	found := false
	for _, l := range data {
		if len(l.cells) <= column {
			continue
		}
		if cell := strings.ToLower(strings.TrimSpace(l.cells[column])); cell != "" {
			if found = true; !values[cell] {
				return false
			}
		}
	}
	return found
}

// holds reports whether a column has a value.
func holds(data []sampleLine, column int, value string) bool {
	return slices.ContainsFunc(data, func(l sampleLine) bool {
		return len(l.cells) > column && strings.EqualFold(strings.TrimSpace(l.cells[column]), value)
	})
}

// unbracketed returns a unit without the brackets around it: [kg], but mm[Hg].
func unbracketed(cell string) string {
	cell = strings.TrimSpace(cell)
	if len(cell) > 1 && strings.ContainsRune("([", rune(cell[0])) && strings.ContainsRune(")]", rune(cell[len(cell)-1])) {
		return strings.TrimSpace(cell[1 : len(cell)-1])
	}
	return cell
}

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
