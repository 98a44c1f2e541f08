package rule

import (
	"fmt"
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// catalogue is read once, at start: a contract that cannot be read is a broken build, not bad input.
var catalogue, byID = read()

// read returns the rules of the contract by ID, where the zero ID is no rule, and the IDs by public id.
func read() ([]Rule, map[string]ID) {
	rules, index := make([]Rule, 1), map[string]ID{}
	for _, row := range facts.Rows("rules.csv", "id", "severity", "disposition", "title", "message", "source", "example") {
		severity, err := ParseSeverity(row[1])
		if err != nil {
			panic("rule: rules.csv, " + row[0] + ": " + err.Error())
		}
		disposition, err := ParseDisposition(row[2])
		if err != nil {
			panic("rule: rules.csv, " + row[0] + ": " + err.Error())
		}
		index[row[0]] = ID(len(rules))
		rules = append(rules, Rule{
			ID: row[0], Severity: severity, Disposition: disposition,
			Title: row[3], Message: row[4], Source: row[5], Example: row[6],
		})
	}
	for _, row := range facts.Rows("rules_waiting.csv", "rule", "reason") {
		id, ok := index[row[0]]
		if !ok {
			panic("rule: rules_waiting.csv: there is no rule " + row[0])
		}
		rules[id].Waits = row[1]
	}
	return rules, index
}

// Must returns the rule with a public id; it panics when the catalogue has none. For package-level
// variables, so that a misspelt id fails the first test that runs.
func Must(id string) ID {
	r, ok := byID[id]
	if !ok {
		panic("rule: no rule " + id + " in rules.csv")
	}
	return r
}

// Lookup returns the rule with a public id, and whether the catalogue has it.
func Lookup(id string) (ID, bool) {
	r, ok := byID[id]
	return r, ok
}

// IsFamily reports whether rules of the catalogue are named so, before the hyphen.
func IsFamily(name string) bool {
	for id := range byID {
		if strings.HasPrefix(id, name+"-") {
			return true
		}
	}
	return false
}

// Count returns one more than the largest ID: the length of a slice of counters indexed by ID.
func Count() int { return len(catalogue) }

// String returns the public id, e.g. "DATE-001"; "" for the zero ID.
func (id ID) String() string { return catalogue[id].ID }

// Rule returns the catalogue's entry; the zero Rule for the zero ID.
func (id ID) Rule() Rule { return catalogue[id] }

var severities = [...]string{Fatal: "fatal", Error: "error", Warning: "warning", Info: "info"}

// String returns the name used in outputs, e.g. "warning".
func (s Severity) String() string { return severities[s] }

// ParseSeverity returns the severity with a name of the contract.
func ParseSeverity(name string) (Severity, error) {
	for i, n := range severities {
		if i > 0 && n == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q; there are: %s", name, strings.Join(severities[1:], ", "))
}

var dispositions = [...]string{
	Fix: "fix", FixFlag: "fix_flag", KeepFlag: "keep_flag",
	NullCell: "null_cell", QuarantineRow: "quarantine_row", FailFile: "fail_file",
}

// String returns the name used in outputs and profiles, e.g. "null_cell".
func (d Disposition) String() string { return dispositions[d] }

// ParseDisposition returns the disposition with a name of the contract.
func ParseDisposition(name string) (Disposition, error) {
	for i, n := range dispositions {
		if i > 0 && n == name {
			return Disposition(i), nil
		}
	}
	return 0, fmt.Errorf("unknown disposition %q; there are: %s", name, strings.Join(dispositions[1:], ", "))
}
