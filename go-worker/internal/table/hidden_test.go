package table

import (
	"context"
	"slices"
	"strings"
	"testing"
)

// What a workbook hides is read like the rest, and told: rows and columns that hold anything, and whole sheets.
func TestHidden(t *testing.T) {
	const rows = `<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="C1" t="inlineStr"><is><t>weight</t></is></c></row>` +
		`<row r="2" hidden="1"><c r="A2"><v>1</v></c><c r="C2"><v>70</v></c></row><row r="3" hidden="true"><c r="A3"/></row>` +
		`<row r="4" hidden="0"><c r="A4"><v>2</v></c><c r="C4"><v>71</v></c></row>`
	sheet := func(cols string) map[string]string {
		return map[string]string{"xl/worksheets/sheet1.xml": `<worksheet>` + cols + `<sheetData>` + rows + `</sheetData></worksheet>`}
	}
	visible := strings.ReplaceAll(strings.ReplaceAll(rows, `hidden="1"`, ""), `hidden="true"`, "")
	book := func(state string) map[string]string {
		return map[string]string{
			"xl/workbook.xml": `<workbook xmlns:r="` + officeTypes + `"><sheets><sheet name="Patients" state="` + state + `" r:id="rId1"/></sheets></workbook>`,
		}
	}
	for _, tt := range []struct {
		name, rows string
		parts      map[string]string
		count      int64
		detail     string
	}{
		{"a row by a filter; one that is empty does not count", rows, sheet(""), 1, "rows: 1"},
		{"columns, one of them empty", rows, sheet(`<cols><col min="1" max="2" hidden="1"/><col min="3" max="9"/></cols>`), 2, "rows: 1, columns: 1"},
		{"all columns", rows, sheet(`<cols><col min="1" max="16384" hidden="true"/></cols>`), 3, "rows: 1, columns: 2"},
		{"the sheet", visible, book("veryHidden"), 1, "the sheet"},
		{"nothing", visible, book("visible"), 0, ""},
	} {
		sources, err := Open(context.Background(), workbookInput(t, tt.rows, "", tt.parts), Options{})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(sources[0].Notes, func(n Note) bool { return n.Rule == ruleHidden })
		got := Note{}
		if i >= 0 {
			got = sources[0].Notes[i]
		}
		if records, _ := readAll(t, sources[0]); len(records) != 2 || got.Count != tt.count || got.Detail != tt.detail {
			t.Errorf("%s: %d records, %+v", tt.name, len(records), got)
		}
	}
}
