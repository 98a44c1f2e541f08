package worker_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/engine"
	"harmonizer/go-worker/internal/registry"
	"harmonizer/go-worker/internal/store"
	"harmonizer/go-worker/internal/worker"
	"harmonizer/queue"
)

const patients = "patient_id,first_name,last_name,dob,gender\n" +
	"1,Ann,Example,1980-01-02,F\n2,Bob,Example,1990-03-04,M\n1,Ann,Example,1980-01-02,F\n"

// A job is what web would have stored and dispatched.
type job struct {
	*stage
	store  store.Store
	folder string
}

func newJob(t *testing.T) *job {
	t.Helper()
	s := newStage(t)
	folder := t.TempDir()
	place, err := store.At("file://" + folder)
	if err != nil {
		t.Fatal(err)
	}
	c := s.config(nil)
	c.Handlers = worker.Handlers(place)
	s.start(c)
	return &job{s, place, folder}
}

func (j *job) put(ref, content string) queue.Input {
	j.t.Helper()
	at := filepath.Join(j.folder, ref)
	if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
		j.t.Fatal(err)
	}
	if err := os.WriteFile(at, []byte(content), 0o666); err != nil {
		j.t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(content))
	return queue.Input{URI: ref, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(content)), Media: "text/csv"}
}

// dispatchItem dispatches an item; more are further parameters.
func (j *job) dispatchItem(id, kind string, input queue.Input, more map[string]any) {
	j.t.Helper()
	params := map[string]any{"operation": "harmonize", "profile": "us-core", "today": "2026-11-26",
		"options": map[string]any{"registry": "off"}, "plan": nil}
	maps.Copy(params, more)
	text, err := json.Marshal(params)
	if err != nil {
		j.t.Fatal(err)
	}
	j.enqueue(func(m *queue.Message) { m.Kind, m.Input, m.Params, m.MaxFailures = kind, input, text, 1 }, id)
}

func file(no, of int) map[string]any {
	return map[string]any{"source": "a", "table": nil, "name": fmt.Sprintf("patients-%d.csv", no), "file_no": no, "files": of}
}

// manifest returns the manifest that the event of a succeeded item names, and its reference.
func (j *job) manifest(id string) (*engine.Manifest, string) {
	j.t.Helper()
	j.wantStory(id, "started succeeded")
	for _, e := range j.events() {
		if e.Item != id || e.Event != "succeeded" {
			continue
		}
		checkSchema(j.t, "result.json", string(e.Result))
		var result worker.Result
		if err := json.Unmarshal(e.Result, &result); err != nil {
			j.t.Fatal(err)
		}
		m, err := engine.ReadManifest(strings.NewReader(j.read(result.Manifest)))
		if err != nil {
			j.t.Fatal(err)
		}
		if result.Counts["rows_in"] != m.Counts.RowsIn || len(result.Files) != len(m.Files) {
			j.t.Errorf("the result says %+v, the manifest %+v", result, m.Counts)
		}
		return m, result.Manifest
	}
	return nil, ""
}

