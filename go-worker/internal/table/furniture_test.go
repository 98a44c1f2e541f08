package table

import (
	"strings"
	"testing"
)

// TestFurniture drops what pages repeat around their table, and keeps what could be a record.
func TestFurniture(t *testing.T) {
	const header, ann, bob = "mrn,name,dob,sex,note\n", "1001,Doe,1980-01-31,F,x\n", "1002,Roe,1981-01-31,M,\n"
	page := func(title, foot string) string { return title + header + ann + bob + foot }
	tests := []struct {
		name, in        string
		records, footer int
	}{
		{"pages", page("", "Page 1 of 3\n") + page("", "Page 2 of 3\n") + page("", "Page 3 of 3\n"), 6, 3},
		{"pages with all cells", page("", "Page 1 of 3,,,,\n") + page("", "Page 2 of 3,,,,\n") + page("", "Page 3 of 3,,,,\n"), 6, 3},
		{"the number of the page at the end", page("", ",,,,Page 1\n") + page("", ",,,,Page 2\n"), 4, 2},
		{"who ran it, and the page", page("", "Report run by A. Clerk,,,Page 1 of 2,\n") + page("", "Report run by A. Clerk,,,Page 2 of 2,\n"), 4, 2},
		{"titles", page("List of patients,,,,\n", "") + page("List of patients,,,,\n", "") + page("List of patients,,,,\n", ""), 6, 2},
		{"totals", header + ann + bob + "Subtotal,2,,,\n" + ann + bob + "Total: 2,,,,\n" + ann, 5, 2},
		{"the end of a report above another", page("", "*** End of report ***\n") + page("Report generated on 2024-02-03\n", ""), 4, 2},
		{"a record cut short", header + ann + "1003\n" + bob + "1004,,,,\n" + ann, 5, 0},
		{"a word alone", header + ann + "Ward 7\n" + bob + "Ward 8,,,,\n" + ann, 5, 0},
		{"a note that goes on", header + ann + ",,,,Printed on request of the patient\n" + bob, 3, 0},
		{"names in the first column", "name,dob,sex,note\nDoe,1980-01-31,F,x\nTotal,,,\nNotes: none,,,\nRoe,1981-01-31,M,\n", 4, 0},
	}
	for _, tt := range tests {
		for _, chunk := range []int{16, 0} {
			s := openOne(t, input("report.csv", tt.in), Options{HeaderScore: func(cells []string) float64 {
				if strings.Contains(strings.Join(cells, ","), "name,dob,sex,note") {
					return 1
				}
				return 0
			}, ChunkBytes: chunk})
			records, dropped := readAll(t, s)
			if len(records) != tt.records || dropped.Footer != tt.footer {
				t.Errorf("%s: %d records, %+v; want %d and %d\n%+v", tt.name, len(records), dropped, tt.records, tt.footer, records)
			}
		}
	}
}
