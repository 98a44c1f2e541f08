package table

import (
	"slices"
	"strings"
	"testing"
)

// TestHeadersAsData loses no line before a known header where known headers are what the file is about.
func TestHeadersAsData(t *testing.T) {
	known := []string{"glucose", "sodium", "potassium", "dob", "sex", "date of birth", "gender", "birth date", "mrn", "chart number"}
	score := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains(known, strings.ToLower(c)) {
				n++
			}
		}
		return n / float64(len(cells))
	}
	tests := []struct {
		name, in, header string
		records          int
	}{
		{"a list of tests", "Ordered here\nHDL\nGlucose\nPotassium\nXYZ\n", "Ordered here", 4},
		{"a data dictionary", "variable,label\nward,Ward\ndob,Date of birth\nsex,Gender\nmrn,Chart number\n", "variable|label", 4},
		{"a preamble as wide as the table", "Extract of,June\nMRN,DOB\n1,1980-01-31\n2,1981-01-31\n", "MRN|DOB", 2},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: score})
		records, _ := readAll(t, s)
		if tt.name == "in each page" && len(records) != 2 {
			t.Errorf("%s: %d records", tt.name, len(records))
		}
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != tt.records {
			t.Errorf("%s: header %s, %d records; want %s, %d", tt.name, got, len(records), tt.header, tt.records)
		}
	}
}

// TestRaggedRecordsAreNoPreamble loses neither the header nor records where the first records have more and fewer cells.
func TestRaggedRecordsAreNoPreamble(t *testing.T) {
	const ragged = "1,Smith,1965-11-16,a,,\n2,Kim,1985-01-10,b,,\n3,Lee,1968-09-09\n4,Ng,1970-09-01,c,,\n5,Fox,1971-09-01,d,,\n"
	const four = "6,Roe,1971-09-01,e\n7,Poe,1972-09-01,f\n8,Coe,1973-09-01,g\n9,Loe,1974-09-01,h\n"
	const even = four + four + four
	known := func(cells []string) float64 {
		if cells[0] == "mrn" {
			return 1
		}
		return 0
	}
	tests := []struct {
		name, in, header string
		records          int
		score            func([]string) float64
	}{
		{"a known header", "mrn,last,dob,city\n" + ragged + even, "mrn|last|dob|city", 17, known},
		{"an unknown one", "number,last,dob,city\n" + ragged + even, "number|last|dob|city", 17, nil},
		{"none", ragged + even, "column_1|column_2|column_3|column_4", 17, nil},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: tt.score})
		records, _ := readAll(t, s)
		if tt.name == "in each page" && len(records) != 2 {
			t.Errorf("%s: %d records", tt.name, len(records))
		}
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != tt.records {
			t.Errorf("%s: header %s, %d records; want %s, %d", tt.name, got, len(records), tt.header, tt.records)
		}
	}
}

