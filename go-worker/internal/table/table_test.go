package table

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// input makes an Input of a text.
func input(name, text string) Input {
	return Input{Name: name, Size: int64(len(text)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

func fileInput(path string) Input {
	return Input{Name: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// record is what a test compares: one row with its line, rules and extra cells.
type record struct {
	cells []string
	line  int64
	rules string
	extra []string
}

// readAll scans a source and returns copies of its records.
func readAll(t testing.TB, s *Source) ([]record, Dropped) {
	t.Helper()
	var records []record
	var dropped Dropped
	var b Batch
	seq, offset := 0, int64(-1)
	err := s.Scan(context.Background(), func(c *Chunk) error {
		defer c.Release()
		if c.Seq != seq || c.Offset <= offset {
			t.Errorf("chunk %d at %d follows chunk %d at %d", c.Seq, c.Offset, seq-1, offset)
		}
		seq++
		offset = c.Offset
		if err := s.Decode(c, &b); err != nil {
			return err
		}
		for i := range b.Len() {
			r := record{line: b.Line(i)}
			for _, cell := range b.Row(i) {
				r.cells = append(r.cells, strings.Clone(cell))
			}
			for _, cell := range b.Extra(i) {
				r.extra = append(r.extra, strings.Clone(cell))
			}
			var rules []string
			for _, f := range b.Faults(i) {
				rules = append(rules, f.Rule.String())
			}
			r.rules = strings.Join(rules, " ")
			records = append(records, r)
		}
		dropped.Blank += b.Dropped.Blank
		dropped.RepeatedHeader += b.Dropped.RepeatedHeader
		dropped.Footer += b.Dropped.Footer
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return records, dropped
}

func openOne(t testing.TB, in Input, opt Options) *Source {
	t.Helper()
	sources, err := Open(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 1 {
		t.Fatalf("%d sources; want one", len(sources))
	}
	return sources[0]
}

func TestCSV(t *testing.T) {
	tests := []struct {
		name, in string
		header   string
		want     []record
		dropped  Dropped
	}{
		{name: "plain", in: "id,name\n1,Ann\n2,Bob\n", header: "id|name",
			want: []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "CRLF and no last line end", in: "id,name\r\n1,Ann\r\n2,Bob", header: "id|name",
			want: []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "several CRs before each LF", in: "id,name\r\r\r\n\"1\",Ann\r\r\r\n2,\"Bob\"\r\r\r\n", header: "id|name",
			want: []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "CR", in: "id,name\r1,Ann\r2,Bob\r", header: "id|name",
			want: []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "quotes", in: "id,name\n1,\"Lee, \"\"Ann\"\"\"\n2,\"two\nlines\"\n3,x\n", header: "id|name",
			want: []record{{cells: []string{"1", `Lee, "Ann"`}, line: 2}, {cells: []string{"2", "two\nlines"}, line: 3}, {cells: []string{"3", "x"}, line: 5}}},
		{name: "lone quotes are text", in: "id,name,size\n1,\"Jim \"Bo\" Lee\",5\n2,\"Bo\" Lee,6\n3,6' 2\",7\n", header: "id|name|size",
			want: []record{
				{cells: []string{"1", `Jim "Bo" Lee`, "5"}, line: 2},
				{cells: []string{"2", `"Bo" Lee`, "6"}, line: 3},
				{cells: []string{"3", `6' 2"`, "7"}, line: 4},
			}},
		{name: "quotes in a text that are not doubled, at its end", header: "id|name|x",
			in: "id,name,x\n1,\"is \"Bo\"\",\"5\"\n2,Lee,\"is \"Bo\"\"\n3,\"a \"\"b\"\",\"\"c\"\"\",\"6\"\n4,\"a \"\"b\"\",\"\"c\"\"\"\n5,\"\"\"\nd\",7\n",
			want: []record{
				{cells: []string{"1", `is "Bo"`, "5"}, line: 2},
				{cells: []string{"2", "Lee", `is "Bo"`}, line: 3},
				{cells: []string{"3", `a "b","c"`, "6"}, line: 4},
				{cells: []string{"4", `a "b","c"`, ""}, line: 5, rules: "CSV-003"},
				{cells: []string{"5", "\"\nd", "7"}, line: 6},
			}},
		{name: "a quote never closed", in: "id,name,x\n1,Ann,5\n2,\"Lee,6\n3,Bob,7\n4,\"Kim\",8\n", header: "id|name|x",
			want: []record{
				{cells: []string{"1", "Ann", "5"}, line: 2},
				{cells: []string{"2,\"Lee,6", "", ""}, line: 3, rules: "CSV-005"},
				{cells: []string{"3", "Bob", "7"}, line: 4},
				{cells: []string{"4", "Kim", "8"}, line: 5},
			}},
		{name: "a quote never closed at the end", in: "id,name,x\n1,Ann,5\n2,\"Lee,6\n3,Bob\n", header: "id|name|x",
			want: []record{
				{cells: []string{"1", "Ann", "5"}, line: 2},
				{cells: []string{"2,\"Lee,6\n3,Bob", "", ""}, line: 3, rules: "CSV-005"},
			}},
		{name: "a lost quote closed by a later one", in: "id,name,x\n1,\"Ann,5\n2,Lee,6\n3,Bob\",7\n4,Kim,8\n", header: "id|name|x",
			want: []record{
				{cells: []string{"1,\"Ann,5", "", ""}, line: 2, rules: "CSV-005"},
				{cells: []string{"2", "Lee", "6"}, line: 3},
				{cells: []string{"3", "Bob\"", "7"}, line: 4},
				{cells: []string{"4", "Kim", "8"}, line: 5},
			}},
		{name: "short and long", in: "id,name,x\n1,Ann\n2,Bob,3\n3,12 Main St, Apt 4,5\n4,Kim,6,,\n5,Lee,7\n", header: "id|name|x",
			want: []record{
				{cells: []string{"1", "Ann", ""}, line: 2, rules: "CSV-003"},
				{cells: []string{"2", "Bob", "3"}, line: 3},
				{cells: []string{"3", "12 Main St", " Apt 4"}, line: 4, rules: "CSV-004", extra: []string{"5"}},
				{cells: []string{"4", "Kim", "6"}, line: 5, rules: "CSV-011"},
				{cells: []string{"5", "Lee", "7"}, line: 6},
			}},
		{name: "blank lines, repeated header, footer", in: "id,name\n1,Ann\n\n , \n\u00a0,\u00a0\nid,name\n2,Bob\n\nTotal rows: 2\n", header: "id|name",
			want:    []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 7}},
			dropped: Dropped{Blank: 4, RepeatedHeader: 1, Footer: 1}},
		{name: "columns of fixed width", in: "MRN     NAME        SEX\n100001  SMITH ANN   F\n100002  JONES BOB   M\n", header: "MRN NAME SEX",
			want: []record{{cells: []string{"100001  SMITH ANN   F"}, line: 2}, {cells: []string{"100002  JONES BOB   M"}, line: 3}}},
		{name: "another line end among many", in: "id,name\n1,Ann\n2,Bob\r3,Cy\n4,Di\n", header: "id|name",
			want: []record{{cells: []string{"1", "Ann"}, line: 2}, {cells: []string{"2", "Bob\r3"}, line: 3, rules: "CSV-004", extra: []string{"Cy"}},
				{cells: []string{"4", "Di"}, line: 4}}},
		{name: "footer in German", in: "id;name;value\n1;Ann;5\n2;Bob;6\nSumme;11;\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}, {cells: []string{"2", "Bob", "6"}, line: 3}},
			dropped: Dropped{Footer: 1}},
		{name: "what a report says of itself", in: "id,name,value\n1,Ann,5\n,,\nReport generated 2024-01-15 by jdoe,,\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}},
			dropped: Dropped{Blank: 1, Footer: 1}},
		{name: "a record of which only the first cell is filled", in: "name,city,note\nAnn,Oslo,x\nReport Card Company,,\n", header: "name|city|note",
			want: []record{{cells: []string{"Ann", "Oslo", "x"}, line: 2}, {cells: []string{"Report Card Company", "", ""}, line: 3}}},
		{name: "footer in French", in: "id,name,value\n1,Ann,5\nTotal général,,5\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}},
			dropped: Dropped{Footer: 1}},
		{name: "footer that says of what there are so many", in: "id;name;value\n1;Ann;5\nTotal : 1 patient;;\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}},
			dropped: Dropped{Footer: 1}},
		{name: "footer that counts, in French", in: "id;name;value\n1;Ann;5\nNombre de patients : 1;;\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}},
			dropped: Dropped{Footer: 1}},
		{name: "footer that ends, in French", in: "id;name;value\n1;Ann;5\nFin du rapport;;\n", header: "id|name|value",
			want:    []record{{cells: []string{"1", "Ann", "5"}, line: 2}},
			dropped: Dropped{Footer: 1}},
		{name: "a person called like a sum", in: "name,given,zip\nLee,Ann,02139\nSuma,Bob,02140\n", header: "name|given|zip",
			want: []record{{cells: []string{"Lee", "Ann", "02139"}, line: 2}, {cells: []string{"Suma", "Bob", "02140"}, line: 3}}},
		{name: "preamble", in: "Clinic export\nMade on 2024-01-05\n\nid,name,zip\n1,Ann,02139\n2,Bob,02140\n", header: "id|name|zip",
			want: []record{{cells: []string{"1", "Ann", "02139"}, line: 5}, {cells: []string{"2", "Bob", "02140"}, line: 6}}},
		{name: "preamble filled with commas", in: "Clinic export,,\n,,\nid,name,zip\n1,Ann,02139\n2,Bob,02140\n", header: "id|name|zip",
			want: []record{{cells: []string{"1", "Ann", "02139"}, line: 4}, {cells: []string{"2", "Bob", "02140"}, line: 5}}},
		{name: "sep line", in: "sep=;\nid;note\n1;a,b\n", header: "id|note",
			want: []record{{cells: []string{"1", "a,b"}, line: 3}}},
		{name: "semicolons and decimal commas", in: "id;weight\n1;70,5\n2;80,1\n3;90,0\n", header: "id|weight",
			want: []record{{cells: []string{"1", "70,5"}, line: 2}, {cells: []string{"2", "80,1"}, line: 3}, {cells: []string{"3", "90,0"}, line: 4}}},
		{name: "no header", in: "1,Ann,2001-02-03\n2,Bob,2002-03-04\n", header: "column_1|column_2|column_3",
			want: []record{{cells: []string{"1", "Ann", "2001-02-03"}, line: 1}, {cells: []string{"2", "Bob", "2002-03-04"}, line: 2}}},
		{name: "double and blank headers", in: "id,phone,phone,\n1,5,6,7\n", header: "id|phone|phone__2|column_4",
			want: []record{{cells: []string{"1", "5", "6", "7"}, line: 2}}},
		{name: "header without a name for the last column", in: "id,name\n1,Ann,x\n2,Bob,y\n", header: "id|name|column_3",
			want: []record{{cells: []string{"1", "Ann", "x"}, line: 2}, {cells: []string{"2", "Bob", "y"}, line: 3}}},
		{name: "a backslash before doubled quotes", in: "id,name\n1,\"Bo \\\"\"x\\\"\" Lee\"\n2,\"Ann\"\n", header: "id|name",
			want: []record{{cells: []string{"1", `Bo \"x\" Lee`}, line: 2}, {cells: []string{"2", "Ann"}, line: 3}}},
		{name: "backslash escapes", in: `id;name` + "\n" + `1;"\"Bo\" Lee"` + "\n" + `2;"Ann"` + "\n", header: "id|name",
			want: []record{{cells: []string{"1", `"Bo" Lee`}, line: 2}, {cells: []string{"2", "Ann"}, line: 3}}},
		{name: "single quotes that are units", in: "id,unit\n1,'\n2,''\n", header: "id|unit",
			want: []record{{cells: []string{"1", "'"}, line: 2}, {cells: []string{"2", "''"}, line: 3}}},
		{name: "single quotes", in: "id,name\n1,'Lee, Ann'\n2,'Bob'\n", header: "id|name",
			want: []record{{cells: []string{"1", "Lee, Ann"}, line: 2}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "spaces before quotes", in: "id, name, zip\n1, \"Lee, Ann\", 5\n2, \"Bob\", 6\n", header: "id|name|zip",
			want: []record{{cells: []string{"1", "Lee, Ann", " 5"}, line: 2}, {cells: []string{"2", "Bob", " 6"}, line: 3}}},
		{name: "one column of sentences", in: "note\nfell, got up\nfine\n", header: "note",
			want: []record{{cells: []string{"fell, got up"}, line: 2}, {cells: []string{"fine"}, line: 3}}},
		{name: "NUL", in: "id,name\n1,A\x00n\n2,Bob\n", header: "id|name",
			want: []record{{cells: []string{"1", "A\x00n"}, line: 2, rules: "CSV-010"}, {cells: []string{"2", "Bob"}, line: 3}}},
		{name: "Windows-1252", in: "id,name\n1,Garc\xeda\n2,Zo\xeb\n", header: "id|name",
			want: []record{{cells: []string{"1", "García"}, line: 2}, {cells: []string{"2", "Zoë"}, line: 3}}},
		{name: "one line in Windows-1252", in: "id,name\n1,García\n2,Zo\xeb\n3,Bob\n", header: "id|name",
			want: []record{{cells: []string{"1", "García"}, line: 2}, {cells: []string{"2", "Zoë"}, line: 3, rules: "ENC-004"}, {cells: []string{"3", "Bob"}, line: 4}}},
		{name: "UTF-16 with a mark, tabs", in: "\xff\xfei\x00d\x00\t\x00n\x00\n\x001\x00\t\x00\xed\x00\n\x00", header: "id|n",
			want: []record{{cells: []string{"1", "í"}, line: 2}}},
		{name: "UTF-16 without a mark", in: "i\x00d\x00,\x00n\x00\n\x001\x00,\x00\xed\x00\n\x00", header: "id|n",
			want: []record{{cells: []string{"1", "í"}, line: 2}}},
		{name: "escaped quotes before commas", in: "id,n,x\n1,\"say \\\"a\\\", then\",7\n2,\"say \\\"b\\\", too\",8\n", header: "id|n|x",
			want: []record{{cells: []string{"1", `say "a", then`, "7"}, line: 2}, {cells: []string{"2", `say "b", too`, "8"}, line: 3}}},
		{name: "a mark before a repeated header", in: "id,n\n1,x\n\xef\xbb\xbfid,n\n2,y\n", header: "id|n",
			want: []record{{cells: []string{"1", "x"}, line: 2}, {cells: []string{"2", "y"}, line: 4}}, dropped: Dropped{RepeatedHeader: 1}},
		{name: "0x01 between cells, as Hive writes", in: "id\x01n\n1\x01a,b\n2\x01\n", header: "id|n",
			want: []record{{cells: []string{"1", "a,b"}, line: 2}, {cells: []string{"2", ""}, line: 3}}},
		{name: "numbers of patients without a header", in: "P001\nP002\nP003\nP104\n", header: "column_1",
			want: []record{{cells: []string{"P001"}, line: 1}, {cells: []string{"P002"}, line: 2}, {cells: []string{"P003"}, line: 3}, {cells: []string{"P104"}, line: 4}}},
		{name: "UTF-8 mark", in: "\xef\xbb\xbfid,n\n1,x\n", header: "id|n",
			want: []record{{cells: []string{"1", "x"}, line: 2}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunkBytes := range []int{16, 0} {
				s := openOne(t, input("a.csv", tt.in), Options{ChunkBytes: chunkBytes})
				if got := strings.Join(s.Header, "|"); got != tt.header {
					t.Errorf("header %q; want %q", got, tt.header)
				}
				got, dropped := readAll(t, s)
				if !slices.EqualFunc(got, tt.want, sameRecord) {
					t.Errorf("chunks of %d: records\n%+v\nwant\n%+v\n%+v", chunkBytes, got, tt.want, s.Ingest)
				}
				if dropped != tt.dropped {
					t.Errorf("chunks of %d: dropped %+v; want %+v", chunkBytes, dropped, tt.dropped)
				}
			}
		})
	}
}

// Texts are looked at in words of eight bytes that may overlap: what cannot stand as it is is found at every place of every length.
func TestPlainTexts(t *testing.T) {
	for n := range 40 {
		for _, c := range []byte("x -,\"\\~\n\r\x00\x0b\x1f\x7f\x80\xa0\xac\xff") {
			for at := range n {
				cell := bytes.Repeat([]byte{'a'}, n)
				cell[at] = c
				want := !bytes.ContainsAny(cell, ",\"\n\r") && (c != ' ' || at > 0 && at < n-1)
				if got := plainCell(string(cell)); got != want {
					t.Errorf("plainCell(%q) = %t", cell, got)
				}
				want = c >= ' ' && c < 0x80 && c != '"' && c != '\\'
				if got := plainJSON(string(cell)); got != want {
					t.Errorf("plainJSON(%q) = %t", cell, got)
				}
			}
		}
	}
	if !plainCell("") || !plainJSON("") {
		t.Error("an empty text is plain")
	}
}

func TestAppendCSVRow(t *testing.T) {
	tests := []struct {
		cells []string
		want  string
	}{
		{[]string{"1", "Ann"}, "1,Ann\n"},
		{[]string{"a,b", `say "x"`, "two\nlines", " led", "tail ", ""}, "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" led\",\"tail \",\n"},
		{[]string{""}, "\"\"\n"},
	}
	for _, tt := range tests {
		if got := AppendCSVRow(nil, tt.cells); !bytes.Equal(got, []byte(tt.want)) {
			t.Errorf("AppendCSVRow(%q) = %q; want %q", tt.cells, got, tt.want)
		}
	}
}

// Rows of any cells, in a buffer with and without room, are those that are put together cell by cell.
func TestAppendCSVRowQuotesWhereNeeded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const letters = "abcdefgh123456789 ,\"\n\t\u00e9"
	for range 2000 {
		cells := make([]string, 2+random.IntN(8))
		for i := range cells {
			for range random.IntN(20) {
				if random.IntN(12) > 0 {
					cells[i] += string(letters[random.IntN(17)])
				} else {
					cells[i] += string([]rune(letters)[random.IntN(22)])
				}
			}
		}
		var want []byte
		for _, c := range cells {
			if c != "" {
				want = AppendCSVCell(want, c)
			}
			want = append(want, ',')
		}
		want[len(want)-1] = '\n'
		for _, room := range []int{0, 10, 33, 60, 1000} {
			if got := AppendCSVRow(make([]byte, 0, room), cells); !bytes.Equal(got, want) {
				t.Fatalf("%q became %q, want %q", cells, got, want)
			}
		}
	}
}
