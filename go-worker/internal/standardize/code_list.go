package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// codeLists are what the codes of standards mean, in words that the families of their fields read, by list and code.
var codeLists = func() map[string]map[string]string {
	lists := map[string]map[string]string{}
	for _, row := range facts.Rows("code_lists.csv", "list", "type", "headers", "beside", "codes") {
		lists[row[0]] = map[string]string{}
		for _, pair := range facts.List(row[4]) {
			code, word, _ := strings.Cut(pair, "=")
			lists[row[0]][codeKey(code)] = word
		}
	}
	return lists
}()

// codeKey is how codes of lists are compared: 01, 1 and 1.0 are one code, as the plan has it.
func codeKey(code string) string {
	code = strings.ToLower(strings.TrimSuffix(code, ".0"))
	if short := strings.TrimLeft(code, "0"); short != "" && asciiDigits(code) {
		return short
	}
	return code
}

// ofCodeList lets a family read the codes of the list that the plan decided for the column. Codes of several columns are one list.
func ofCodeList(f Family) Family {
	bind := f.Bind
	f.Bind = func(col Column) CellFunc {
		read, list := bind(col), codeLists[col.Decisions["code_standard"]]
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
func inWords(raw string, list map[string]string) (words string, ok bool) {
	var all []string
	for code := range strings.SplitSeq(raw, "|") {
		word, listed := list[codeKey(strings.TrimSpace(code))]
		if !listed {
			word = code
		}
		if ok = ok || listed; word != "" {
			all = append(all, word)
		}
	}
	return strings.Join(all, "|"), ok && len(all) > 0
}
