package plan

import (
	_ "embed"
	"strings"
	"testing"
)

//go:embed testdata/headers.txt
var headersSeen string

// A header alone, without values, is read as the field that people mean by it, or as none.
func TestHeadersOfExtracts(t *testing.T) {
	p := usCore(t)
	for line := range strings.Lines(headersSeen) {
		target, headers, ok := strings.Cut(strings.TrimSpace(line), ": ")
		table, field, named := strings.Cut(target, ".")
		if !ok || !named || strings.HasPrefix(line, "#") {
			continue
		}
		for header := range strings.SplitSeq(headers, " | ") {
			m := mapHeader(p.Table(table), []string{header}, newSample(1, nil), knownHeaders{weak: weakHeaders(p)})
			got := "-"
			if m.columns[0].target != nil {
				got = m.columns[0].target.name
			}
			if got != field {
				t.Errorf("%s: %q is read as %s; want %s", table, header, got, field)
			}
		}
	}
}
