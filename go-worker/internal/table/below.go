package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// goodBelow is the share of known headers from which a line behind a gap begins another table.
const goodBelow = 0.6

// tables returns the tables of a text, which s stands for: the first one under its name, and those below it, each under a header of its
// own, as members of it. first is the line that it is read from.
func (t *csvFormat) tables(s *Source, head []byte, whole bool, first int64, frozen Ingest, opt Options) ([]*Source, error) {
	lines, starts := t.lines(head, whole, first, sampledRecords), []int(nil)
	all := whole && len(lines) < sampledRecords
	if whole && !all && !hasRecord(lines[1:]) {
		lines, all = t.lines(head, whole, first, len(head)), true
	}
	if whole && opt.HeaderScore != nil && frozen.Header != "absent" {
		seen := lines
		if !all && t.mayHeadBelow(head[lines[len(lines)-1].next:]) {
			seen = t.lines(head, whole, first, len(head))
		}
		if starts = tablesBelow(seen, frozen.Line, opt.HeaderScore); len(starts) > 0 {
			lines, all = seen, true
		}
	}
	if len(starts) == 0 {
		err := t.decideColumns(s, lines, all, frozen, opt)
		if !all && opt.HeaderScore != nil && opt.Beginning == 0 && !opt.Trust && t.mayGoOn() {
			t.further = &opt
		}
		return []*Source{s}, err
	}
	if len(starts) >= opt.MaxMembers {
		return nil, tooMany(opt)
	}
	var sources []*Source
	from := 0
	for n, to := range append(starts, len(lines)) {
		f, part := *t, *s
		f.width, part.format = mostlyWide(lines[from:to]), &f
		if n > 0 {
			part.Name, part.Below, frozen = fmt.Sprintf("%s/table %d", s.Name, n+1), true, Ingest{}
			part.Notes = []Note{{Rule: ruleBelow, Count: 1, Detail: fmt.Sprintf("from line %d on", lines[from].line)}}
		}
		if err := f.decideColumns(&part, lines[from:to], all, frozen, opt); err != nil {
			refused, ok := err.(*Refused)
			if !ok {
				return nil, err
			}
			part = Source{Name: part.Name, Refused: refused}
		}
		if to < len(lines) {
			f.size = int64(lines[to-1].next) - f.skip
		}
		sources = append(sources, &part)
		from = to
	}
	return sources, nil
}

func tooMany(opt Options) *Refused {
	return &Refused{ruleLimit, fmt.Sprintf("The file holds more than %d tables.", opt.MaxMembers)}
}

// mayGoOn reports whether other tables may stand below the header of a text.
func (t *csvFormat) mayGoOn() bool {
	return t.layout == nil && t.delim != noDelimiter && t.header != nil
}

// lines reads the first records of the head, so many at most.
func (t *csvFormat) lines(head []byte, whole bool, first int64, most int) []sampleLine {
	lines := t.sample(head, whole, first, most)
	for _, l := range lines {
		for i, c := range l.cells {
			l.cells[i] = t.charset.text(c)
		}
		if len(l.cells) > 0 {
			l.cells[0] = strings.TrimPrefix(l.cells[0], "\ufeff") // of a file that was appended
		}
	}
	return lines
}

// mayHeadBelow reports whether a text has a line without digits but with several cells, right below one that has a cell at most: seldom
// one that heads no table.
func (t *csvFormat) mayHeadBelow(text []byte) bool {
	gap := true
	for len(text) > 0 {
		end := bytes.IndexByte(text, t.newline) + 1
		if end == 0 {
			end = len(text)
		}
		line := bytes.TrimRight(text[:end], string(rune(t.delim))+" \r\n\"\x1e")
		text = text[end:]
		if bytes.IndexByte(line, t.delim) < 0 {
			gap = true
		} else if gap && !bytes.ContainsAny(line, "0123456789") {
			return true
		} else {
			gap = false
		}
	}
	return false
}

// mostlyWide returns how many cells most records have, the most of those that are as frequent.
func mostlyWide(lines []sampleLine) int {
	counts, width := map[int]int{}, 1
	for _, l := range lines {
		if !isBlank(l.cells) {
			counts[len(l.cells)]++
		}
	}
	for w, n := range counts {
		if n > counts[width] || n == counts[width] && w > width {
			width = w
		}
	}
	return width
}

