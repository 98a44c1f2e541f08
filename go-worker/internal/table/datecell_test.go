package table

import (
	"context"
	"strings"
	"testing"
)

const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\-mmm\-yy;@"/>` +
	`<numFmt numFmtId="165" formatCode="0.0&quot;days&quot;"/><numFmt numFmtId="166" formatCode="0.0%"/>` +
	`<numFmt numFmtId="167" formatCode="00000"/><numFmt numFmtId="168" formatCode="000\-00\-0000"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>` +
	`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/>` +
	`<xf numFmtId="10"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="168"/></cellXfs></styleSheet>`

// TestNumberLooks: what a format shows of a number, "" where the number itself says as much.
func TestNumberLooks(t *testing.T) {
	tests := []struct{ format, number, want string }{
		{"[h]:mm", "1.5", "36:00"}, {"hh:mm:ss AM/PM", "0.59375", "14:15"}, {"[$-409]h:mm AM/PM;@", "0.59375", "14:15"},
		{"mm:ss", "1.6203703703703703E-3", "0:02:20"}, {"[mm]:ss", "0.0625", "1:30:00"}, {"mm:ss.0", "0.0625", ""},
		{`h"h"mm`, "0.0625", "1:30"},
		{"00000;;", "2139", "02139"}, {"[Blue]00000_)", "2139", "02139"}, {`[$-409]000\-00\-0000`, "12345678", "012-34-5678"},
		{"000-000;@", "1234", "001-234"}, {`"MRN "00000`, "42", "MRN 00042"}, {`\(000\)\ 000\-0000`, "6175551", "(000) 617-5551"},
		{`00" kg"`, "7", ""}, {"00.0", "7", ""}, {"0", "7", ""}, {`[<100]00;000`, "7", ""}, {"00000", "-42", ""}, {"0000E+00", "7", ""},
		{"#,##0.0%", "0.071", "7.1%"}, {"0.0 %", "0.071", "7.1%"}, {"0.0%;[Red]-0.0%", "0.071", "7.1%"}, {`0\ %`, "0.5", "50%"}, {`0"%"`, "7.1", ""},
		{"General", "7", ""}, {"@", "7", ""}, {`#,##0.00 "days"`, "7", ""}, {"[h", "7", ""}, {"", "7", ""},
	}
	for _, tt := range tests {
		if got, _ := lookOf(tt.format).shown(tt.number); got != tt.want {
			t.Errorf("%s of %s: %q, want %q", tt.format, tt.number, got, tt.want)
		}
	}
	for format, want := range map[string]bool{"mmmm": true, "[$-F800]dddd, mmmm dd, yyyy": true, `0 "days"`: false, "[Red]0": false, "h:mm": false} {
		if got := lookOf(format).kind == dayLook; got != want {
			t.Errorf("%s: a day %t", format, got)
		}
	}
}

func TestDateCells(t *testing.T) {
	cell := func(look, number string) string { return `<c s="` + look + `"><v>` + number + `</v></c>` }
	tests := []struct{ name, look, number, want string }{
		{"no look", "0", "32875", "32875"},
		{"a built-in date", "1", "32875", "1990-01-02"},
		{"a date of its own", "2", "32875", "1990-01-02"},
		{"with a time", "1", "45659.3541666667", "2025-01-02T08:30:00"},
		{"the last second of a day", "1", "45658.999999", "2025-01-02"},
		{"letters in quotes", "3", "32875", "32875"},
		{"a time of day", "4", "0.5", "12:00"},
		{"a titer that became one", "4", "9.7222222222222224E-2", "2:20"},
		{"with seconds", "4", "0.354340277777778", "8:30:15"},
		{"longer than a day", "4", "1.5", "36:00"},
		{"a day of which the time is shown", "4", "45659.3541666667", "2025-01-02T08:30:00"},
		{"a time below zero", "4", "-0.5", "-0.5"},
		{"a look that is not there", "9", "32875", "32875"},
		{"before the leap day that never was", "1", "59", "59"},
		{"beyond the last day", "1", "2958466", "2958466"},
		{"negative", "1", "-2", "-2"},
		{"percent", "5", "0.075", "7.5%"},
		{"percent of a float", "5", "7.4999999999999997E-2", "7.5%"},
		{"percent of its own", "6", "0.42", "42%"},
		{"zeros", "7", "2139", "02139"},
		{"zeros and dashes", "8", "12345678", "012-34-5678"},
		{"more digits than zeros", "7", "123456", "123456"},
		{"zeros for a fraction", "7", "2.5", "2.5"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := dateCell(t, cell(tt.look, tt.number), `<workbookPr/>`); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
	if got := dateCell(t, cell("0", "31413"), `<workbookPr date1904="1"/>`); got != "31413" {
		t.Errorf("no look of a date: %q", got)
	}
	if got := dateCell(t, cell("1", "31413"), `<workbookPr date1904="1"/>`); got != "1990-01-02" {
		t.Errorf("from 1904: %q", got)
	}
}

// dateCell returns what is read of one cell in a workbook with styles.
func dateCell(t *testing.T, cell, properties string) string {
	t.Helper()
	const stylesheet = `<Relationship Id="rId5" Type="` + officeTypes + `/styles" Target="styles.xml"/></Relationships>`
	parts := map[string]string{
		"xl/styles.xml": styles,
		"xl/workbook.xml": `<workbook xmlns:r="` + officeTypes + `">` + properties +
			`<sheets><sheet name="Patients" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": strings.Replace(relationships+`<Relationship Id="rId1" Type="`+officeTypes+
			`/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`, "</Relationships>", stylesheet, 1),
	}
	rows := `<row><c t="str"><v>dob</v></c></row><row>` + cell + `</row>`
	sources, err := Open(context.Background(), workbookInput(t, rows, ``, parts), Options{})
	if err != nil || len(sources) != 1 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	if from1904 := strings.Contains(properties, "1904"); from1904 != (sources[0].Ingest.Days == "1904") {
		t.Errorf("days of %s are counted from %q", properties, sources[0].Ingest.Days)
	}
	records, _ := readAll(t, sources[0])
	if len(records) != 1 || len(records[0].cells) != 1 {
		t.Fatalf("%+v", records)
	}
	return records[0].cells[0]
}
