package engine

import (
	"strings"
	"testing"
)

// TestLongPressures makes two rows of a blood pressure in a long file, and one of everything else.
func TestLongPressures(t *testing.T) {
	const file = "Result ID,Patient ID,LOINC,Test,Result,Units,Collected\n" +
		"R1,P1,85354-9,Blood pressure,120/80,mmHg,2026-01-03\n" +
		"R2,P1,,BP,118 / 76 mmHg,,2026-01-04\n" +
		"R3,P1,85354-9,,118,mmHg,2026-01-05\n" +
		"R4,P1,8867-4,,72,/min,2026-01-06\n" +
		"R5,P1,85354-9,,80/120,mmHg,2026-01-07\n"
	r := harmonizeText(t, "observations.csv", file)
	var got []string
	for _, row := range r.rows("observation.clean.csv") {
		got = append(got, strings.Join([]string{row["observation_id"], row["code"], row["value"], row["unit"], row["value_number"]}, " "))
	}
	want := "R1 8480-6 120 mm[Hg] 120\nR1 8462-4 80 mm[Hg] 80\nR2 8480-6 118 mm[Hg] 118\nR2 8462-4 76 mm[Hg] 76\n" +
		"R3 85354-9 118 mm[Hg] \nR4 8867-4 72 /min 72"
	if !strings.HasPrefix(strings.Join(got, "\n"), want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), want)
	}
	if r.count("VIT-010") == 0 || r.count("UNQ-001") != 0 || r.Counts.RowsUnpivoted != 3 {
		t.Errorf("VIT-010 %d, UNQ-001 %d, %+v", r.count("VIT-010"), r.count("UNQ-001"), r.Counts)
	}
	if strings.Contains(r.read("issues.ndjson"), "XL-007") {
		t.Error("a pressure was taken for a date")
	}
}