func (j *job) read(ref string) string {
	j.t.Helper()
	file, _, err := j.store.Open(ctx, ref)
	if err != nil {
		j.t.Fatalf("%s: %v", ref, err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		j.t.Fatal(err)
	}
	return string(content)
}

// wantOutputs checks that every output is there with the digest that the manifest names.
func (j *job) wantOutputs(m *engine.Manifest, ref string) {
	j.t.Helper()
	if len(m.Outputs) == 0 {
		j.t.Error("no outputs")
	}
	for _, o := range m.Outputs {
		sum := sha256.Sum256([]byte(j.read(path.Join(path.Dir(ref), o.Name))))
		if hex.EncodeToString(sum[:]) != o.SHA256 {
			j.t.Errorf("%s has another digest than the manifest says", o.Name)
		}
	}
}

func TestAFileAloneBecomesAllOutputs(t *testing.T) {
	j := newJob(t)
	j.dispatchItem("i1", queue.KindFile, j.put("jobs/j/input/1", patients), file(1, 1))
	m, ref := j.manifest("i1")
	if want := "jobs/j/i1/"; !strings.HasPrefix(ref, want) || path.Base(ref) != store.Manifest {
		t.Errorf("the manifest is at %s, want it below %s", ref, want)
	}
	j.wantOutputs(m, ref)
	if c := m.Counts; c.RowsIn != 3 || c.RowsOut != 2 || c.DuplicatesRemoved != 1 {
		t.Errorf("the counts are %+v", c)
	}
	if clean := j.read(path.Join(path.Dir(ref), "patient.clean.csv")); strings.Count(clean, "Ann") != 1 || strings.Count(clean, "Bob") != 1 {
		t.Errorf("the clean table is\n%s", clean)
	}
}

// A file that nothing can be read from is a result: it failed, and the manifest says why.
func TestAFileThatCannotBeReadSucceedsAsAnItem(t *testing.T) {
	j := newJob(t)
	j.dispatchItem("i1", queue.KindFile, j.put("jobs/j/input/1", "\x89PNG\r\n\x1a\n\x00\x00"), file(1, 1))
	m, _ := j.manifest("i1")
	if m.Status() != "failed" || m.Files[0].Reason == "" {
		t.Errorf("the manifest says %s for %q", m.Status(), m.Files[0].Reason)
	}
}

func TestFilesOfAJobAreFinishedTogether(t *testing.T) {
	j := newJob(t)
	type entry struct {
		FileNo int    `json:"file_no"`
		Name   string `json:"name"`
		Source string `json:"source"`
		URI    string `json:"uri"`
		SHA256 string `json:"sha256"`
		Bytes  int64  `json:"bytes"`
	}
	var files []entry
	var parts []map[string]any
	for no := 1; no <= 2; no++ {
		input := j.put(fmt.Sprint("jobs/j/input/", no), patients)
		id := fmt.Sprint("i", no)
		j.dispatchItem(id, queue.KindFile, input, file(no, 3))
		_, ref := j.manifest(id)
		files = append(files, entry{no, fmt.Sprintf("patients-%d.csv", no), "a", input.URI, input.SHA256, input.Bytes})
		parts = append(parts, map[string]any{"file_no": no, "manifest": ref, "reason": nil})
	}
	files = append(files, entry{3, "patients-3.csv", "a", "jobs/j/input/3", strings.Repeat("0", 64), 9})
	parts = append(parts, map[string]any{"file_no": 3, "manifest": nil, "reason": "poison"})
	document := j.put("jobs/j/job.json", asJSON(t, map[string]any{"v": 1, "files": files}))
	j.put("jobs/j/i9.json", asJSON(t, map[string]any{"v": 1, "parts": parts}))
	j.dispatchItem("i9", queue.KindFinish, document, map[string]any{"parts": "jobs/j/i9.json"})

	m, ref := j.manifest("i9")
	j.wantOutputs(m, ref)
	if m.Status() != "partial" || len(m.Files) != 3 || m.Files[2].Reason != "poison" {
		t.Errorf("the manifest says %s of %+v", m.Status(), m.Files)
	}
	if c := m.Counts; c.RowsIn != 6 || c.RowsOut != 2 || c.DuplicatesRemoved != 4 {
		t.Errorf("the counts are %+v", c)
	}
}

// Records that became what they are by other rules are not mixed with those of the job: the item ends, and says why.
func TestARegistryOfAnotherProfile(t *testing.T) {
	tests := []struct{ name, profile, version, story string }{
		{"an empty registry", "", "", "started succeeded"},
		{"another version of the profile", "us-core", "0", "started dead:registry_profile"},
		{"another profile", "clinic@1", "1", "started dead:registry_profile"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t)
			input := j.put("jobs/j/input/1", patients)
			params := file(1, 2)
			params["operation"] = "link"
			j.dispatchItem("i1", queue.KindFile, input, params)
			_, ref := j.manifest("i1")
			document := j.put("jobs/j/job.json", asJSON(t, map[string]any{"v": 1, "files": []map[string]any{{"file_no": 1, "name": "patients-1.csv",
				"source": "a", "uri": input.URI, "sha256": input.SHA256, "bytes": input.Bytes}}}))
			j.put("jobs/j/i9.json", asJSON(t, map[string]any{"v": 1, "parts": []map[string]any{{"file_no": 1, "manifest": ref, "reason": nil}}}))
			var snapshot bytes.Buffer
			packed := gzip.NewWriter(&snapshot)
			_, _ = packed.Write([]byte(asJSON(t, registry.Head{V: 1, Version: 3, Profile: tt.profile, ProfileVersion: tt.version})))
			_ = packed.Close()
			j.put("jobs/j/registry", snapshot.String())
			j.dispatchItem("i9", queue.KindLink, document, map[string]any{"operation": "link", "parts": "jobs/j/i9.json",
				"registry": map[string]any{"snapshot": "jobs/j/registry"}})
			j.wantStory("i9", tt.story)
		})
	}
}

