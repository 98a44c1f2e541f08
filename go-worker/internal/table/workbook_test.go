package table

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

const (
	relationships = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	officeTypes   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
)

// workbookInput makes a workbook of two sheets, whose rows are written as XML. Parts may be replaced.
func workbookInput(t *testing.T, rows1, rows2 string, replaced map[string]string) Input {
	t.Helper()
	parts := map[string]string{
		contentTypes: `<Types/>`,
		"_rels/.rels": relationships + `<Relationship Id="rId1" Type="` + officeTypes +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml": `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` +
			officeTypes + `"><sheets><sheet name="Patients" sheetId="1" r:id="rId1"/><sheet name="Second one" sheetId="2" r:id="rId2"/>` +
			`<sheet name="Chart" sheetId="3" r:id="rId3"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relationships +
			`<Relationship Id="rId1" Type="` + officeTypes + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + officeTypes + `/worksheet" Target="/xl/worksheets/sheet2.xml"/>` +
			`<Relationship Id="rId3" Type="` + officeTypes + `/chartsheet" Target="chartsheets/sheet3.xml"/>` +
			`<Relationship Id="rId4" Type="` + officeTypes + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/sharedStrings.xml": `<sst><si><t>id</t></si><si><t xml:space="preserve">name </t></si>` +
			`<si><r><t>Lee</t></r><r><rPr><b/></rPr><t>, Ann</t></r><rPh><t>x</t></rPh></si><si><t>two&#10;lines_x000D_</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet><cols><col min="1"/></cols><sheetData>` + rows1 + `</sheetData><mergeCells/></worksheet>`,
		"xl/worksheets/sheet2.xml": `<x:worksheet xmlns:x="s"><x:sheetData>` + rows2 + `</x:sheetData></x:worksheet>`,
	}
	maps.Copy(parts, replaced)
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		part, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(part, parts[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return input("book.xlsx", file.String())
}

const patients = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>weight</t></is></c>` +
	`<c r="D1" t="str"><f>"d"&amp;"ob"</f><v>dob</v></c><c r="F1" t="str"><v> </v></c></row>` +
	`<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="s"><v>2</v></c><c r="C2"><v>37.700000000000003</v></c><c r="D2" s="3"><v>31142</v></c></row>` +
	`<row r="5"><c r="A5"><v>2</v></c><c r="B5" t="s"><v>3</v></c><c r="D5" t="e"><v>#N/A</v></c></row>` +
	`<row><c><v>1.2345678901234568E17</v></c><c t="b"><v>1</v></c><c t="b"/><c t="d"><v>1985-04-05</v></c></row>`

func TestWorkbook(t *testing.T) {
	for _, chunkBytes := range []int{16, 0} {
		in := workbookInput(t, patients, `<x:row><x:c t="str"><x:v>code</x:v></x:c></x:row><x:row><x:c><x:v>7</x:v></x:c></x:row>`, nil)
		sources, err := Open(context.Background(), in, Options{ChunkBytes: chunkBytes})
		if err != nil || len(sources) != 2 {
			t.Fatalf("%d sources, %v", len(sources), err)
		}
		s := sources[0]
		got, dropped := readAll(t, s)
		want := []record{
			{cells: []string{"1", "Lee, Ann", "37.7", "31142"}, line: 2},
			{cells: []string{"2", "two\nlines\r", "", "#N/A"}, line: 5},
			{cells: []string{"123456789012346000", "TRUE", "", "1985-04-05"}, line: 6},
		}
		if !slices.EqualFunc(got, want, sameRecord) || dropped.Blank != 2 {
			t.Errorf("%+v, dropped %+v", got, dropped)
		}
		if s.Name != "book.xlsx/Patients" || s.Ingest.Sheet != "Patients" || s.Ingest.Format != "xlsx" || s.HeaderLine != 1 ||
			strings.Join(s.Header, "|") != "id|name|weight|dob" {
			t.Errorf("%s: %+v, header %q", s.Name, s.Ingest, s.Header)
		}
		if got, _ := readAll(t, sources[1]); len(got) != 1 || got[0].cells[0] != "7" || sources[1].Name != "book.xlsx/Second one" {
			t.Errorf("second sheet %+v", got)
		}
	}
}

func TestWorkbookRefused(t *testing.T) {
	row := func(cells string) string { return `<row r="1">` + cells + `</row>` }
	tests := []struct {
		name, rows string
		replaced   map[string]string
		want       string
	}{
		{"empty", `<row r="1"><c r="A1"/></row>`, nil, "FILE-001"},
		{"formulas alone, never computed", row(`<c><f>A2</f></c><c><f>B2</f><v/></c>`), nil, "FILE-001"},
		{"only a header", row(`<c t="str"><v>id</v></c>`), nil, "FILE-001"},
		{"cut short", "", map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row><c><v>1</v></c></row>`}, "FILE-006"},
		{"no XML", "", map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData></row`}, "FILE-006"},
		{"text that is not there", row(`<c t="s"><v>9</v></c>`), nil, "FILE-006"},
		{"too many columns", row(`<c r="XFD1"><v>1</v></c>`), nil, "FILE-007"},
		{"too many rows", `<row r="2000000"><c><v>1</v></c></row>`, nil, "FILE-007"},
		{"a long cell", row(`<c t="str"><v>` + strings.Repeat("x", 10<<10) + `</v></c>`), nil, "FILE-007"},
		{"a long row", row(strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 1000)+`</v></c>`, 10)), nil, "FILE-007"},
		{"a binary workbook", "", map[string]string{"_rels/.rels": relationships + `<Relationship Id="a" Type="` + officeTypes +
			`/officeDocument" Target="xl/workbook.bin"/></Relationships>`}, "FILE-005"},
		{"a part that is not there", "", map[string]string{"xl/workbook.xml": "<workbook", "_rels/.rels": relationships + `<Relationship Id="a" Type="` + officeTypes +
			`/officeDocument" Target="xl/other.xml"/></Relationships>`}, "FILE-006"},
		{"a text document", "", map[string]string{"_rels/.rels": `<Relationships/>`}, "FILE-005"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(context.Background(), workbookInput(t, tt.rows, "", tt.replaced), Options{MaxField: 1 << 10})
			var r *Refused
			if !errors.As(err, &r) || r.Rule.String() != tt.want {
				t.Errorf("%v; want %s", err, tt.want)
			}
		})
	}
}