// TestValuesAreNoNames tells names of columns that are numbers from records, and loses no record above one that looks like a header.
func TestValuesAreNoNames(t *testing.T) {
	tests := []struct {
		name, in, header string
		records          int
	}{
		{"years", "Ward,2019,2020,2021,All\nA,5,7,9,21\nB,3,4,5,12\n", "Ward|2019|2020|2021|All", 2},
		{"years backwards, above words", "Test,2021,2020\nA,high,low\nB,low,low\n", "Test|2021|2020", 2},
		{"years in records", "Lee,1999,2000\nKim,1998,2001\nRoe,1990,1994\n", "column_1|column_2|column_3", 3},
		{"wells of a plate", ",1,2,3,4,5,6\nA,0.1,0.2,0.1,0.2,0.1,0.2\nB,0.3,0.2,0.1,0.2,0.1,0.2\n", "column_1|1|2|3|4|5|6", 2},
		{"answers", "Lee,1,2,3,4\nKim,4,2,1,3\nRoe,5,5,5,1\n", "column_1|column_2|column_3|column_4|column_5", 3},
		{"nothing but numbers that count on", "1,2,3,4,5,6\n5,0,4,8,1,9\n", "column_1|column_2|column_3|column_4|column_5|column_6", 2},
		{"numbers that count on in each record", "A,1,2,3,4,5,6\nB,2,3,4,5,6,7\n", "column_1|column_2|column_3|column_4|column_5|column_6|column_7", 2},
		{"a known word beside a value", "9,code\n5,number\n2014-12-23,dob\n7,other\n", "column_1|column_2", 4},
		{"a known word in a record", "item,label,kind\n1,Ward,x\n2,Sex,y\n3,Room,z\n", "item|label|kind", 3},
		{"a known word in the last record", "a,b,c\nd,e,f\nj,sex,l\n", "a|b|c", 2},
		{"known words in a record like the others", "record,event,field,entry\n1,arm_1,zip,02118\n1,arm_1,test,sex\n2,arm_1,dob,1980-01-01\n3,arm_1,zip,02119\n",
			"record|event|field|entry", 4},
		{"one known word above values, below a title", "Extract of,June\nSex,stay\nF,2\nM,4\n", "Sex|stay", 2},
		{"records with few values first", "12,,,,\n13,4,,,\n14,5,6,7,8\n15,5,6,7,8\n", "column_1|column_2|column_3|column_4|column_5", 4},
		{"a title above records", "Extract,,,,\n14,5,6,7,8\n15,5,6,7,8\n", "column_1|column_2|column_3|column_4|column_5", 2},
	}
	for _, tt := range tests {
		s := openOne(t, input("list.csv", tt.in), Options{HeaderScore: knownHeaders})
		records, _ := readAll(t, s)
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != tt.records {
			t.Errorf("%s: header %s, %d records; want %s, %d", tt.name, got, len(records), tt.header, tt.records)
		}
	}
}

// TestHeaderTellsDelimiter divides a short text by what its first line names, where most of its records are damaged.
func TestHeaderTellsDelimiter(t *testing.T) {
	const lines = "MRN,Last Name,DOB,Sex\n1,Smith,1990-01-01,M,extra,cells\n2,Jo\n3,\"Unclosed,1980-01-01,F\n4,Kim,1990-02-03,F\n"
	known := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains([]string{"MRN", "Last Name", "DOB"}, c) {
				n++
			}
		}
		return n / float64(len(cells))
	}
	tests := []struct {
		name, in, delimiter, header string
		score                       func([]string) float64
	}{
		{"commas", lines, ",", "MRN|Last Name|DOB|Sex", known},
		{"semicolons", strings.ReplaceAll(lines, ",", ";"), ";", "MRN|Last Name|DOB|Sex", known},
		{"an unknown header", lines, ",", "MRN|Last Name|DOB|Sex", func([]string) float64 { return 0 }},
		{"text", "Notes about MRN,Last Name,DOB\nfine\nnone, so far\n,,,\n", "none", "Notes about MRN,Last Name,DOB", nil},
	}
	for _, tt := range tests {
		s := openOne(t, input("a.csv", tt.in), Options{HeaderScore: tt.score})
		if got := strings.Join(s.Header, "|"); s.Ingest.Delimiter != tt.delimiter || got != tt.header {
			t.Errorf("%s: delimiter %s, header %s; want %s, %s", tt.name, s.Ingest.Delimiter, got, tt.delimiter, tt.header)
		}
		frozen := openOne(t, input("a.csv", tt.in), Options{HeaderScore: tt.score, Frozen: map[string]Ingest{"a.csv": s.Ingest}})
		if !slices.Equal(frozen.Header, s.Header) {
			t.Errorf("%s: by its plan the header is %q; want %q", tt.name, frozen.Header, s.Header)
		}
	}
}