// What a worker of another release left is not read as if it were of this one.
func TestPartsOfAnotherRelease(t *testing.T) {
	j := newJob(t)
	input := j.put("jobs/j/input/1", patients)
	j.dispatchItem("i1", queue.KindFile, input, file(1, 2))
	_, ref := j.manifest("i1")
	j.put(ref, strings.ReplaceAll(j.read(ref), `"form": `, `"form": 9`))
	document := j.put("jobs/j/job.json", asJSON(t, map[string]any{"v": 1, "files": []map[string]any{{"file_no": 1, "name": "patients-1.csv",
		"source": "a", "uri": input.URI, "sha256": input.SHA256, "bytes": input.Bytes}}}))
	j.put("jobs/j/i9.json", asJSON(t, map[string]any{"v": 1, "parts": []map[string]any{{"file_no": 1, "manifest": ref, "reason": nil}}}))
	j.dispatchItem("i9", queue.KindFinish, document, map[string]any{"parts": "jobs/j/i9.json"})
	j.wantStory("i9", "started dead:other_release")
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatAHandlerCannotUse(t *testing.T) {
	tests := []struct {
		name  string
		input func(*job) queue.Input
		more  map[string]any
		story string
	}{
		{"an input that is gone", func(*job) queue.Input { return queue.Input{URI: "jobs/j/input/1", Bytes: 5} },
			nil, "started dead:input_missing"},
		{"an input of another size", func(j *job) queue.Input {
			input := j.put("jobs/j/input/1", patients)
			input.Bytes++
			return input
		}, nil, "started dead:input_changed"},
		{"a reference that leaves the store", func(*job) queue.Input { return queue.Input{URI: "../x", Bytes: 5} },
			nil, "started dead:handler_error"},
		{"an operation of the future", nil, map[string]any{"operation": "foresee"}, "started deferred:unsupported"},
		{"a profile that is a path", nil, map[string]any{"profile": "/etc/passwd"}, "started deferred:unsupported"},
		{"an option of the future", nil, map[string]any{"options": map[string]any{"x": 1}}, "started deferred:unsupported"},
		{"no day", nil, map[string]any{"today": "today"}, "started dead:bad_message"},
		{"parameters of another form", nil, map[string]any{"files": "one"}, "started dead:bad_message"},
		{"a plan that is none", nil, map[string]any{"plan": "jobs/j/plan"}, "started dead:bad_plan"},
		{"a plan that is gone", nil, map[string]any{"plan": "jobs/j/no-plan"}, "started dead:input_missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			j := newJob(t)
			j.put("jobs/j/plan", "Smith: [")
			input := j.put("jobs/j/input/ok", patients)
			if tt.input != nil {
				input = tt.input(j)
			}
			params := file(1, 1)
			maps.Copy(params, tt.more)
			j.dispatchItem("i1", queue.KindFile, input, params)
			j.wantStory("i1", tt.story)
			if strings.Contains(j.log.String(), "Smith") {
				t.Errorf("the log quotes a document:\n%s", j.log)
			}
		})
	}
}
