package table

import (
	"strings"
	"testing"
)

// Lines that sum up the records above them are none; records that look like them stay.
func TestSubtotals(t *testing.T) {
	const (
		stays = "mrn,name,ward,admitted,days\n"
		west  = "1001,Doe,3 West,2024-01-02,4\n1002,Roe,3 West,2024-01-03,5\n"
		east  = "1003,Lee,2 East,2024-01-04,6\n1004,Kim,2 East,2024-01-05,7\n"
		labs  = "mrn,test,value,unit,collected\n1,Protein,7.1,g/dL,2024-01-02\n1,Total Protein,7.1,g/dL,2024-01-02\n1,Cholesterol,200,mg/dL,2024-01-02\n" +
			"1,Bilirubin,0.8,mg/dL,2024-01-02\n2,Albumin,4.1,g/dL,2024-01-02\n"
	)
	tests := []struct {
		name, in        string
		records, footer int
	}{
		{"of a spreadsheet", stays + west + ",,3 West Total,,9\n" + east + ",,2 East Total,,13\n,,Grand Total,,22\n", 4, 3},
		{"counts over the column of numbers", stays + west + "2,,3 West Count,,\n" + east + "2,,2 East Count,,\n4,,Grand Count,,\n", 4, 3},
		{"in the first column", stays + west + "Total for 3 West,,,,9\n" + east + "Total for 2 East,,,,13\nTotal,,,,22\n", 4, 3},
		{"a word and a number in it", stays + west + ",Count: 2,,,\n" + east + ",Count: 2,,,\n", 4, 2},
		{"several numbers", "mrn,name,ward,admitted,days,sex,cost\n1,Doe,3 West,2024-01-02,4,F,7\n2,Roe,3 West,2024-01-02,4,F,7\n,,Subtotal,,8,,14\n" +
			"3,Lee,2 East,2024-01-02,4,F,7\n4,Kim,2 East,2024-01-02,4,F,7\n,,Subtotal,,8,,14\n,,Total,,16,,28\n", 4, 3},
		{"in other languages", stays + west + ",,Total 3 West,,9\n" + east + ",,2 East Ergebnis,,13\n,,Totale,,22\n", 4, 3},
		{"average", stays + west + ",,3 West Average,,4.5\n" + east, 4, 1},
		{"people of such names", stays + west + east + "1005,Total,3 West,2024-01-04,6\n1006,Sum,,,\n1007,Max,,,5\n,Max,,,5\n1008,Count,,,7\n", 9, 0},
		{"tests of such names", labs + ",Total cholesterol,201,,\n,Total Protein,7.0,,\n,\"Bilirubin, total\",0.9,,\n,Protein S total,80,,\n", 9, 0},
		{"tests beside a test of a name that is part of theirs", labs + "2,Bilirubin,0.8,mg/dL,2024-01-02\n2,Bilirubin Total,0.9,mg/dL,2024-01-02\n", 7, 0},
		{"where records are sparse as well", "mrn,test,value,unit,date\n1,ALT,30,,\n,AST,31,,\n,Total,32,,\n2,ALT,30,,\n,AST,31,,\n,Total,32,,\n3,ALT,30,,\n", 7, 0},
		{"a name alone", stays + west + ",Total,,,\n" + east, 5, 0},
		{"drugs", "id,drug,dose,unit,start\n1,A,5,mg,2024-01-02\n2,Total parenteral nutrition,1,bag,2024-01-02\n3,B,5,mg,2024-01-02\n4,C,5,mg,2024-01-02\n,Total parenteral nutrition,,,\n5,D,1,mg,2024-01-02\n", 6, 0},
	}
	for _, tt := range tests {
		for _, chunk := range []int{16, 0} {
			s := openOne(t, input("report.csv", tt.in), Options{ChunkBytes: chunk, HeaderScore: func(cells []string) float64 {
				if strings.HasPrefix(strings.Join(cells, ","), strings.SplitN(tt.in, "\n", 2)[0]) {
					return 1
				}
				return 0
			}})
			records, dropped := readAll(t, s)
			if len(records) != tt.records || dropped.Footer != tt.footer {
				t.Errorf("%s: %d records, %+v; want %d and %d\n%+v", tt.name, len(records), dropped, tt.records, tt.footer, records)
			}
		}
	}
}

// The end of a table of any length is known by what its first records fill.
func TestTotalOfALongTable(t *testing.T) {
	in := "mrn,name,ward,admitted,days,cost\n" + strings.Repeat("1001,Doe,3 West,2024-01-02,4,100.50\n", 3000)
	s := openOne(t, input("report.csv", in+"Total,,,,12000,\"$301,500.00\"\n"), Options{})
	if records, dropped := readAll(t, s); len(records) != 3000 || dropped.Footer != 1 {
		t.Errorf("%d records, %+v", len(records), dropped)
	}
}
