package table

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// laws holds what reading a file must satisfy whatever is in it, and returns its sources with their records.
func laws(t *testing.T, in Input) map[string][]record {
	sources, err := Open(context.Background(), in, Options{})
	var r *Refused
	if errors.As(err, &r) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]record{}
	frozen := map[string]Ingest{}
	for _, s := range sources {
		frozen[s.Name] = s.Ingest
	}
	for _, s := range sources {
		if s.Refused != nil {
			continue
		}
		records, dropped := readAll(t, s)
		all[s.Name] = records
		line := int64(0)
		for _, r := range records {
			if r.line < line || len(r.cells) != len(s.Header) {
				t.Fatalf("a record of %d cells at line %d follows line %d", len(r.cells), r.line, line)
			}
			line = r.line
		}
		for what, opt := range map[string]Options{
			"small chunks": {ChunkBytes: 16}, "frozen": {Frozen: frozen}, "trusted": {Frozen: frozen, Trust: true},
		} {
			again := openNamed(t, in, opt, s.Name)
			got, gotDropped := readAll(t, again)
			if opt.ChunkBytes != 0 && gotDropped.Footer < dropped.Footer { // the footer did not fit into the last chunk
				kept := dropped.Footer - gotDropped.Footer
				got, gotDropped.Footer = got[:len(got)-kept], dropped.Footer
			}
			if opt.ChunkBytes != 0 && gotDropped.Footer > dropped.Footer && len(got) == 0 { // blank lines filled the first chunk: the first record is no longer in it
				continue
			}
			if !slices.EqualFunc(got, records, sameRecord) || gotDropped != dropped || !slices.Equal(again.Header, s.Header) {
				t.Fatalf("%s: %+v\n%+v %+v, want\n%+v %+v", what, s.Ingest, got, gotDropped, records, dropped)
			}
		}
	}
	return all
}

func openNamed(t *testing.T, in Input, opt Options, name string) *Source {
	sources, err := Open(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(sources, func(s *Source) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("%s is gone", name)
	}
	return sources[i]
}

// FuzzCSV also writes the records and reads them back.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"id,name\n1,Ann\n2,\"Lee, \"\"Bo\"\"\"\n", "id;weight\r\n1;70,5\r\n", "sep=|\na|b\n1|\"x\ny\"\n", "a,b\n1,\"x\n2,y\n3,z\n",
		"Title\n\nid\tname\n1\tx\n\nTotal rows: 1\n", "note\nfell, got up\n", "id,n\n1,Garc\xeda\n", "a,b\r1,2\r3,4\r", "1,2\n3,4\n",
		"id,name\n1,'Lee, Ann'\n", "id;n\n1;\"\\\"Bo\\\" Lee\"\n", "a, \"b\"\n1, \"2\"\n", "a,b\n1\n1,2,3\n,,\na,b\n", "a b\n1 2\n",
		" id | name\n----+------\n 1  | Ann\n(1 row)\n", "+--+--+\n| a|b |\n+--+--+\n| 1|2 |\n+--+--+\n", "id name\n-- ----\n1  Ann\n2  Bo Lee\n10000 x\n", "a,b\n--,--\n1,2\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, records := range laws(t, input("a.csv", text)) {
			readBack(t, records)
		}
	})
}

// readBack writes the cells of faultless records as CSV and expects to read the same. The first and the last record are made up:
// they cannot be taken for a line that tells what the columns hold, or for a footer.
func readBack(t *testing.T, records []record) {
	records = slices.DeleteFunc(records, func(r record) bool { return r.rules != "" || isRuling(strings.Join(r.cells, ",")) })
	if len(records) == 0 {
		return
	}
	width := len(records[0].cells)
	made := record{cells: slices.Repeat([]string{"made up"}, width)}
	records = append(slices.Insert(records, 0, made), made)
	text := AppendCSVRow(nil, slices.Repeat([]string{"the header"}, width))
	for _, r := range records {
		text = AppendCSVRow(text, r.cells)
	}
	frozen := Ingest{
		Format: "csv", Encoding: "utf-8", Delimiter: ",", Quote: `"`, Escape: "double", Newline: "lf", Header: "present", Line: 1,
	}
	s := openOne(t, input("a.csv", string(text)), Options{Frozen: map[string]Ingest{"a.csv": frozen}})
	got, _ := readAll(t, s)
	if !slices.EqualFunc(got, records, func(a, b record) bool { return slices.Equal(a.cells, b.cells) }) {
		t.Fatalf("%q\nwas read as %+v\nand should be %+v", text, got, records)
	}
}

// FuzzJSON also holds parsing against the standard library, and reads an array again with one value a line.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{
		`[{"id":1,"name":[{"family":"Lee","given":["A","B"]}]},{"x":null}]`, "{\"id\":1}\n{\"id\":2\n{\"id\":3}\n", `{"data":[{"id":1}],"n":2}`,
		`{"data":[{"a":1}],"x":[{"b":2}],"n":[]}`, `{"a":[{"b":1}]}`, `{"a":{"b":{"c":"\ud83d\ude00\u0000"}}}`, `[1,"x",true,null,[2,[3]],{}]`, `[{"a":1},{"b":2,{"c":3},]`, "[{\"a\":\"x\ny\"}]",
		"{\n\"a\": 1\n}\n{\n\"a\": -0.1e+5\n}", `[{"a":"Garc` + "\xed" + `a"}]`, `{"resourceType":"Patient","id":"1"}`,
		`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","telecom":[{"system":"phone","value":"1"}]}},{"resource":` +
			`{"resourceType":"Basic","extension":[{"url":"a/b","valueCode":"x","extension":[{"url":"c","valueInteger":1}]}]}},{"id":01}]}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fromArray := laws(t, input("a.json", text))
		p := tape{maxDepth: 1000}
		if valid := p.parse([]byte(text)) && !p.loose; len(text) < 1000 && valid != json.Valid([]byte(text)) {
			t.Fatalf("%q: valid %v", text, valid)
		}
		var elements []json.RawMessage
		if !utf8.ValidString(text) || json.Unmarshal([]byte(text), &elements) != nil {
			return
		}
		var lines bytes.Buffer
		for _, e := range elements {
			_ = json.Compact(&lines, e)
			lines.WriteByte('\n')
		}
		fromLines := laws(t, input("a.json", lines.String()))
		same := func(a, b record) bool { return slices.Equal(a.cells, b.cells) && a.rules == b.rules }
		if !maps.EqualFunc(fromArray, fromLines, func(a, b []record) bool { return slices.EqualFunc(a, b, same) }) {
			t.Fatalf("as an array %+v\nline by line %+v", fromArray, fromLines)
		}
	})
}

// FuzzSheet reads workbooks whose rows are anything.
func FuzzSheet(f *testing.F) {
	f.Add(patients)
	f.Add(`<row r="3"><c r="B3" t="inlineStr"><is><r><t>a</t></r></is></c></row><row r="2"><c r="A9"><f>1</f><v>1E400</v></c></row>`)
	f.Fuzz(func(t *testing.T, rows string) {
		laws(t, workbookInput(t, rows, "", nil))
	})
}
