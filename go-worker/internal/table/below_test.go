package table

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// knownHeaders scores a header as a profile would that knows these names.
func knownHeaders(cells []string) float64 {
	n := 0.0
	for _, c := range cells {
		if strings.Contains("|mrn|last name|first name|dob|sex|test|result|units|date|zip|", "|"+strings.ToLower(strings.TrimSpace(c))+"|") {
			n++
		}
	}
	return n / float64(len(cells))
}

// TestTablesBelow reads the tables of one text apart: each with its header, and the lines of its records.
func TestTablesBelow(t *testing.T) {
	const patients = "MRN,Last Name,DOB,Sex\n1,Smith,1980-01-31,M\n2,Kim,1981-01-31,F\n3,Lee,1982-01-31,F\n"
	const alone = "list.csv MRN|Last Name|DOB|Sex 2 3 4"
	tests := []struct {
		name, in string
		want     []string
	}{
		{"behind a blank line", patients + "\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n2,Sodium,140,mmol/L\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 7 8"}},
		{"under a title", patients + ",,,\nResults,,,\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 8"}},
		{"under a title alone", patients + "Results\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 7"}},
		{"a title between blank lines", patients + "\nResults\n\n\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 10"}},
		{"behind a total", patients + "Total: 3\n\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 8"}},
		{"wider than the first", patients + "\nMRN,Test,Result,Units,Date,Note\n" + strings.Repeat("1,Glucose,105,mg/dL,2024-02-03,x\n", 9),
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units|Date|Note 7 8 9 10 11 12 13 14 15"}},
		{"narrower than the first", patients + "\nMRN,Test,Result\n" + strings.Repeat("1,Glucose,105\n", 9),
			[]string{alone, "list.csv/table 2 MRN|Test|Result 7 8 9 10 11 12 13 14 15"}},
		{"as wide as delimiters make it", "MRN,Last Name,DOB,,\n1,Smith,1980-01-31,,\n2,Kim,1981-01-31,,\n,,,,\nMRN,Test,Result,Units,Date\n1,Glucose,105,mg/dL,2024-02-03\n",
			[]string{"list.csv MRN|Last Name|DOB|column_4|column_5 2 3", "list.csv/table 2 MRN|Test|Result|Units|Date 6"}},
		{"three of them", patients + "\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n\nMRN,ZIP,Date\n1,02139,2024-02-03\n",
			[]string{alone, "list.csv/table 2 MRN|Test|Result|Units 7", "list.csv/table 3 MRN|ZIP|Date 10"}},
		{"below lines about the report", "Report of a clinic\n\n" + patients + "\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n",
			[]string{"list.csv MRN|Last Name|DOB|Sex 4 5 6", "list.csv/table 2 MRN|Test|Result|Units 9"}},
		{"in quotes over lines", patients + "4,\"Moe\n\nMRN,Test,Result,Units\n\",1983-01-31,M\n", []string{alone + " 5"}},
		{"the same columns in another order", patients + "DOB,MRN,Sex,Last Name\n1983-01-31,4,M,Moe\n",
			[]string{alone, "list.csv/table 2 DOB|MRN|Sex|Last Name 6"}},
		{"fewer columns", patients + "\nLast Name,MRN,Sex\nMoe,4,M\n", []string{alone, "list.csv/table 2 Last Name|MRN|Sex 7"}},
		{"a summary with headers that nobody knows", patients + "\nClinic,Visits\nNorth,12\nSouth,31\n", []string{alone, "list.csv/table 2 Clinic|Visits 7 8"}},
		{"a header without records", patients + "\nMRN,Test,Result,Units\n", []string{alone, "list.csv/table 2 refused FILE-001"}},
		{"the same table again", patients + "\n" + patients, []string{alone + " 7 8 9"}},
		{"names that nobody knows in another order behind a gap", "hue,size,day\nred,1,2024-01-05\nblue,2,2024-01-05\nlime,1,2024-01-06\n\nday,hue,size\n2024-01-05,red,1\n",
			[]string{"list.csv hue|size|day 2 3 4", "list.csv/table 2 day|hue|size 7"}},
		{"no gap", patients + "4,Test,Result,Units\n5,Glucose,105,mg/dL\n", []string{alone + " 5 6"}},
		{"a blank line alone", patients + "\n4,Moe,1980-01-31,M\n5,Poe,1980-01-31,M\n", []string{alone + " 6 7"}},
		{"words behind a gap", patients + "\nMoe,Poe,Roe,Coe\n5,Poe,1980-01-31,M\n", []string{alone + " 6 7"}},
		{"words of which each line is", "Last Name,Test,Note\nMoe,Glucose,low\nPoe,Sodium,high\n\nRoe,Zinc,Date\nCoe,Iron,low\n",
			[]string{"list.csv Last Name|Test|Note 2 3 5 6"}},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("list.csv", tt.in), Options{HeaderScore: knownHeaders})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []string
		for _, s := range sources {
			if s.Refused != nil {
				got = append(got, s.Name+" refused "+s.Refused.Rule.String())
				continue
			}
			said := s.Name + " " + strings.Join(s.Header, "|")
			records, _ := readAll(t, s)
			for _, r := range records {
				said += fmt.Sprint(" ", r.line)
			}
			got = append(got, said)
		}
		if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// TestTableBelowMany finds a table behind more records than are looked at for anything else, and leaves those of a long one together.
