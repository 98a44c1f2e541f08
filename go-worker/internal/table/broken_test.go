package table

import (
	"fmt"
	"strings"
	"testing"
)

// TestQuotesNeverClosed opens quotes that nothing closes, and some that another record closes: that record is set aside alone, and each line
// below it is read for itself.
func TestQuotesNeverClosed(t *testing.T) {
	const notes = "mrn,last name,dob,sex,note\n"
	row := func(from, to int) string {
		var b strings.Builder
		for i := from; i <= to; i++ {
			fmt.Fprintf(&b, "P%03d,Smith,1980-01-%02d,F,x\n", i, i)
		}
		return b.String()
	}
	tests := []struct{ name, in, want string }{
		{"in the first record", notes + "P001,\"Smith,1980-01-01,F,x\n" + row(2, 4), "2! 3 4 5"},
		{"in the last record", notes + row(1, 3) + "P004,Smith,1980-01-04,F,\"x\n", "2 3 4 5!"},
		{"in records one after another", notes + row(1, 2) + "P003,\"Smith,1980-01-03,F,x\nP004,Smith,1980-01-04,F,\"x\n" + row(5, 6), "2 3 4! 5! 6 7"},
		{"in every record", notes + strings.ReplaceAll(row(1, 4), "F,", "F,\""), "2! 3! 4! 5!"},
		{"in a text over two lines", notes + row(1, 2) + "P003,Smith,1980-01-03,F,\"came in\nwent, home\n" + row(5, 6), "2 3 4!5 6 7"},
		{"before a text that is closed", notes + row(1, 2) + "P003,\"Smith,1980-01-03,F,x\nP004,Smith,1980-01-04,F,\"in,\nout\"\n" + row(5, 6), "2 3 4! 5 7 8"},
		{"among ragged records", notes + row(1, 3) + "P004,\"Smith,1980\nP005,Lee,1980-01-05\nP006,Kim\n" + row(7, 9), "2 3 4 5! 6s 7s 8 9 10"},
		{"where no record is whole", notes + "P001,\"Smith,1980\nP002,Kim,1980-01-02\nP003,Lee,1980-01-03,M,x,y,z\nP004,Ray\n", "2! 3s 4l 5s"},
		{"closed many records later", notes + row(1, 2) + "P003,Smith,1980-01-03,F,\"x\n" + row(4, 7) + "P008,Smith,1980-01-08,F,x\"\n" + row(9, 9), "2 3 4! 5 6 7 8 9 10"},
		{"closed by the next record", notes + row(1, 2) + "P003,Smith,1980-01-03,F,\"x\nP004,Smith,1980-01-04,F,x\"\n" + row(5, 6), "2 3 4! 5 6 7"},
		{"closed in the middle of a record", notes + row(1, 2) + "P003,\"Smith,1980-01-03,F,x\n" + row(4, 5) + "P006,Smith\",1980-01-06,F,x\n" + row(7, 8), "2 3 4! 5 6 7 8 9"},
		{"records begin with words, closed later", "name,city,dob,sex,note\nAnn,Rome,1980-01-01,F,\"x\nBea,Oslo,1981-01-01,F,x\nIrma,Bonn,1982-01-01,F,x\nJo,Bern,1983-01-01,F,x\"\nKay,Paris,1984-01-01,F,x\n",
			"2! 3 4 5 6"},
		{"texts over several lines", notes + row(1, 2) + "P003,Smith,1980-01-03,F,\"in,\na, b, c, d\nout\"\n" + row(4, 5), "2 3 4 7 8"},
		{"addresses over several lines", "name,address,sex\nAnn,\"1 Elm St\nFloor 2, Rear\nBoston, MA\",F\nBea,\"2 Elm St\nBoston, MA\",F\nIrma,3 Elm St,F\n", "2 5 7"},
	}
	for _, tt := range tests {
		for label, change := range map[string]func(string) string{
			"LF":     func(s string) string { return s },
			"CRLF":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"CR":     func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
			"tabs":   func(s string) string { return strings.ReplaceAll(s, ",", "\t") },
			"points": func(s string) string { return strings.ReplaceAll(s, ",", ";") },
		} {
			for _, chunkBytes := range []int{16, 0} {
				s := openOne(t, input("list.csv", change(tt.in)), Options{ChunkBytes: chunkBytes, HeaderScore: knownHeaders})
				if got := readLines(t, s); got != tt.want {
					t.Errorf("%s, %s, chunks of %d: %s; want %s", tt.name, label, chunkBytes, got, tt.want)
				}
			}
		}
	}
}