// TestWorkbookBombs reads small workbooks that would become large tables, or take long.
func TestWorkbookBombs(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	shared := map[string]string{"xl/sharedStrings.xml": `<sst><si><t>` + long[:len(long)-1] + `</t></si></sst>`}
	_, err := Open(context.Background(), workbookInput(t, strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 100), "", shared), Options{})
	var r *Refused
	if !errors.As(err, &r) || r.Rule != ruleLimit {
		t.Errorf("a text in a hundred cells: %v; want %s", err, ruleLimit)
	}
	s := sheetReader{cells: []string{"x"}, merged: slices.Repeat([]mergedSpan{{column: 0, first: 1, last: maxRows}}, 1000)}
	if s.fill(1); len(s.spans) != 1 {
		t.Errorf("the same cells merged again and again: %d spans over a row; want one", len(s.spans))
	}
}

func TestShownNumber(t *testing.T) {
	for text, want := range map[string]string{
		"37.700000000000003": "37.7", "0.1": "0.1", "-12": "-12", "44562": "44562", "1E-3": "0.001", "1.5E+300": "1.5E+300",
		"6.1755523450000001E9": "6175552345", "0.30000000000000004": "0.3", "999999999999999": "999999999999999", "x": "x",
		"1234567890123456": "1234567890123456", "98765432109876543210": "98765432109876543210", "1.234567890123456E15": "1234567890123456",
		"1.2345678901234568E17": "123456789012346000",
	} {
		if got := shownNumber(text); got != want {
			t.Errorf("%s: %s; want %s", text, got, want)
		}
	}
}

// TestWorkbookGroups completes the header of a sheet by the line of groups above it.
func TestWorkbookGroups(t *testing.T) {
	cell := func(at, text string) string {
		return `<c r="` + at + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	rows := `<row r="1">` + cell("A1", "Patient") + cell("C1", "Test") + `</row><row r="2">` + cell("A2", "ID") + cell("B2", "Sex") +
		cell("C2", "Code") + cell("D2", "Result") + `</row><row r="3">` + cell("A3", "P1") + cell("B3", "F") + cell("C3", "2345-7") + cell("D3", "100") + `</row>`
	known := []string{"patient id", "sex", "test code", "result"}
	score := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains(known, strings.ToLower(c)) {
				n++
			}
		}
		return n / float64(len(cells))
	}
	sources, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{HeaderScore: score})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Patient ID", "Sex", "Test Code", "Result"}; !slices.Equal(sources[0].Header, want) {
		t.Errorf("header %q, want %q", sources[0].Header, want)
	}
}

