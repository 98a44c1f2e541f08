package table

import (
	"bytes"
	"slices"
	"strings"
)

// A layout is what programs draw around a table that they print: lines between the records, bars at both ends, columns of fixed width.
type layout struct {
	ruling  string // what a drawn line looks like, without the white space around it; "": there are none
	delim   byte   // of the drawing; 0: of fixed width
	bars    bool   // records begin and end with a bar
	columns []gap  // of fixed width: the gaps between them; nil: delimiters divide
}

// A gap stands between two columns: characters from <= i < to, of which one at least is a space in every record.
type gap struct{ from, to int }

const (
	layoutLines  = 60  // how far into a text its header is looked for
	alignedLines = 400 // lines by which columns of fixed width are known

	dashes = "-=─━═"
	bars   = "|│┃║"
	joints = "+┼╋╬├┤┬┴┌┐└┘╔╗╚╝╠╣╦╩╟╢╪╫╒╕╘╛╞╡╤╧"
)

// ruled returns the layout of a text with a drawn line below its header, nil when it has none: what psql, mysql, sqlcmd and SQL*Plus print,
// and tables in Markdown.
func ruled(head []byte, newline byte) *layout {
	above, lines := "", linesOf(head, newline, layoutLines)
	for i, line := range lines {
		switch {
		case strings.TrimSpace(line) == "":
		case !isRuling(line):
			above = line
		case above != "":
			if l := below(above, line); l != nil {
				return l
			}
		case i+1 < len(lines) && strings.HasPrefix(plainBars(strings.TrimSpace(lines[i+1])), "|"): // a box
			return below(lines[i+1], line)
		}
	}
	return nil
}

// below returns the layout of a table with a drawn line below its header, nil when the line underlines a text.
func below(header, line string) *layout {
	l := &layout{ruling: strings.TrimSpace(line)}
	header = plainBars(strings.TrimSpace(header))
	if n := strings.Count(header, "|"); n > 0 {
		if n != strings.Count(strings.Map(joined, line), "|") {
			return nil
		}
		l.delim = '|'
		l.bars = len(header) > 1 && header[0] == '|' && header[len(header)-1] == '|'
		return l
	}
	for _, delim := range delimiters[:strongDelimiters] {
		if n := strings.Count(line, string(rune(delim))); n > 0 {
			if n == strings.Count(header, string(rune(delim))) {
				l.delim = delim
				return l
			}
			return nil
		}
	}
	if l.columns = gapsBetween(line); l.columns == nil {
		return nil
	}
	return l
}

// joined writes what stands between two dashes of a drawn line as a bar.
func joined(r rune) rune {
	if strings.ContainsRune(joints, r) || strings.ContainsRune(bars, r) {
		return '|'
	}
	return r
}

// fixedWidth is the delimiter of a text whose columns have fixed widths, as a plan shows it.
const fixedWidth = "fixed"

// delimiter is what divides cells, as a plan shows it.
func (l *layout) delimiter() string {
	if l.columns != nil {
		return fixedWidth
	}
	return string(rune(l.delim))
}

// String says in words what divides cells.
func (l *layout) String() string {
	if l.columns != nil {
		return "columns of fixed width"
	}
	return l.delimiter() + ", with lines drawn around the table"
}

// gapsBetween returns the gaps in a line of dashes.
func gapsBetween(line string) []gap {
	var gaps []gap
	line = strings.TrimRight(line, " ")
	begun, at := false, 0
	for _, r := range line {
		switch {
		case r != ' ':
			begun = true
		case begun && len(gaps) > 0 && gaps[len(gaps)-1].to == at:
			gaps[len(gaps)-1].to++
		case begun:
			gaps = append(gaps, gap{at, at + 1})
		}
		at++
	}
	return gaps
}

// isRuling reports whether a line is drawn: dashes in each of its fields, and nothing but what joins them.
func isRuling(line string) bool {
	drawn, field, ended := 0, 0, true // ended: the last field may be without dashes
	for _, r := range strings.TrimSpace(line) {
		switch {
		case strings.ContainsRune(dashes, r):
			drawn++
			field++
		case r == ':' || r == ' ':
		case strings.ContainsRune(joints, r):
			field, ended = 0, true
		case strings.ContainsRune(bars, r) || r == ',' || r == ';' || r == '\t':
			isBar := strings.ContainsRune(bars, r)
			if field == 0 && (drawn > 0 || !isBar) {
				return false
			}
			field, ended = 0, isBar
		default:
			return false
		}
	}
	return drawn >= 3 && (field > 0 || ended)
}

// plainBars writes the bars of drawings as the sign on the keyboard.
func plainBars(line string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(bars, r) {
			return '|'
		}
		return r
	}, line)
}

