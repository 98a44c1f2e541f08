package engine

import (
	"slices"
	"strconv"

	"harmonizer/go-worker/internal/rule"
)

// A foundList gathers rows of a piece in which a rule was found that only all rows together show.
type foundList struct {
	count int64
	rows  []byte
}

type foundKey struct {
	piece *placed
	rule  rule.ID
}

// foundAtOnce is how many rows one line of issues names at most.
const foundAtOnce = 4096

// listRow lists a finding about a row that only all rows together show.
func (a *assembly) listRow(p *placed, record int64, id rule.ID) {
	key := foundKey{p, id}
	l := a.lists[key]
	if l == nil {
		l = new(foundList)
		a.lists[key] = l
	}
	if l.count > 0 {
		l.rows = append(l.rows, ',')
	}
	l.rows = append(strconv.AppendInt(append(l.rows, '['), record, 10), ']')
	if l.count++; l.count == foundAtOnce {
		a.flush(p, id)
	}
}

// flush writes the rows that were listed and not yet written.
func (a *assembly) flush(p *placed, id rule.ID) {
	if l := a.lists[foundKey{p, id}]; l != nil && l.count > 0 {
		a.line(p, id, "", l.count, l.rows)
		l.count, l.rows = 0, l.rows[:0]
	}
}

// line writes an issue about rows of a piece, or about the piece.
func (a *assembly) line(p *placed, id rule.ID, detail string, count int64, rows []byte) {
	dst := appendJSON([]byte(`{"file":`), p.file.Name)
	dst = appendJSON(append(dst, `,"table":`...), p.Table)
	dst = appendColumn(append(dst, ','), "", "")
	if detail != "" {
		dst = append(appendJSON(append(dst, `"detail":`...), detail), ',')
	}
	listed := int64(1)
	if rows != nil {
		listed = count
	}
	a.found.write(a.settings[id].appendTo(dst, count, rows), listed)
}

// failures lists the rules under which files failed, where nothing that was found in them says so. Files that were given up have another reason.
func (a *assembly) failures() {
	read := map[*FileResult]bool{}
	for _, p := range a.pieces {
		read[p.file] = true
	}
	for i := range a.manifest.Files {
		f := &a.manifest.Files[i]
		id := slices.IndexFunc(a.settings, func(s setting) bool { return s.id == f.Reason })
		if f.Status == StatusOK || id < 0 {
			continue
		}
		counted := slices.ContainsFunc(a.manifest.Issues, func(c IssueCount) bool { return c.File == f.Name && c.RuleID == f.Reason })
		if !counted { // too many of its rows are unusable
			a.noteFile(i, rule.ID(id), f.Detail)
		} else if !read[f] {
			a.line(&placed{piece: &piece{Table: f.Table}, file: f}, rule.ID(id), f.Detail, 1, nil)
		}
	}
}
