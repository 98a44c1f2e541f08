// Package rule is the catalogue of the findings the engine can report: one line of
// contract/tables/rules.csv each. It holds facts only; who applies a rule lives in the stages.
package rule

// ID is a rule's place in the catalogue: small, comparable, an index for counters.
// Its String is the public id, e.g. "DATE-001". The zero ID is no rule. IDs from Count() on are the own rules
// of a profile: it alone knows them, so what may meet them asks the profile (profile.Rule) and not the ID.
type ID uint16

// Severity orders findings from worst to mildest.
type Severity uint8

// Severities, as SPEC section 1 names them.
const (
	Fatal Severity = iota + 1
	Error
	Warning
	Info
)

// Disposition is what happens to the cell, row or file that a rule found.
type Disposition uint8

// Dispositions, from the mildest to the hardest.
const (
	Fix           Disposition = iota + 1 // changed without loss; counted, not listed
	FixFlag                              // changed by inference; listed
	KeepFlag                             // kept as it is; listed
	NullCell                             // the value is dropped from the clean table; a required field quarantines its row
	QuarantineRow                        // the row goes to the quarantine file, whole
	FailFile                             // the file is not processed
)

// Rule is one entry of the catalogue.
type Rule struct {
	ID          string
	Severity    Severity
	Disposition Disposition
	Title       string // a few words, for tables
	Message     string // a plain sentence for a person, without any value of the data
	Source      string // where the rule comes from
	Example     string // an invented example, for `harmonize explain`
	Waits       string // why nothing applies the rule yet; "" when something does
}
