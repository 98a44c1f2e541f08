package engine

import (
	"context"
	"slices"
	"testing"
)

// TestPreview shows the first records before and after, and the plan that a job would follow.
func TestPreview(t *testing.T) {
	content := messyPatients(200, 2)
	p, err := PreviewFile(context.Background(), newJob(t, Harmonize), fileOf("patients.csv", content))
	if err != nil {
		t.Fatal(err)
	}
	r := harmonizeText(t, "patients.csv", content)
	if p.Plan != r.read(planName) || !p.Whole {
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
	refused, err := PreviewFile(context.Background(), newJob(t, Harmonize), fileOf("empty.csv", ""))
	if err != nil || refused.Tables[0].Reason != "FILE-001" {
		t.Errorf("%+v, %v", refused, err)
	}
}
