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
	`|(zwischen|gesamt)?summe|(ins)?gesamt|(sub)?totale|totales|totaux|sous-total|total g[eé]n[eé]ral|total geral|suma|somm[ae]` +
	`|(row|record|line)s? ?count|count|number of (rows|records|lines|entries)` +
	`|\(?[\d,.]+ (rows?|records?|lines?|entries)( (affected|returned|selected|exported|found|in set.*))?\)?` +
	`|(\W*end of (report|file|data|export|extract|list|records?)\W*.*)` +
	`|(\W*(fin (du|de la|des) (rapport|fichier|liste|donn[eé]es)|ende (der|des) (liste|berichte?s|datei|exports?)|fin del? (informe|archivo|listado))\W*)` +
	`|nombre (total )?(de |d')(lignes|patients|enregistrements)|anzahl( der)? ?(zeilen|datens[aä]tze|patienten|eintr[aä]ge)?` +
	`|n[uú]mero (total )?de (filas|registros|pacientes)` +
	`|e\.?o\.?f\.?|<eof>` +
	`)\W*[\d,.]*\W*(rows?|records?|lines?|patients?|entries|lignes?|enregistrements?|zeilen|datens[aä]tze|patienten|filas|registros|pacientes|righe|pazienti)?\W*$`)

// footerRemark matches what reports say of themselves below the table, alone in the first of several cells.
var footerRemark = regexp.MustCompile(`(?i)^\W*(report (generated|created|run|date|printed|produced|by|as of)\b|(generated|created|extracted|printed|exported|` +
	`produced|prepared) (on|by|at|from|for)\b|run (date|by|on|time)\b|page \d+|data as of\b|as of \d|(source|notes?|query|filters?|disclaimer): |confidential |copyright )`)

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
		if f.Rule != ruleShort && f.Rule != ruleExtra && f.Rule != ruleOutOfColumns {
			return false
		}
		short = short || f.Rule == ruleShort
	}
	texts := filled(b.Row(i), 2)
	if len(texts) == 1 && short && t.width > 1 && !t.key.fits(b.Row(i)[0]) {
		return true
	}
	if len(texts) == 1 && t.width > 2 && footerRemark.MatchString(strings.TrimSpace(b.Row(i)[0])) {
		return true
	}
	if t.sums.close(b.Row(i)) {
		return true
	}
	if len(texts) == 0 || !footerText.MatchString(texts[0]) {
		return false
	}
	if t.width == 1 && !strings.ContainsAny(texts[0], " <(") {
		return false // one word can be a value
	}
	return len(texts) == 1 || footerCount.MatchString(texts[1])
}

// form is what most cells of a column look like.
type form struct {
	shape   shape  // numberShape, dateShape or wordShape
	pattern string // of most cells, when it holds a digit: P0012 is A9999
}

// formOf returns the form of a column from its first cells.
func formOf(cells []string) form {
	var f form
	shapes := map[shape]int{}
	patterns := map[string]int{}
	for _, c := range cells {
		shapes[shapeOf(c)]++
		if p := patternOf(c); strings.Contains(p, "9") {
			patterns[p]++
		}
	}
	for s, n := range shapes {
		if n*10 >= len(cells)*9 && n > 0 {
			f.shape = s
		}
	}
	for p, n := range patterns {
		if n*2 > len(cells) {
			f.pattern = p
		}
	}
	return f
}

// fits reports whether a cell has the form, so that a line with this cell alone is a record cut short.
func (f form) fits(cell string) bool {
	switch s := shapeOf(cell); s {
	case numberShape, dateShape:
		return s == f.shape || patternOf(cell) == f.pattern
	default:
		return patternOf(cell) == f.pattern
	}
}
