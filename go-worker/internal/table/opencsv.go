package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// openCSV decides the dialect and the headers of a text.
func openCSV(t text, head []byte, frozen Ingest, opt Options) ([]*Source, error) {
	whole := len(head) < headBytes
	newline := newlineOf(head, frozen)
	if first := firstLine(head, newline); len(first) > sampledBytes && tooWide(first, opt.MaxColumns) {
		return nil, wide(opt.MaxColumns)
	}
	head = endedHead(head, newline, whole)
	t, head, lined := unwrapped(t, head)
	d, declared := sniff(head, newline, frozen, opt.MaxField, opt.HeaderScore)
	f := &csvFormat{dialect: d, extent: t.extent(), open: t.open, charset: t.charset, chunkBytes: opt.ChunkBytes}
	s := &Source{Name: t.content.name, Notes: t.notes, Ingest: d.ingest(), format: f}
	s.Ingest.Packing, s.Ingest.Encoding = strings.Join(t.packing, "/"), t.name
	if lined {
		s.Notes = append(s.Notes, Note{Rule: ruleDelimiter, Count: 1, Detail: "every line stood in quotes as a whole"})
	}
	switch {
	case d.layout != nil:
		s.Notes = append(s.Notes, Note{Rule: ruleDelimiter, Count: 1, Detail: d.layout.String()})
	case declared || d.delim != ',' && d.delim != noDelimiter:
		s.Notes = append(s.Notes, Note{Rule: ruleDelimiter, Count: 1, Detail: s.Ingest.Delimiter})
	}
	first := int64(1)
	if declared {
		first = 2
	}
	return f.tables(s, head, whole, first, frozen, opt)
}

// tooWide tells whether a first line beyond what is looked at for delimiters can only be one of too many columns.
func tooWide(line []byte, columns int) bool {
	return slices.ContainsFunc(delimiters[:strongDelimiters], func(delim byte) bool {
		return bytes.Count(line, []byte{delim}) >= columns
	})
}

func wide(columns int) *Refused {
	return &Refused{ruleLimit, fmt.Sprintf("The table has more than %d columns.", columns)}
}

// endedHead makes the head end with a line end: the last line of a whole text gets one, that of a part is cut
// off unless it is the only one.
func endedHead(head []byte, newline byte, whole bool) []byte {
	if end := bytes.LastIndexByte(head, newline) + 1; end == len(head) || end > 0 && !whole {
		return head[:end]
	}
	return append(head, newline)
}

// ingest is the dialect as a plan shows it.
func (d *dialect) ingest() Ingest {
	i := Ingest{Format: "csv", Delimiter: string(rune(d.delim)), Quote: "none", Newline: "lf"}
	if d.delim == noDelimiter {
		i.Delimiter = "none"
	}
	if d.layout != nil {
		i.Delimiter = d.layout.delimiter()
	}
	if d.quote != 0 {
		i.Quote, i.Escape = string(rune(d.quote)), "double"
	}
	if d.backslash {
		i.Escape = "backslash"
	}
	if d.newline == '\r' {
		i.Newline = "cr"
	}
	return i
}

// IsSentence reports whether a header is a sentence: it has too many words for the name of one column, or ends as a sentence does.
func IsSentence(header []string) bool {
	text := strings.TrimSpace(strings.Join(header, " "))
	words := len(strings.Fields(text))
	return (words > 4 && (len(header) == 1 || strings.ContainsAny(text[len(text)-1:], ".!?:"))) || words > 2 && len(header) == 1 && strings.HasSuffix(text, ".")
}

// decideColumns finds the header, names the columns and sets where the first record begins. all says that there are no further lines.
func (t *csvFormat) decideColumns(s *Source, lines []sampleLine, all bool, frozen Ingest, opt Options) error {
	at, present := findHeader(lines, t.width, opt.HeaderScore)
	ids := importIDs(lines)
	if ids > 0 {
		at, present = 0, true
	}
	if frozen.Line > 0 {
		for i, l := range lines {
			if l.line == frozen.Line && len(l.cells) > 0 {
				at = i
			}
		}
	}
	if frozen.Header != "" {
		present = frozen.Header == "present"
	}
	if at < 0 {
		return &Refused{ruleEmpty, "The file holds no records."}
	}
	var cells []string
	data := lines[at:]
	s.Ingest.Header = "absent"
	if present {
		s.Ingest.Header = "present"
		s.HeaderLine = lines[at].line
		cells = lines[at].cells
		t.header = append([]string(nil), cells...)
		data = lines[at+1:]
	}
	above := Note{Rule: rulePreamble, Count: int64(at)}
	if present && at > 0 {
		if full := underGroups(lines[at-1].cells, cells, opt.HeaderScore); full != nil {
			cells, above.Detail = full, "the last of them names groups of columns and completes the header"
		}
	}
	if full, ok := domains(cells, t.header, data); present && ok && ids == 0 {
		cells, t.domains, data = full, data[0].cells, data[1:]
		s.Notes = append(s.Notes, Note{Rule: rulePreamble, Count: 1, Detail: "a line of units, types or values below the header completes it"})
	}
	switch {
	case ids > at && present:
		data = lines[ids+1:]
		s.Notes = append(s.Notes, Note{Rule: rulePreamble, Count: int64(ids - at), Detail: "the questions and the ids of a survey below the header were skipped"})
	case present && isLabels(cells, data, opt.HeaderScore):
		data = data[1:]
		s.Notes = append(s.Notes, Note{Rule: rulePreamble, Count: 1, Detail: "a line of labels below the header was skipped"})
	}
	if width := usedWidth(data, max(t.width, len(cells))); width > len(cells) {
		cells = append(cells, make([]string, width-len(cells))...)
	}
	if len(cells) > opt.MaxColumns {
		return wide(opt.MaxColumns)
	}
	if all && !hasRecord(data) {
		if IsSentence(cells) {
			return &Refused{ruleNotTable, "The file holds a sentence, not a table."}
		}
		if len(cells) == 1 && (opt.HeaderScore == nil || opt.HeaderScore(cells) == 0) {
			return &Refused{ruleEmpty, oneCell}
		}
		return &Refused{ruleEmpty, "The file holds a header but no records."}
	}
	var notes []Note
	s.Header, notes = nameColumns(cells)
	if used := usedWidth(data, t.width); all { // delimiters behind the table hold nothing
		notes = slices.DeleteFunc(notes, func(n Note) bool { return n.Rule == ruleBlank && slices.Index(s.Header, n.Column) >= used })
	}
	if !present {
		notes = []Note{{Rule: ruleBlank, Count: int64(len(cells)), Detail: "no header line"}}
	}
	if at > 0 {
		notes = append(notes, above)
	}
	s.Notes = append(s.Notes, notes...)
	s.Ingest.Line = lines[at].line
	t.width = len(cells)
	var keys []string
	for _, l := range data {
		if len(l.cells) == t.width && (t.width == 1 || len(filled(l.cells, t.width)) > 1) { // the others tell nothing
			keys = append(keys, l.cells[0])
		}
	}
	t.key = formOf(keys)
	if present {
		t.titles = pageTitles(lines, at)
	}
	t.furnished = t.hasFurniture(data)
	t.line, t.skip = 1, 0
	if first := len(lines) - len(data); first > 0 {
		t.skip = int64(lines[first-1].next)
		t.line = lines[first-1].line + lines[first-1].lines
	}
	return nil
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
