package rule

import (
	"encoding/csv"
	"fmt"
	"io/fs"

	"harmonizer/queue"
)

// table is the catalogue in the contract, one rule a line.
const table = "tables/rules.csv"

// catalogue is read once, at start: a contract that cannot be read is a broken build, not bad input.
var catalogue, byID = func() ([]Rule, map[string]ID) {
	rules, err := read(queue.Contract)
	if err != nil {
		panic(err)
	}
	index := make(map[string]ID, len(rules))
	for i, r := range rules {
		if i > 0 {
			index[r.ID] = ID(i)
		}
	}
	return rules, index
}()

// read returns the rules of the contract by ID; the zero ID is no rule.
func read(contract fs.FS) ([]Rule, error) {
	f, err := contract.Open(table)
	if err != nil {
		return nil, fmt.Errorf("open the rule catalogue: %w", err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	rules := make([]Rule, 1, len(lines))
	for _, line := range lines[1:] {
		severity, err := ParseSeverity(line[1])
		if err != nil {
			return nil, fmt.Errorf("%s, rule %s: %w", table, line[0], err)
		}
		disposition, err := ParseDisposition(line[2])
		if err != nil {
			return nil, fmt.Errorf("%s, rule %s: %w", table, line[0], err)
		}
		rules = append(rules, Rule{
			ID: line[0], Severity: severity, Disposition: disposition,
			Title: line[3], Message: line[4], Source: line[5], Example: line[6],
		})
	}
	return rules, nil
}

// Must returns the rule with a public id; it panics when the catalogue has none. For package-level
// variables, so that a misspelt id fails the first test that runs.
func Must(id string) ID {
	r, ok := byID[id]
	if !ok {
		panic("rule: no rule " + id + " in " + table)
	}
	return r
}

// Lookup returns the rule with a public id, and whether the catalogue has it.
func Lookup(id string) (ID, bool) {
	r, ok := byID[id]
	return r, ok
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
	return 0, fmt.Errorf("unknown severity %q", name)
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
	return 0, fmt.Errorf("unknown disposition %q", name)
}