// aligned returns the layout of a text whose columns have fixed widths, nil when it is no such text: at least three known headers begin
// where all lines below them have a space.
func aligned(head []byte, newline byte, score func([]string) float64) *layout {
	if bytes.IndexByte(head, '\t') >= 0 {
		return nil
	}
	var lines []string
	for _, line := range linesOf(head, newline, alignedLines) {
		if text := strings.TrimSpace(line); text != "" && !footerText.MatchString(text) && !footerRemark.MatchString(text) {
			lines = append(lines, line)
		}
	}
	for i := range min(len(lines), preambleLines) {
		if len(lines)-i < 3 || !strings.Contains(strings.TrimSpace(lines[i]), " ") || strings.ContainsAny(lines[i], ",;|^~") {
			continue
		}
		l := &layout{columns: gapsOf(lines[i:])}
		if cells, ok := l.cut(lines[i], nil); ok && len(cells) >= 3 && !slices.Contains(cells, "") && score(cells) >= goodBelow {
			return l
		}
	}
	return nil
}

// gapsOf returns the gaps between the columns of some lines, the first of which names them: where all have a space, and the columns on
// both sides have names. One space in a name over an empty column is no gap.
func gapsOf(lines []string) []gap {
	header := []rune(strings.TrimRight(lines[0], " "))
	named := func(at int) bool { return header[at] != ' ' }
	data := make([]bool, len(header)) // the lines below have something there
	for _, line := range lines[1:] {
		at := 0
		for _, r := range line {
			if at < len(data) && r != ' ' {
				data[at] = true
			}
			at++
		}
	}
	var gaps []gap
	begun := false // the column at hand has a name
	for at := 0; at < len(header); {
		if named(at) || data[at] {
			begun = begun || named(at)
			at++
			continue
		}
		g := gap{at, at}
		for !named(g.to) && !data[g.to] {
			g.to++
		}
		at = g.to
		hasName, hasData := false, false
		for i := g.to; i < len(header) && (named(i) || data[i]); i++ {
			hasName, hasData = hasName || named(i), hasData || data[i]
		}
		if begun && hasName && (hasData || g.to-g.from > 1) {
			gaps, begun = append(gaps, g), false
		}
	}
	return gaps
}

// cut appends the cells of a line in columns of fixed width. It returns false where no space, or more than one place, divides two of them.
func (l *layout) cut(line string, cells []string) ([]string, bool) {
	before, at, begin, k := len(cells), 0, 0, 0
	first, last := -1, -1 // spaces in the gap at hand, in bytes
	for i, r := range line {
		if k < len(l.columns) && at == l.columns[k].to {
			if first < 0 {
				return cells[:before], false
			}
			cells = append(cells, strings.TrimSpace(line[begin:first]))
			begin, first, k = last+1, -1, k+1
		}
		if k < len(l.columns) && at >= l.columns[k].from && r == ' ' {
			if first >= 0 && last != i-1 {
				return cells[:before], false
			}
			if first < 0 {
				first = i
			}
			last = i
		}
		at++
	}
	if first >= 0 && last+1 < len(line) { // the line ends in a gap, in what belongs to the column behind it
		cells = append(cells, strings.TrimSpace(line[begin:first]))
		begin, k = last+1, k+1
	}
	cells = append(cells, strings.TrimSpace(line[begin:]))
	for ; k < len(l.columns); k++ {
		cells = append(cells, "")
	}
	return cells, true
}

// record appends the cells of the line at start, as dialect.record does.
func (l *layout) record(d *dialect, buf []byte, start int, f *fields) (next int, e ending) {
	n := bytes.IndexByte(buf[start:], d.newline)
	if n < 0 {
		return 0, unfinished
	}
	next, line := start+n+1, view(d.withoutReturn(buf[start:start+n]))
	text := strings.TrimSpace(line)
	switch {
	case text == l.ruling:
		f.cells = append(f.cells, "")
	case l.columns != nil:
		var ok bool
		if f.cells, ok = l.cut(line, f.cells); !ok {
			return 0, broken
		}
	case l.delim == '|':
		text = plainBars(text)
		if l.bars {
			text = strings.TrimSuffix(strings.TrimPrefix(text, "|"), "|")
		}
		for cell := range strings.SplitSeq(text, "|") {
			f.cells = append(f.cells, strings.TrimSpace(cell))
		}
	default:
		plain := *d
		plain.layout = nil
		before := len(f.cells)
		next, e = plain.record(buf, start, f)
		for i, cell := range f.cells[min(before, len(f.cells)):] {
			f.cells[before+i] = strings.TrimSpace(cell)
		}
		return next, e
	}
	f.lines = 0
	return next, complete
}

// linesOf returns up to n lines of a text, which ends with a line end.
func linesOf(head []byte, newline byte, n int) []string {
	var lines []string
	for len(head) > 0 && len(lines) < n {
		end := bytes.IndexByte(head, newline)
		if end < 0 {
			end = len(head) - 1
		}
		lines = append(lines, strings.TrimRight(view(head[:end]), "\r"))
		head = head[end+1:]
	}
	return lines
}
