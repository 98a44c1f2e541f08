package profile

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/go-worker/internal/rule"
	"harmonizer/queue"
)

func parse(t *testing.T, document string) *Profile {
	t.Helper()
	p, err := Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestBuiltInProfiles(t *testing.T) {
	if !slices.Contains(Names(), "us-core") {
		t.Fatalf("built-in profiles: %v", Names())
	}
	for _, name := range Names() {
		p, err := Load(name)
		if err != nil || p.Name != name || len(p.Hash()) != 64 {
			t.Errorf("%s: %v", name, err)
		}
		d, err := open(name, "")
		if err == nil {
			err = tame(d.text) // it is not asked when one is read
		}
		if err != nil || !d.ours {
			t.Errorf("%s: %v, built in: %t", name, err, d.ours)
		}
	}
}

func TestDerivedIsKept(t *testing.T) {
	p, err := Parse([]byte("name: x\nversion: 1.0.0\nextends: us-core\n"))
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	for range 3 {
		got := p.Derived("key", func() any { made++; return made })
		if got != 1 {
			t.Errorf("derived %v the next time", got)
		}
	}
}

func TestTheTablesOfUSCore(t *testing.T) {
	p, err := Load("us-core")
	if err != nil {
		t.Fatal(err)
	}
	for alias, want := range map[string]string{
		"patients": "patient", "lab_results": "observation", "vitals": "observation", "Medications": "medication",
		"encounters": "encounter", "condition": "condition", "immunization": "immunization", "allergy": "allergy", "generic": Generic,
	} {
		if got := p.Table(alias); got == nil || got.Name != want {
			t.Errorf("Table(%s) = %v; want %s", alias, got, want)
		}
	}
	if p.Table("horses") != nil {
		t.Error("there is a table of horses")
	}
	if p.RejectLimit() != 50 {
		t.Errorf("reject limit %v", p.RejectLimit())
	}
	for i := range p.Tables {
		seen := map[string]bool{}
		for _, f := range p.Tables[i].Fields {
			if seen[f.Name] {
				t.Errorf("table %s has field %s twice", p.Tables[i].Name, f.Name)
			}
			seen[f.Name] = true
			for key, field := range f.Params {
				if (strings.HasSuffix(key, "_field") || key == "of" || key == "after") && p.Tables[i].Field(field) == nil {
					t.Errorf("%s.%s: %s names %s, which the table lacks", p.Tables[i].Name, f.Name, key, field)
				}
			}
		}
	}
}

func TestExtends(t *testing.T) {
	p := parse(t, `
name: clinic
version: "2"
extends: us-core
max_reject_pct: 10
locale: {date_order: dmy}
rules:
  DATE-104: {severity: error, disposition: quarantine_row}
  HDR-001: {disposition: keep_flag}
tables:
  - name: patient
    aliases: [klienten]
    date_order: dmy
    fields:
      - {name: mrn, required: true, width: 8, synonyms: [casenumber]}
      - {name: pet, type: text}
  - name: claim
    minimum: [[claim_id]]
    fields:
      - {name: claim_id, type: identifier, key: true}
`)
	base, _ := Load("us-core")
	patient := p.Table("klienten")
	if patient == nil || patient.DateOrder != "dmy" || patient.Field("pet") == nil || len(patient.Fields) != len(base.Table("patient").Fields)+1 {
		t.Fatalf("patient: %+v", patient)
	}
	mrn := patient.Field("mrn")
	if !mrn.Required || mrn.Width != 8 || mrn.Type != "identifier" || !mrn.Match || !slices.Contains(mrn.Synonyms, "chart_number") || !slices.Contains(mrn.Synonyms, "casenumber") {
		t.Errorf("mrn: %+v", mrn)
	}
	if base.Table("patient").Field("mrn").Required {
		t.Error("the base was changed")
	}
	if p.Table("claim") == nil || p.Table("encounter") == nil {
		t.Error("a table is missing")
	}
	if p.Locale.Country != "US" || p.Locale.DateOrder != "dmy" || p.RejectLimit() != 10 {
		t.Errorf("locale %+v, limit %v", p.Locale, p.RejectLimit())
	}
	if s, d := p.RuleFor(rule.Must("DATE-104")); s != rule.Error || d != rule.QuarantineRow {
		t.Errorf("DATE-104: %v, %v", s, d)
	}
	if s, d := p.RuleFor(rule.Must("HDR-001")); s != rule.Info || d != rule.KeepFlag {
		t.Errorf("HDR-001: %v, %v", s, d)
	}
	if s, d := p.RuleFor(rule.Must("DATE-001")); s != rule.Error || d != rule.NullCell {
		t.Errorf("DATE-001: %v, %v", s, d)
	}
	if p.Hash() == base.Hash() {
		t.Error("another profile has the same hash")
	}
}

func TestHashIgnoresHowItIsWritten(t *testing.T) {
	one := parse(t, "name: a\nversion: \"1\"\ntables: [{name: t, fields: [{name: x, type: text}]}]\n")
	two := parse(t, "# a comment\nversion: \"1\"\ntables:\n  - fields:\n      - type: text\n        name: x\n    name: t\nname: a\n")
	if one.Hash() != two.Hash() {
		t.Error("order and comments changed the hash")
	}
}

func TestAFileExtendsAFile(t *testing.T) {
	folder := t.TempDir()
	write := func(name, document string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(document), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("base.yaml", "name: base\nversion: \"1\"\nextends: us-core\nmax_reject_pct: 7\n")
	p, err := Load(write("top.yaml", "name: top\nversion: \"1\"\nextends: base.yaml\n"))
	if err != nil || p.RejectLimit() != 7 || p.Table("patient") == nil {
		t.Errorf("%v", err)
	}
	_, err = Load(write("circle.yaml", "name: c\nversion: \"1\"\nextends: ./circle.yaml\n"))
	if err == nil || !strings.Contains(err.Error(), "circle") {
		t.Errorf("a circle: %v", err)
	}
}

func TestValueSets(t *testing.T) {
	f := Field{Values: map[string][]string{"no": {"n", "0"}, "yes": {"y"}}, Params: map[string]string{"a": "b"}}
	got := f.Settings()
	if got["values"] != "no=n|0;yes=y" || got["a"] != "b" || len(f.Params) != 1 {
		t.Errorf("settings %v", got)
	}
}

func TestSurvivorship(t *testing.T) {
	write := func(entry string) string {
		path := filepath.Join(t.TempDir(), "site.yaml")
		text := "name: site\nversion: \"1\"\nextends: us-core\ntrusted_sources: [a, b]\ntables: [{name: patient, fields: [], survivorship: [" + entry + "]}]\n"
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	p, err := Load(write("{fields: [city, race], order: [recent]}"))
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]Survivorship{}
	for _, s := range p.Table("patient").Survivorship {
		for _, field := range s.Fields {
			entries[field] = s
		}
	}
	if !slices.Equal(entries["race"].Fields, []string{"city", "race"}) || len(entries["zip"].Fields) != 6 || len(p.Trusted) != 2 {
		t.Errorf("after the entry of the site: %v", entries)
	}
	for _, bad := range []string{"{fields: [colour]}", "{fields: [city, city]}", "{fields: [city], keep: some}", "{fields: [city], order: [recent, recent]}", "{fields: [city], order: [luck]}"} {
		if _, err := Load(write(bad)); err == nil || !strings.Contains(err.Error(), "survivorship") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// The schema is what editors and other languages check a profile by: it must take what we ship and refuse a misspelt key.
func TestSchema(t *testing.T) {
	schema := schemaFor(t, "schemas/profile.json")
	for _, name := range Names() {
		document, err := fs.ReadFile(queue.Contract, "profiles/"+name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(decode(t, document)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := schema.Validate(decode(t, []byte(site))); err != nil {
		t.Errorf("checks: %v", err)
	}
	for _, bad := range []string{"name: p\nversion: \"1\"\nchecks: [{id: site-1, table: t, assert: 'true'}]\n", "name: p\nversion: \"1\"\ntabels: []\n", "name: p\n", "name: p\nversion: \"1\"\ntables: [{name: t, fields: [{name: x, type: colour}]}]\n"} {
		if schema.Validate(decode(t, []byte(bad))) == nil {
			t.Errorf("the schema accepts %q", bad)
		}
	}
}

// TestEverySettingIsToldOf by the schema and by the page about profiles.
func TestEverySettingIsToldOf(t *testing.T) {
	schema := schemaFor(t, "schemas/profile.json")
	page, err := os.ReadFile("../../../docs/profiles.md")
	if err != nil {
		t.Fatal(err)
	}
	told := func(name string) bool {
		document := "name: p\nversion: \"1\"\ntables: [{name: t, fields: [{name: x, params: {" + name + ": a}}]}]\n"
		return schema.Validate(decode(t, []byte(document))) == nil
	}
	for name := range fieldParams {
		if !told(name) || !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("%s: neither the schema nor docs/profiles.md may leave it out", name)
		}
	}
	if told("colour") {
		t.Error("the schema takes a setting that nothing knows")
	}
}

func schemaFor(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	f, err := queue.Contract.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	return compiler.MustCompile("schema.json")
}

func decode(t *testing.T, document []byte) any {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(document)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestRefusals(t *testing.T) {
	const head = "name: p\nversion: \"1\"\n"
	tests := []struct{ name, document, says string }{
		{"an unknown key, with its line", head + "tabels: []\n", "line 3"},
		{"no YAML", head + "tables: [\n", ""},
		{"no name", "version: \"1\"\n", "name"},
		{"an unknown base", head + "extends: horses\n", "us-core"},
		{"an unknown rule", head + "rules: {DATE-999: {severity: error}}\n", "DATE-999"},
		{"an unknown severity", head + "rules: {DATE-001: {severity: bad}}\n", "bad"},
		{"an unknown disposition", head + "rules: {DATE-001: {disposition: drop}}\n", "drop"},
		{"an unknown type", head + "tables: [{name: t, fields: [{name: x, type: colour}]}]\n", "colour"},
		{"a value set without values", head + "tables: [{name: t, fields: [{name: x, type: value_set}]}]\n", "values"},
		{"an unknown field in a minimum", head + "tables: [{name: t, minimum: [[y]], fields: [{name: x, type: text}]}]\n", "y"},
		{"an unknown reference", head + "tables: [{name: t, fields: [{name: x, type: text, ref: u}]}]\n", "u"},
		{"two tables of one name", head + "tables: [{name: t, fields: []}, {name: u, aliases: [t], fields: []}]\n", "already"},
		{"an order that is none", head + "locale: {date_order: ymd}\n", "ymd"},
		{"a limit above all", head + "max_reject_pct: 120\n", "120"},
		{"a bound that is no number", head + "tables: [{name: t, fields: [{name: x, type: integer, params: {max: ten}}]}]\n", "ten"},
		{"a bad way to impute", head + "tables: [{name: t, fields: [{name: x, type: date, params: {impute: end}}]}]\n", "impute"},
		{"bad keys", head + "tables: [{name: t, fields: [{name: x, type: name_family, params: {keys: maybe}}]}]\n", "keys"},
		{"a bad pattern", head + "tables: [{name: t, fields: [{name: x, type: identifier, params: {pattern: \"[\"}}]}]\n", "pattern"},
		{"a part that is no column", head + "tables: [{name: t, fields: [], wide: [{name: bp, type: vital, code: \"1-8\", text: bp, parts: [sys]}]}]\n", "sys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse([]byte(tt.document)); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v; want an error that names %s", err, tt.says)
			}
		})
	}
	for name, document := range map[string]string{
		"aliases":       head + "weak_headers: &a [x]\ny: &b [*a, *a]\nz: [*b, *b]\n",
		"many aliases":  head + "weak_headers: [&a x" + strings.Repeat(", *a", 10_000) + "]\n",
		"lists in flow": head + "weak_headers: " + strings.Repeat("[", 100_000),
		"maps in flow":  head + "weak_headers: " + strings.Repeat("{a: ", 20_000),
		"lists":         head + "weak_headers:\n  " + strings.Repeat("- ", 20_000) + "x\n",
		"length":        head + "description: " + strings.Repeat("x", maxBytes) + "\n",
	} {
		if _, err := Parse([]byte(document)); err == nil || !strings.Contains(err.Error(), "alias") &&
			!strings.Contains(err.Error(), "within each other") && !strings.Contains(err.Error(), "longer") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load("no-such"); err == nil {
		t.Error("a profile that is not built in was loaded")
	}
	if _, err := Load("./no-such.yaml"); err == nil {
		t.Error("a file that is not there was loaded")
	}
}

// TestErrorsQuoteNothing is for who names a file of patients by mistake.
func TestErrorsQuoteNothing(t *testing.T) {
	for _, document := range []string{"MRN,Name\n00100237,Hopper\n00100238,Lovelace\n", "name: Hopper\nversion: [Lovelace]\n", "name: p\nrules:\n  - Hopper\n"} {
		_, err := Parse([]byte(document))
		if err == nil || strings.Contains(err.Error(), "Hopper") || strings.Contains(err.Error(), "Lovelace") {
			t.Errorf("got %v", err)
		}
	}
}

// TestMistakesAreSentences name their line, in words of people who write profiles.
func TestMistakesAreSentences(t *testing.T) {
	const head = "name: x\nversion: \"1\"\nextends: us-core\n"
	for document, want := range map[string]string{
		"":                              "the document is empty",
		"- a\n":                         "line 1: a list stands where a group of keys is expected",
		"name: x\n\tversion: 1\n":       "line 2: a tab stands where only spaces can",
		head + "rulez: {}\n":            `line 4: there is no key "rulez"`,
		head + "max_reject_pct: many\n": "line 4: a text stands where a number is expected",
		head + "name: y\n":              `line 4: the key "name" stands twice`,
		head + "checks: {id: A}\n":      "line 4: a group of keys stands where a list is expected",
		head + "rules: {XL-005: {disposition: keep_flag}}\n":                                       "rules.XL-005: it tells of what was changed, which keep_flag cannot take back",
		head + "tables: [{name: patient, fields: [{name: zip, params: {max_len: \"5\"}}]}]\n":      `field zip: params: there is no setting "max_len"; known are`,
		head + "tables: [{name: patient, fields: [{name: mrn, params: {case: lower}}]}]\n":         `params.case: "lower" is not one of upper, keep`,
		head + "tables: [{name: encounter, fields: [{name: start, params: {zone: US/Easten}}]}]\n": `params.zone: there is no time zone "US/Easten"`,
		head + "rules: {DATE-001: {severity: bad}}\n":                                              "there are: fatal, error, warning, info",
		head + "checks: [{id: SITE-001, table: encounter, assert: 'end >'}]\n":                     "assert: at character 6: the expression ends too early",
		head + "checks: [{id: SITE-001, table: encounter, assert: 'true && ending > 1'}]\n":        "assert: at character 9: there is no field and no function ending",
	} {
		if _, err := Parse([]byte(document)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v; want %s", document, err, want)
		}
	}
}

// TestMarkedAsUTF8 reads what an editor put a mark in front of.
func TestMarkedAsUTF8(t *testing.T) {
	if p := parse(t, "\ufeffname: clinic\nversion: 1\nextends: us-core\n"); p.Name != "clinic" {
		t.Errorf("%q", p.Name)
	}
}