// TestMergedCells: a cell over several rows of a column is the value of each of them, but of rows that hold nothing else.
func TestMergedCells(t *testing.T) {
	cell := func(at, text string) string {
		return `<c r="` + at + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	sheet := `<worksheet><sheetData><row r="1">` + cell("A1", "patient") + cell("B1", "test") + `</row><row r="2">` + cell("A2", "P1") + cell("B2", "Na") +
		`</row><row r="3">` + cell("B3", "K") + `</row><row r="4"><c r="A4"/></row><row r="5">` + cell("B5", "Cl") + `</row></sheetData>` +
		`<mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="A1:B1"/></mergeCells></worksheet>`
	sources, err := Open(context.Background(), workbookInput(t, "", "", map[string]string{"xl/worksheets/sheet1.xml": sheet}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	records, _ := readAll(t, sources[0])
	for _, r := range records {
		got = append(got, strings.Join(r.cells, " "))
	}
	if want := "P1 Na,P1 K, Cl"; strings.Join(got, ",") != want {
		t.Errorf("%q; want %q", got, want)
	}
	block := strings.NewReplacer(`ref="A2:A4"`, `ref="A2:B4"`, cell("B1", "test"), cell("B1", "ward")+cell("C1", "test"), cell("B2", "Na"), cell("C2", "Na"),
		cell("B3", "K"), cell("C3", "K"), cell("B5", "Cl"), cell("C5", "Cl")).Replace(sheet)
	sources, err = Open(context.Background(), workbookInput(t, "", "", map[string]string{"xl/worksheets/sheet1.xml": block}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if records, _ := readAll(t, sources[0]); len(records) < 2 || !slices.Equal(records[1].cells, []string{"P1", "", "K"}) {
		t.Errorf("over two columns: %+v", records)
	}
}

// TestTablesBelowInASheet reads two tables of one sheet, by the numbers of its rows.
func TestTablesBelowInASheet(t *testing.T) {
	row := func(cells ...string) string {
		var text strings.Builder
		for _, c := range cells {
			text.WriteString(`<c t="str"><v>` + c + `</v></c>`)
		}
		return "<row>" + text.String() + "</row>"
	}
	rows := row("MRN", "Last Name", "DOB") + row("1", "Doe", "1980-01-31") + row("2", "Roe", "1981-01-31") + `<row r="6"/>` +
		row("Results") + row("MRN", "Test", "Result", "Units") + row("1", "Glucose", "105", "mg/dL")
	sources, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{HeaderScore: knownHeaders})
	if err != nil || len(sources) != 2 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	below := sources[1]
	got, _ := readAll(t, below)
	if below.Name != "book.xlsx/Patients/table 2" || len(got) != 1 || got[0].line != 9 || got[0].cells[3] != "mg/dL" {
		t.Errorf("%s: %+v", below.Name, got)
	}
	if got, _ := readAll(t, sources[0]); len(got) != 2 {
		t.Errorf("above it: %+v", got)
	}
}

// TestEmptyColumns: a column that holds nothing is none, before the table, within it and between it and what stands beside.
func TestEmptyColumns(t *testing.T) {
	cell := func(at, text string) string { return `<c r="` + at + `" t="str"><v>` + text + `</v></c>` }
	rows := `<row r="3"><c r="A3" s="1"/>` + cell("C3", "MRN") + cell("E3", "DOB") + `</row><row r="4">` + cell("B4", " ") + cell("C4", "1") +
		cell("E4", "1980-01-31") + `</row><row r="5">` + cell("C5", "2") + cell("E5", "1981-01-31") + cell("CV5", "late") + `</row>`
	sources, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{HeaderScore: knownHeaders})
	if err != nil {
		t.Fatal(err)
	}
	records, _ := readAll(t, sources[0])
	if want := []string{"MRN", "DOB", "column_3"}; !slices.Equal(sources[0].Header, want) || len(records) != 2 ||
		!slices.Equal(records[1].cells, []string{"2", "1981-01-31", "late"}) || records[1].line != 5 {
		t.Errorf("header %q, %+v", sources[0].Header, records)
	}
}

// TestCellsWithoutReferences: empty cells count where none says which column it is in, also those of columns that hold nothing.
func TestCellsWithoutReferences(t *testing.T) {
	text := func(s string) string { return `<c t="str"><v>` + s + `</v></c>` }
	rows := `<row>` + text("id") + `<c/><c/>` + text("note") + `</row><row>` + text("1") + `<c/><c t="str"><v></v></c>` + text("x") + `</row>`
	sources, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := readAll(t, sources[0]); len(got) != 1 || !slices.Equal(got[0].cells, []string{"1", "x"}) {
		t.Errorf("header %q, %+v", sources[0].Header, got)
	}
}

// TestFormulasNeverComputed: a formula without a value is told, one whose value is an empty text is not.
func TestFormulasNeverComputed(t *testing.T) {
	rows := `<row><c t="str"><v>id</v></c><c t="str"><v>age</v></c><c t="str"><v>note</v></c></row>` +
		`<row><c><v>1</v></c><c><f>A2</f><v>41</v></c><c t="str"><f>""</f><v></v></c></row>` +
		`<row><c><v>2</v></c><c><f>A3</f><v/></c><c t="str"><v>x</v></c></row><row><c><v>3</v></c><c><f t="shared" si="0"/></c></row>`
	sources, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(sources[0].Notes, func(n Note) bool { return n.Rule.String() == "XL-017" })
	if i < 0 || sources[0].Notes[i].Count != 2 {
		t.Errorf("notes %+v", sources[0].Notes)
	}
	rows = `<row><c t="str"><v>id</v></c><c t="str"><v>age</v></c></row><row><c><f>B2</f></c><c><f>A2</f></c></row>`
	if _, err := Open(context.Background(), workbookInput(t, rows, "", nil), Options{}); err == nil || !strings.Contains(err.Error(), "formulas") {
		t.Errorf("nothing but a header and formulas: %v", err)
	}
}

// TestPartsByOtherNames: case does not matter in the names of parts, and backslashes are slashes.
func TestPartsByOtherNames(t *testing.T) {
	in := workbookInput(t, patients, "", nil)
	archive := zipped(t, in, func(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "/", `\`)) })
	sources, err := Open(context.Background(), archive, Options{})
	if err != nil || len(sources) != 1 || sources[0].Header[0] != "id" {
		t.Errorf("%d sources, %v", len(sources), err)
	}
}

// TestPartsInOtherEncodings: a part is read in the encoding that it is in, and refused where nobody knows that.
func TestPartsInOtherEncodings(t *testing.T) {
	sheet := func(encoding string) string {
		return `<?xml version="1.1" encoding="` + encoding + `"?><worksheet><sheetData><row><c t="str"><v>id</v></c><c t="str"><v>name</v></c></row>` +
			`<row><c><v>1</v></c><c t="str"><v>Peña</v></c></row></sheetData></worksheet>`
	}
	wide := utf16.Encode([]rune("\ufeff" + sheet("UTF-16")))
	little := make([]byte, 0, 2*len(wide))
	for _, unit := range wide {
		little = binary.LittleEndian.AppendUint16(little, unit)
	}
	for what, part := range map[string]string{
		"Latin 1":                strings.ReplaceAll(sheet("ISO-8859-1"), "ñ", "\xf1"),
		"UTF-16":                 string(little),
		"UTF-16 without a mark":  string(little[2:]),
		"UTF-8 that says UTF-16": "\ufeff" + sheet("utf-16"),
		"UTF-8":                  sheet("utf8"),
	} {
		sources, err := Open(context.Background(), workbookInput(t, "", "", map[string]string{"xl/worksheets/sheet1.xml": part}), Options{})
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got, _ := readAll(t, sources[0]); len(got) != 1 || got[0].cells[1] != "Peña" {
			t.Errorf("%s: %+v", what, got)
		}
	}
	_, err := Open(context.Background(), workbookInput(t, "", "", map[string]string{"xl/worksheets/sheet1.xml": sheet("x-own")}), Options{})
	var r *Refused
	if !errors.As(err, &r) || r.Rule != ruleDamaged || !strings.Contains(r.Message, "encoding") {
		t.Errorf("an encoding that is not known: %v", err)
	}
}

// TestOtherOffice: what is no workbook of this form is refused as one file, with advice, and not part by part.
func TestOtherOffice(t *testing.T) {
	for _, names := range [][]string{{"mimetype", "content.xml", "META-INF/manifest.xml"}, {"Index/Document.iwa", "preview.jpg"}} {
		var file bytes.Buffer
		w := zip.NewWriter(&file)
		for _, name := range names {
			if _, err := w.Create(name); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		sources, err := Open(context.Background(), input("book.ods", file.String()), Options{})
		var r *Refused
		if !errors.As(err, &r) || r.Rule != ruleNotTable || !strings.Contains(r.Message, "save it as .xlsx") {
			t.Errorf("%s: %d sources, %v", names, len(sources), err)
		}
	}
}

// zipped renames the members of an archive.
func zipped(t *testing.T, in Input, rename func(string) string) Input {
	t.Helper()
	r, err := in.Open()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		to, err := w.Create(rename(f.Name))
		if err == nil {
			_, err = io.Copy(to, part)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return input(in.Name, file.String())
}
