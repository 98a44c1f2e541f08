package table

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
)

// What is little to go by is read as Windows-1252 and told; lines that happen to be well-formed UTF-8 do not make a text UTF-8.
func TestGuessedEncodings(t *testing.T) {
	for _, tt := range []struct {
		name, in, encoding, rule, first string
	}{
		{"a letter that is in few words", "id,name\n1,\xd5akman\n2,Smith\n", "windows-1252", "ENC-003", "Õakman"},
		{"Western", "id,name\n1,Garc\xeda\n2,Smith\n", "windows-1252", "ENC-002", "García"},
		{"a byte that is no letter", "id,name\n1,\x81\n2,Smith\n", "iso-8859-1", "ENC-003", "\u0081"},
		{"Turkish", "id,name\n1,Y\xfdld\xfdz\n2,\xdeahin\n3,G\xfcne\xfe\n", "windows-1254", "ENC-003", "Yıldız"},
		{"Chinese, of which some could be UTF-8", "id,sex,ward\n1,\xc4\xd0,\xc4\xda\xbf\xc6\n2,\xc5\xae,\n3,\xc4\xd0,\xcd\xe2\xbf\xc6\n4,\xc5\xae,\n5,\xc5\xae,\n", "gb18030", "ENC-003", "男"},
		{"UTF-8 with one line of Windows-1252", "id,name\n1,Wałęsa\n2,Müller\n3,M\xfcller\n", "utf-8", "", "Wałęsa"},
		{"Japanese mail", "id,name\n1,\x1b$B;3ED\x1b(B\n2,Smith\n", "iso-2022-jp", "ENC-003", "山田"},
		{"Japanese mail far below", "id,name\n" + strings.Repeat("1,Smith\n", 1000) + "2,\x1b$B;3ED\x1b(B\n", "iso-2022-jp", "ENC-003", "Smith"},
		{"UTF-32", inUTF32("id,name\n1,Müller\n"), "utf-32le", "ENC-005", "Müller"},
		{"a DOS file", "id,name\n1,Jos\x82\n2,M\x81ller\n3,Zo\x89\n", "cp850", "ENC-003", "José"},
	} {
		s := openOne(t, input("a.csv", tt.in), Options{})
		rule := ""
		for _, n := range s.Notes {
			rule = n.Rule.String()
		}
		records, _ := readAll(t, s)
		if s.Ingest.Encoding != tt.encoding || rule != tt.rule || records[0].cells[1] != tt.first {
			t.Errorf("%s: %s, %s, %q", tt.name, s.Ingest.Encoding, rule, records[0].cells[1])
		}
	}
}

// inUTF32 writes a text in four bytes a character.
func inUTF32(text string) string {
	var out []byte
	for _, r := range text {
		out = binary.LittleEndian.AppendUint32(out, uint32(r))
	}
	return string(out)
}

// TestNoTables: what is no table is refused in words that say what to do, and tables that look a little like it are read.
func TestNoTables(t *testing.T) {
	mainframe := "\x97\x81\xa3\x6b\xd5\xc1\xd4\xc5\x6b\xf1\xf9\xf8\xf0\x60\xf0\xf1\x40\x40\x40\x25" // pat,NAME,1980-01
	for what, tt := range map[string]struct{ in, want string }{
		"EBCDIC":             {strings.Repeat(mainframe, 10), "EBCDIC"},
		"EBCDIC and blanks":  {strings.Repeat(mainframe+strings.Repeat("\x40", 60), 10), "EBCDIC"},
		"a cell of a letter": {"mrn,note\n1,\"" + strings.Repeat("a", 9000) + "\"\n2,x\n", ""},
		"XML":                {"<patients>\n  <patient><id>1</id></patient>\n</patients>\n", "XML"},
		"a script":           {"INSERT INTO patients (id, name) VALUES (1, 'Ann');\n", "SQL"},
		"a dump":             {"--\n-- PostgreSQL database dump\n--\n\nSET x = 0;\n", "SQL"},
		"names in <>":        {"<id>,<name>\n1,</b>\n2,Bo\n", ""},
		"lines of Cyrillic":  {"\xc8\xed\xe0;\xcf\xe5\xf2\n" + strings.Repeat("\xc8\xe2\xe0\xed;\xcf\xe5\xf2\xf0\xee\xe2\xe8\xf7\n", 20), ""},
	} {
		_, err := Open(context.Background(), input("a.csv", tt.in), Options{})
		var r *Refused
		if errors.As(err, &r) != (tt.want != "") || r != nil && (r.Rule != ruleNotTable || !strings.Contains(r.Message, tt.want)) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