// tablesBelow returns the places of the lines with which further tables begin: behind a blank line or a title, another header; or right
// below the records the same header in another order. headed is the line of the first header where that is known.
func tablesBelow(lines []sampleLine, headed int64, score func([]string) float64) []int {
	at := firstHeader(lines, headed, score)
	var starts []int
	for i := at + 1; at >= 0 && i < len(lines); i++ {
		cells := lines[i].cells[:filledTo(lines[i].cells)]
		header := lines[at].cells[:filledTo(lines[at].cells)]
		if !areNames(cells) || slices.Equal(cells, header) {
			continue
		}
		from := i
		switch {
		case isGap(lines, at, i-1):
			from = titled(lines, at, i)
			if known := len(cells) > 2 && score(cells) >= goodBelow; !known && !isReordered(cells, header) && !namesOthers(lines, at, from, i) {
				continue
			}
		case !isReordered(cells, header):
			continue
		}
		starts = append(starts, from)
		at = i
	}
	return starts
}

// firstHeader returns the place of the header of the first table, -1 where no line is one for sure, or not the one that it is said to be.
func firstHeader(lines []sampleLine, headed int64, score func([]string) float64) int {
	for i, l := range lines {
		if headed == 0 && i == preambleLines {
			break
		}
		if headed > 0 && l.line != headed {
			continue
		}
		cells := l.cells[:filledTo(l.cells)]
		if areNames(cells) && (score(cells) >= goodHeader || i+1 < len(lines) && filledTo(lines[i+1].cells) == len(cells) && tellsNames(lines[i:], len(cells))) {
			return i
		}
	}
	return -1
}

// areNames reports whether cells may be the names of the columns of a table.
func areNames(cells []string) bool { return len(cells) > 1 && areWords(cells) && !IsSentence(cells) }

// tellsNames reports whether the first of some lines differs from those below it, up to a gap, as names differ from values, in one column
// at least and in none the other way.
func tellsNames(lines []sampleLine, columns int) bool {
	end := 1
	for end < len(lines) && filledTo(lines[end].cells) > 1 {
		end++
	}
	evidence := 0
	for column, name := range lines[0].cells[:columns] {
		told := nameEvidence(strings.TrimSpace(name), valuesBelow(lines[:end], 0, column))
		if told < 0 {
			return false
		}
		evidence += told
	}
	return evidence > 0
}

// isGap reports whether line i stands for the end of a table whose header is line at: it is blank, or a title, which is alone in its line
// and nothing that the first column holds.
func isGap(lines []sampleLine, at, i int) bool {
	cells := lines[i].cells
	if i <= at || len(cells) == 0 || filledTo(cells) > 1 {
		return false
	}
	if isBlank(cells) {
		return true
	}
	var keys []string
	for _, l := range lines[at+1 : i] {
		if filledTo(l.cells) > 1 {
			keys = append(keys, l.cells[0])
		}
	}
	return !formOf(keys).fits(cells[0]) && filledTo(lines[at].cells) > 1
}

// titled returns where the table begins whose header is line i, behind a gap: with its title, if it has one.
func titled(lines []sampleLine, at, i int) int {
	from := i
	for isGap(lines, at, from-1) {
		from--
	}
	for isBlank(lines[from].cells) {
		from++ // which end the table above
	}
	return from
}

// namesOthers reports whether line i, although its names are not known, cannot be a record of the table whose header is line at and which
// ends before from: it holds words where that has numbers or dates, and as many cells as all the lines below it, of which it differs as
// names do from values.
func namesOthers(lines []sampleLine, at, from, i int) bool {
	width := filledTo(lines[i].cells)
	end := i + 1
	for end < len(lines) && filledTo(lines[end].cells) > 1 {
		if filledTo(lines[end].cells) != width {
			return false
		}
		end++
	}
	if end-i < 3 || from-at < 4 || !tellsNames(lines[i:end], width) {
		return false
	}
	for column := range width {
		values := valuesBelow(lines[:from], at, column)
		if len(values) > 2 && column < len(lines[at].cells) && nameEvidence(strings.TrimSpace(lines[at].cells[column]), values) > 0 && nameEvidence(strings.TrimSpace(lines[i].cells[column]), values) > 0 {
			return true
		}
	}
	return false
}

// isReordered reports whether cells are names of the header in another order, most of them.
func isReordered(cells, header []string) bool {
	if len(cells) < 3 || len(cells)*2 < len(header) {
		return false
	}
	for _, c := range cells {
		if !slices.ContainsFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(c), strings.TrimSpace(h)) }) {
			return false
		}
	}
	return true
}