// readLines names the records of a source by their lines: with ! those that are damaged, to the last line of the damage; s short, l long.
func readLines(t *testing.T, s *Source) string {
	t.Helper()
	var out []string
	marks := map[string]string{"": "", "CSV-005": "!", "CSV-003": "s", "CSV-004": "l"}
	records, _ := readAll(t, s)
	for _, r := range records {
		mark, ok := marks[r.rules]
		if !ok {
			mark = r.rules
		}
		if lines := 1 + strings.Count(strings.ReplaceAll(strings.ReplaceAll(r.cells[0], "\r\n", "\n"), "\r", "\n"), "\n"); mark == "!" && lines > 1 {
			mark = fmt.Sprintf("!%d", r.line+int64(lines)-1)
		}
		out = append(out, fmt.Sprint(r.line, mark))
	}
	return strings.Join(out, " ")
}

// TestTornHeader reads the names of a header in which a quote is never closed, and says so; a record among others is no header.
func TestTornHeader(t *testing.T) {
	const records = "1,Smith,1980-01-31\n2,Kim,1981-01-31\n3,Lee,1982-01-31\n"
	tests := []struct{ name, in, header, want string }{
		{"in the middle", "mrn,\"last name,dob\n" + records, "mrn|last name|dob", "CSV-016 | 2 3 4"},
		{"before all", "\"mrn,last name,dob\n" + records, "mrn|last name|dob", "CSV-016 | 2 3 4"},
		{"of no known names, below a title", "Colours\n\nnumber,\"shade,day\n" + records, "number|shade|day", "CSV-016 CSV-002 | 4 5 6"},
		{"over ragged records", "mrn,\"last name,dob,sex,zip\n1,Kim\n2,Lee,1980-01-31\n3,Ray,1980-01-31,F\n4,May,1980-01-31,F,02139\n5,Roe\n",
			"mrn|last name|dob|sex|zip", "CSV-016 | 2s 3s 4s 5 6s"},
		{"of a record", "mrn,last name,dob\n\"1,Smith,1980-01-31\n" + records, "mrn|last name|dob", " | 2! 3 4 5"},
	}
	for _, tt := range tests {
		for _, end := range []string{"\n", "\r\n"} {
			s := openOne(t, input("list.csv", strings.ReplaceAll(tt.in, "\n", end)), Options{HeaderScore: knownHeaders})
			if got := strings.Join(s.Header, "|"); got != tt.header {
				t.Errorf("%s: header %s; want %s", tt.name, got, tt.header)
			}
			if got := rulesOf(s) + " | " + readLines(t, s); got != tt.want {
				t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
			}
		}
	}
}

// TestRaggedLinesAreDivided divides lines of many widths below names that differ from their values, and says where it does not.
func TestRaggedLinesAreDivided(t *testing.T) {
	tests := []struct{ name, in, header, want string }{
		{"names over values", "shade,size,day\nred,1\nblue,2,1980-01-31,x\nred\nblue,3,1981-01-31\nred,4,1982-01-31,x,y\ngreen,5,1983-01-31,x,y,z\n",
			"shade|size|day", " | 2s 3l 4s 5 6l 7l"},
		{"sentences", "Seen today, in pain, and left\nBack again, better\nNo change, no pain, no fever, well\nGone home, as told, by taxi, late, alone\n",
			"Seen today, in pain, and left", "CSV-017 | 2 3 4"},
		{"a list without commas", "Seen today, in pain\nBack again\nNo change\nGone home\n", "Seen today, in pain", " | 2 3 4"},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: knownHeaders})
		if got := strings.Join(s.Header, "|"); got != tt.header {
			t.Errorf("%s: header %s; want %s", tt.name, got, tt.header)
		}
		if got := rulesOf(s) + " | " + readLines(t, s); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}

// rulesOf names the rules that a source notes.
func rulesOf(s *Source) string {
	var rules []string
	for _, n := range s.Notes {
		rules = append(rules, n.Rule.String())
	}
	return strings.Join(rules, " ")
}
