package table

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
)

// Further tables of a text that is too large to be looked at at once are found where their headers are known, behind a blank line or a title,
// or are the names of the header above in another order. Who reads the records anyway asks of each batch whether one of them may be such a
// header; only then the text is read through for the places where tables begin.

// A place is where a line stands in a text.
type place struct{ offset, line int64 }

// MayGoOn reports whether one of the records in a batch may be the header of a further table. Apart tells then whether it is.
func (s *Source) MayGoOn(b *Batch) bool {
	t, ok := s.format.(*csvFormat)
	if !ok || t.further == nil {
		return false
	}
	var initial [256]bool // of the names of the header
	for _, name := range t.header {
		if name != "" {
			initial[name[0]] = true
		}
	}
	gaps := b.Dropped != Dropped{} // else lines are left out only within records
	gap := true
	for i, line := range b.lines {
		cells := b.Row(i)
		gap = gap || gaps && line > b.lines[i-1]+1
		c := cells[0]
		if (gap || c != "" && initial[c[0]] && slices.Contains(t.header, c)) && t.headsOther(append(cells, b.Extra(i)...), t.header, gap) {
			return true
		}
		gap = isBlank(cells[1:])
	}
	return false
}

// headsOther reports whether a record is the header of another table than that of a header: behind a gap one that is known, and anywhere the same
// names in another order.
func (t *csvFormat) headsOther(cells, header []string, gap bool) bool {
	names := cells[:filledTo(cells)]
	header = header[:filledTo(header)]
	if len(names) < 3 || slices.Equal(names, header) || !areNames(names) {
		return false
	}
	return gap && t.further.HeaderScore(names) >= goodBelow || isReordered(names, header)
}

// Apart returns the tables of a source, which are known from then on: itself up to the second one, and those below it. It reads the source
// through.
func (s *Source) Apart(ctx context.Context) ([]*Source, error) {
	t, ok := s.format.(*csvFormat)
	if !ok || t.further == nil {
		return []*Source{s}, nil
	}
	starts, err := t.farBelow(ctx)
	if err != nil {
		return nil, err
	}
	opt := *t.further
	if len(starts) >= opt.MaxMembers {
		return nil, tooMany(opt)
	}
	f, first := *t, *s
	f.further, first.format = nil, &f
	if len(starts) > 0 {
		if f.size = starts[0].offset - t.skip; f.size == 0 {
			first = Source{Name: s.Name, Refused: headerAlone()}
		}
	}
	sources := []*Source{&first}
	for n, at := range starts {
		end := int64(-1)
		if n+1 < len(starts) {
			end = starts[n+1].offset
		}
		part, err := f.farTable(s, n+2, at, end, opt)
		if err != nil {
			return nil, err
		}
		sources = append(sources, part)
	}
	return sources, nil
}

// farBelow returns where further tables begin in a text, each with its title.
func (t *csvFormat) farBelow(ctx context.Context) (starts []place, err error) {
	w := watch{csvFormat: *t}
	var f fields
	err = t.scan(ctx, func(c *Chunk) error {
		defer c.Release()
		line := c.Line
		for p := 0; p < len(c.data); {
			f.cells, f.arena = f.cells[:0], f.arena[:0]
			next, ok := w.whole(c.data, p, &f)
			if at, begins := w.record(f.cells, ok, place{c.Offset + int64(p), line}); begins {
				starts = append(starts, at)
			}
			line += int64(bytes.Count(c.data[p:next], []byte{t.newline}))
			p = next
		}
		return nil
	})
	return starts, err
}

// A watch is kept on the records of a text, one after another, for the headers of further tables. It reads as the table at hand is read.
type watch struct {
	csvFormat
	gap   bool   // a blank line or a title stands right above
	title *place // of the first title there
}

// record takes a record, unless it is damaged, and returns where a table begins that it heads.
func (w *watch) record(cells []string, whole bool, at place) (start place, begins bool) {
	switch {
	case whole && isBlank(cells):
		w.gap = true
		return at, false
	case whole && isBlank(cells[1:]) && !w.starts(cells[0]):
		w.gap = true
		if w.title == nil {
			w.title = &at
		}
		return at, false
	case whole && (w.gap || slices.Contains(w.header, w.charset.text(cells[0]))):
		names := make([]string, filledTo(cells))
		for i := range names {
			names[i] = w.charset.text(cells[i])
		}
		if begins = w.headsOther(names, w.header, w.gap); begins {
			w.header, w.width = names, len(names)
			if w.title != nil {
				at = *w.title
			}
		}
	}
	w.gap, w.title = false, nil
	return at, begins
}

// farTable decides a table that begins at a place of the text and goes up to another.
func (t *csvFormat) farTable(s *Source, number int, at place, end int64, opt Options) (*Source, error) {
	f, part := *t, *s
	f.header, f.domains, f.titles, f.sums, f.size = nil, nil, nil, sums{}, 0
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