// TestGroupsCompleteHeader takes the line above a header for a part of it only where it makes known names.
func TestGroupsCompleteHeader(t *testing.T) {
	known := []string{"ID", "Code", "Name", "DOB", "Patient ID", "Test Code", "Test Name"}
	score := func(cells []string) float64 {
		n := 0.0
		for _, c := range cells {
			if slices.Contains(known, c) {
				n++
			}
		}
		return n / float64(len(cells))
	}
	const data = "1,2020-01-02,2345-7,Glucose\n2,2020-01-03,2345-7,Glucose\n"
	tests := []struct{ name, above, names, header string }{
		{"groups", "Patient,,Test,", "ID,Seen,Code,Name", "Patient ID|Seen|Test Code|Test Name"},
		{"groups that say nothing", "Person,,Order,", "ID,DOB,Code,Name", "ID|DOB|Code|Name"},
		{"a title", "Patient,,,", "ID,Seen,Code,Name", "ID|Seen|Code|Name"},
		{"a line as full as the header", "Patient,Visit,Test,Test", "ID,Seen,Code,Name", "ID|Seen|Code|Name"},
	}
	for _, tt := range tests {
		in := input("a.csv", tt.above+"\n"+tt.names+"\n"+data)
		s := openOne(t, in, Options{HeaderScore: score})
		records, _ := readAll(t, s)
		if tt.name == "in each page" && len(records) != 2 {
			t.Errorf("%s: %d records", tt.name, len(records))
		}
		if got := strings.Join(s.Header, "|"); got != tt.header || len(records) != 2 || s.HeaderLine != 2 {
			t.Errorf("%s: header %s in line %d, %d records; want %s", tt.name, got, s.HeaderLine, len(records), tt.header)
		}
		frozen := openOne(t, in, Options{HeaderScore: score, Frozen: map[string]Ingest{"a.csv": s.Ingest}})
		if !slices.Equal(frozen.Header, s.Header) {
			t.Errorf("%s: by its plan the header is %q; want %q", tt.name, frozen.Header, s.Header)
		}
	}
}

// TestLabelsBelowHeader skips a second header in words for people, as research databases export it.
func TestLabelsBelowHeader(t *testing.T) {
	known := func(cells []string) float64 {
		n := 0
		for _, c := range cells {
			if strings.Contains("|dob|Date of Birth|weight|Body weight|", "|"+c+"|") {
				n++
			}
		}
		return float64(n) / float64(len(cells))
	}
	for _, tt := range []struct{ name, in, first string }{
		{"labels", "id,dob,weight\nRecord,Date of Birth,Body weight\n1,1980-01-03,70\n2,1981-02-04,80\n", "1"},
		{"a record", "id,dob,weight\nR1,unknown,Body weight\nR2,1980-01-03,70\nR3,1981-02-04,80\n", "R1"},
		{"nothing tells", "id,dob,weight\nRecord,Date of Birth,Body weight\n", "Record"},
	} {
		s := openOne(t, input("a.csv", tt.in), Options{HeaderScore: known})
		if records, _ := readAll(t, s); records[0].cells[0] != tt.first {
			t.Errorf("%s: the first record is %q; want that of %s", tt.name, records[0].cells, tt.first)
		}
	}
}

// TestQuestionsBelowHeader: exports of surveys have three headers, of which the first is that of the columns.
func TestQuestionsBelowHeader(t *testing.T) {
	in := "StartDate,Q1_dob\nStart Date,\"What is your\ndate of birth?\"\n\"{\"\"ImportId\"\":\"\"startDate\"\"}\",\"{\"\"ImportId\"\":\"\"QID1\"\"}\"\n2024-01-03,3/4/1952\n"
	s := openOne(t, input("a.csv", in), Options{})
	if records, _ := readAll(t, s); len(records) != 1 || records[0].cells[1] != "3/4/1952" || s.Header[1] != "Q1_dob" || records[0].line != 5 {
		t.Errorf("header %q, records %+v", s.Header, records)
	}
	frozen := openOne(t, input("a.csv", in), Options{Frozen: map[string]Ingest{"a.csv": s.Ingest}})
	if records, _ := readAll(t, frozen); len(records) != 1 {
		t.Errorf("by its plan: %+v", records)
	}
}

