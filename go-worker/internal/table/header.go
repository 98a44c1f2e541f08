package table

import (
	"slices"
	"strconv"
	"strings"
)

// preambleLines is how many records before the header may be its preamble.
const preambleLines = 50

// goodHeader is the share of known columns from which HeaderScore alone decides.
const goodHeader = 0.3

// findHeader returns the index of the header among the first records, or that of the first data record when
// present is false; -1 when there is no record at all. width is that of most records.
func findHeader(lines []sampleLine, width int, score func([]string) float64) (index int, present bool) {
	var candidates []int
	for i := range lines[:min(len(lines), preambleLines)] {
		if fitsAsHeader(lines, i, width) {
			candidates = append(candidates, i)
		}
	}
	if score != nil {
		if best := bestHeader(lines, candidates, score); best >= 0 {
			return best, true
		}
	}
	for k, i := range candidates {
		if k > 0 && len(lines[i].cells) != width {
			continue
		}
		if looksLikeHeader(lines, i) {
			if k == 0 && len(lines[i].cells) < width && len(candidates) > 1 && looksLikeHeader(lines, candidates[1]) {
				i = candidates[1] // what came before it is narrower: a title
			}
			return i, true
		}
		if len(lines[i].cells) == width {
			return firstRecord(lines, i, width), false
		}
	}
	for i, l := range lines {
		if !isBlank(l.cells) {
			return i, looksLikeHeader(lines, i)
		}
	}
	return -1, false
}

// bestHeader returns the candidate that the score prefers, -1 when it prefers none. It skips none of the lines before
// it where known headers are the data: in a table of one column, such as a list of tests, and where several lines
// score as well, as in a data dictionary.
func bestHeader(lines []sampleLine, candidates []int, score func([]string) float64) int {
	best, scores, used := -1, make([]float64, len(candidates)), 0
	for _, l := range lines {
		used = max(used, filledTo(l.cells))
	}
	for k, i := range candidates {
		cells := lines[i].cells[:min(len(lines[i].cells), used)]
		scores[k] = score(cells)
		if one := scores[k]*float64(len(cells)) < 1.5; k > 0 && (holdsValues(cells) || one && evidence(lines, i) <= 0) {
			scores[k] = 0 // 2014-12-23, "datetime" is no header for what stands above it, nor is 2, "Sex" in a list of items
		}
		if best >= 0 && scores[best] >= goodBelow && i-candidates[best] > 2 {
			break // a header with records under it: what comes further down is no better one, but another table
		}
		if scores[k] >= goodHeader && (best < 0 || scores[k] > scores[best]*1.1) {
			best = k
		}
	}
	if best < 0 {
		return -1
	}
	header := lines[candidates[best]].cells
	rivals := 0
	for k := best + 1; k < len(candidates); k++ {
		if scores[k]*1.1 >= scores[best] && !slices.Equal(lines[candidates[k]].cells, header) {
			rivals++
		}
	}
	if best > 0 && (len(header) == 1 || rivals > 1) {
		return -1
	}
	if best > 0 && evidence(lines, candidates[best]) < 0 && evidence(lines, candidates[0]) > 0 {
		return -1 // a record that is like those below it, under a line that is not: the values of one of its columns are names of fields
	}
	return candidates[best]
}

// holdsValues reports whether half of the cells that are filled, or more, are numbers or dates.
func holdsValues(cells []string) bool {
	filled, values := 0, 0
	for _, c := range cells {
		if strings.TrimSpace(c) == "" {
			continue
		}
		filled++
		if s := shapeOf(c); s == numberShape || s == dateShape {
			values++
		}
	}
	return values*2 >= filled
}

// fitsAsHeader reports whether record i has about the width of the table and is mostly filled.
func fitsAsHeader(lines []sampleLine, i, width int) bool {
	cells := lines[i].cells
	near := len(cells) >= width-1 || len(cells)*4 >= width*3
	if len(cells) == 0 || len(cells) != width && (len(cells) < 2 || !near || len(cells) > width*2) {
		return false
	}
	filled := 0
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			filled++
		}
	}
	below, end := lines[i+1:min(len(lines), i+6)], filledTo(cells)
	if slices.ContainsFunc(below, func(l sampleLine) bool { return filledTo(l.cells) > end }) {
		end = len(cells) // else spreadsheets write delimiters for empty columns behind the table
	}
	if filled*2 < end || filled == 1 && len(cells) > 2 {
		return false
	}
	// The records right below a header may all be ragged; then its own width speaks for it.
	return i+1 == len(lines) || len(cells) == width || slices.ContainsFunc(below, func(l sampleLine) bool { return len(l.cells) == width })
}

