package engine

import (
	"cmp"
	"maps"
	"slices"

	"harmonizer/go-worker/internal/link"
	"harmonizer/go-worker/internal/profile"
)

// A KnownRecord is a record of a person as the registry keeps it.
type KnownRecord struct {
	UID    string            `json:"row_uid"`
	Source string            `json:"source"`
	Values map[string]string `json:"values"`
}

// A Survived field is what survives of a person's records.
type Survived struct {
	Field      string   `json:"field"`
	Value      string   `json:"value"`
	Rule       string   `json:"rule"`
	UID        string   `json:"row_uid"` // of the record that it is from
	Alternates []string `json:"alternates"`
}

// GoldenOf returns what survives of the records of one person, in the order of the patients' table, by the same rules as persons.csv.
func GoldenOf(p *profile.Profile, records []KnownRecord) []Survived {
	columns := knownColumns(p, records)
	members := make([]link.Member, len(records))
	for i, r := range records {
		members[i] = link.Member{UID: r.UID, Source: r.Source}
		for _, c := range columns {
			members[i].Values = append(members[i].Values, r.Values[c])
		}
	}
	g := link.NewSurvivor(columns, p).Merge(members)
	fields := []Survived{}
	for c, name := range columns {
		if win := g.Winners[c]; win.Member >= 0 && g.Values[c] != "" {
			fields = append(fields, Survived{name, g.Values[c], win.Rule, members[win.Member].UID, append([]string{}, g.Alternates[c]...)})
		}
	}
	return fields
}

// knownColumns are the fields that any record has, in the order of the patients' table.
func knownColumns(p *profile.Profile, records []KnownRecord) []string {
	names := map[string]bool{}
	for _, r := range records {
		for name := range r.Values {
			names[name] = true
		}
	}
	columns := slices.Sorted(maps.Keys(names))
	if t := p.Table(patientTable); t != nil {
		rank := columnRanks(t)
		slices.SortStableFunc(columns, func(x, y string) int { return cmp.Compare(rank(x), rank(y)) })
	}
	return columns
}
