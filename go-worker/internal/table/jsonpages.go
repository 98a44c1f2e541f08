package table

import (
	"bytes"
	"regexp"
)

// Services answer page by page. Where a program gathers the answers, each page is a list of records: [[{…}, {…}], [{…}]], or a list a line.

// paged is how such a document begins, or the second line of such a text.
var paged = regexp.MustCompile(`^\s*\[\s*\[\s*\{|^\s*\[\s*\{[^\n]*\]\s*\n\s*\[\s*\{`)

// unpaged makes fn one that gets the records in a list of records one by one, each with the line where it begins.
func unpaged(fn func(text []byte, line int64, cut bool)) func(text []byte, line int64, cut bool) {
	return func(text []byte, line int64, cut bool) {
		records := recordsOnPage(text)
		if cut || records == nil {
			fn(text, line, cut)
			return
		}
		for _, r := range records {
			fn(bytes.TrimSpace(text[r.start:r.end]), line+int64(bytes.Count(text[:r.start], []byte{'\n'})), false)
		}
	}
}

// recordsOnPage returns where the objects stand that a list holds, nil when it holds anything else, or objects that do not begin alike: then
// the list is a record, and they are its parts.
func recordsOnPage(text []byte) []part {
	if len(text) == 0 || text[0] != '[' {
		return nil
	}
	var records []part
	var first []byte
	for p := 1; ; p++ {
		for p < len(text) && (text[p] == ' ' || text[p] == '\n' || text[p] == '\r' || text[p] == '\t') {
			p++
		}
		n := nesting{closer: ']'}
		end, by := n.follow(text, p)
		key := firstKey(text[p:end])
		if key == nil || first != nil && !bytes.Equal(key, first) || by != ',' && by != ']' {
			return nil
		}
		first = key
		records = append(records, part{start: p, end: end})
		if p = end; by == ']' {
			if p+1 < len(text) {
				return nil
			}
			return records
		}
	}
}

var keyInFront = regexp.MustCompile(`^\{\s*"[^"\\]*"\s*:`)

// firstKey returns the beginning of an object up to its first value, nil when it has none.
func firstKey(object []byte) []byte {
	key := keyInFront.Find(object)
	if key == nil {
		return nil
	}
	return bytes.Join(bytes.Fields(key), nil)
}