// firstRecord returns the first of the records up to i between which none is too narrow for the table: where no header is found,
// what is about as wide as the table, or holds values like those below, is no preamble, and is not skipped.
func firstRecord(lines []sampleLine, i, width int) int {
	for i > 0 && len(lines[i-1].cells) > 1 && (filledTo(lines[i-1].cells)*4 >= width*3 || isSparse(lines, i-1, width)) {
		i--
	}
	return i
}

// isSparse reports whether line i, divided as the records are, is one with few values: numbers and dates alone, in columns of such.
func isSparse(lines []sampleLine, i, width int) bool {
	if len(lines[i].cells) != width {
		return false
	}
	like := 0
	for column, c := range lines[i].cells {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		values := valuesBelow(lines, i, column)
		if s := shapeOf(c); s != numberShape && s != dateShape || slices.ContainsFunc(values, func(v string) bool { return shapeOf(v) != s }) {
			return false
		}
		like += len(values)
	}
	return like > 0
}

// filledTo returns how many cells a record has without the blank ones at its end.
func filledTo(cells []string) int {
	n := len(cells)
	for n > 0 && strings.TrimSpace(cells[n-1]) == "" {
		n--
	}
	return n
}

// looksLikeHeader reports whether record i differs from those below it as names differ from values: where a
// column has one shape, a name has another; a name does not come back as a value, nor the whole line often.
func looksLikeHeader(lines []sampleLine, i int) bool {
	if n := repeats(lines, i); n >= 3 && n*10 >= len(lines) {
		return false
	}
	if n := evidence(lines, i); n != 0 {
		return n > 0
	}
	return areWords(lines[i].cells)
}

// evidence is above 0 when the cells of record i are unlike the values below them, and below 0 when they are like them.
func evidence(lines []sampleLine, i int) int {
	n, counted := 0, counts(lines, i)
	for column, name := range lines[i].cells {
		if values := valuesBelow(lines, i, column); counted && len(values) > 0 && shapeOf(name) == numberShape {
			n++
		} else {
			n += nameEvidence(strings.TrimSpace(name), values)
		}
	}
	return n
}

// counts reports whether the numbers in record i count on or back by one, as years, weeks and the columns of plates do that are names: two years
// at least, above other numbers than years, or six from 0 or 1 on behind a word or a corner, which no record below has. All else in it are words.
func counts(lines []sampleLine, i int) bool {
	first, numbers, years := countsOn(lines[i].cells)
	if years && len(numbers) >= 2 {
		values, like := valuesBelow(lines, i, first), 0
		for _, v := range values {
			if isYear(v) {
				like++
			}
		}
		return like*2 < len(values)
	}
	return first > 0 && len(numbers) >= 6 && numbers[0] <= 1 && !slices.ContainsFunc(lines[i+1:min(len(lines), i+101)], func(l sampleLine) bool {
		_, below, _ := countsOn(l.cells)
		return len(below) == len(numbers)
	})
}

// countsOn returns the numbers in a record, where they count on or back by one, the place of the first, and whether they are years.
func countsOn(cells []string) (first int, numbers []int, years bool) {
	years = true
	for at, c := range cells {
		c = strings.TrimSpace(c)
		n, err := strconv.Atoi(c)
		if err != nil {
			if c != "" && shapeOf(c) != wordShape {
				return 0, nil, false
			}
			continue
		}
		if len(numbers) == 0 {
			first = at
		}
		numbers, years = append(numbers, n), years && isYear(c)
	}
	for k := 1; k < len(numbers); k++ {
		if step := numbers[k] - numbers[k-1]; step != numbers[1]-numbers[0] || step != 1 && step != -1 {
			return 0, nil, false
		}
	}
	return first, numbers, years
}

// isYear reports whether a cell is a year in which patients live.
func isYear(cell string) bool {
	n, err := strconv.Atoi(cell)
	return err == nil && len(cell) == 4 && n >= 1900 && n < 2100
}

// areWords reports whether cells are different words, as the names of columns are.
func areWords(cells []string) bool {
	seen := map[string]bool{}
	for _, c := range cells {
		c = strings.ToLower(strings.TrimSpace(c))
		if c == "" || seen[c] || shapeOf(c) != wordShape {
			return false
		}
		seen[c] = true
	}
	return true
}

// repeats returns how often record i comes again below.
func repeats(lines []sampleLine, i int) int {
	n := 0
	for _, l := range lines[i+1:] {
		if slices.Equal(l.cells, lines[i].cells) {
			n++
		}
	}
	return n
}

