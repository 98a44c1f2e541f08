package standardize

import "testing"

func TestFieldsOfHL7(t *testing.T) {
	for _, tt := range []struct {
		typ, raw, want string
		rules          string
	}{
		{"identifier", "1000^^^HOSP^MR~900000000^^^SSA^SS", "1000", "STD-003"},
		{"gender", "F^Female^HL70001", "female", "STD-003"},
		{"race", "2106-3^White^HL70005~2028-9^Asian^HL70005", "2106-3|2028-9", "STD-003"},
		{"phone", "^PRN^PH^^1^617^5552000", "+16175552000", "STD-003"},
		{"phone", "^PRN^PH^^^617^5552000^12~^NET^Internet^a@example.org", "+16175552000", "STD-003"},
		{"phone", "(617)555-2000^PRN^PH~^NET^Internet^a@example.org", "+16175552000", "STD-003"},
		{"unit", "mg/dL^milligram per deciliter^UCUM", "mg/dL", "STD-003"},
		{"unit", "10^3/uL", "10*3/uL", "UNIT-001"},
		{"interpretation", "H^High^HL70078", "H", "STD-003"},
		{"unit", "CD:289^mg/dL", "mg/dL", "STD-003"},
		{"unit", "kg/m^2", "kg/m2", "UNIT-001"},
		{"address_line", "1 MAIN ST^APT 4^BOSTON^MA^02118^USA^H", "1 MAIN ST APT 4, BOSTON, MA 02118", "STD-003"},
		{"identifier", "A7^1", "A7^1", ""},
		{"result_value", "112283007^Escherichia coli^SCT", "Escherichia coli", "STD-003"},
		{"result_value", "10828004^Positive^SCT^POS^Pos^L", "POS", "STD-003"},
		{"result_value", ">^60", ">60", ""},
		{"result_value", "^1^:^80", "1:80", ""},
		{"result_value", "5 x 10^3", "5 x 10^3", ""},
	} {
		family, _ := Lookup(tt.typ)
		var c Cell
		family.Bind(Column{Field: tt.typ, Country: "US", Decimal: '.'})(tt.raw, &c)
		found := tt.rules == ""
		for _, id := range c.Hits {
			found = found || id.String() == tt.rules
		}
		if c.Value != tt.want || !found {
			t.Errorf("%s %s: %q under %v, want %q under %s", tt.typ, tt.raw, c.Value, c.Hits, tt.want, tt.rules)
		}
	}
}
