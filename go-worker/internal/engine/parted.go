package engine

import (
	"strings"

	"harmonizer/go-worker/internal/plan"
)

// parted returns two columns with the parts of one measure, the larger unit first, and what the cells are counted in.
func (d *binder) parted(first, second int) (places []int, units []string) {
	written, turned := plan.PartNames(d.section.Columns[first].Header, d.section.Columns[second].Header)
	if turned {
		first, second = second, first
	}
	return []int{first, second}, written[:]
}

// parted joins the parts of a measure: 9 and 6 in columns of pounds and ounces are 9 lb 6 oz. A cell that says its unit itself keeps it, and
// zeros in both are the one that a column alone may hold.
func (w *transformer) parted(c *column) (value, source string) {
	var values, sources []string
	zero := true
	for i, place := range c.cells {
		cell := w.cells[place]
		text := plan.Trim(cell)
		if c.nulls.Is(text) {
			continue
		}
		sources = append(sources, cell)
		zero = zero && strings.Trim(text, "0.") == ""
		if strings.Trim(text, "0123456789.") == "" {
			text = strings.TrimSuffix(text+" "+c.units[i], " ")
		}
		values = append(values, text)
	}
	source = strings.Join(sources, "|")
	if zero && len(sources) > 0 {
		return plan.Trim(sources[0]), source
	}
	return strings.Join(values, " "), source
}
