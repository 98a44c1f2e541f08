package standardize

import (
	"strings"
	"testing"
)

// FuzzResults holds the laws of every family over those of this file, and that no row step loses a number.
func FuzzResults(f *testing.F) {
	for _, s := range []string{"5.6 mmol/L", "<0.1", "140 H", "2-5 /hpf", "1:80", "QNS", "7 lb 8 oz", `5'7"`, "120/80", "98.6 F", "1,234.5",
		"-4 to -1", "*5", ".5", "1e5", "5-Feb", "2:20", "≥ 60", "(3.5-5.0)", "5/10", "1m70", "--5", "5--", "<", "1:", "H", "\u00a0"} {
		f.Add(s)
	}
	families := map[string]CellFunc{}
	for _, name := range []string{"result_value", "reference_range", "unit", "interpretation"} {
		families[name] = resultFamilies[name].Bind(Column{Today: today})
	}
	for kind, m := range vitalSigns {
		families[kind] = vital(sign(kind, m.unit.Code))
	}
	rows := newHarness("observation", observations(nil))
	codes := []string{"2345-7", "29463-7", "8302-2", "85354-9", "8310-5", "14749-6", "5821-4"}
	f.Fuzz(func(t *testing.T, raw string) {
		raw = strings.TrimSpace(raw)
		if raw == "" || strings.Contains(raw, "‼") { // the mark of the harness
			return
		}
		for name, cell := range families {
			var c Cell
			cell(raw, &c)
			if c.Unusable && c.Value != raw {
				t.Errorf("%s: %q failed and became %q", name, raw, c.Value)
			}
			checkLaws(t, cell, raw, c.Value, c.Unusable)
		}
		for _, code := range codes {
			got, _ := rows.row(map[string]string{"code": code, "value": raw, "reference_range": raw})
			rows.again(t, got)
		}
	})
}
