package validate

import (
	"strings"

	"harmonizer/go-worker/internal/codelist"
	"harmonizer/go-worker/internal/codes"
	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/rule"
	"harmonizer/go-worker/internal/standardize"
)

// ofList are the rules for what a list of codes says.
var ofList = map[codelist.Finding]rule.ID{codelist.Retired: rule.Must("CODE-003"), codelist.Unlisted: rule.Must("CODE-004"),
	codelist.NotOnDate: rule.Must("CODE-005"), codelist.Header: rule.Must("ICD-003")}

// A membership is one coded field that is held against lists.
type membership struct {
	lists              *codelist.Lists
	code, system, date int
	only               codes.System // of codes whose row names none
}

// memberships hold the coded fields against the lists that were loaded, on the day of service; without lists there is nothing to do.
func (b binding) memberships(lists *codelist.Lists) []check {
	if lists == nil {
		return nil
	}
	var all []check
	for i := range b.table.Fields {
		f := &b.table.Fields[i]
		if s := b.slot(f.Name); s >= 0 && f.Type == "code" {
			m := membership{lists: lists, code: s, system: b.slot(param(f, "system_field", f.Name+"_system")), date: b.dateOfCode(f)}
			if one := f.Params["systems"]; !strings.Contains(one, "|") {
				m.only = codes.System(one)
			}
			all = append(all, m.check)
		}
	}
	return all
}

// dateOfCode returns the slot of the date when a code was given: what somebody has had since long may have got its code today
// (params: coded_field, else date_field).
func (b binding) dateOfCode(f *profile.Field) int {
	return b.slot(param(f, "coded_field", f.Params["date_field"]))
}

func param(f *profile.Field, name, otherwise string) string {
	if s := f.Params[name]; s != "" {
		return s
	}
	return otherwise
}

func (m membership) check(_ *Rules, r *standardize.Row) {
	cell := value(r, m.code)
	if cell == "" {
		return
	}
	system := codes.System(value(r, m.system))
	if system == "" {
		system = m.only
	}
	date := value(r, m.date)
	for code := range strings.SplitSeq(cell, "|") {
		switch found := m.lists.Find(system, code, date); found {
		case codelist.Good, codelist.NoList:
		case codelist.Unlisted:
			r.Fail(m.code, ofList[found])
		default:
			r.Flag(m.code, ofList[found])
		}
	}
}
