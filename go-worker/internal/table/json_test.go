package table

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestJSON(t *testing.T) {
	type rows = []record
	row := func(line int64, cells ...string) record { return record{cells: cells, line: line} }
	bad := func(line int64, rules string, cells ...string) record {
		return record{cells: cells, line: line, rules: rules}
	}
	tests := []struct {
		name, file, in string
		form           string // of the Ingest: format and key of the records
		header         string
		want           rows
		dropped        Dropped
	}{
		{name: "array", in: `[{"id":1,"name":"Ann"},{"id":"2","name":"Bob"}]`, form: "json", header: "id|name",
			want: rows{row(1, "1", "Ann"), row(1, "2", "Bob")}},
		{name: "array over lines", in: "[\n  {\n    \"id\": 1,\n    \"name\": \"Ann\"\n  },\n  {\n    \"id\": 2\n  }\n]\n", form: "json",
			header: "id|name", want: rows{row(2, "1", "Ann"), row(6, "2", "")}},
		{name: "one a line", in: "{\"id\":1}\n\n{\"id\":2,\"x\":null}\r\n{\"x\":true}", form: "ndjson", header: "id|x",
			want: rows{row(1, "1", ""), row(3, "2", ""), row(4, "", "true")}, dropped: Dropped{Blank: 1}},
		{name: "values one after another", in: "{\n\"id\": 1\n}\n{\n\"id\": 2\n}\n", form: "json", header: "id",
			want: rows{row(1, "1"), row(4, "2")}},
		{name: "objects with commas between", in: "{\"id\": 1},\n{\"id\": 2},\n", form: "json", header: "id",
			want: rows{row(1, "1"), row(2, "2")}},
		{name: "one object", in: `{"id":1,"name":{"given":["Ann","Bea"],"family":"Lee"}}`, form: "json", header: "id|name.given|name.family",
			want: rows{row(1, "1", "Ann|Bea", "Lee")}},
		{name: "records in an object", in: "{\"page\":{\"n\":[1]},\n\"Patients\":[{\"id\":1},\n{\"id\":2}],\"total\":2}\n", form: "json Patients", header: "id",
			want: rows{row(2, "1"), row(3, "2")}},
		{name: "records under a key of its own", in: `{"visits":[{"x":1}]}`, form: "json visits", header: "x", want: rows{row(1, "1")}},
		{name: "an object of which one member is an array", in: `{"id":1,"visits":[{"x":2}]}`, form: "json", header: "id|visits.0.x",
			want: rows{row(1, "1", "2")}},
		{name: "records in an answer", in: `{"status":"ok","data":{"total":3,"items":[{"id":1},{"id":2}],"next":{}},"took":[1]}`, form: "json data/items", header: "id",
			want: rows{row(1, "1"), row(1, "2")}},
		{name: "records deep in an answer", in: `{"Response":{"meta":{},"Body":{"a/b":[{"id":1}],"c":[]}}}`, form: "json", header: "Response.meta|Response.Body.a/b.0.id|Response.Body.c",
			want: rows{row(1, "", "1")}},
		{name: "a path", in: `{"x":{"errors":{},"data":{"a/b~":[{"id":1},{"id":2}]}}}`, form: "json x/data/a~1b~0", header: "id",
			want: rows{row(1, "1"), row(1, "2")}},
		{name: "records beside messages", in: `{"warnings":[{"code":1}],"data":{"patients":[{"id":1}]}}`, form: "json data/patients", header: "id",
			want: rows{row(1, "1")}},
		{name: "the parts of a record", in: `{"id":1,"contact":{"telecom":[{"x":2}]},"labs":{"results":[{"x":3}]}}`, form: "json",
			header: "id|contact.telecom.0.x|labs.results.0.x", want: rows{row(1, "1", "2", "3")}},
		{name: "records that look like answers", in: "{\"id\":1,\n\"data\":{\"items\":[{\"x\":2}]}}\n{\"id\":2,\n\"data\":{\"items\":[{\"x\":3}]}}\n", form: "json",
			header: "id|data.items.0.x", want: rows{row(1, "1", "2"), row(3, "2", "3")}},
		{name: "pages", in: "[[{\"id\":1},\n{\"id\":2,\"x\":[3]}],\n[{ \"id\" :4}],[{\"id\":}]]", form: "json", header: "id|x",
			want: rows{row(1, "1", ""), row(2, "2", "3"), row(3, "4", ""), bad(3, "JSON-002", `{"id":}`)}},
		{name: "a page a line", in: "[{\"id\":1},{\"id\":2}]\n[{\"id\":3}]\n", form: "ndjson", header: "id",
			want: rows{row(1, "1"), row(1, "2"), row(2, "3")}},
		{name: "lists of objects that differ", in: "[[{\"id\":1},{\"x\":2}],[{\"id\":3},4]]", form: "json", header: "column_1.id|column_2.x|column_2",
			want: rows{row(1, "1", "2", ""), row(1, "3", "", "4")}},
		{name: "nested", in: `[{"name":[{"family":"Lee","given":["Ann",null,"B"]},{"family":"Kim"}],"tags":[],"a":{},"b":[[1,2],[3]],"c":["x",{"y":2}]}]`,
			form: "json", header: "name.0.family|name.0.given|name.1.family|tags|a|b.0|b.1|c|c.1.y",
			want: rows{row(1, "Lee", "Ann|B", "Kim", "", "", "1|2", "3", "x", "2")}},
		{name: "numbers and words as written", in: `[{"mrn":12345678901234567890,"w":70.10,"e":-1E+3,"t":true,"f":false}]`, form: "json",
			header: "mrn|w|e|t|f", want: rows{row(1, "12345678901234567890", "70.10", "-1E+3", "true", "false")}},
		{name: "values of MongoDB", in: `{"_id":{"$oid":"5f1"},"n":{"$numberLong":"7"},"d":{"$date":{"$numberLong":"-86400000"}},"e":{"$date":"2024-01-05T00:00:00Z"},"f":{"$set":1},"g":{"$date":"x","y":1}}` +
			"\n" + `{"_id":{"$oid":"5f2"},"n":{"$numberDecimal":"1.50"},"d":{"$date":1500},"e":{"$date":null}}`, form: "ndjson",
			header: "_id|n|d|e|f.$set|g.$date|g.y|e.$date", want: rows{row(1, "5f1", "7", "1969-12-31T00:00:00Z", "2024-01-05T00:00:00Z", "1", "x", "1", ""),
				row(2, "5f2", "1.50", "1970-01-01T00:00:01.5Z", "", "", "", "", "")}},
		{name: "moments of Microsoft's serializers", in: `[{"a":"\/Date(1704412800000)\/","b":"/Date(1704499200000-0500)/","c":"/Date(x)/","d":"/Date(1)"}]`, form: "json", header: "a|b|c|d",
			want: rows{row(1, "2024-01-05T00:00:00Z", "2024-01-05T19:00:00-05:00", "/Date(x)/", "/Date(1)")}},
		{name: "what is no number", in: `[{"a":NaN,"b":-Infinity},{"a":Infinity,"b":2}]`, form: "json", header: "a|b", want: rows{row(1, "NaN", "-Infinity"), row(1, "Infinity", "2")}},
		{name: "a comma behind the last", in: "[\n{\"a\":[1,2]},\n{\"a\":3},\n]", form: "json", header: "a", want: rows{row(2, "1|2"), row(3, "3")}},
		{name: "a comma behind the last value of a record", in: "[\n{\"a\":1,},\n{\"a\":[1,2,]},\n{\"a\":3}\n]", form: "json", header: "a",
			want: rows{bad(2, "JSON-002", "{\"a\":1,}"), bad(3, "JSON-002", "{\"a\":[1,2,]}"), row(4, "3")}},
		{name: "half a number", in: `[{"a":Nan},{"a":-NaN},{"a":+Infinity},{"a":1}]`, form: "json", header: "a",
			want: rows{bad(1, "JSON-002", `{"a":Nan}`), bad(1, "JSON-002", `{"a":-NaN}`), bad(1, "JSON-002", `{"a":+Infinity}`), row(1, "1")}},
		{name: "several on a line", in: "{\"a\":1}{\"a\":2} {\"a\":3}\n{\"a\":4}", form: "json", header: "a", want: rows{row(1, "1"), row(1, "2"), row(1, "3"), row(2, "4")}},
		{name: "the hits of Elasticsearch", in: `{"took":5,"_shards":{"total":1},"hits":{"total":{"value":2},"hits":[{"_id":"x","_source":{"a":1}},{"_id":"y","_source":{"a":2}}]}}`,
			form: "json hits/hits", header: "_id|_source.a", want: rows{row(1, "x", "1"), row(1, "y", "2")}},
		{name: "names beside rows", in: `{"headers":[{"name":"d","column":"Born"},{"name":"Sex"}],"metaData":{"a":[]},"rows":[["1980","F"],["1981"]]}`, form: "json", header: "Born|Sex",
			want: rows{row(1, "1980", "F"), row(1, "1981", "")}},
		{name: "rows wider than their names", in: `{"columns":["a"],"data":[["1980","F"]]}`, form: "json data", header: "column_1|column_2", want: rows{row(1, "1980", "F")}},
		{name: "values of attributes", in: `{"trackedEntities":[{"trackedEntity":"x","attributes":[{"attribute":"q1","displayName":"First name","value":"Ann"},{"attribute":"q2","value":3}]}]}`,
			form: "json trackedEntities", header: "trackedEntity|First name|q2", want: rows{row(1, "x", "Ann", "3")}},
		{name: "escapes", in: `[{"a\u0062":"\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00\ud800x"}]`, form: "json", header: "ab",
			want: rows{row(1, "\"\\/\b\f\n\r\té😀\uFFFDx")}},
		{name: "a key twice", in: `[{"a":"x","a":"y","a":"y"},{"a":"z","a":"z"}]`, form: "json", header: "a",
			want: rows{row(1, "x|y|y"), row(1, "z")}},
		{name: "keys like columns", in: `[{"a.b":1,"a":{"b":2},"":3," ":4}]`, form: "json", header: "a.b|column_2|column_3",
			want: rows{row(1, "1|2", "3", "4")}},
		{name: "arrays as records", in: `[["id","name"],["1","Ann"]]`, form: "json", header: "column_1|column_2",
			want: rows{row(1, "id", "name"), row(1, "1", "Ann")}},
		{name: "empty records", in: `[{},null,{"a":""},{"a":"x"},[]]`, form: "json", header: "value|a",
			want: rows{row(1, "", "x")}, dropped: Dropped{Blank: 4}},
		{name: "columns", in: "{\"id\": [1, 2],\n \"name\": [\"A\\\"n\", null], \"dead\": [true, false]}", form: "json", header: "id|name|dead",
			want: rows{row(1, "1", `A"n`, "true"), row(1, "2", "", "false")}},
		{name: "numbered columns", in: `{"id":{"0":"01","1":"02"},"name":{"0":"Ann","1":"Bob"}}`, form: "json", header: "id|name",
			want: rows{row(1, "01", "Ann"), row(1, "02", "Bob")}},
		{name: "rows beside the names of their columns", in: `{"columns":["id","name"],"index":[0,1],"data":[[1,"Ann"],[2,"Bob"]]}`, form: "json", header: "id|name",
			want: rows{row(1, "1", "Ann"), row(1, "2", "Bob")}},
		{name: "columns in Windows-1252", in: "{\"id\":[1,2],\"n\":[\"Garc\xeda\",\"Bob\"]}", form: "json", header: "id|n", want: rows{row(1, "1", "García"), row(1, "2", "Bob")}},
		{name: "lists of different lengths", in: `{"given":["Ann","Bea"],"phone":["1","2","3"]}`, form: "json", header: "given|phone",
			want: rows{row(1, "Ann|Bea", "1|2|3")}},
		{name: "parts with the same keys", in: `{"home":{"city":"Lynn"},"work":{"city":"Salem"}}`, form: "json", header: "home.city|work.city",
			want: rows{row(1, "Lynn", "Salem")}},
		{name: "a bad line", in: "{\"id\":1}\n{\"id\":02139}\n{\"id\":3\n{\"id\":4}\n", form: "ndjson", header: "id",
			want: rows{row(1, "1"), bad(2, "JSON-002", `{"id":02139}`), bad(3, "JSON-002", `{"id":3`), row(4, "4")}},
		{name: "a bad element", in: "[{\"id\":1},\n{\"id\":02139},\n{\"id\":3}]", form: "json", header: "id",
			want: rows{row(1, "1"), bad(2, "JSON-002", `{"id":02139}`), row(3, "3")}},
		{name: "a quote never closed", in: "[{\"id\":1},\n{\"id\":\"2},\n{\"id\":3}]", form: "json", header: "id",
			want: rows{row(1, "1"), bad(2, "JSON-002", "{\"id\":\"2},\n{\"id\":3}")}},
		{name: "a brace never closed", in: "[{\"id\":1},\n{\"id\":2,\n{\"id\":3}]", form: "json", header: "id",
			want: rows{row(1, "1"), bad(2, "JSON-002", `{"id":2,`), row(3, "3")}},
		{name: "a brace too many", in: `[{"id":1}},{"id":{"x":[2}},{"id":3},]`, form: "json", header: "id",
			want: rows{bad(1, "JSON-002", `{"id":1}}`), bad(1, "JSON-002", `{"id":{"x":[2}}`), row(1, "3")}},
		{name: "NUL", in: `[{"id":"a\u0000b"},{"id":2}]`, form: "json", header: "id",
			want: rows{bad(1, "CSV-010", "a\x00b"), row(1, "2")}},
		{name: "Windows-1252", in: "[{\"n\":\"Garc\xeda\"}]", form: "json", header: "n", want: rows{row(1, "García")}},
		{name: "one line in Windows-1252", in: "{\"n\":\"García\"}\n{\"n\":\"Zo\xeb\"}\n{\"n\":\"x\"}\n", form: "ndjson", header: "n",
			want: rows{row(1, "García"), bad(2, "ENC-004", "Zoë"), row(3, "x")}},
		{name: "a mark", in: "\xef\xbb\xbf[{\"n\":1}]", form: "json", header: "n", want: rows{row(1, "1")}},
		{name: "UTF-16", in: "\xff\xfe[\x00{\x00\"\x00n\x00\"\x00:\x00\"\x00\xed\x00\"\x00}\x00]\x00", form: "json", header: "n",
			want: rows{row(1, "í")}},
		{name: "single values by their name", file: "a.json", in: `["x", 2]`, form: "json", header: "value", want: rows{row(1, "x"), row(1, "2")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.file == "" {
				tt.file = "a.txt"
			}
			for _, chunkBytes := range []int{1, 16, 0} {
				s := openOne(t, input(tt.file, tt.in), Options{ChunkBytes: chunkBytes})
				if got := strings.TrimSpace(s.Ingest.Format + " " + s.Ingest.Records); got != tt.form {
					t.Errorf("form %q; want %q", got, tt.form)
				}
				if got := strings.Join(s.Header, "|"); got != tt.header {
					t.Errorf("header %q; want %q", got, tt.header)
				}
				for i := range tt.want {
					for len(tt.want[i].cells) < len(s.Header) {
						tt.want[i].cells = append(tt.want[i].cells, "")
					}
				}
				got, dropped := readAll(t, s)
				if !slices.EqualFunc(got, tt.want, sameRecord) {
					t.Errorf("chunks of %d: records\n%+v\nwant\n%+v", chunkBytes, got, tt.want)
				}
				if dropped != tt.dropped {
					t.Errorf("chunks of %d: dropped %+v; want %+v", chunkBytes, dropped, tt.dropped)
				}
			}
		})
	}
}

