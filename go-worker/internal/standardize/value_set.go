package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleSet       = rule.Must("SET-001")
	ruleTrueFalse = rule.Must("XL-011")
)

// valueSet is the family of fields that hold one of a few values, which the profile lists with the words for each. Case, spaces and
// punctuation of a word do not matter. TRUE and FALSE, into which spreadsheets turn yes and no, are read as these (XL-011).
//
// Params: values, as "canonical=word|word;canonical=word".
func valueSet(col Column) CellFunc {
	values, words := parseValueSet(col.Params["values"])
	return func(raw string, c *Cell) {
		if values[raw] {
			c.Value = raw
			return
		}
		if value, ok := words.findLabelled(raw); ok {
			settle(c, raw, value)
			return
		}
		if digits, float := withoutFloat(raw); float {
			if value, ok := words.find(digits); ok {
				c.Set(value, ruleFloat)
				return
			}
		}
		if value, ok := words.findList(raw); ok {
			settle(c, raw, value)
			return
		}
		if value, ok := words.find(yesOrNo(raw)); ok {
			c.Set(value, ruleTrueFalse)
			return
		}
		c.Fail(raw, ruleSet)
	}
}

// findList reads several values in one cell, as lists are written.
func (m codedWords) findList(s string) (string, bool) {
	if strings.IndexByte(s, '|') < 0 {
		return "", false
	}
	var values []string
	for part := range strings.SplitSeq(s, "|") {
		value, ok := m.findLabelled(part)
		if !ok {
			return "", false
		}
		if !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	return strings.Join(values, "|"), true
}

// parseValueSet reads the setting of a value set. A word that stands for two values means the first; a value always means itself.
func parseValueSet(setting string) (values map[string]bool, words codedWords) {
	values, words = map[string]bool{}, codedWords{}
	lists := strings.Split(setting, ";")
	for _, list := range lists {
		if value, _, ok := strings.Cut(list, "="); ok {
			values[value] = true
			words.addNew(value, value)
		}
	}
	for _, list := range lists {
		if value, rest, ok := strings.Cut(list, "="); ok {
			words.addNew(value, strings.Split(rest, "|")...)
		}
	}
	return values, words
}

// addNew gives words a meaning that have none yet; a word without letter or digit is none.
func (m codedWords) addNew(meaning string, words ...string) {
	for _, w := range words {
		key := string(wordKey(nil, w))
		if _, ok := m[key]; !ok && key != "" {
			m[key] = meaning
		}
	}
}

// yesOrNo returns the word that a spreadsheet made TRUE or FALSE of, "" for other values.
func yesOrNo(s string) string {
	switch {
	case strings.EqualFold(s, "TRUE"):
		return "yes"
	case strings.EqualFold(s, "FALSE"):
		return "no"
	}
	return ""
}
