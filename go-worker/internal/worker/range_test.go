package worker_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

// manyPatients is larger than two chunks of the reader, so that it can be divided.
func manyPatients() string {
	var text strings.Builder
	text.WriteString("patient_id,first_name,last_name,dob,gender,notes\n")
	for i := range 12_000 {
		fmt.Fprintf(&text, "%d,Ann,Example,%d-01-02,F,\"a note\nof two lines, number %d, and some words more\"\n", i%11_000, 1930+i%80, i)
	}
	return text.String()
}

// result returns what a succeeded item told.
func (j *job) result(id string) worker.Result {
	j.t.Helper()
	var found worker.Result
	for _, e := range j.events() {
		if e.Item == id && e.Event == "succeeded" {
			if err := json.Unmarshal(e.Result, &found); err != nil {
				j.t.Fatal(err)
			}
		}
	}
	return found
}

// finish dispatches the item over one file, and returns its manifest.
func (j *job) finish(id string, input queue.Input, left map[string]any) (*engine.Manifest, string) {
	j.t.Helper()
	document := j.put("jobs/j/job.json", asJSON(j.t, map[string]any{"v": 1, "files": []map[string]any{
		{"file_no": 1, "name": "patients-1.csv", "source": "a", "uri": input.URI, "sha256": input.SHA256, "bytes": input.Bytes}}}))
	j.put("jobs/j/"+id+".json", asJSON(j.t, map[string]any{"v": 1, "parts": []map[string]any{left}}))
	j.dispatchItem(id, queue.KindFinish, document, map[string]any{"parts": "jobs/j/" + id + ".json"})
	return j.manifest(id)
}

func with(params, more map[string]any) map[string]any {
	all := maps.Clone(params)
	maps.Copy(all, more)
	return all
}

// A file that is planned, read in ranges and put together has the outputs of one that is done at once.
func TestALargeFileIsReadInRanges(t *testing.T) {
	j := newJob(t)
	input := j.put("jobs/j/input/1", manyPatients())
	j.dispatchItem("i0", queue.KindFile, input, file(1, 1))
	want, wantRef := j.manifest("i0")

	j.dispatchItem("i1", queue.KindPlan, input, with(file(1, 1), map[string]any{"range_bytes": 1}))
	m, planned := j.manifest("i1")
	if n := j.result("i1").Ranges; n < 2 || n != len(m.Division.Ranges) {
		t.Fatalf("the result says %d ranges, the manifest %+v", n, m.Division)
	}
	var ranges []string
	for i, r := range m.Division.Ranges {
		id := fmt.Sprint("r", i)
		part := input
		part.Range = &queue.Range{Start: r.Start, End: r.End}
		j.dispatchItem(id, queue.KindTransform, part, with(file(1, 1), map[string]any{"planned": planned, "range_no": i + 1}))
		_, ref := j.manifest(id)
		ranges = append(ranges, ref)
	}
	got, ref := j.finish("i9", input, map[string]any{"file_no": 1, "manifest": planned, "ranges": ranges, "reason": nil})
	j.wantOutputs(got, ref)
	if got.Counts != want.Counts || len(got.Outputs) != len(want.Outputs) {
		t.Errorf("counts %+v, want %+v", got.Counts, want.Counts)
	}
	for _, o := range want.Outputs {
		if o.Kind == "report" || o.Kind == "scorecard" { // they hold the time
			continue
		}
		if j.read(path.Join(path.Dir(ref), o.Name)) != j.read(path.Join(path.Dir(wantRef), o.Name)) {
			t.Errorf("%s differs", o.Name)
		}
	}
}

// A file that cannot be divided is done whole by its plan item: of the only file that is the result.
func TestAPlanOfAFileThatCannotBeDivided(t *testing.T) {
	j := newJob(t)
	j.dispatchItem("i1", queue.KindPlan, j.put("jobs/j/input/1", patients), with(file(1, 1), map[string]any{"range_bytes": 1}))
	m, ref := j.manifest("i1")
	j.wantOutputs(m, ref)
	if j.result("i1").Ranges != 0 || m.Division != nil || m.Counts.RowsOut != 2 {
		t.Errorf("%+v", m)
	}
}

func TestARangeThatCannotBeRead(t *testing.T) {
	j := newJob(t)
	input := j.put("jobs/j/input/1", patients)
	j.dispatchItem("i1", queue.KindTransform, input, with(file(1, 1), map[string]any{"planned": "jobs/j/none/manifest.json", "range_no": 1}))
	j.wantStory("i1", "started dead:bad_message")
	input.Range = &queue.Range{Start: 0, End: input.Bytes}
	j.dispatchItem("i2", queue.KindTransform, input, with(file(1, 1), map[string]any{"planned": "jobs/j/none/manifest.json", "range_no": 1}))
	j.wantStory("i2", "started dead:input_missing")
}
