package table

import (
	"slices"
	"strings"
	"testing"
)

// TestDrawnTables reads what programs print for people: each layout says the same table.
func TestDrawnTables(t *testing.T) {
	const psql = " patient_id | last_name  | dob        | weight \n------------+------------+------------+--------\n" +
		" A100       | Miller     | 1985-04-13 |    150\n A101       | de la Cruz | 1971-12-01 |       \n(2 rows)\n"
	const mysql = "+------------+------------+------------+--------+\n| patient_id | last_name  | dob        | weight |\n" +
		"+------------+------------+------------+--------+\n| A100       | Miller     | 1985-04-13 |    150 |\n" +
		"| A101       | de la Cruz | 1971-12-01 |        |\n+------------+------------+------------+--------+\n2 rows in set (0.00 sec)\n"
	const sqlcmd = "patient_id last_name    dob        weight\n---------- ------------ ---------- ------\n" +
		"A100       Miller       1985-04-13    150\nA101       de la Cruz   1971-12-01       \n\n(2 rows affected)\n"
	for name, in := range map[string]string{
		"psql": psql, "mysql": mysql, "sqlcmd": sqlcmd,
		"psql in Unicode":    strings.NewReplacer("-+-", "─┼─", "--", "──", " | ", " │ ").Replace(psql),
		"Markdown":           "| patient_id | last_name | dob | weight |\n|:--|---|---|--:|\n| A100 | Miller | 1985-04-13 | 150 |\n| A101 | de la Cruz | 1971-12-01 | |\n",
		"sqlcmd -s, -W":      "patient_id,last_name,dob,weight\n----------,---------,---,------\nA100,Miller,1985-04-13,150\nA101,de la Cruz,1971-12-01,\n",
		"SQL*Plus, pages":    sqlcmd[:strings.Index(sqlcmd, "A101")] + "\n" + sqlcmd[:strings.Index(sqlcmd, "A100")] + sqlcmd[strings.Index(sqlcmd, "A101"):],
		"no line, title":     "LIST OF PATIENTS\n\nPATIENT ID  LAST NAME   DOB        WEIGHT\nA100        Miller      1985-04-13    150\nA101        de la Cruz  1971-12-01\n",
		"no line, CRLF":      "PATIENT ID  LAST NAME   DOB        WEIGHT\r\nA100        Miller      1985-04-13    150\r\nA101        de la Cruz  1971-12-01\r\n",
		"names beyond ASCII": strings.ReplaceAll(sqlcmd, "de la Cruz", "Ñé la Cruz"),
	} {
		s := openOne(t, input("x.txt", in), Options{HeaderScore: amongHeaders("patient_id", "patient id", "last_name", "last name", "dob", "weight")})
		records, _ := readAll(t, s)
		header := strings.ToLower(strings.ReplaceAll(strings.Join(s.Header, "|"), " ", "_"))
		second := "A101|de la Cruz|1971-12-01|"
		if strings.Contains(in, "Ñ") {
			second = "A101|Ñé la Cruz|1971-12-01|"
		}
		if header != "patient_id|last_name|dob|weight" || len(records) != 2 ||
			strings.Join(records[0].cells, "|") != "A100|Miller|1985-04-13|150" || strings.Join(records[1].cells, "|") != second {
			t.Errorf("%s: %s, %v", name, header, records)
		}
	}
}

// TestNothingIsDrawn leaves alone what only looks like a drawing.
func TestNothingIsDrawn(t *testing.T) {
	for name, tt := range map[string]struct{ in, header, first string }{
		"an underlined title":            {"Report\n------\npatient_id,dob,weight\nA1,1985-04-13,---\n", "patient_id|dob|weight", "A1|1985-04-13|---"},
		"an underlined title with a bar": {"Report | June\n------\npatient_id,dob,weight\nA1,1985-04-13,---\n", "patient_id|dob|weight", "A1|1985-04-13|---"},
		"a record of dashes":             {"patient_id,dob,weight\nA1,1985-04-13,70\n-,-,-\n", "patient_id|dob|weight", "A1|1985-04-13|70"},
		"padded, with commas":            {"patient_id, dob,        weight\nA1,         1985-04-13, 70\nA2,         1990-01-02, 71\n", "patient_id|dob|weight", "A1|1985-04-13|70"},
		"two words, one column":          {"patient_id  last name  dob\nA1          Lee        1985-04-13\nA2          Roe        1990-01-02\n", "patient_id|last name|dob", "A1|Lee|1985-04-13"},
	} {
		s := openOne(t, input("x.txt", tt.in), Options{HeaderScore: amongHeaders("patient_id", "last name", "dob", "weight")})
		records, _ := readAll(t, s)
		var first []string
		for _, c := range records[0].cells {
			first = append(first, strings.TrimSpace(c))
		}
		if got := strings.Join(s.Header, "|"); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(tt.header, " ", "") || strings.Join(first, "|") != tt.first {
			t.Errorf("%s: %s, %v", name, got, records)
		}
	}
}

// TestCellsThatLeaveTheirColumn belong to it as long as a space tells them from their neighbours.
func TestCellsThatLeaveTheirColumn(t *testing.T) {
	l := layout{columns: []gap{{4, 8}, {12, 14}}}
	for line, want := range map[string]string{
		"A1      B1    C1": "A1|B1|C1", "A1": "A1||", "A1      B1": "A1|B1|", "A1   B1": "A1|B1|", "A1    B": "A1|B|", "LONG1 BEFORE C": "LONG1|BEFORE|C", "": "||",
	} {
		if cells, ok := l.cut(line, nil); !ok || strings.Join(cells, "|") != want {
			t.Errorf("%q: %q %v; want %s", line, cells, ok, want)
		}
	}
	for _, line := range []string{"A1  B C D     E", "A123456789012345"} {
		if cells, ok := l.cut(line, nil); ok {
			t.Errorf("%q: %q", line, cells)
		}
	}
}

// TestOutOfColumns sets a line aside that runs from one column of fixed width into the next.
func TestOutOfColumns(t *testing.T) {
	in := "patient_id last_name  dob\n---------- ---------- ----------\nA100       Miller     1985-04-13\n" +
		"A101       Featherstonehaugh 1971-12-01\nA102       Lee        1990-01-31\n"
	s := openOne(t, input("x.txt", in), Options{})
	records, _ := readAll(t, s)
	if len(records) != 3 || records[1].rules != "CSV-015" ||
		records[1].cells[0] != "A101       Featherstonehaugh 1971-12-01" || strings.Join(records[2].cells, "|") != "A102|Lee|1990-01-31" {
		t.Errorf("%+v", records)
	}
	if s.Ingest.Delimiter != "fixed" || !s.Divisible() {
		t.Errorf("%+v", s.Ingest)
	}
}

// amongHeaders is a HeaderScore: the share of names that are among the known ones, whatever marks stand between their words.
func amongHeaders(known ...string) func([]string) float64 {
	return func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains(known, strings.ToLower(strings.TrimSpace(c))) {
				n++
			}
		}
		return n / float64(len(cells))
	}
}
