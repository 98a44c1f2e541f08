package standardize

import "harmonizer/go-worker/internal/dates"

// bindPlain returns the PlainFunc of days in their usual forms, nil where more is asked of a date than its day.
func (r *dateReader) bindPlain() PlainFunc {
	if r.impute != "" {
		return nil
	}
	return r.plain
}

func (r *dateReader) plain(raw string, c *Cell) bool {
	usual, ok := dates.ReadUsual(raw)
	if !ok || usual.Clock != 0 && (r.keepTime || !usual.Clock.Exists()) || len(r.sentinels) > 0 && r.sentinels[raw] {
		return false
	}
	day, notes, ok := usual.Day(&r.reading)
	if !ok || !r.ordinary(&day) {
		return false
	}
	if notes != 0 {
		note(false, notes, r.eraRule(), c)
	}
	if usual.Clock != 0 {
		c.Hit(ruleTimeDropped)
	}
	iso := day.ISO()
	c.Value, c.Parts[0] = raw, dates.ToDay.String()
	if string(iso[:]) != raw {
		settle(c, raw, c.Arena.Text(iso[:]))
	}
	return true
}

// ordinary reports whether nothing but its day is to be said of a date: it is not in the future where none may be, no placeholder and no
// open end, and lies among the years of events.
func (r *dateReader) ordinary(d *dates.YMD) bool {
	switch {
	case d.Year <= lastOldPlaceholder, d.Year >= firstOpenEnd, d.Month == 1 && d.Day == 1:
		return false // perhaps
	case r.latest.Year != 0 && d.After(&r.latest.YMD):
		return false
	}
	return d.Year >= r.first && d.Year <= r.last
}

// Between these years only the first days of a year are placeholders, see placeholder and openEnd.
const (
	lastOldPlaceholder = 1901
	firstOpenEnd       = 2999
)