func TestJSONRefused(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"cut short in a record", `[{"id":1},{"id":`, "JSON-004"},
		{"cut short between records", `[{"id":1},`, "JSON-004"},
		{"no end", `[{"id":1}`, "JSON-004"},
		{"cut short after the records", `{"data":[{"id":1}],"total":`, "JSON-004"},
		{"more after the end", `[{"id":1}] [2]`, "JSON-004"},
		{"more after an object", `{"id":1} x`, "JSON-004"},
		{"a quote never closed, all in one line", `[{"id":"1},{"id":"2"},{"id":"3"}]`, "JSON-004"},
		{"nothing valid", `[{id:1},{id:2}]`, "FILE-005"},
		{"no records", `[ ]`, "FILE-001"},
		{"empty records", `[{},{}]`, "FILE-001"},
		{"deep", strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "FILE-007"},
		{"a long name", `[{"` + strings.Repeat("x", 2000) + `":1}]`, "FILE-007"},
		{"too many columns", `[{"a":1,"b":2,"c":3,"d":4,"e":5}]`, "FILE-007"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Open(context.Background(), input("a.json", tt.in), Options{MaxColumns: 4})
			var r *Refused
			if !errors.As(err, &r) || r.Rule.String() != tt.want {
				t.Errorf("%v; want %s", err, tt.want)
			}
		})
	}
}

