package scorecard

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

// A Category is a side of data quality: those of Kahn et al. 2016, and two that they count among them but that people ask for by name.
type Category uint8

// Categories. What is about files and columns as such is in none of them.
const (
	OfFile       Category = iota
	Completeness          // what should be there is there
	Conformance           // values have the form and the words of their field
	Plausibility          // values are what they can be
	Uniqueness            // no record stands twice
	Consistency           // values agree with each other
)

var categoryNames = [...]string{"file", "completeness", "conformance", "plausibility", "uniqueness", "consistency"}

// Categories are those that are scored, in the order in which they are shown.
var Categories = []Category{Completeness, Conformance, Plausibility, Uniqueness, Consistency}

// String returns the name used in outputs.
func (c Category) String() string { return categoryNames[c] }

// categories are the categories of all rules, by rule.ID: the longest beginning of its id that the table names.
var categories = func() []Category {
	all := make([]Category, rule.Count())
	length := make([]int, rule.Count())
	for _, row := range facts.Rows("rule_categories.csv", "rules", "category") {
		c := slices.Index(categoryNames[:], row[1])
		if c < 0 {
			panic("scorecard: rule_categories.csv: there is no category " + row[1])
		}
		for id := 1; id < rule.Count(); id++ {
			if covers(row[0], rule.ID(id).String()) && len(row[0]) > length[id] {
				all[id], length[id] = Category(c), len(row[0])
			}
		}
	}
	return all
}()

// covers reports whether a rule is one of those that begin so: "PAT" is PAT-001 but not PATH-001.
func covers(beginning, id string) bool {
	return strings.HasPrefix(id, beginning) && (strings.Contains(beginning, "-") || id[len(beginning)] == '-')
}

// CategoryOf returns the category of a rule. What a profile's own rules ask is that values agree with each other.
func CategoryOf(id rule.ID) Category {
	if int(id) >= len(categories) {
		return Consistency
	}
	return categories[id]
}
