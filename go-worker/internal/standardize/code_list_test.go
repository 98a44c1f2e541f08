package standardize

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/facts"
)

// TestCodeLists: every code of every list means something that the family of its field reads, and what is no code is read as ever.
func TestCodeLists(t *testing.T) {
	for _, row := range facts.Rows("code_lists.csv", "list", "publisher", "type", "headers", "beside", "codes") {
		family, _ := Lookup(row[2])
		read := family.Bind(Column{Field: row[2], Type: row[2], Decisions: map[string]string{"code_standard": row[0]}})
		for _, pair := range facts.List(row[5]) {
			code, word, _ := strings.Cut(pair, "=")
			var c Cell
			if read(code, &c); word != "" && (c.Unusable || c.Value == "" || c.Value == code) {
				t.Errorf("%s: %s, %s, is %q, %v", row[0], code, word, c.Value, c.Hits)
			}
		}
	}
	for _, tt := range []struct{ list, typ, raw, want string }{
		{"naaccr_race", "race", "96|88", "2028-9"}, {"naaccr_race", "race", "1|02|88|88", "2106-3|2054-5"}, {"naaccr_race", "race", "White", "2106-3"},
		{"pcornet_race", "race", "01", "1002-5"}, {"pcornet_race", "race", "07", "ASKU"}, {"pcornet_race", "race", "OT", "2131-1"},
		{"pcornet_hispanic", "ethnicity", "R", "ASKU"}, {"nhs_gender", "gender", "X", "unknown"}, {"nhs_gender", "gender", "9", "other"},
		{"naaccr_sex", "gender", "1.0", "male"}, {"naaccr_hispanic", "ethnicity", "0", "2186-5"}, {"", "gender", "9", "unknown"},
	} {
		family, _ := Lookup(tt.typ)
		var c Cell
		family.Bind(Column{Field: tt.typ, Type: tt.typ, Decisions: map[string]string{"code_standard": tt.list}})(tt.raw, &c)
		if c.Value != tt.want || c.Unusable {
			t.Errorf("%s of %s is %q, %v; want %s", tt.raw, tt.list, c.Value, c.Hits, tt.want)
		}
	}
}
