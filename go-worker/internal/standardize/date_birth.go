package standardize

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"harmonizer/go-worker/internal/dates"
)

// birthStep decides about a birth date with the help of other fields of its row: the century of a year of two digits by the
// stated age (DATE-003), the year of birth where only that age and the last visit are known, and whether 1900-01-01 can be one (DATE-005): nobody alive is that old.
var birthStep = RowStep{
	Name: "birth",
	Adds: func(mapped func(string) bool) []string {
		switch {
		case mapped("birth_year"):
			return missing([]string{"birth_date", "birth_date_precision"}, mapped)
		case mapped("age") && mapped("last_visit"):
			return missing([]string{"birth_year", "birth_year_precision"}, mapped)
		}
		return nil
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		col, ok := columns("birth_date")
		parts, stated := columns("birth_year")
		if year := l.Slot("birth_year"); !ok && year < 0 {
			return nil
		}
		if !ok {
			col = parts
		}
		b := birthRow{stated: stated, month: l.Slot("birth_month"), day: l.Slot("birth_day"), year: l.Slot("birth_year"), estimated: l.Slot("birth_year_precision"), seen: l.Slot("last_visit"), birth: l.Slot("birth_date"), precision: l.Slot("birth_date_precision"), age: l.Slot("age"),
			death: l.Slot("death_date"), today: col.Today}
		return []Work{{Do: b.row}}
	},
}

type birthRow struct {
	birth, precision, age, death int
	year, estimated, seen        int
	month, day                   int
	stated                       bool // the year of birth has a column of its own
	today                        time.Time
}

// tooOld is the age from which a living person is not believed (PAT-005).
const tooOld = 120

func (b birthRow) row(r *Row) {
	if b.stated && r.Get(b.birth) == "" {
		b.compose(r)
	}
	value := r.Get(b.birth)
	if value == "1900-01-01" && r.Get(b.death) == "" && b.today.Year()-1900 > tooOld {
		r.Set(b.birth, "", ruleNoDate)
		r.Set(b.precision, "")
		return
	}
	stated := r.Get(b.age)
	if stated == "" {
		return
	}
	if value == "" {
		b.estimate(r, stated)
		return
	}
	age, err := strconv.Atoi(stated)
	if err != nil || len(value) < len("2006") || !b.doubtful(r) {
		return
	}
	year, err := strconv.Atoi(value[:4])
	if err != nil || age > 150 {
		return
	}
	now := b.today.Year() - year
	if distance(now+100, age) < distance(now, age) {
		r.Set(b.birth, strconv.Itoa(year-100)+value[4:])
	}
}

// compose makes a birth date of year, month and day in columns of their own, as far as they are known. A part that is none is said and left out.
func (b birthRow) compose(r *Row) {
	year, errYear := strconv.Atoi(r.Get(b.year))
	switch {
	case errYear != nil:
		return
	case year > b.today.Year():
		r.Fail(b.year, ruleFuture)
		return
	case year < b.today.Year()-150:
		r.Flag(b.year, ruleCalendar)
		return
	}
	date, precision := strconv.Itoa(year), "year"
	if month, err := strconv.Atoi(r.Get(b.month)); err == nil {
		if month < 1 || month > 12 {
			r.Fail(b.month, ruleDate)
		} else {
			date, precision = b.withDay(r, fmt.Sprintf("%s-%02d", date, month))
		}
	}
	r.Set(b.birth, date)
	r.Set(b.precision, precision)
}

// withDay adds the day to a year and month, where it is known and there is one.
func (b birthRow) withDay(r *Row, month string) (date, precision string) {
	day, err := strconv.Atoi(r.Get(b.day))
	if err != nil {
		return month, "month"
	}
	whole := fmt.Sprintf("%s-%02d", month, day)
	if _, err := time.Parse(time.DateOnly, whole); err != nil {
		r.Fail(b.day, ruleDate)
		return month, "month"
	}
	return whole, "day"
}

// estimate fills in the year of birth of somebody of whom only an age at the last visit is known; it may be one year less.
func (b birthRow) estimate(r *Row, stated string) {
	seen := r.Get(b.seen)
	age, err := strconv.Atoi(stated)
	if b.year < 0 || err != nil || age > tooOld || len(seen) < len("2006") {
		return
	}
	if year, err := strconv.Atoi(seen[:4]); err == nil {
		r.Set(b.year, strconv.Itoa(year-age))
		r.Set(b.estimated, "estimated")
	}
}

// doubtful reports whether the birth date was flagged for its century.
func (b birthRow) doubtful(r *Row) bool {
	for _, h := range r.Hits {
		if h.Slot == b.birth && h.Rule == ruleCenturyDoubt {
			return true
		}
	}
	return false
}

func distance(a, b int) int { return max(a-b, b-a) }

// endFields are the fields of ends, in all tables.
var endFields = []string{"end", "abatement"}

// openEndStep says in <field>_open_ended that an end far in the future, or a word such as ongoing, stood for none (DATE-004).
var openEndStep = RowStep{
	Name: "open_end",
	Adds: func(mapped func(string) bool) []string {
		var names []string
		for _, f := range endFields {
			if mapped(f) {
				names = append(names, f+"_open_ended")
			}
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		var ends [][2]int
		for _, f := range endFields {
			if _, ok := columns(f); ok {
				ends = append(ends, [2]int{l.Slot(f), l.Slot(f + "_open_ended")})
			}
		}
		if ends == nil {
			return nil
		}
		return []Work{{Do: func(r *Row) {
			for _, end := range ends {
				if r.Get(end[0]) == "" && r.Raw[end[0]] != "" && readsOpenEnd(r.Raw[end[0]]) {
					r.Set(end[1], "true")
				}
			}
		}}}
	},
}

func readsOpenEnd(raw string) bool {
	if openEndWords[strings.ToLower(raw)] {
		return true
	}
	form, _ := dates.Lex(raw)
	d, _, problem := form.Resolve(&dates.Reading{Order: dates.MonthFirst, Serial: dates.Serial1900})
	return problem == dates.Fine && openEnd(&d)
}
