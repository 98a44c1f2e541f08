// Package standardize rewrites field values into the project's canonical forms.
// It is pure: no Redis, no files, no clock.
package standardize

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
)

// A Cell collects what a CellFunc decides about one value. It is reused from cell to cell.
type Cell struct {
	// Value is the canonical value; "" is null.
	Value string
	// Parts are values for the companion fields of the family, by their place in what Family.Fills returns; others are not read.
	Parts [6]string
	// Hits are the rules that fired on this value, in the order in which they did.
	Hits []rule.ID
	// Unusable is set by Fail: the value could not be read, so the disposition of the last hit decides.
	Unusable bool
	// Arena holds texts that are made for the cell; nil: each has memory of its own.
	Arena *Arena
}

// Reset empties the cell for the next value.
func (c *Cell) Reset() { c.Value, c.Parts, c.Hits, c.Unusable = "", [6]string{}, c.Hits[:0], false }

// Set stores the canonical value, and the rules that explain why it differs from the raw one.
func (c *Cell) Set(value string, hits ...rule.ID) { c.Value = value; c.Hits = append(c.Hits, hits...) }

// Fail keeps raw as the value and marks it unusable under the rule; what becomes of it
// (null, quarantined row, kept and flagged) is the rule's disposition in the profile.
func (c *Cell) Fail(raw string, id rule.ID) {
	c.Value, c.Unusable = raw, true
	c.Hits = append(c.Hits, id)
}

// Hit notes that a rule fired without changing the value.
func (c *Cell) Hit(id rule.ID) { c.Hits = append(c.Hits, id) }

// A CellFunc standardizes one raw value, already trimmed and known not to be null.
// It must be pure and safe for concurrent use: results for repeated values are cached. raw is only valid
// during the call (it may alias a buffer that is reused): a Value that is raw itself or a part of it is fine,
// anything kept longer must be cloned.
type CellFunc func(raw string, c *Cell)

// A Family is one kind of field: how its cells are rewritten once the plan has decided about the column.
type Family struct {
	// Companions are the names of further fields it fills, with "%" standing for the field's name
	// ("%_precision") or absolute ("phone_ext").
	Companions []string
	// More are names of further ones, behind Companions, that the settings of a field ask for; nil: none ever.
	More func(params map[string]string) []string
	// Bind returns the function for one column.
	Bind func(Column) CellFunc
}

// Fills returns the names of the companions of a field with these settings.
func (f Family) Fills(field string, params map[string]string) []string {
	names := f.Companions
	if f.More != nil {
		names = slices.Concat(names, f.More(params))
	}
	filled := make([]string, len(names))
	for i, name := range names {
		filled[i] = strings.ReplaceAll(name, "%", field)
	}
	return filled
}
