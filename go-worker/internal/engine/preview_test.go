package engine

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"regexp"
	"slices"
	"testing"
)

// doneBefore is what a plan says of files that were done, and not only looked at.
var doneBefore = regexp.MustCompile(`(?m)^    (sha256|result): .*\n|^          months_ago:\n(            - .*\n)+`)

// TestPreview shows the first records before and after, and the plan that a job would follow.
func TestPreview(t *testing.T) {
	content := messyPatients(200, 2)
	p, err := PreviewFile(context.Background(), newJob(t, Harmonize), fileOf("patients.csv", content))
	if err != nil {
		t.Fatal(err)
	}
	r := harmonizeText(t, "patients.csv", content)
	if plan := doneBefore.ReplaceAllString(r.read(planName), ""); p.Plan != plan || !p.Whole {
		t.Error("the plan of the preview is not that of the job")
	}
	table := p.Tables[0]
	if table.Table != "patient" || table.Form.Delimiter != "," || len(table.Rows) != previewRecords || len(table.Columns) != 13 {
		t.Fatalf("%+v", table)
	}
	clean := r.rows("patient.clean.csv")
	at := slices.Index(table.Fields, "birth_date")
	if len(table.Rows[0].After) != 1 || table.Rows[0].After[0][at] != clean[0]["birth_date"] {
		t.Errorf("first row: %+v, clean: %v", table.Rows[0], clean[0])
	}
	for _, row := range table.Rows {
		date := slices.IndexFunc(table.Columns, func(c PreviewColumn) bool { return c.Field == "birth_date" })
		if len(row.After) == 1 && row.After[0][at] != row.Before[date] && len(row.Rules["birth_date"]) == 0 {
			t.Errorf("no rule says why the date of record %d changed: %v", row.Record, row.Rules)
		}
	}
	refused, err := PreviewFile(context.Background(), newJob(t, Harmonize), fileOf("empty.csv", ""))
	if err != nil || refused.Tables[0].Reason != "FILE-001" {
		t.Errorf("%+v, %v", refused, err)
	}
}

// TestPreviewOfALargeFile looks at the beginning only, also where that is all that there is of a packed file.
func TestPreviewOfALargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 records six times; the race detector, which runs with -short, meets the same code in small files")
	}
	var csv, lines, array bytes.Buffer
	csv.WriteString("mrn,last name,dob\n")
	array.WriteString("[\n")
	for i := range 200_000 {
		fmt.Fprintf(&csv, "A%07d,Müller,13/04/1985\n", i)
		fmt.Fprintf(&lines, `{"mrn":"A%07d","last name":"Müller","dob":"13/04/1985"}`+"\n", i)
		fmt.Fprintf(&array, `{"mrn":"A%07d","last name":"Müller","dob":"13/04/1985"},`+"\n", i)
	}
	if csv.Len() < previewBytes+beyondLimit {
		t.Fatalf("only %d bytes", csv.Len())
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 8 { // all of it unpacks to much more than is looked at
		z.Write(csv.Bytes())
	}
	z.Close()
	for name, content := range map[string]string{
		"a.csv": csv.String(), "a.ndjson": lines.String(), "a.json": array.String() + "{}]",
		"cut.json": array.String(), "cut.csv.gz": packed.String()[:packed.Len()/2], "cut.csv": csv.String()[:csv.Len()-9],
	} {
		t.Run(name, func(t *testing.T) {
			p, err := PreviewFile(context.Background(), newJob(t, Harmonize), fileOf(name, content))
			if err != nil {
				t.Fatal(err)
			}
			table := p.Tables[0]
			if table.Table != "patient" || len(table.Rows) != previewRecords || p.Whole || table.Reason != "" {
				t.Errorf("whole %v, %s %q: table %q, %d rows", p.Whole, table.Reason, table.Detail, table.Table, len(table.Rows))
			}
		})
	}
}