// TestJSONTables reads several arrays of one document as a table each, also by their plan.
func TestJSONTables(t *testing.T) {
	in := input("a.json", `{"n":1,"data":[{"id":1}],"visits":[{"id":2},{"x":3}],"links":[{"next":"u"}],"errors":[]}`)
	frozen := map[string]Ingest{}
	for _, opt := range []Options{{}, {Frozen: frozen}, {Frozen: frozen, Trust: true}} {
		sources, err := Open(context.Background(), in, opt)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"a.json/data : id=1", "a.json/visits : id=2", "x=3"}
		if got := describe(t, sources); !slices.Equal(got, want) {
			t.Errorf("%q", got)
		}
		for _, s := range sources {
			frozen[s.Name] = s.Ingest
			if detail := s.Notes[0].Detail; detail != "an object with 2 arrays of records; 3 other members were not read" {
				t.Error(detail)
			}
		}
	}
}

// TestJSONOfOtherForms: rows whose names stand in the first of them, and records by their key, are told by the headers that are known.
func TestJSONOfOtherForms(t *testing.T) {
	known := func(cells []string) float64 {
		n := 0
		for _, c := range cells {
			if slices.Contains([]string{"mrn", "sex", "dob"}, c) {
				n++
			}
		}
		return float64(n) / float64(max(len(cells), 1))
	}
	for _, tt := range []struct{ name, in, want string }{
		{"names in the first row", `[["mrn","sex"],["1","F"],["2"],[]]`, "mrn|sex: 1,F 2,"},
		{"the same within an object", `{"range":"A1:B3","values":[ ["mrn","sex"],["1","F"]]}`, "mrn|sex: 1,F"},
		{"no names", `[["1","F"],["2","M"]]`, "column_1|column_2: 1,F 2,M"},
		{"records by their key", `{"P1":{"sex":"F","dob":"1980"},"P2":{"dob":"1981","a":{"b":[1,{"c":null}]},"sex":"M"}}`, "id|sex|dob|a.b|a.b.1.c: P1,F,1980,, P2,M,1981,1,"},
		{"and numbered", `{"0":{"mrn":"7","sex":"F"},"1":{"mrn":"8","sex":"M"}}`, "mrn|sex: 7,F 8,M"},
		{"with an id of their own, in an object", `{"patients":{"-a":{"mrn":"7","sex":"F"},"-b":{"mrn":"8","sex":"M"}}}`, "key|mrn|sex: -a,7,F -b,8,M"},
		{"parts of one record", `{"mrn":{"a":1,"b":2},"sex":{"a":3,"b":4}}`, "mrn.a|mrn.b|sex.a|sex.b: 1,2,3,4"},
		{"parts that differ", `{"a":{"mrn":1,"sex":2},"b":{"x":3,"y":4}}`, "a.mrn|a.sex|b.x|b.y: 1,2,3,4"},
		{"one", `{"a":{"mrn":1,"sex":2}}`, "a.mrn|a.sex: 1,2"},
		{"empty", `{}`, ""},
	} {
		sources, err := Open(context.Background(), input("a.json", tt.in), Options{HeaderScore: known})
		if err != nil {
			if tt.want != "" {
				t.Errorf("%s: %v", tt.name, err)
			}
			continue
		}
		records, _ := readAll(t, sources[0])
		var rows []string
		for _, r := range records {
			rows = append(rows, strings.Join(r.cells, ","))
		}
		if got := strings.Join(sources[0].Header, "|") + ": " + strings.Join(rows, " "); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

// TestJSONFrozen shows what decisions of before do: their columns come first; with Trust nothing is looked for.
func TestJSONFrozen(t *testing.T) {
	text := `{"data":[{"b":1,"c":2}]}`
	frozen := map[string]Ingest{"a.json": {Format: "json", Records: "data", Columns: []string{"a", "b"}}}
	for trust, want := range map[bool]string{false: "a|b|c ,1,2", true: "a|b ,1"} {
		s := openOne(t, input("a.json", text), Options{Frozen: frozen, Trust: trust})
		got, _ := readAll(t, s)
		if got := strings.Join(s.Header, "|") + " " + strings.Join(got[0].cells, ","); got != want {
			t.Errorf("trust %v: %q; want %q", trust, got, want)
		}
	}
	in := input("a.json", `{"rows":[{"b":1}]}`)
	if _, err := Open(context.Background(), in, Options{Frozen: frozen}); err == nil {
		t.Error("records that are no longer where they were are not refused")
	}
}

// TestLongLine decides the encoding of a text in one line, whose characters do not end where blocks do.
func TestLongLine(t *testing.T) {
	for _, before := range []string{"", "a", "aa"} {
		s := openOne(t, input("a.json", `[{"n":"`+before+strings.Repeat("€", 300<<10)+`"}]`), Options{})
		if s.Ingest.Encoding != "utf-8" || len(s.Notes) != 1 {
			t.Errorf("%s, %+v", s.Ingest.Encoding, s.Notes)
		}
	}
}

// TestLongRecord cuts a record that cannot be held and goes on after it.
func TestLongRecord(t *testing.T) {
	long := `{"id":"` + strings.Repeat("x", 9<<10) + `"}`
	for _, text := range []string{
		`[{"id":"1"},` + long + `,{"id":"3"}]`,
		"{\"id\":\"1\"}\n" + long + "\n{\"id\":\"3\"}\n",
	} {
		s := openOne(t, input("a.json", text), Options{MaxField: 1 << 10, ChunkBytes: 64})
		got, _ := readAll(t, s)
		if len(got) != 3 || got[1].rules != "CSV-010" || got[2].cells[0] != "3" {
			t.Errorf("%d records, %+v", len(got), got[len(got)-1])
		}
	}
	s := openOne(t, input("a.json", `[{"id":"`+strings.Repeat("x", 2<<10)+`"}]`), Options{MaxField: 1 << 10})
	if got, _ := readAll(t, s); got[0].rules != "CSV-010" || len(got[0].cells[0]) != 2<<10 {
		t.Errorf("a cell beyond the limit: %s", got[0].rules)
	}
}

// TestJSONChildren makes rows of the objects of an array in each record, with the ids of the record, unless the table of the records knows
// what is in them or the key holds something else elsewhere.
func TestJSONChildren(t *testing.T) {
	known := []string{"address.0.city", "patient_id", "visit_id"}
	score := func(cells []string) float64 {
		if slices.Contains(known, cells[0]) {
			return 1
		}
		return 0
	}
	for _, tt := range []struct {
		name, file, text string
		want             []string
	}{
		{"results", "patients.json", `[{"id":1,"labs":[{"code":"a","v":1.50},{"code":"b"}]},{"id":2,"labs":[]},{"id":3,"labs":[{"v":2}]}]`, []string{
			"patients.json : id=1", "id=2", "id=3", "patients.json/labs : patient_id=1 code=a v=1.50", "patient_id=1 code=b", "patient_id=3 v=2"}},
		{"ids of their own, and of the visit", "visits.ndjson", `{"id":7,"mrn":"m","labs":[{"id":1,"mrn":"n"}]}` + "\n" + `{"id":8}`, []string{
			"visits.ndjson : id=7 mrn=m", "id=8", "visits.ndjson/labs : visit_id=7 id=1 mrn=n"}},
		{"ids of an object", "a.json", `{"patients":[{"patient":{"id":1,"age":3},"labs":[{"v":2}]}]}`, []string{
			"a.json : patient.id=1 patient.age=3", "a.json/labs : patient.id=1 v=2"}},
		{"of one patient, under a key of records", "a.json", `{"patient_id":1,"items":[{"v":2},{"v":3}]}`, []string{
			"a.json : patient_id=1", "a.json/items : patient_id=1 v=2", "patient_id=1 v=3"}},
		{"records beside what is about the answer", "a.json", `{"site":"x","items":[{"v":2}]}`, []string{"a.json : v=2"}},
		{"known to the table of the records", "patients.json", `[{"id":1,"address":[{"city":"Bonn"},{"city":"Ulm"}]}]`, []string{
			"patients.json : id=1 address.0.city=Bonn address.1.city=Ulm"}},
		{"something else elsewhere", "patients.json", `[{"id":1,"labs":[{"v":1}]},{"id":2,"labs":"none"}]`, []string{
			"patients.json : id=1 labs.0.v=1", "id=2 labs=none"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			frozen := map[string]Ingest{}
			for _, opt := range []Options{{HeaderScore: score}, {HeaderScore: score, Frozen: frozen}, {HeaderScore: score, Frozen: frozen, Trust: true}} {
				sources, err := Open(context.Background(), input(tt.file, tt.text), opt)
				if err != nil {
					t.Fatal(err)
				}
				if got := describe(t, sources); !slices.Equal(got, tt.want) {
					t.Errorf("%q", got)
				}
				for _, s := range sources {
					frozen[s.Name] = s.Ingest
				}
			}
		})
	}
}
