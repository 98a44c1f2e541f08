package table

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strings"
)

// sampled is how many records, and how many bytes, a dialect is judged by.
const (
	sampledRecords = 1000
	sampledBytes   = 256 << 10
)

// sampleLine is one record of the head of a file.
type sampleLine struct {
	cells []string
	line  int64 // physical line, 1-based
	lines int64 // how many it takes
	next  int   // where the next record begins
	torn  bool  // a quote in it is never closed, and its cells are as if that were text
}

// delimiters in the order in which a tie is decided. Warehouses such as Hive write 0x01. The last two are taken only when nothing else divides
// the text and they do it without exception: spaces and colons stand in most texts.
var delimiters = []byte{',', '\t', ';', '|', '^', '~', hiveDelimiter, ':', ' '}

const strongDelimiters = 7

// hiveDelimiter is the first control character, which nobody can type.
const hiveDelimiter = 0x01

// evenEnough is the evenness from which a text counts as divided.
const evenEnough = 0.5

// noDelimiter divides nothing: the unit separator of ASCII, for texts of one column.
const noDelimiter = 0x1f

// separatorLine is the first line by which spreadsheets are told the delimiter.
var separatorLine = regexp.MustCompile(`^(?i)"?sep=(.)"?[ \t]*\r?$`)

// sniff decides the dialect of a text by its head, which ends with a line end. frozen decisions are obeyed.
// declared tells that the first line names the delimiter. score is Options.HeaderScore.
func sniff(head []byte, newline byte, frozen Ingest, maxField int, score func([]string) float64) (d dialect, declared bool) {
	d = dialect{newline: newline, maxField: maxField}
	if m := separatorLine.FindSubmatch(firstLine(head, d.newline)); m != nil {
		declared = true
		if frozen.Delimiter == "" {
			frozen.Delimiter = string(m[1])
		}
		head = head[bytes.IndexByte(head, d.newline)+1:]
	}
	head = head[:min(len(head), sampledBytes)]
	if i := bytes.LastIndexByte(head, d.newline); i >= 0 {
		head = head[:i+1]
	}
	free := frozen.Delimiter == ""
	if l := ruled(head, newline); l != nil && (free || frozen.Delimiter == l.delimiter()) {
		d.layout = l
		if l.columns != nil {
			return d.inColumns(), declared
		}
	}
	best, found := d, -1.0
	candidates := delimiters
	switch {
	case frozen.Delimiter == "none", frozen.Delimiter == fixedWidth:
		candidates = nil
	case d.layout != nil:
		candidates = []byte{d.layout.delim}
	case !free:
		candidates = []byte{frozen.Delimiter[0]}
	}
	for i, delim := range candidates {
		if free && d.layout == nil && bytes.IndexByte(head, delim) < 0 {
			continue
		}
		candidate := d
		candidate.delim = delim
		candidate.decideQuotes(head, frozen)
		even, width := candidate.evenness(head)
		candidate.width = width
		if i >= strongDelimiters && !candidate.headedByWords(head, even) {
			continue
		}
		if even > found+1e-9 {
			best, found = candidate, even
		}
	}
	if score != nil && (free && !best.isKnown(head, found, score) || frozen.Delimiter == fixedWidth) {
		if d.layout = aligned(head, newline, score); d.layout != nil {
			return d.inColumns(), declared
		}
	}
	if found < evenEnough {
		for _, delim := range candidates[:min(len(candidates), strongDelimiters)] {
			candidate := d
			candidate.delim = delim
			if score != nil && candidate.headedByKnown(head, frozen, score) || candidate.headedByNames(head, frozen) {
				return candidate, declared
			}
		}
	}
	if candidates == nil || free && found < evenEnough { // nothing divides the text: one column
		best = d
		best.delim, best.layout = noDelimiter, nil
		best.decideQuotes(head, frozen)
		best.width = 1
	}
	return best, declared
}

// isKnown reports whether the dialect divides the text, and its first line into columns that are known.
func (d *dialect) isKnown(head []byte, even float64, score func([]string) float64) bool {
	var f fields
	_, e := d.record(head, 0, &f)
	return even >= evenEnough && e == complete && score(f.cells) >= goodHeader
}

// inColumns is the dialect of a text with columns of fixed width.
func (d *dialect) inColumns() dialect {
	fixed := *d
	fixed.delim, fixed.width = noDelimiter, len(d.layout.columns)+1
	return fixed
}

func newlineOf(head []byte, frozen Ingest) byte {
	if frozen.Newline != "" {
		if frozen.Newline == "cr" {
			return '\r'
		}
		return '\n'
	}
	lines := bytes.Count(head, []byte{'\n'})
	if bytes.Count(head, []byte{'\r'})-bytes.Count(head, []byte("\r\n")) > lines && loneReturns(head) > lines {
		return '\r'
	}
	return '\n'
}

