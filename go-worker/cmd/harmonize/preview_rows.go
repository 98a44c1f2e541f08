package main

import (
	"fmt"
	"io"
	"strings"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/rule"
)

// shownRows are as many records as a person is shown, widestCell as much of a cell.
const (
	shownRows  = 10
	widestCell = 60
)

// showFindings prints what is worse than a standardization, of the records that were looked at.
func showFindings(out io.Writer, issues []engine.IssueCount) {
	said := false
	for _, i := range issues {
		if i.Severity == "info" {
			continue
		}
		title := ""
		if id, ok := rule.Lookup(i.RuleID); ok {
			title = id.Rule().Title
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%d ×\t%s\n", i.Severity, i.RuleID, i.Field, i.Count, title)
		said = true
	}
	if said {
		fmt.Fprintln(out)
	}
}

// showRows prints the first records, each cell that changes before and after.
func showRows(out io.Writer, t *engine.PreviewTable) {
	for _, row := range t.Rows[:min(len(t.Rows), shownRows)] {
		fmt.Fprintf(out, "record %d, line %d%s\n", row.Record, row.Line, fate(&row))
		if len(row.After) == 1 {
			showChanges(out, t, &row)
		} else {
			showBoth(out, t, &row)
		}
	}
	if more := len(t.Rows) - shownRows; more > 0 {
		fmt.Fprintf(out, "… and %d more with --json\n", more)
	}
}

// fate says what becomes of a record beside being rewritten.
func fate(row *engine.PreviewRow) string {
	switch {
	case len(row.Quarantined) > 0:
		return ": quarantined, " + strings.Join(row.Quarantined, ", ")
	case len(row.After) > 1:
		return fmt.Sprintf(": %d rows", len(row.After))
	case len(row.After) == 0:
		return ": no row"
	}
	return ""
}

// showChanges prints a record that becomes one row: what stands under each field, and what stood there. What stays as it was and
// what there was nothing of is left out.
func showChanges(out io.Writer, t *engine.PreviewTable, row *engine.PreviewRow) {
	same := 0
	for i, field := range t.Fields {
		var before []string
		for k, c := range t.Columns {
			if c.Field == field && k < len(row.Before) {
				before = append(before, row.Before[k])
			}
		}
		was, is := strings.Join(before, "|"), row.After[0][i]
		if was == is {
			if is != "" {
				same++
			}
			continue
		}
		fmt.Fprintf(out, "  %s\t%s\t→ %s\n", field, shown(was), shown(is))
	}
	if same > 0 {
		fmt.Fprintf(out, "  %d more cells stay as they are\n", same)
	}
}

// showBoth prints a record that becomes no row or several: its cells, then the rows.
func showBoth(out io.Writer, t *engine.PreviewTable, row *engine.PreviewRow) {
	headers := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		headers[i] = c.Header
	}
	fmt.Fprintf(out, "  %s\n", pairs(headers, row.Before))
	for _, after := range row.After {
		fmt.Fprintf(out, "  → %s\n", pairs(t.Fields, after))
	}
}

// pairs writes what there is under names.
func pairs(names, cells []string) string {
	var said []string
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		if i < len(names) {
			cell = names[i] + "=" + shown(cell)
		} else {
			cell = shown(cell)
		}
		said = append(said, cell)
	}
	return strings.Join(said, "  ")
}

// shown is a cell on one line of a terminal.
func shown(cell string) string {
	if cell == "" {
		return "(empty)"
	}
	cell = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, cell)
	if runes := []rune(cell); len(runes) > widestCell {
		return string(runes[:widestCell]) + "…"
	}
	return cell
}
