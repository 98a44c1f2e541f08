package table

import (
	"regexp"
	"strings"
)

// footerLines is how many records at the end of a file may be its footer.
const footerLines = 5

// footerText matches the first cell of a closing line; what else the line holds is looked at apart.
var footerText = regexp.MustCompile(`(?i)^\W*(` +
	`(grand |sub)?totals?( (number|count|rows?|records?|lines?|patients?|entries)( of)?( rows?| records?| lines?| patients?| entries)?)?` +
	`|(row|record|line)s? ?count|count|number of (rows|records|lines|entries)` +
	`|\(?[\d,.]+ (rows?|records?|lines?|entries)( (affected|returned|selected|exported|found|in set.*))?\)?` +
	`|(\W*end of (report|file|data|export|extract|list|records?)\W*.*)` +
	`|e\.?o\.?f\.?|<eof>` +
	`)\W*[\d,.]*\W*$`)

var footerCount = regexp.MustCompile(`^[\d,. ]+$`)

// dropFooter drops the closing lines of a file: among its last records, from the end, those that hold a total,
// a count or an end mark and nothing else, or that have a single cell where the table has several.
func (t *csvFormat) dropFooter(b *Batch) {
	for range footerLines {
		last := b.Len() - 1
		if last < 1 && b.Seq == 0 || last < 0 || !t.isFooter(b, last) {
			return
		}
		b.dropLast()
		b.Dropped.Footer++
	}
}

func (t *csvFormat) isFooter(b *Batch, i int) bool {
	short := false
	for _, f := range b.Faults(i) {
		if f.Rule != ruleShort && f.Rule != ruleExtra {
			return false
		}
		short = short || f.Rule == ruleShort
	}
	var filled []string
	for _, c := range b.Row(i) {
		if c = strings.TrimSpace(c); c != "" {
			filled = append(filled, c)
		}
	}
	if len(filled) == 1 && short && t.width > 1 && !likeBefore(b, i) {
		return true
	}
	if len(filled) == 0 || len(filled) > 2 || !footerText.MatchString(filled[0]) {
		return false
	}
	if t.width == 1 && !strings.ContainsAny(filled[0], " <(") {
		return false // one word can be a value
	}
	return len(filled) == 1 || footerCount.MatchString(filled[1])
}

// likeBefore reports whether the first cell of record i has the form of the one above it: then it is a record
// that was cut short.
func likeBefore(b *Batch, i int) bool {
	if i == 0 {
		return false
	}
	cell, above := b.Row(i)[0], b.Row(i - 1)[0]
	if s := shapeOf(cell); s == numberShape || s == dateShape {
		return s == shapeOf(above)
	}
	return patternOf(cell) == patternOf(above) && strings.ContainsAny(cell, "0123456789")
}
