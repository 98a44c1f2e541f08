package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A text that is too large to be looked at at once is read through for further tables. They are found where their headers are known, behind
// a blank line or a title, or are the names of the header above in another order.

// A place is where a line stands in a text.
type place struct{ offset, line int64 }

// farBelow returns where further tables begin in a text, each with its title.
func (t *csvFormat) farBelow(score func([]string) float64) (starts []place, err error) {
	header := slices.Clone(t.header)
	var f fields
	gap := place{-1, 0} // the title, or else the blank line, that the line at hand stands below
	inside := false     // a cell in quotes goes on
	err = t.eachLine(func(line []byte, at place) {
		if at.offset < t.skip {
			return
		}
		was := inside
		if inside = t.goesOn(line, inside); was {
			gap = place{-1, 0}
			return
		}
		cell, single := t.onlyCell(line)
		if single && cell == "" {
			if gap.offset < 0 || gap.line == 0 {
				gap = place{at.offset, 0}
			}
			return
		}
		if single && !t.starts(cell) {
			if gap.line == 0 {
				gap = at
			}
			return
		}
		above := gap
		gap = place{-1, 0}
		if above.offset < 0 && !t.beginsWithName(line, header) {
			return
		}
		cells, ok := t.alone(line, &f)
		names := slices.Clone(cells[:filledTo(cells)])
		for i, c := range names {
			names[i] = t.charset.text(c)
		}
		switch {
		case !ok || len(names) < 3 || !areNames(names) || slices.Equal(names, header[:filledTo(header)]):
			return
		case above.offset < 0 && !isReordered(names, header[:filledTo(header)]), above.offset >= 0 && score(names) < goodBelow:
			return
		case above.line == 0:
			above = at
		}
		starts, header = append(starts, above), names
	})
	return starts, err
}

// goesOn reports whether a cell in quotes goes on behind a line, which is inside one or not. A line that is a record by its delimiters, without a
// quote, is inside none: the one before was never closed.
func (t *csvFormat) goesOn(line []byte, inside bool) bool {
	if quotes := bytes.Count(line, []byte{t.quote}); quotes > 0 {
		return inside != (quotes%2 == 1)
	}
	return inside && bytes.Count(line, []byte{t.delim})+1 != t.width
}

// onlyCell returns the cell of a line that has one at most, and whether it is such a line.
func (t *csvFormat) onlyCell(line []byte) (string, bool) {
	first := bytes.IndexByte(line, t.delim)
	if first > 0 && first+1 < len(line) && line[first+1] > ' ' && line[first+1] != t.delim { // as nearly all are
		return "", false
	}
	line = bytes.TrimRight(line, string(rune(t.delim))+" \r\n\"")
	return strings.Trim(string(line), " \""), bytes.IndexByte(line, t.delim) < 0
}

// beginsWithName reports whether the first cell of a line is one of the names of a header.
func (t *csvFormat) beginsWithName(line []byte, header []string) bool {
	first, _, _ := bytes.Cut(line, []byte{t.delim})
	return slices.Contains(header, view(bytes.Trim(first, " \"")))
}

// eachLine calls fn for each line of the text; one that is longer than a block comes in several parts.
func (t *csvFormat) eachLine(fn func(line []byte, at place)) error {
	r, err := t.open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	block := make([]byte, 256<<10)
	at := place{0, 1}
	for n := 0; ; {
		k, err := io.ReadFull(r, block[n:])
		n += k
		last := err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		rest := block[:n]
		for len(rest) > 0 {
			end := bytes.IndexByte(rest, t.newline) + 1
			if end == 0 && (last || len(rest) == len(block)) {
				end = len(rest)
			} else if end == 0 {
				break
			}
			fn(rest[:end], at)
			if rest[end-1] == t.newline {
				at.line++
			}
			at.offset += int64(end)
			rest = rest[end:]
		}
		if last {
			return nil
		}
		n = copy(block, rest)
	}
}

// apart returns the tables of a large text, the first of which is decided, each from its place to the next.
func (t *csvFormat) apart(s *Source, opt Options) ([]*Source, error) {
	starts, err := t.farBelow(opt.HeaderScore)
	switch {
	case err != nil:
		return nil, err
	case len(starts) == 0:
		return []*Source{s}, nil
	case len(starts) >= opt.MaxMembers:
		return nil, &Refused{ruleLimit, fmt.Sprintf("The file holds more than %d tables.", opt.MaxMembers)}
	}
	t.size = starts[0].offset - t.skip
	sources := []*Source{s}
	for n, at := range starts {
		end := int64(-1)
		if n+1 < len(starts) {
			end = starts[n+1].offset
		}
		part, err := t.farTable(s, n+2, at, end, opt)
		if err != nil {
			return nil, err
		}
		sources = append(sources, part)
	}
	return sources, nil
}

// farTable decides a table that begins at a place of the text and goes up to another.
func (t *csvFormat) farTable(s *Source, number int, at place, end int64, opt Options) (*Source, error) {
	f, part := *t, *s
	f.header, f.domains, f.titles, f.size = nil, nil, nil, 0
	part.Name, part.Below, part.format, part.Refused = fmt.Sprintf("%s/table %d", s.Name, number), true, &f, nil
	part.Notes = []Note{{Rule: ruleBelow, Count: 1, Detail: fmt.Sprintf("from line %d on", at.line)}}
	part.Header, part.HeaderLine, part.Ingest = nil, 0, f.ingest()
	part.Ingest.Packing, part.Ingest.Encoding = s.Ingest.Packing, s.Ingest.Encoding
	head, whole, err := t.part(at.offset, end)
	if err != nil {
		return nil, err
	}
	lines := f.lines(head, whole, 1, sampledRecords)
	f.width = mostlyWide(lines)
	lines = f.lines(head, whole, 1, sampledRecords)
	for i := range lines {
		lines[i].line += at.line - 1
	}
	if err := f.decideColumns(&part, lines, whole && len(lines) < sampledRecords, Ingest{}, opt); err != nil {
		refused, ok := err.(*Refused)
		if !ok {
			return nil, err
		}
		part = Source{Name: part.Name, Refused: refused}
	}
	if f.skip == 0 { // the first line is a record
		f.line = at.line
	}
	if f.skip += at.offset; end >= 0 {
		f.size = end - f.skip
	}
	return &part, nil
}

// part returns the first lines of the text from a place on, up to another, and whether they are all of them; end < 0 is the end of the text.
func (t *csvFormat) part(from, end int64) (head []byte, whole bool, err error) {
	r, err := t.open()
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = r.Close() }()
	x := extent{divisible: t.divisible, skip: from}
	if end >= 0 {
		x.size = end - from
	}
	text, err := x.from(r)
	if err != nil {
		return nil, false, err
	}
	head, err = io.ReadAll(io.LimitReader(text, headBytes))
	whole = len(head) < headBytes
	return endedHead(head, t.newline, whole), whole, err
}