// valuesBelow returns the first values of a column under the name in record i.
func valuesBelow(lines []sampleLine, i, column int) []string {
	var values []string
	name := lines[i].cells
	for _, l := range lines[i+1 : min(len(lines), i+101)] {
		if len(l.cells) >= len(name) && !slices.Equal(l.cells, name) {
			if v := strings.TrimSpace(l.cells[column]); v != "" {
				values = append(values, v)
			}
		}
	}
	return values
}

// nameEvidence is 1 when name is unlike the values of its column, -1 when it is like them, 0 when nothing tells.
func nameEvidence(name string, values []string) int {
	if name == "" || len(values) == 0 {
		return 0
	}
	shapes := map[shape]int{}
	patterns := map[string]int{}
	for _, v := range values {
		shapes[shapeOf(v)]++
		patterns[patternOf(v)]++
		if v == name {
			return -1
		}
	}
	for _, s := range []shape{numberShape, dateShape} {
		if shapes[s]*10 >= len(values)*9 {
			if shapeOf(name) == s {
				return -1
			}
			return 1
		}
	}
	if shapeOf(name) != wordShape {
		return -1
	}
	if len(values) < 3 {
		return 0
	}
	own, alike := patternOf(name), 0
	for p, n := range patterns {
		if isBuiltLike(own, p) {
			alike += n
		}
	}
	if alike*10 >= len(values)*9 {
		return -1 // P001 above P002 and P003
	}
	for p, n := range patterns {
		if n*10 >= len(values)*9 && p != own {
			return 1
		}
	}
	return 0
}

// shape is what a cell looks like at a glance.
type shape uint8

const (
	wordShape shape = iota
	numberShape
	dateShape
	otherShape // an address of mail, or marks alone
)

func shapeOf(cell string) shape {
	cell = strings.TrimSpace(cell)
	digits, letters, marks := 0, 0, 0
	for _, r := range cell {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case strings.ContainsRune("-/:.,+$%() TZtz", r):
			marks++
		default:
			letters++
		}
	}
	switch {
	case strings.Contains(cell, "@"):
		return otherShape
	case letters > 0 || digits == 0 && strings.ContainsAny(cell, "TZtz"):
		return wordShape
	case digits == 0:
		return otherShape
	case digits >= 4 && strings.ContainsAny(cell[1:], "-/:"):
		return dateShape
	default:
		return numberShape
	}
}

// patternOf writes each letter as a and each digit as 9.
func patternOf(cell string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r > '@' && r != '_' && r < 0x80 && strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZ", r):
			return 'A'
		case r >= 'a' && r <= 'z' || r >= 0x80:
			return 'a'
		}
		return r
	}, cell)
}

// isBuiltLike reports whether cells of two patterns have their digits in the same places: two at least, or in whole lines, where numbers have more or fewer
// digits, three numbers.
func isBuiltLike(of, like string) bool {
	if of == like {
		return strings.Count(of, "9") >= 2
	}
	of, like = runsOf(of), runsOf(like)
	return of == like && strings.Count(of, "9") >= 3
}

// runsOf writes what comes several times in a row in a pattern once.
func runsOf(pattern string) string {
	out := make([]byte, 0, len(pattern))
	for i := range len(pattern) {
		if i == 0 || pattern[i] != pattern[i-1] {
			out = append(out, pattern[i])
		}
	}
	return string(out)
}

// nameColumns makes the cells of a header unique and none empty, and notes what it had to change. Cells of
// white space count as empty.
func nameColumns(cells []string) (names []string, notes []Note) {
	taken := map[string]bool{}
	for _, c := range cells {
		taken[headerName(c)] = true
	}
	used := map[string]bool{}
	for i, c := range cells {
		name := headerName(c)
		switch {
		case name == "":
			name = free("column_"+strconv.Itoa(i+1), taken, used)
			notes = append(notes, Note{Rule: ruleBlank, Count: 1, Column: name})
		case used[name]:
			name = free(name, taken, used)
			notes = append(notes, Note{Rule: ruleDuplicate, Count: 1, Column: name})
		}
		used[name] = true
		names = append(names, name)
	}
	return names, notes
}

// free returns name, or name__2, name__3 …: the first that no column has.
func free(name string, taken, used map[string]bool) string {
	candidate := name
	for n := 2; taken[candidate] || used[candidate]; n++ {
		candidate = name + "__" + strconv.Itoa(n)
	}
	return candidate
}

// headerName returns a header without line breaks and needless white space.
func headerName(cell string) string { return strings.Join(strings.Fields(cell), " ") }