// TestUnitsBelowHeader takes the line below a header for its units only where it holds nothing else, above numbers.
func TestUnitsBelowHeader(t *testing.T) {
	for _, tt := range []struct{ name, in, header, first string }{
		{"units", "id,Date,Weight,Temp\n,,kg,°C\n1,2024-01-13,70,36.6\n", "id|Date|Weight (kg)|Temp (°C)", "1"},
		{"in brackets", "id,Weight,Glucose\nunits,[lb],(mg/dL)\n1,150,98\n", "id|Weight (lb)|Glucose (mg/dL)", "1"},
		{"above results below a limit", "id,Date,Lead,Iron\n,mm/dd/yyyy,ug/dL,-\n1,01/13/2024,<1.0,20\n2,01/14/2024,QNS,21\n3,01/15/2024,2.2,22\n", "id|Date (mm/dd/yyyy)|Lead (ug/dL)|Iron", "1"},
		{"above a result below a limit", "id,Date,Lead,BP\n,mm/dd/yyyy,ug/dL,mm[Hg]\n1,01/13/2024,<1.0,120\n2,01/14/2024,QNS,130\n3,01/15/2024,2.2,110\n",
			"id|Date (mm/dd/yyyy)|Lead (ug/dL)|BP (mm[Hg])", "1"},
		{"one alone", "id,name,Weight\n,,kg\n1,Ann,70\n", "id|name|Weight", ""},
		{"above words", "id,Weight,Sex\n,kg,m\n1,70,F\n", "id|Weight|Sex", ""},
		{"units there already", "id,Weight (kg),Height (cm)\n,kg,cm\n1,70,180\n", "id|Weight (kg)|Height (cm)", "1"},
		{"one alone in brackets", "id,name,Weight\n,,(kg)\n1,Ann,70\n", "id|name|Weight (kg)", "1"},
		{"units and values", "id,Sex,Age,DOB\n,(M/F),(years),mm/dd/yyyy\n1,M,34,01/13/1990\n2,F,35,01/14/1989\n", "id|Sex|Age (years)|DOB (mm/dd/yyyy)", "1"},
		{"values that are others", "id,Sex,Age\n,(M/F),(years)\n1,M,34\n2,female,35\n", "id|Sex|Age", ""},
		{"types of a database", "id,name,dob,weight\nINT,VARCHAR(20),DATE,\"NUMERIC(5,2)\"\n1,Ann,1980-01-31,70\n", "id|name|dob|weight", "1"},
		{"types in words", "id,name,dob\n\"text, 20 chars\",text,date\n1,Ann,1980-01-31\n", "id|name|dob", "1"},
		{"types that are values", "name,type\ntext,text\nage,int\nnote,text\n", "name|type", "text"},
		{"codes with what they mean", "id,smoker,Weight\n,0=no; 1=yes,kg\n1,0,70\n2,1,80\n", "id|smoker|Weight (kg)", "1"},
		{"in each page", "id,Weight,Height\n,kg,cm\n1,70,180\nid,Weight,Height\n,kg,cm\n2,80,190\n", "id|Weight (kg)|Height (cm)", "1"},
		{"a record", "id,Weight,Height\n5,70,180\n6,80,170\n", "id|Weight|Height", "5"},
	} {
		s := openOne(t, input("a.csv", tt.in), Options{})
		records, _ := readAll(t, s)
		if tt.name == "in each page" && len(records) != 2 {
			t.Errorf("%s: %d records", tt.name, len(records))
		}
		if got := strings.Join(s.Header, "|"); got != tt.header || records[0].cells[0] != tt.first {
			t.Errorf("%s: %s, first record %q; want %s, %q", tt.name, got, records[0].cells, tt.header, tt.first)
		}
	}
}
