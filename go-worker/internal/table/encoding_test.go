package table

import "testing"

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
