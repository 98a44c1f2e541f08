package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/codes"
)

// ofCodeList lets a family read the codes of the list that the plan decided for the column. Codes of several columns are one list.
func ofCodeList(f Family) Family {
	bind := f.Bind
	f.Bind = func(col Column) CellFunc {
		read, list := bind(col), codes.ListOf(col.Decisions["code_standard"])
		if list == nil {
			return read
		}
		return func(raw string, c *Cell) {
			words, ok := inWords(raw, list)
			if !ok {
				read(raw, c)
				return
			}
			if read(words, c); c.Unusable {
				c.Value = raw
			} else if c.Value != raw && len(c.Hits) == 0 {
				c.Hit(ruleStandard)
			}
		}
	}
	return f
}

// inWords returns what the codes of a cell mean, without those that mean nothing, and whether any of them stands in the list.
func inWords(raw string, list *codes.List) (words string, ok bool) {
	var all []string
	for code := range strings.SplitSeq(raw, "|") {
		word, listed := list.Word(code)
		if !listed {
			word = code
		}
		if ok = ok || listed; word != "" {
			all = append(all, word)
		}
	}
	return strings.Join(all, "|"), ok && len(all) > 0
}
