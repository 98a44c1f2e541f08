package plan

import (
	"slices"
	"strings"

	"harmonizer/go-worker/internal/profile"
)

// Words of headers: those of when and of what something was done to a person, and those of when a record was written or passed on, which
// is another time for each version of it.
var (
	eventWords = []string{"accession", "accn", "appointment", "appt", "case", "claim", "cpt", "cycle", "date", "datetime", "day", "drg", "dos", "dttm", "encounter",
		"exam", "fill", "hcpcs", "in", "line", "month", "ndc", "occasion", "order", "out", "period", "procedure", "quarter", "round", "session", "specimen",
		"study", "surgery", "time", "timestamp", "trial", "visit", "wave", "week", "year"}
	writtenWords = []string{"added", "audit", "batch", "changed", "created", "create", "deleted", "edited", "entered", "entry", "export", "exported", "extract",
		"extracted", "file", "insert", "inserted", "last", "load", "loaded", "message", "modified", "msg", "processed", "rec", "record", "refreshed", "registered",
		"registration", "report", "run", "sent", "snapshot", "transmitted", "update", "updated", "upd", "verified", "version"}
)

// eventShare is what part of the records must say something in a column by which they are told to be of different events. Where fewer do, an
// earlier version of a record may lack what the later one has.
const eventShare = 0.9

// Events returns the fields of a file by which two of its rows are told to be of different events (the accession number of a study, the
// day of an operation, the number of a fill), though person or key are the same: columns that the table has no field for, and the
// diagnosis of a person. Rows that differ in them are no versions of each other.
func (f *File) Events(p *profile.Profile) []string {
	var events []string
	for i := range f.Columns {
		c := &f.Columns[i]
		name, own := strings.CutPrefix(c.Field, "x_")
		e := &c.Evidence
		if float64(e.Values) < eventShare*float64(e.Values+e.Blank) || slices.Contains(events, c.Field) {
			continue
		}
		if own && isEvent(p, name) || c.Field == "diagnosis_code" || c.Field == "diagnosis_date" {
			events = append(events, c.Field)
		}
	}
	return events
}

// isEvent reports whether a normalized header is of an event: it is one of a key, a code or a date of another table than that of persons, or
// has a word of events.
func isEvent(p *profile.Profile, name string) bool {
	words := strings.Split(name, "_")
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(writtenWords, w) }) {
		return false
	}
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(eventWords, w) }) || eventNames(p)[name]
}

// eventNames are the normalized headers of keys, codes and dates of the tables of events, without those of persons.
func eventNames(p *profile.Profile) map[string]bool {
	type key struct{}
	return p.Derived(key{}, func() any {
		names := map[string]bool{}
		var persons []*profile.Table
		for i := range p.Tables {
			t := &p.Tables[i]
			if !refers(t) {
				persons = append(persons, t)
				continue
			}
			for _, to := range targets(p, t) {
				if to.key || slices.Contains([]string{"code", "code_text", "datetime"}, to.typ) {
					for name := range to.ranks {
						names[name] = true
					}
				}
			}
		}
		for _, t := range persons {
			for _, to := range targets(p, t) {
				for name := range to.ranks {
					delete(names, name)
				}
			}
		}
		return names
	}).(map[string]bool)
}

// refers reports whether the rows of a table are of persons that another table holds, who may have several.
func refers(t *profile.Table) bool {
	return slices.ContainsFunc(t.Fields, func(f profile.Field) bool { return f.Ref != "" })
}

// Shares of rows that repeat a person, and of persons repeated with another event, from which on the rows of a file are events.
const (
	repeatedShare = 0.1
	differShare   = 0.5
)

// eventful reports whether rows that say the same of a person differ in what a table of events asks for: two diagnoses, two allergies, two
// results. A record of a person that was written twice differs in what it says of the person, or in nothing.
func (s *sample) eventful(persons, events *mapping) bool {
	var who, same, told []int
	for i := range persons.columns {
		person, event := persons.columns[i].target, events.columns[i].target
		switch {
		case person != nil && (person.name == "patient_id" || person.name == "mrn"):
			who = append(who, i)
		case event != nil && !event.ref && asked(events.table, event):
			told = append(told, i)
		case person != nil && (event == nil || event.ref):
			same = append(same, i)
		}
	}
	if len(who) == 0 || len(told) == 0 || len(same) == 0 {
		return false
	}
	firsts, differ := map[string][]string{}, map[string]bool{}
	repeats, rows := 0, 0
	for _, row := range s.rows {
		person := cellsAt(row, who)
		if strings.Trim(person, "\x00") == "" {
			continue
		}
		rows++
		first, known := firsts[person]
		if !known {
			firsts[person] = row
			continue
		}
		repeats++
		if cellsAt(first, same) == cellsAt(row, same) && cellsAt(first, told) != cellsAt(row, told) {
			differ[person] = true
		} else if _, found := differ[person]; !found {
			differ[person] = false
		}
	}
	several := 0
	for _, d := range differ {
		if d {
			several++
		}
	}
	return float64(repeats) >= repeatedShare*float64(rows) && repeats > 0 && float64(several) >= differShare*float64(len(differ))
}

// asked reports whether a minimum of a table asks for a target.
func asked(t *profile.Table, of *target) bool {
	return slices.ContainsFunc(t.Minimum, func(set []string) bool {
		return slices.Contains(set, of.name) || of.wide && slices.Contains(set, "wide")
	})
}

func cellsAt(row []string, columns []int) string {
	var b strings.Builder
	for _, i := range columns {
		if i < len(row) {
			b.WriteString(row[i])
		}
		b.WriteByte(0)
	}
	return b.String()
}
