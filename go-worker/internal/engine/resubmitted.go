package engine

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/table"
)

// quarantineColumns stand behind the original cells of a quarantined record.
var quarantineColumns = []string{"source_line", "record_no", "rule_ids", "reasons"}

// dataWidth returns how many columns of a header are data: a quarantine file that comes back, repaired, has further ones.
func dataWidth(header []string) int {
	at := len(header) - len(quarantineColumns)
	if at > 0 && slices.Equal(header[at:], quarantineColumns) {
		return at
	}
	return len(header)
}

// stillDamaged adds the fault that a quarantined record had when it could not be divided into cells and comes back
// as it was: its text stands in cells that do not belong to it.
func (w *transformer) stillDamaged(faults []table.Fault) []table.Fault {
	if w.width == len(w.cells) {
		return faults
	}
	ids := w.cells[w.width+2]
	switch {
	case strings.Contains(ids, ruleLong.String()) && strings.Contains(w.cells[w.width-1], ","):
		return append(faults, table.Fault{Rule: ruleLong})
	case strings.Join(w.cells[1:w.width], "") != "":
		return faults
	}
	for _, id := range []rule.ID{ruleQuote, ruleCell, ruleBadJSON} {
		if strings.Contains(ids, id.String()) {
			return append(faults, table.Fault{Rule: id})
		}
	}
	return faults
}
