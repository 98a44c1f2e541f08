package table

import (
	"regexp"
	"slices"
	"strings"
)

// Reports in pages repeat around their table what is no record: the number of the page, who made the report, its title (CSV-007), the header.

// pageMark matches the number of a page, wherever it stands.
var pageMark = regexp.MustCompile(`(?i)^\W*(page|pg\.?|seite|p[aá]gina) ?:? ?\d+( ?(of|/|von|de|di|sur) ?\d+)?\W*$`)

// pageRemark matches what a page says of its report, and no table of itself.
var pageRemark = regexp.MustCompile(`(?i)^\W*((report|list) (generated|created|run|date|printed|produced)\b|(generated|created|extracted|printed|exported|produced|prepared) (on|by|at)\b|` +
	`run (date|by|on|time)\b|data as of\b|end of (report|file|data|export|extract|list|page|section)\b|\(?continued( on next page)?\)?\W*$|confidential\b.*\b(patient|health|information|only)\b)`)

// pageTitles returns the lines that stand alone above the header and above a repeated one, as a page repeats its title.
func pageTitles(lines []sampleLine, at int) map[string]bool {
	counts := map[string]int{}
	for i, l := range lines {
		if i != at && !slices.Equal(l.cells, lines[at].cells) {
			continue
		}
		for above := i - 1; above >= max(0, i-3); above-- {
			if cells := lines[above].cells; filledTo(cells) > 0 && len(filled(cells, 1)) == 1 {
				counts[filled(cells, 1)[0]]++
			}
		}
	}
	titles := map[string]bool{}
	for title, n := range counts {
		if n > 1 {
			titles[title] = true
		}
	}
	return titles
}

// filled returns the cells that hold anything, trimmed; none when there are more than so many.
func filled(cells []string, most int) []string {
	var out []string
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			if len(out) == most {
				return nil
			}
			out = append(out, c)
		}
	}
	return out
}

// hasFurniture reports whether any of the first records is none. Only then all are looked at: lines with fewer cells than the table are
// looked at anyway.
func (t *csvFormat) hasFurniture(data []sampleLine) bool {
	return slices.ContainsFunc(data, func(l sampleLine) bool {
		return len(l.cells) >= t.width && (t.isFurniture(l.cells) || t.isDomains(l.cells) || len(l.cells) == t.width && t.sums.has(l.cells))
	})
}

// isFurniture reports whether a line is one of a page and not of the table: it holds a cell or two, which are no value of the first column
// and say so, or it is a title that comes again.
func (t *csvFormat) isFurniture(cells []string) bool {
	texts := filled(cells, 2)
	if len(texts) == 0 || t.width < 2 || len(texts)*2 > t.width {
		return false
	}
	first, alone := texts[0], len(texts) == 1
	if alone && t.titles[first] {
		return true
	}
	if slices.ContainsFunc(texts, pageMark.MatchString) && (alone || !t.key.fits(first)) {
		return true
	}
	if strings.TrimSpace(cells[0]) == "" || t.key.fits(first) {
		return false
	}
	if pageRemark.MatchString(first) {
		return alone || shapeOf(texts[1]) != wordShape || pageRemark.MatchString(texts[1])
	}
	return t.key.known() && footerText.MatchString(first) && (alone || footerCount.MatchString(texts[1]))
}

// isDomains reports whether a line repeats the one below the header.
func (t *csvFormat) isDomains(cells []string) bool {
	return t.domains != nil && slices.Equal(cells, t.domains)
}

// known reports whether the cells of the column look alike, so that another one is told from them.
func (f form) known() bool { return f.shape != wordShape || f.pattern != "" }

// dropFurniture drops the lines of pages among the records.
func (t *csvFormat) dropFurniture(b *Batch) {
	var rows []int
	headers := 0 // of these, lines that stand below a header
	if t.furnished {
		for i := range b.lines {
			row := b.Row(i)
			if t.isDomains(row) {
				headers++
			} else if !t.isFurniture(row) && !t.sums.has(row) || slices.ContainsFunc(b.Faults(i), isDamage) {
				continue
			}
			rows = append(rows, i)
		}
	} else {
		for _, f := range b.faults {
			if f.Rule == ruleShort && t.isFurniture(b.Row(f.row)) {
				rows = append(rows, f.row)
			}
		}
	}
	b.dropRows(rows)
	b.Dropped.RepeatedHeader += headers
	b.Dropped.Footer += len(rows) - headers
}

// isDamage reports whether a fault is more than a wrong number of cells.
func isDamage(f Fault) bool { return f.Rule != ruleShort && f.Rule != ruleExtra }