func TestTableBelowMany(t *testing.T) {
	var patients strings.Builder
	patients.WriteString("MRN,Last Name,DOB,Sex\n")
	for n := range 3000 {
		fmt.Fprintf(&patients, "%d,Doe,1980-01-31,M\n", n)
	}
	for _, tt := range []struct {
		below string
		want  []int
	}{
		{"", []int{3000}},
		{"\nDoe,Roe,Moe,Poe\n", []int{3001}},
		{"\nLab results,,,\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", []int{3000, 1}},
	} {
		for _, chunk := range []int{1000, 0} {
			sources, err := Open(context.Background(), input("list.csv", patients.String()+tt.below), Options{HeaderScore: knownHeaders, ChunkBytes: chunk})
			if err != nil || len(sources) != len(tt.want) {
				t.Fatalf("%q: %d tables, %v", tt.below, len(sources), err)
			}
			for i, s := range sources {
				if records, _ := readAll(t, s); len(records) != tt.want[i] {
					t.Errorf("%q, table %d: %d records; want %d", tt.below, i+1, len(records), tt.want[i])
				}
			}
		}
	}
}

// openApart opens a text as the engine does: its further tables are looked for where a batch may hold the header of one.
func openApart(t *testing.T, in Input, opt Options) (apart []*Source) {
	t.Helper()
	sources, err := Open(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources {
		parts, err := s.Apart(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) > 1 && !mayGoOn(t, s) {
			t.Errorf("no batch of %s tells of the table from %s on", s.Name, parts[1].Notes[0].Detail)
		}
		apart = append(apart, parts...)
	}
	return apart
}

// mayGoOn reports whether any batch of a source may hold the header of a further table.
func mayGoOn(t *testing.T, s *Source) (may bool) {
	t.Helper()
	var b Batch
	err := s.Scan(context.Background(), func(c *Chunk) error {
		defer c.Release()
		if err := s.Decode(c, &b); err != nil {
			return err
		}
		may = may || s.MayGoOn(&b)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return may
}

// TestTablesFarBelow reads the tables of a text apart that is too large to be looked at at once, in bounded memory, whatever its line ends are.
func TestTablesFarBelow(t *testing.T) {
	for _, rows := range []int{2000, 50000} {
		testTablesFarBelow(t, rows)
	}
}

func testTablesFarBelow(t *testing.T, rows int) {
	t.Helper()
	records := func(format string) string {
		var b strings.Builder
		for i := range rows {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	patients := "MRN,Last Name,DOB,Sex\n" + records("%d,Smith,1980-01-31,M\n")
	tests := []struct{ name, in, want string }{
		{"behind a blank line", patients + "\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n2,Sodium,140,mmol/L\n", "MRN|Test|Result|Units 1 4 2"},
		{"under a title", patients + ",,,\nResults,,,\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", "MRN|Test|Result|Units 2 5 1"},
		{"large as well", patients + "\n\nMRN,Test,Result,Units,Date\n" + records("%d,Glucose,105,mg/dL,2024-02-03\n"), fmt.Sprint("MRN|Test|Result|Units|Date 1 5 ", rows)},
		{"the same names in another order", patients + "Last Name,MRN,DOB,Sex\nKim,7,1980-01-31,F\n", "Last Name|MRN|DOB|Sex 1 3 1"},
		{"behind a gap in another order, of names that are not known", "MRN,hue,size,day\n" + records("%d,red,4,1980-01-31\n") + "\nday,hue,size\n1981-01-31,red,4\n", "day|hue|size 1 4 1"},
		{"below two titles and blank lines", patients + "\nClinic\n\nResults\n\n\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", "MRN|Test|Result|Units 2 9 1"},
		{"under a title in quotes", patients + "\"Results, all\",,,\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", "MRN|Test|Result|Units 2 4 1"},
		{"beyond a record cut short", patients + "77\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", ""},
		{"three of them", patients + "\nMRN,Test,Result\n1,Glucose,105\n\nMRN,ZIP,Date\n1,02139,2024-02-03\n2,02139,2024-02-03\n", "MRN|Test|Result 1 4 1MRN|ZIP|Date 1 7 2"},
		{"in a cell with lines like records", strings.Replace(patients, "77,Smith,", "77,\"Copied:\na,b,c,d\n\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\",", 1), ""},
		{"names that are not known", patients + "\nshade,size,day\nred,1,2024-01-05\n", ""},
		{"in a cell", strings.Replace(patients, "77,Smith,", "77,\"Copied:\n\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\",", 1), ""},
		{"below a quote never closed", strings.Replace(patients, "77,Smith,", "77,\"Smith,", 1) + "\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n", "MRN|Test|Result|Units 1 4 1"},
		{"the same header again", patients + "\n" + patients, ""},
		{"a record with known words", patients + "\nMRN,Kim,1980-01-31,Sex\n", ""},
	}
	for _, tt := range tests {
		for end, mark := range map[string]string{"\n": "", "\r\n": "\xef\xbb\xbf"} {
			sources := openApart(t, input("list.csv", mark+strings.ReplaceAll(tt.in, "\n", end)), Options{HeaderScore: knownHeaders})
			got := ""
			for _, s := range sources[1:] {
				records, _ := readAll(t, s)
				got += fmt.Sprintf("%s %d %d %d", strings.Join(s.Header, "|"), len(s.Notes), records[0].line-int64(rows), len(records))
			}
			if got != tt.want {
				t.Errorf("%d rows, %s: %q; want %q", rows, tt.name, got, tt.want)
			}
			first, dropped := readAll(t, sources[0])
			if got != "" && (len(first) != rows || dropped.Footer > 0) {
				t.Errorf("%s: %d records above, dropped %+v", tt.name, len(first), dropped)
			}
		}
	}
}

// TestTablesFarBelowAlone refuses a header of a large text with another one right below it, in all chunks that it may be cut into, and reads on.
func TestTablesFarBelowAlone(t *testing.T) {
	text := "hue,size,day\nday,hue,size\n" + strings.Repeat("1980-01-31,red,1234\n", 60000)
	for _, chunk := range []int{100, 5000, 0} {
		sources := openApart(t, input("list.csv", text), Options{HeaderScore: knownHeaders, ChunkBytes: chunk})
		if len(sources) != 2 || sources[0].Refused == nil {
			t.Fatalf("in chunks of %d: %+v", chunk, sources)
		}
		if records, _ := readAll(t, sources[1]); len(records) != 60000 {
			t.Errorf("in chunks of %d: %d records", chunk, len(records))
		}
	}
}

// TestMayGoOn looks for further tables only where there may be any: not among records of any form, and not again below those that were found.
func TestMayGoOn(t *testing.T) {
	patients := "MRN,Last Name,DOB,Sex\n" + strings.Repeat("77,Smith,1980-01-31,M\nMRN,Last Name,DOB,Sex\n\n78,\"Le\ne\",1980-01-31,F\nTotal\n79,,,\n", 30000)
	for _, chunk := range []int{5000, 0} {
		opt := Options{HeaderScore: knownHeaders, ChunkBytes: chunk}
		sources, err := Open(context.Background(), input("list.csv", patients), opt)
		if err != nil || len(sources) != 1 || mayGoOn(t, sources[0]) {
			t.Errorf("one table: %d, %v", len(sources), err)
		}
		for _, s := range openApart(t, input("list.csv", patients+"MRN,Test,Result,Units\n1,Glucose,105,mg/dL\n"), opt) {
			if mayGoOn(t, s) {
				t.Errorf("%s is looked at again", s.Name)
			}
		}
	}
}

// TestTablesFarBelowLimit refuses a large text with more tables than a file may hold.
func TestTablesFarBelowLimit(t *testing.T) {
	text := strings.Repeat("MRN,Last Name,DOB,Sex\n"+strings.Repeat("77,Smith,1980-01-31,M\n", 3000)+"\nMRN,Test,Result,Units\n1,Glucose,105,mg/dL\n\n", 30)
	sources, err := Open(context.Background(), input("list.csv", text), Options{HeaderScore: knownHeaders, MaxMembers: 10})
	if err != nil {
		t.Fatal(err)
	}
	var refused *Refused
	if _, err := sources[0].Apart(context.Background()); !errors.As(err, &refused) || refused.Rule != ruleLimit {
		t.Errorf("%v", err)
	}
}
