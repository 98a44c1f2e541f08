package engine

import (
	"strings"
	"testing"
)

// TestPartsOfMeasures: pounds and ounces, feet and inches in columns of their own are one measure, in wide files and in tables of persons.
func TestPartsOfMeasures(t *testing.T) {
	for _, tt := range []struct{ header, rows, want string }{
		{"weight_lb,weight_oz", "148,8|9,6|0,0|,5|7,", "67.36 4.25  0.14 3.18"},
		{"weight_oz,weight_lb", "8,148|6,9", "67.36 4.25"},
		{"Height (ft),Height (in)", "5,7|6,0|5,11.5", "170.2 182.9 181.6"},
		{"weight_lb,weight_oz", "148,2376|9,150", "67.13 4.08"}, // the same weight in another unit
		{"height_in,height_cm", "64,162.6|70,177.8", "162.6 177.8"},
	} {
		rows := ""
		for i, r := range strings.Split(tt.rows, "|") {
			rows += string(rune('1'+i)) + ",2024-01-0" + string(rune('1'+i)) + "," + r + "\n"
		}
		r := harmonizeText(t, "vitals.csv", "patient_id,date,"+tt.header+"\n"+rows)
		var got []string
		for _, row := range r.rows("observation.clean.csv") {
			got = append(got, row["value"])
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s: %s; want %s", tt.header, s, tt.want)
		}
	}
	r := harmonizeText(t, "patients.csv", "mrn,last_name,first_name,dob,weight_lb,weight_oz\n1,Hay,Ann,2024-01-02,9,6\n2,Fox,Lou,2024-01-03,7,\n")
	if rows := r.rows("patient.clean.csv"); rows[0]["weight"] != "4.25" || rows[1]["weight"] != "3.18" || rows[0]["x_weight_oz"] != "6" {
		t.Errorf("of persons: %v", rows)
	}
	if changes := r.read("changes.ndjson.gz"); !strings.Contains(changes, `["9|6","4.25"]`) {
		t.Errorf("the change log lacks one of the cells: %s", changes)
	}
}

// TestVitalsNotTaken: a cell of a vital sign may say why there is none.
func TestVitalsNotTaken(t *testing.T) {
	r := harmonizeText(t, "vitals.csv", "patient_id,date,pulse,pain,weight,bp\n1,2024-01-05,NOT DONE,pt asleep,refused to say,118/doppler\n2,2024-01-06,72,3,80 kg,120/80\n")
	want := []string{" not-performed", " not-performed", " error", "118 ", "72 ", "3 ", "80 ", "120 ", "80 "}
	for i, row := range r.rows("observation.clean.csv") {
		if got := row["value"] + " " + row["absent_reason"]; got != want[i] {
			t.Errorf("row %d is %q; want %q", i+1, got, want[i])
		}
	}
	if r.count("OBS-006") != 2 || r.count("VIT-001") != 1 {
		t.Errorf("OBS-006 %d, VIT-001 %d", r.count("OBS-006"), r.count("VIT-001"))
	}
}
