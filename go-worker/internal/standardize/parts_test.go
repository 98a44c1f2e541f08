package standardize

import "testing"

// TestPartsInColumnsOfTheirOwn: parts of family names and streets are put where they belong, and not twice.
func TestPartsInColumnsOfTheirOwn(t *testing.T) {
	columns := map[string]Column{"name_family": {Field: "name_family", Type: "name_family"}, "name_particle": {Field: "name_particle", Type: "text"},
		"name_family_second": {Field: "name_family_second", Type: "name_family"}, "address_line1": {Field: "address_line1", Type: "address_line"},
		"house_number": {Field: "house_number", Type: "text", Country: "US", Header: "huisnummer"}, "house_number_addition": {Field: "house_number_addition", Type: "text"}}
	runParts := func(cases []rowCase) {
		t.Helper()
		for _, tt := range cases {
			l, r, _ := rowOf(t, partsStep, columns, tt.in)
			for range 2 { // the second time changes nothing
				for _, w := range partsStep.Bind(l, func(f string) (Column, bool) { c, ok := columns[f]; return c, ok }) {
					w.Do(r)
				}
				for field, want := range tt.want {
					if got := r.Get(l.Slot(field)); got != want {
						t.Errorf("%s: %s = %q; want %q", tt.name, field, got, want)
					}
				}
			}
		}
	}
	runParts([]rowCase{
		{name: "particle", in: map[string]string{"name_family": "Berg", "name_particle": "Van der"}, want: map[string]string{"name_family": "van der Berg"}},
		{name: "particle there", in: map[string]string{"name_family": "Van Dijk", "name_particle": "van"}, want: map[string]string{"name_family": "Van Dijk"}},
		{name: "no family name", in: map[string]string{"name_particle": "van"}, want: map[string]string{"name_family": ""}},
		{name: "second surname", in: map[string]string{"name_family": "García", "name_family_second": "Pérez"}, want: map[string]string{"name_family": "García Pérez"}},
		{name: "the same twice", in: map[string]string{"name_family": "García", "name_family_second": "García"}, want: map[string]string{"name_family": "García García"}},
		{name: "number behind", in: map[string]string{"address_line1": "Kerkstraat", "house_number": "12a"}, want: map[string]string{"address_line1": "Kerkstraat 12a"}},
		{name: "number with a letter", in: map[string]string{"address_line1": "Kerkstraat", "house_number": "12", "house_number_addition": "a"},
			want: map[string]string{"address_line1": "Kerkstraat 12a", "house_number": "12"}},
		{name: "number with another", in: map[string]string{"address_line1": "Kerkstraat", "house_number": "12", "house_number_addition": "-2"},
			want: map[string]string{"address_line1": "Kerkstraat 12-2"}},
		{name: "a letter and no number", in: map[string]string{"address_line1": "Kerkstraat", "house_number_addition": "a"}, want: map[string]string{"address_line1": "Kerkstraat"}},
		{name: "number there", in: map[string]string{"address_line1": "Kerkstraat 12", "house_number": "12"}, want: map[string]string{"address_line1": "Kerkstraat 12"}},
	})
	columns["house_number"] = Column{Field: "house_number", Type: "text", Country: "US", Header: "House Number"}
	runParts([]rowCase{
		{name: "number before", in: map[string]string{"address_line1": "High Street", "house_number": "12"}, want: map[string]string{"address_line1": "12 High Street"}},
		{name: "number before already", in: map[string]string{"address_line1": "12 High Street", "house_number": "12"}, want: map[string]string{"address_line1": "12 High Street"}},
		{name: "numbered avenue", in: map[string]string{"address_line1": "5th Avenue", "house_number": "12"}, want: map[string]string{"address_line1": "12 5th Avenue"}},
		{name: "numbered road", in: map[string]string{"address_line1": "Highway 50", "house_number": "12"}, want: map[string]string{"address_line1": "12 Highway 50"}},
		{name: "another number", in: map[string]string{"address_line1": "120 High Street", "house_number": "12"}, want: map[string]string{"address_line1": "120 High Street"}},
	})
	columns["zip"] = Column{Field: "zip", Type: "zip", Country: "NL", Decisions: map[string]string{"country": "NL"}}
	runParts([]rowCase{
		{name: "the plan's country", in: map[string]string{"address_line1": "Kerkstraat", "house_number": "12"}, want: map[string]string{"address_line1": "Kerkstraat 12"}},
	})
}
