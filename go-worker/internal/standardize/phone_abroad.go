package standardize

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// phoneAbroadStep reads the numbers of a row as they are dialled in its country, where that is not the profile's: without a
// plus, the same digits are another number there. Where they are none, the reading of the profile's country stays.
//
// Reads country; fills the phone fields and their companions.
var phoneAbroadStep = RowStep{
	Name: "phone-abroad",
	Adds: func(func(string) bool) []string { return nil },
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		p := phoneAbroad{country: l.Slot("country")}
		for slot, name := range l.Names {
			if col, ok := columns(name); ok && col.Type == "phone" {
				p.phones = append(p.phones, phoneSlots{slot, [...]int{phoneExt: l.Slot(name + "_ext"), phoneUse: l.Slot(name + "_use"), phoneLocal: l.Slot(name + "_local")}, col})
			}
		}
		if p.country < 0 || len(p.phones) == 0 {
			return nil
		}
		return []Work{{Do: p.row}}
	},
}

type phoneAbroad struct {
	country int
	phones  []phoneSlots
}

type phoneSlots struct {
	number int
	parts  [3]int
	column Column
}

func (p phoneAbroad) row(r *Row) {
	country := r.Get(p.country)
	if len(country) != 2 || r.Unusable[p.country] || phonenumbers.IsNANPACountry(country) {
		return
	}
	for _, slots := range p.phones {
		if country != slots.column.Country {
			slots.reread(r, country)
		}
	}
}

func (s phoneSlots) reread(r *Row, country string) {
	raw := strings.TrimSpace(r.Raw[s.number])
	read := r.Values[s.number] != "" || r.Unusable[s.number] || r.Get(s.parts[phoneLocal]) != ""
	if raw == "" || !read { // nothing, or a placeholder
		return
	}
	var c Cell
	phone(Column{Country: country})(raw, &c)
	assigned := !c.Unusable && !slices.Contains(c.Hits, rulePhoneUnassigned)
	goodAtHome := !r.Unusable[s.number] && r.Values[s.number] != "" && !slices.Contains(r.Hits, Hit{s.number, rulePhoneUnassigned})
	if c.Unusable || c.Value == "" || goodAtHome && !assigned {
		return
	}
	r.unflag(s.number)
	r.setUnusable(s.number, false)
	r.Set(s.number, c.Value, c.Hits...)
	for part, slot := range s.parts {
		r.Set(slot, c.Parts[part])
	}
}