// loneReturns counts the runs of CRs in a text that no LF follows.
func loneReturns(text []byte) int {
	n := 0
	for i, c := range text {
		if c == '\r' && (i+1 == len(text) || text[i+1] != '\r' && text[i+1] != '\n') {
			n++
		}
	}
	return n
}

func firstLine(head []byte, newline byte) []byte {
	if i := bytes.IndexByte(head, newline); i >= 0 {
		return head[:i]
	}
	return head
}

// decideQuotes finds how cells are quoted: the double quote unless the single one encloses cells and the
// double one none; \" as an escape where it stands inside cells and reads at least as evenly as without;
// spaces before a quote likewise.
func (d *dialect) decideQuotes(head []byte, frozen Ingest) {
	d.quote = '"'
	switch {
	case frozen.Quote == "none", d.layout != nil && d.layout.delim == '|':
		d.quote = 0
		return
	case frozen.Quote != "":
		d.quote = frozen.Quote[0]
	case d.encloses(head, '\'') && !bytes.Contains(head, []byte{'"'}):
		d.quote = '\''
	}
	try := func(sure bool, set func(*dialect)) {
		with := *d
		set(&with)
		before, width := d.evenness(head)
		after, its := with.evenness(head)
		if sure && after >= before || !sure && after > before*evenEnough && width != its && its == with.firstWidth(head) {
			*d = with
		}
	}
	if frozen.Escape != "" {
		d.backslash = frozen.Escape == "backslash"
	} else if escapes, others := d.escapesInside(head); escapes > others {
		try(true, func(x *dialect) { x.backslash = true })
	} else if escapes > 0 {
		try(false, func(x *dialect) { x.backslash = true })
	}
	if d.delim != ' ' && bytes.Contains(head, []byte{d.delim, ' ', d.quote}) {
		try(true, func(x *dialect) { x.spaced = true })
	}
}

// firstWidth returns how many cells the first record of a text has: the header's, where nothing stands above it.
func (d *dialect) firstWidth(head []byte) int {
	var f fields
	_, _ = d.record(head, 0, &f)
	return len(f.cells)
}

// encloses reports whether quote stands around whole cells, twice at least, opens none that it does not close, and is
// no cell by itself.
func (d *dialect) encloses(head []byte, quote byte) bool {
	opened, closed := 0, 0
	for i := nextByte(head, 0, quote); i >= 0; i = nextByte(head, i+1, quote) {
		opens := i == 0 || head[i-1] == d.delim || head[i-1] == d.newline
		closes := i+1 == len(head) || head[i+1] == d.delim || head[i+1] == '\r' || head[i+1] == '\n'
		switch {
		case opens && closes:
			return false
		case opens:
			opened++
		case closes:
			closed++
		}
	}
	return opened >= 2 && opened == closed
}

// nextByte returns the place of the first c from p on, -1 when there is none.
func nextByte(text []byte, p int, c byte) int {
	if i := bytes.IndexByte(text[p:], c); i >= 0 {
		return p + i
	}
	return -1
}

// escapesInside counts how often \" surely stands for a quote, inside cells, and how often perhaps not: where it may close a
// cell that ends with a backslash, or where a doubled quote follows a backslash that is text.
func (d *dialect) escapesInside(head []byte) (escapes, others int) {
	mark := []byte{'\\', d.quote}
	ends := func(p int) bool { return p >= len(head) || head[p] == d.delim || head[p] == '\r' || head[p] == '\n' }
	for p := 0; ; {
		i := bytes.Index(head[p:], mark)
		if i < 0 {
			return escapes, others
		}
		p += i + 2
		switch {
		case ends(p):
			others++
		case head[p] != d.quote, ends(p + 1): // \"" ends a cell with an escaped quote
			escapes++
		default:
			others++
		}
	}
}

// evenness says how evenly the dialect divides the head, from 0 to a little above 1, and into how many cells.
// Lines before the first even one and after the last count little: they may be a preamble and a footer.
func (d *dialect) evenness(head []byte) (score float64, width int) {
	widths := d.widths(head)
	counts := map[int]int{}
	for _, w := range widths {
		if w > 1 {
			counts[w]++
		}
	}
	for w, n := range counts {
		first, last := len(widths), 0
		for i, x := range widths {
			if x == w {
				first, last = min(first, i), i
			}
		}
		around := min(first, preambleLines) + min(len(widths)-1-last, footerLines)
		s := float64(n)/(float64(len(widths))-0.9*float64(around)) + math.Log2(float64(w))/1000
		if n == 1 && len(widths) > 2 {
			s /= 2 // one line is no evidence against several
		}
		if s > score+1e-12 || s > score-1e-12 && w > width {
			score, width = s, w
		}
	}
	return score, width
}

