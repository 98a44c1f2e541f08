package engine

import (
	"fmt"
	"slices"

	"harmonizer/go-worker/internal/plan"
)

// jumpOf is the share by which the number of rows differs at least from one delivery to the next before that is said.
const jumpOf = 0.5

// A delivery is what a source delivered of a table.
type delivery struct {
	source, table string
	rows          int64
	files         []string
}

// deliveries sums up the files of a plan, in their order.
func deliveries(plans ...*plan.Plan) []delivery {
	var all []delivery
	for _, p := range plans {
		for _, f := range p.Files {
			i := slices.IndexFunc(all, func(d delivery) bool { return d.source == f.Source && d.table == f.Table.Name })
			if i < 0 {
				i = len(all)
				all = append(all, delivery{source: f.Source, table: f.Table.Name})
			}
			all[i].rows += f.Rows
			all[i].files = append(all[i].files, f.Name)
		}
	}
	return all
}

// last returns the delivery of the same source, else the only one of the table, when that is all that came now, too: the source is
// often called by the name of a file that bears a date.
func (d *delivery) last(then, now []delivery) *delivery {
	if i := slices.IndexFunc(then, func(o delivery) bool { return o.source == d.source && o.table == d.table }); i >= 0 {
		return &then[i]
	}
	of := func(all []delivery) (n, at int) {
		for i := range all {
			if all[i].table == d.table {
				n, at = n+1, i
			}
		}
		return n, at
	}
	was, at := of(then)
	if is, _ := of(now); was != 1 || is != 1 {
		return nil
	}
	return &then[at]
}

// rowsJumped notes where a source delivered far more or fewer rows of a table than when the supplied plan was made.
func (a *assembly) rowsJumped() {
	if a.job.Plan == nil {
		return
	}
	then, now := deliveries(a.job.Plan), deliveries(a.plans()...)
	for i := range now {
		d := &now[i]
		l := d.last(then, now)
		if l == nil || l.rows == 0 {
			continue
		}
		if moved := float64(d.rows-l.rows) / float64(l.rows); moved > jumpOf || moved < -jumpOf {
			at := slices.IndexFunc(a.manifest.Files, func(f FileResult) bool { return f.Name == d.files[0] && f.Source == d.source })
			a.noteFile(at, ruleJumped, fmt.Sprintf("rows: %d; when the plan was made: %d", d.rows, l.rows))
		}
	}
}
