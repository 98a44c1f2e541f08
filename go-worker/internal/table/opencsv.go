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
	d.start = d.startsOf(head)
	f := &csvFormat{dialect: d, extent: t.extent(), open: t.open, charset: t.charset, chunkBytes: opt.ChunkBytes}
	s := &Source{Name: t.content.name, Notes: t.notes, Ingest: d.ingest(), format: f}
	s.Ingest.Packing, s.Ingest.Encoding = strings.Join(t.packing, "/"), t.name
	if lined {
		s.Notes = append(s.Notes, Note{Rule: ruleDelimiter, Count: 1, Detail: "every line stood in quotes as a whole"})
	}
	switch {
	case d.layout != nil:
		s.Notes = append(s.Notes, Note{Rule: ruleDelimiter, Count: 1, Detail: d.layout.String()})
	case d.delim == noDelimiter && frozen.Delimiter == "" && d.mayDivide(head):
		s.Notes = append(s.Notes, Note{Rule: ruleUndivided, Count: 1})
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
