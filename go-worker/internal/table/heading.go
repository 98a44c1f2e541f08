package table

import (
	"slices"
	"strings"
)

// A heading is what stands above the records of a text, and what the first records say of it.
type heading struct {
	at      int          // place of the header among the lines; without one, of the first record; -1: there is neither
	present bool         // there is a header
	ids     int          // place of the line of ids that a survey writes below its header, 0: none
	groups  bool         // the line above names groups of columns
	cells   []string     // names of the columns as they stand in the file, completed by what stands around them
	data    []sampleLine // the first records
	notes   []Note       // of the lines around the header
}

// decideColumns finds the header, names the columns and sets where the first record begins. all says that there are no further lines.
func (t *csvFormat) decideColumns(s *Source, lines []sampleLine, all bool, frozen Ingest, opt Options) error {
	h := headingOf(lines, t.width, frozen, opt.HeaderScore)
	if h.at < 0 {
		return &Refused{ruleEmpty, "The file holds no records."}
	}
	s.Ingest.Header, s.Ingest.Line = "absent", lines[h.at].line
	if h.present {
		s.Ingest.Header, s.HeaderLine = "present", lines[h.at].line
		t.header = slices.Clone(lines[h.at].cells)
		if lines[h.at].torn {
			h.notes = append(h.notes, Note{Rule: ruleTornHeader, Count: 1})
		}
		t.domains = h.complete(lines, opt.HeaderScore)
	}
	if width := usedWidth(h.data, max(t.width, len(h.cells))); width > len(h.cells) {
		h.cells = append(h.cells, make([]string, width-len(h.cells))...)
	}
	if len(h.cells) > opt.MaxColumns {
		return wide(opt.MaxColumns)
	}
	if all && !hasRecord(h.data) {
		return h.alone(opt.HeaderScore)
	}
	used := len(h.cells)
	if all { // delimiters behind the table hold nothing
		used = usedWidth(h.data, t.width)
	}
	s.Header = h.name(used)
	s.Notes = append(s.Notes, h.notes...)
	t.width = len(h.cells)
	t.learn(&h, lines)
	t.beginAt(lines, len(lines)-len(h.data))
	return nil
}

// headingOf finds the header among the first lines, or takes the one that was decided before.
func headingOf(lines []sampleLine, width int, frozen Ingest, score func([]string) float64) heading {
	h := heading{ids: importIDs(lines)}
	if h.at, h.present = findHeader(lines, width, score); h.ids > 0 {
		h.at, h.present = 0, true
	}
	if frozen.Line > 0 {
		if i := slices.IndexFunc(lines, func(l sampleLine) bool { return l.line == frozen.Line && len(l.cells) > 0 }); i >= 0 {
			h.at = i
		}
	}
	if frozen.Header != "" {
		h.present = frozen.Header == "present"
	}
	switch {
	case h.at < 0:
	case h.present:
		h.cells, h.data = slices.Clone(lines[h.at].cells), lines[h.at+1:]
	default:
		h.data = lines[h.at:]
	}
	return h
}

// complete completes the names by the line above the header and by those below it, and skips these. It returns the cells of a line below
// that tells what the columns hold, nil when there is none.
func (h *heading) complete(lines []sampleLine, score func([]string) float64) (told []string) {
	if h.at > 0 {
		if full := underGroups(lines[h.at-1].cells, h.cells, score); full != nil {
			h.cells, h.groups = full, true
		}
	}
	if full, ok := domains(h.cells, lines[h.at].cells, h.data); ok && h.ids == 0 {
		h.cells, told = full, h.data[0].cells
		h.skip(1, "a line of units, types or values below the header completes it")
	}
	switch {
	case h.ids > h.at:
		h.skip(h.ids-h.at, "the questions and the ids of a survey below the header were skipped")
	case isLabels(h.cells, h.data, score):
		h.skip(1, "a line of labels below the header was skipped")
	}
	return told
}

// skip takes the next lines below the header for no records.
func (h *heading) skip(lines int, detail string) {
	h.data = h.data[lines:]
	h.notes = append(h.notes, Note{Rule: rulePreamble, Count: int64(lines), Detail: detail})
}

// name returns the names of the columns, and notes those that it had to make, of the first so many, and the lines above.
func (h *heading) name(used int) []string {
	names, notes := nameColumns(h.cells)
	notes = slices.DeleteFunc(notes, func(n Note) bool { return n.Rule == ruleBlank && slices.Index(names, n.Column) >= used })
	if !h.present {
		notes = []Note{{Rule: ruleBlank, Count: int64(len(names)), Detail: "no header line"}}
	}
	h.notes = append(h.notes, notes...)
	if h.at > 0 {
		above := Note{Rule: rulePreamble, Count: int64(h.at)}
		if h.groups {
			above.Detail = "the last of them names groups of columns and completes the header"
		}
		h.notes = append(h.notes, above)
	}
	return names
}

// alone says why a heading without any record is no table.
func (h *heading) alone(score func([]string) float64) *Refused {
	switch {
	case IsSentence(h.cells):
		return &Refused{ruleNotTable, "The file holds a sentence, not a table."}
	case len(h.cells) == 1 && (score == nil || score(h.cells) == 0):
		return &Refused{ruleEmpty, oneCell}
	}
	return headerAlone()
}

func headerAlone() *Refused { return &Refused{ruleEmpty, "The file holds a header but no records."} }

// learn keeps of the first records by what lines of pages among the others are told from them.
func (t *csvFormat) learn(h *heading, lines []sampleLine) {
	var keys []string
	for _, l := range h.data {
		if len(l.cells) == t.width && (t.width == 1 || len(filled(l.cells, t.width)) > 1) { // the others tell nothing
			keys = append(keys, l.cells[0])
		}
	}
	t.key = formOf(keys)
	if h.present {
		t.titles = pageTitles(lines, h.at)
	}
	t.sums = sumsIn(h.data, t.width)
	t.furnished = t.hasFurniture(h.data)
}

// beginAt begins the records with one of the first lines.
func (t *csvFormat) beginAt(lines []sampleLine, first int) {
	t.line, t.skip = 1, 0
	if first > 0 {
		above := lines[first-1]
		t.line, t.skip = above.line+above.lines, int64(above.next)
	}
}

// IsSentence reports whether a header is a sentence: it has too many words for the name of one column, or ends as a sentence does.
func IsSentence(header []string) bool {
	text := strings.TrimSpace(strings.Join(header, " "))
	words := len(strings.Fields(text))
	return (words > 4 && (len(header) == 1 || strings.ContainsAny(text[len(text)-1:], ".!?:"))) || words > 2 && len(header) == 1 && strings.HasSuffix(text, ".")
}

// usedWidth returns how many columns the records fill, up to width; 1 at least.
func usedWidth(data []sampleLine, width int) int {
	used := 1
	for _, l := range data {
		if len(l.cells) != width {
			continue
		}
		for used < width && !isBlank(l.cells[used:]) {
			used++
		}
	}
	return used
}

func hasRecord(data []sampleLine) bool {
	for _, l := range data {
		if l.cells == nil || !isBlank(l.cells) {
			return true
		}
	}
	return false
}
