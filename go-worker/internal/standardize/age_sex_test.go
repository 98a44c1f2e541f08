package standardize

import "testing"

func TestAgeAndSexInOneColumn(t *testing.T) {
	columns := map[string]Column{"age_sex": {Field: "age_sex", Type: "text"}}
	var cases []rowCase
	for raw, want := range map[string][2]string{
		"45/M": {"45", "male"}, "45 F": {"45", "female"}, "M45": {"45", "male"}, "F/45": {"45", "female"}, "67yo F": {"67", "female"}, "67yoF": {"67", "female"},
		"45 y/o male": {"45", "male"}, "6 mo M": {"0", "male"}, "6M F": {"0", "female"}, "18 months, F": {"1", "female"}, "6M": {"6", "male"}, "45M": {"45", "male"},
		"Female, 30": {"30", "female"}, "45Y/M": {"45", "male"}, "70 (F)": {"70", "female"}, "3 wk / f": {"0", "female"}, "45": {"45", ""}, "F": {"", "female"},
		"45 / U": {"45", "unknown"}, "7 years old boy": {"7", "male"}, "62 y.o. M": {"62", "male"}, "62 y.o. female": {"62", "female"}, "3 m.o. F": {"0", "female"}, "5 wk.o. male": {"0", "male"},
		"9 days F": {"0", "female"}, "62-year-old male": {"62", "male"}, "62 year old M": {"62", "male"}, "4 d.o. boy": {"0", "male"}, "62 y.o.": {"62", ""},
	} {
		cases = append(cases, rowCase{name: raw, in: map[string]string{"age_sex": raw}, want: map[string]string{"age": want[0], "administrative_gender": want[1], "age_sex": raw}})
	}
	for _, raw := range []string{"45/45", "M/F", "see chart", "45 kg", "45/Q"} {
		cases = append(cases, rowCase{name: raw, in: map[string]string{"age_sex": raw}, want: map[string]string{"age": "", "administrative_gender": ""}, hits: []string{"age_sex PAT-013"}})
	}
	runRows(t, ageSexStep, columns, nil, cases)

	columns["age"], columns["administrative_gender"] = Column{Field: "age", Type: "age"}, Column{Field: "administrative_gender", Type: "gender"}
	runRows(t, ageSexStep, columns, nil, []rowCase{{name: "stated apart", in: map[string]string{"age_sex": "45/M", "age": "46"},
		want: map[string]string{"age": "46", "administrative_gender": "male"}}})
}
