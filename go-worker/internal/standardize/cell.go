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

// A PlainFunc standardizes a value of the forms that most of a column have, exactly as the column's CellFunc would. It returns false for any
// other, and leaves no traces of it then. What it takes is ASCII, not empty and without white space or a spreadsheet's marks around it, whatever stands
// there, so that nothing of that kind must be looked for before; only words for no value are taken off by the caller.
type PlainFunc func(raw string, c *Cell) bool

// A Family is one kind of field: how its cells are rewritten once the plan has decided about the column.
type Family struct {
	// Companions are the names of further fields it fills, with "%" standing for the field's name
	// ("%_precision") or absolute ("phone_ext").
	Companions []string
	// More are names of further ones, behind Companions, that the settings of a field ask for; nil: none ever.
	More func(params map[string]string) []string
	// Bind returns the function for one column.
	Bind func(Column) CellFunc
	// Plain returns the one for its most usual values, nil where there is none; nil itself: there never is one.
	Plain func(Column) PlainFunc
}

// BindPlain returns the function for the most usual values of a column, nil where there is none.
func (f Family) BindPlain(col Column) PlainFunc {
	if f.Plain == nil {
		return nil
	}
	return f.Plain(col)
}

// always is Plain of a family that has the same usual values in every column.
func always(f PlainFunc) func(Column) PlainFunc { return func(Column) PlainFunc { return f } }

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
