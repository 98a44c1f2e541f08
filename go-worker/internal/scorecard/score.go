package scorecard

// A Share is so many of so many. Nothing of nothing has no share.
type Share struct {
	Good int64 `json:"good"`
	Of   int64 `json:"of"`
}

// Value returns the share from 0 to 1, and whether there is one.
func (s Share) Value() (float64, bool) {
	if s.Of == 0 {
		return 0, false
	}
	return float64(s.Good) / float64(s.Of), true
}

func (s *Share) add(o Share) {
	s.Good += o.Good
	s.Of += o.Of
}

// A Change is a share as it arrived and as it leaves.
type Change struct {
	Before Share `json:"before"`
	After  Share `json:"after"`
}

func (c *Change) add(o Change) {
	c.Before.add(o.Before)
	c.After.add(o.After)
}

// Scores are the shares of a column, a table or a job by category. A table's are the sums over its columns and rows, so columns weigh
// as much as they have cells that could be right or wrong; a job's are the sums over its tables.
type Scores struct {
	Completeness Change `json:"completeness,omitzero"` // cells with a value, of all cells
	Conformance  Change `json:"conformance,omitzero"`  // values in the form of their field, of all values
	Plausibility Change `json:"plausibility,omitzero"` // values that are believed, of those that can be read
	Uniqueness   Change `json:"uniqueness,omitzero"`   // rows that repeat neither content nor key of another, of all rows
	Consistency  Change `json:"consistency,omitzero"`  // values that contradict no other, of those that can be read
}

// Of returns the change of a category.
func (s *Scores) Of(c Category) Change {
	switch c {
	case Completeness:
		return s.Completeness
	case Conformance:
		return s.Conformance
	case Plausibility:
		return s.Plausibility
	case Uniqueness:
		return s.Uniqueness
	case Consistency:
		return s.Consistency
	}
	return Change{}
}

func (s *Scores) add(o Scores) {
	s.Completeness.add(o.Completeness)
	s.Conformance.add(o.Conformance)
	s.Plausibility.add(o.Plausibility)
	s.Uniqueness.add(o.Uniqueness)
	s.Consistency.add(o.Consistency)
}

// sum returns the scores of a file or a table from those of its columns.
func sum(columns []ColumnCount, r Rows) Scores {
	var s Scores
	for i := range columns {
		s.add(columns[i].Scores)
	}
	unique := r.Kept - r.Duplicates - r.KeyConflicts
	s.Uniqueness = Change{Share{unique, r.Kept}, Share{unique, r.Kept - r.Duplicates}}
	return s
}

// score returns the scores of a column of a file. What the engine fills itself has none, and of an untouched column nothing but its
// completeness is known.
func (c *ColumnCount) score() Scores {
	var s Scores
	if c.Header == "" {
		return s
	}
	values := c.Values - c.Emptied // a placeholder is no value, and one that was moved is another field's
	s.Completeness = Change{Share{values, c.Cells}, Share{c.ValuesAfter, c.CellsKept}}
	if c.Type == "" {
		return s
	}
	read, readAfter := values-c.Unreadable, c.ValuesAfter-c.UnreadableAfter
	s.Conformance = Change{Share{read - c.Changed, values}, Share{readAfter, c.ValuesAfter}}
	s.Plausibility = Change{Share{read - c.Implausible, read}, Share{readAfter - c.ImplausibleAfter, readAfter}}
	s.Consistency = Change{Share{read - c.Inconsistent, read}, Share{readAfter - c.InconsistentAfter, readAfter}}
	return s
}