// widths returns the number of cells of each record that is not blank; 0 for a damaged one.
func (d *dialect) widths(head []byte) []int {
	var widths []int
	var f fields
	for p := 0; p < len(head) && len(widths) < sampledRecords; {
		f.cells, f.arena = f.cells[:0], f.arena[:0]
		next, e := d.record(head, p, &f)
		if e != complete {
			if e == unfinished && len(head) >= sampledBytes/2 && len(widths) > 0 && len(head)-p < sampledBytes/8 {
				break // cut off by the end of the sample
			}
			widths = append(widths, 0)
			p += bytes.IndexByte(head[p:], d.newline) + 1
			continue
		}
		if !isBlank(f.cells) || len(f.cells) > 1 {
			widths = append(widths, len(f.cells))
		}
		p = next
	}
	return widths
}

// headedByWords reports whether the dialect divides every line alike and the first one into distinct words.
func (d *dialect) headedByWords(head []byte, score float64) bool {
	var f fields
	if _, e := d.record(head, 0, &f); e != complete || score < 1 || len(f.cells) != d.width {
		return false
	}
	seen := map[string]bool{}
	for _, c := range f.cells {
		if shapeOf(c) != wordShape || seen[c] {
			return false
		}
		seen[c] = true
	}
	return true
}

// headedByKnown reports whether the delimiter divides the first line into columns that are known, and decides the rest
// of the dialect: so a short text is still a table where most of its records are damaged.
func (d *dialect) headedByKnown(head []byte, frozen Ingest, score func([]string) float64) bool {
	cells := d.headedBy(head, frozen)
	return d.width > 2 && score(cells) >= 0.5
}

// headedByNames reports likewise whether it divides the first line into different words, and some of the lines below into values that differ
// from them as values differ from names: so a text is still a table where most of its records are ragged.
func (d *dialect) headedByNames(head []byte, frozen Ingest) bool {
	cells := d.headedBy(head, frozen)
	if d.width < 3 || !areNames(cells) {
		return false
	}
	lines, evidence, divided := d.sample(head, true, 1, sampledRecords), 0, 0
	for column, name := range cells {
		told := nameEvidence(strings.TrimSpace(name), valuesBelow(lines, 0, column))
		if told < 0 {
			return false
		}
		evidence += told
	}
	for _, l := range lines {
		if len(l.cells) > 1 {
			divided++
		}
	}
	return evidence > 0 && divided*2 > len(lines)
}

// headedBy decides all but the delimiter by the first line, and returns its cells.
func (d *dialect) headedBy(head []byte, frozen Ingest) []string {
	var f fields
	d.decideQuotes(head, frozen)
	if _, e := d.record(head, 0, &f); e != complete {
		f.cells = d.torn(firstLine(head, d.newline))
	}
	d.width = len(f.cells)
	return f.cells
}

// mayDivide reports whether one of the delimiters stands in the first line and nearly all others, although it divides nothing evenly.
func (d *dialect) mayDivide(head []byte) bool {
	lines := linesOf(head[:min(len(head), sampledBytes)], d.newline, sampledRecords)
	return slices.ContainsFunc(delimiters[:strongDelimiters], func(delim byte) bool {
		filled, divided := 0, 0
		for _, line := range lines {
			if strings.TrimSpace(line) == "" {
				continue
			}
			filled++
			if strings.IndexByte(line, delim) >= 0 {
				divided++
			}
		}
		return filled > 3 && divided*10 >= filled*9 && strings.IndexByte(lines[0], delim) >= 0
	})
}

// sample reads the first records of the head, so many at most, from its line first on, 1 or 2.
func (d *dialect) sample(head []byte, whole bool, first int64, most int) []sampleLine {
	var out []sampleLine
	line, p := first, 0
	if first > 1 {
		p = bytes.IndexByte(head, d.newline) + 1
	}
	for p < len(head) && len(out) < most {
		var f fields
		next, ok := d.whole(head, p, &f)
		if next == len(head) && !whole && !ok {
			break
		}
		torn := false
		if !ok {
			f.cells = nil
			if end := p + bytes.IndexByte(head[p:], d.newline) + 1; isTop(out) && d.tornNames(head[p:end]) != nil {
				f.cells, next, torn = d.tornNames(head[p:end]), end, true
			}
		}
		lines := int64(bytes.Count(head[p:next], []byte{d.newline}))
		out = append(out, sampleLine{f.cells, line, lines, next, torn})
		line += lines
		p = next
	}
	return out
}
