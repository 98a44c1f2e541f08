package plan

import (
	"fmt"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/facts"
)

// besideList is how many headers of a standard must stand beside a column before its codes are those of the standard.
const besideList = 2

var standardHeaders = func() map[string][]string {
	headers := map[string][]string{}
	for _, row := range facts.Rows("code_list_headers.csv", "standard", "headers") {
		headers[row[0]] = facts.List(row[1])
	}
	return headers
}()

// decideCodeList says of which standard the codes of a column are, where its header and those of the file tell and nearly all of them fit.
func (d *decider) decideCodeList(c *Column, distinct map[string]int64) {
	name := nameOf(c.Header)
	for i := range codes.Lists {
		l := &codes.Lists[i]
		if l.Type != c.Type || !slices.Contains(l.Headers, name) {
			continue
		}
		why := "the header says so"
		if l.Standard != "" {
			found := d.headersOf(l.Standard, name)
			if len(found) < besideList {
				continue
			}
			why = "beside " + strings.Join(found[:besideList], " and ")
		}
		var fit, all int64
		for v, n := range distinct {
			all += n
			if _, listed := l.Word(v); listed {
				fit += n
			}
		}
		if float64(fit) >= voteShare*float64(all) {
			c.decide(CodeStandard, Decision{Value: l.Name, Confidence: 0.95, Why: fmt.Sprintf("%s; %d of %s %s in the list", why, fit, some(all, "code", "codes"), verb(fit, "stands", "stand"))})
			return
		}
	}
}

// headersOf returns the columns of the file, other than one, that a standard names so.
func (d *decider) headersOf(standard, but string) (found []string) {
	for i := range d.columns {
		if name := nameOf(d.columns[i].Header); name != but && slices.Contains(standardHeaders[standard], name) {
			found = append(found, d.columns[i].Header)
		}
	}
	return found
}

// codeListNames are the values of the decision.
func codeListNames() (names []string) {
	for i := range codes.Lists {
		names = append(names, codes.Lists[i].Name)
	}
	return names
}
