package table

import (
	"context"
	"errors"
	"strings"
	"testing"
)

// TestLinesInQuotes: a spreadsheet that took each line for one cell leaves it in quotes.
func TestLinesInQuotes(t *testing.T) {
	tests := []struct{ name, in, header, first string }{
		{"commas", "\"MRN,Last Name,DOB\"\n\"A1,\"\"Doe, Jr\"\",1985-04-13\"\n\"A2,Roe,1990-01-02\"\n", "MRN|Last Name|DOB", "A1|Doe, Jr|1985-04-13"},
		{"semicolons, CRLF", "\"MRN;DOB\"\r\n\"A1;1985\"\r\n\"A2;1990\"\r\n", "MRN|DOB", "A1|1985"},
		{"texts of one column", "\"note\"\n\"well, better\"\n\"fine\"\n", "note", "well, better"},
		{"texts that all hold a comma, but not as many", "\"a, b\"\n\"c, d, e\"\n", "a, b", "c, d, e"},
		{"cells in quotes", "\"MRN\",\"DOB\"\n\"A1\",\"1985\"\n", "MRN|DOB", "A1|1985"},
	}
	for _, tt := range tests {
		s := openOne(t, input("x.csv", tt.in), Options{})
		records, _ := readAll(t, s)
		if tt.header != "" && strings.Join(s.Header, "|") != tt.header || len(records) == 0 || strings.Join(records[0].cells, "|") != tt.first {
			t.Errorf("%s: %q, %v", tt.name, s.Header, records)
		}
		if s.Divisible() && strings.HasPrefix(tt.name, "commas") {
			t.Errorf("%s: is cut into ranges of bytes that are not its own", tt.name)
		}
	}
}

// TestDelimitersBehindTheTable: spreadsheets write them for columns that are empty, and for names that are missing.
func TestDelimitersBehindTheTable(t *testing.T) {
	for _, tt := range []struct {
		in, header string
		records    int
	}{
		{"MRN,,DOB,,\nA1,x,1985-04-13,,\nA2,y,1990-01-02,,\n", "MRN|column_2|DOB|column_4|column_5", 2},
		{"name;value;;;\nfoo;1;;;\nbar;2;;;\n", "name|value|column_3|column_4|column_5", 2},
		{"Report of,June,,,,\nname;x,a,b,c,d,e\nfoo,1,2,3,4,5\nbar,1,2,3,4,5\n", "name;x|a|b|c|d|e", 2},
	} {
		s := openOne(t, input("x.csv", tt.in), Options{})
		records, _ := readAll(t, s)
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != tt.records {
			t.Errorf("header %s, %d records; want %s, %d", got, len(records), tt.header, tt.records)
		}
	}
}

// TestNotTables says what a file is that is none.
func TestNotTables(t *testing.T) {
	for in, want := range map[string]string{
		"MSH|^~\\&|A|B\rPID|1||A1||Doe^Ann||19850413|F\r":        "HL7 v2",
		"ISA*00*          *00*          *ZZ*A":                   "X12",
		`{"resourceType":"Bundle","type":"searchset","total":0}`: "no records",
		"\x89PNG\r\n\x1a\n":                                      "PNG",
	} {
		_, err := Open(context.Background(), input("x", in), Options{})
		var refused *Refused
		if !errors.As(err, &refused) || !strings.Contains(refused.Message, want) {
			t.Errorf("%.20q: %v", in, err)
		}
	}
}
