package engine

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/profile"
)

const turned = "patient_id,loinc,value\n1,5821-4,5-Feb\n2,5048-4,2:20\n3,5821-4,7-9\n"

// TestSuggestions looks for what values probably were in the change log, beside the changes and not among them, and not in the issues.
func TestSuggestions(t *testing.T) {
	r := runJob(t, newJob(t, Harmonize), Env{}, fileOf("labs.csv", turned))
	var told []string
	for text := range strings.Lines(r.read(changesName)) {
		var line struct {
			Rows        [][]any
			Suggestions []struct {
				Field  string
				Rules  []string
				Values [][2]string
			}
			Suggested [][]any
		}
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		for _, s := range line.Suggestions {
			if len(line.Rows) > 0 {
				t.Errorf("changes and suggestions in one line: %s", text)
			}
			for _, v := range s.Values {
				told = append(told, s.Rules[0]+" "+s.Field+" "+v[0]+" "+v[1])
			}
		}
		if line.Suggestions != nil && !reflect.DeepEqual(line.Suggested, [][]any{{1., 2., 0.}, {2., 3., 1.}}) {
			t.Errorf("suggested for %v", line.Suggested)
		}
	}
	if want := []string{"XL-007 value 5-Feb 2-5", "XL-008 value 2:20 1:80"}; !reflect.DeepEqual(told, want) {
		t.Errorf("suggested %q; want %q", told, want)
	}
	issues := r.read(issuesName)
	if strings.Contains(issues, "2-5") || strings.Count(issues, suggestionNote) != 2 {
		t.Errorf("issues: %s", issues)
	}
}

// TestSuggestionsAreTaken by a profile that says so: the value is read as if it had never been turned.
func TestSuggestionsAreTaken(t *testing.T) {
	job := newJob(t, Harmonize)
	p, err := profile.Parse([]byte("name: x\nversion: \"1\"\nextends: us-core\nrules:\n  XL-007: {disposition: fix_flag}\n  XL-008: {disposition: fix_flag}\n"))
	if err != nil {
		t.Fatal(err)
	}
	job.Profile = p
	r := runJob(t, job, Env{}, fileOf("labs.csv", turned))
	rows := r.rows("observation.clean.csv")
	if rows[0]["value"] != "2-5" || rows[0]["value_low"] != "2" || rows[0]["value_high"] != "5" || rows[1]["value"] != "1:80" || rows[1]["value_titer"] != "80" {
		t.Errorf("rows %v", rows)
	}
	changes := toldChanges(t, r.read(changesName))
	if len(changes) != 2 || changes[0].from != "5-Feb" || changes[0].to != "2-5" || changes[0].rules[0] != "XL-007" {
		t.Errorf("changes %+v", changes)
	}
}

// TestKeysOfIssues finds one record in two deliveries by the hash of its key, which only provenance asks for.
func TestKeysOfIssues(t *testing.T) {
	keys := func(provenance bool, content string) string {
		job := newJob(t, Harmonize)
		job.Options.Provenance = provenance
		issues := runJob(t, job, Env{}, fileOf("patients.csv", content)).read(issuesName)
		_, rest, found := strings.Cut(issues, `"record_key_hash":`)
		list, _, _ := strings.Cut(rest, "]")
		if !found {
			return ""
		}
		return list
	}
	first := keys(true, "patient_id,last_name,dob\n7,Ng,31/02/1980\n8,Lee,1980-01-02\n")
	if second := keys(true, "patient_id,last_name,dob\n9,Lee,1980-01-02\n7,Ng,31/02/1980\n"); first == "" || first != second || len(first) != len(`["0123456789abcdef"`) {
		t.Errorf("keys %s, then %s", first, second)
	}
	if got := keys(false, "patient_id,last_name,dob\n7,Ng,31/02/1980\n"); got != "" {
		t.Errorf("keys without provenance: %s", got)
	}
}
