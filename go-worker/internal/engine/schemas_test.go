package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/queue"
)

// schema returns a schema of the contract.
func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	f, err := queue.Contract.Open("schemas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile(name)
}

func holds(t *testing.T, s *jsonschema.Schema, document string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, document)
	}
}

// TestSchemas holds what programs read against the schemas of the contract.
func TestSchemas(t *testing.T) {
	manifest, issue, change := schema(t, "manifest.json"), schema(t, "issue.json"), schema(t, "change.json")
	goldens, _ := filepath.Glob("testdata/*.in")
	var all []File
	for _, path := range goldens {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fileOf(strings.TrimSuffix(filepath.Base(path), ".in")+".csv", string(content)))
	}
	for _, files := range [][]File{all, append(all, fileOf("empty.csv", "")), {fileOf("empty.csv", "")}} {
		r := runJob(t, newJob(t, Harmonize), Env{}, files...)
		holds(t, manifest, r.read(ManifestName))
		for line := range strings.Lines(r.read(issuesName)) {
			holds(t, issue, line)
		}
		for line := range strings.Lines(r.read(changesName)) {
			holds(t, change, line)
		}
	}
}
