package plan

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/table"
	"harmonizer/queue"
)

var update = flag.Bool("update", false, "rewrite the golden plans")

func TestGoldenPlans(t *testing.T) {
	files, err := filepath.Glob("testdata/*.in")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden inputs: %v", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := csv.NewReader(bytes.NewReader(source)).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			file, findings := freeze(t, Options{}, strings.Join(rows[0], ","), rows[1:])
			got := Marshal(New(usCore(t), today, file))
			for _, f := range findings {
				got = fmt.Appendf(got, "# %s %s %d: %s\n", f.Rule, f.Header, f.Count, f.Detail)
			}
			golden := strings.TrimSuffix(path, ".in") + ".want"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			// The profile's hash and the plan's id change with every word of the profile; the rest is what a reader sees.
			if steady(got) != steady(want) {
				t.Errorf("the plan of %s changed; see it with -update:\n%s", path, got)
			}
		})
	}
}

// steady drops the lines that name hashes.
func steady(document []byte) string {
	var kept []string
	for _, line := range strings.Split(string(document), "\n") {
		if !strings.HasPrefix(line, "plan_id:") && !strings.HasPrefix(strings.TrimSpace(line), "hash:") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// messyRows are rows whose evidence touches every kind of column.
func messyRows(n int) (header string, rows [][]string) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	for i := range n {
		rows = append(rows, []string{
			fmt.Sprintf("%07d", random.IntN(5_000_000)), pick("Smith", "Nguyen", "NULL", "n/a", ""),
			fmt.Sprintf("%02d/%02d/%d", 1+random.IntN(12), 1+random.IntN(28), 1930+random.IntN(90)),
			pick("2020-01-01", "44562", "13/04/2020", "04/05/2021", "9999-12-31"),
			pick("M", "F", "1", ""), fmt.Sprintf("%d.%d", 40+random.IntN(100), random.IntN(10)),
			pick("E11.9", "I10", "250.00"), pick("north", "south"), fmt.Sprint("free ", random.IntN(n)),
			pick("5,6", "7.1", "1,234", "999", fmt.Sprint(i)),
		})
	}
	return "patient_id,last_name,dob,last_visit,sex,weight,dx,site_name,note,age", rows
}

// Whatever way a file is cut and in whatever order its parts come back, the plan is the same to the byte.
func TestMergeOrderDoesNotMatter(t *testing.T) {
	t.Run("patients", func(t *testing.T) {
		header, rows := messyRows(6000) // more distinct notes and weights than are kept
		mergeAnyhow(t, header, rows)
	})
	t.Run("marks", func(t *testing.T) {
		var rows [][]string
		for _, v := range join(marked("02.01.2006", 60), marked("01/02/06", 60), marked("1 2 2006", 9), times(4, "25032014")) {
			rows = append(rows, []string{fmt.Sprint("P", len(rows)), v})
		}
		mergeAnyhow(t, "patient_id,dob", rows)
	})
	t.Run("results", func(t *testing.T) {
		random := rand.New(rand.NewPCG(3, 4))
		var rows [][]string
		for range 2000 {
			code := []string{"718-7", "2345-7", "2160-0", "GLU", "30341-2"}[random.IntN(5)]
			unit := []string{"", "mg/dL", "n/a"}[random.IntN(3)]
			rows = append(rows, []string{"P1", code, fmt.Sprint(8 + random.IntN(10)), unit, fmt.Sprintf("%02d/%02d/2020", 1+random.IntN(12), 1+random.IntN(28))})
		}
		mergeAnyhow(t, "patient_id,loinc_code,result_value,units,collected", rows)
	})
}

func mergeAnyhow(t *testing.T, header string, rows [][]string) {
	t.Helper()
	p := usCore(t)
	planned := func(seed uint64, parts int) string {
		random := rand.New(rand.NewPCG(seed, seed))
		b, err := NewBuilder(p, Input{Name: "f.csv", Header: strings.Split(header, ","), Sample: rows}, Options{Today: today})
		if err != nil {
			t.Fatal(err)
		}
		evidence, of := make([]*Evidence, parts), make([][][]string, parts)
		for i := range evidence {
			evidence[i] = b.NewEvidence()
		}
		for _, i := range random.Perm(len(rows)) {
			k := random.IntN(parts)
			of[k] = append(of[k], rows[i])
		}
		for _, i := range random.Perm(parts) {
			addRows(evidence[i], of[i]...)
			b.Merge(evidence[i])
		}
		file, findings := b.Freeze()
		document := Marshal(New(p, today, file))
		return fmt.Sprintf("%s%+v", document, findings)
	}
	want := planned(1, 1)
	for seed := range uint64(8) {
		if got := planned(seed+2, 1+int(seed)*3); got != want {
			t.Fatalf("seed %d: the plan differs:\n%s\nwant\n%s", seed, got, want)
		}
	}
}

func TestAPlanReadsBack(t *testing.T) {
	header, rows := messyRows(500)
	file, _ := freeze(t, Options{}, header, rows)
	file.Ingest = table.Ingest{Format: "csv", Encoding: "windows-1252", Delimiter: "\t", Line: 3}
	written := New(usCore(t), today, file)
	document := Marshal(written)
	read, err := Parse(document)
	if err != nil {
		t.Fatalf("%v\n%s", err, document)
	}
	if read.ID != written.ID {
		t.Errorf("the id %s became %s", written.ID, read.ID)
	}
	for i := range file.Columns {
		got, want := read.Files[0].Columns[i], file.Columns[i]
		if !reflect.DeepEqual(got.Settings(), want.Settings()) {
			t.Errorf("%s: settings %+v; want %+v", want.Header, got.Settings(), want.Settings())
		}
	}
	if again := Marshal(read); !bytes.Equal(again, document) {
		t.Errorf("written again it differs:\n%s", again)
	}
}

// Headers are whatever people type.
func FuzzMarshal(f *testing.F) {
	for _, s := range []string{"\t", "a: b", "# no", "- x", "null", "~", "1e5", "0x1F", "yes", " lead", "trail ", "a\nb", "\"q\"", "'", "é", "{", "[a]", "&a", "*a",
		"!t", "%d", "@x", "`", "a #b", "|", ">", "\u2028", "\x00", "=", "<<", ".", "...", "---", "2020-01-01", "x, y", "\\N", "\u00a0", "\U0001F600", "\x7f", "\u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("the reader of tables hands on UTF-8 only")
		}
		written := &Plan{Version: Version, Today: "2026-11-23", Files: []File{{Name: s, Ingest: table.Ingest{Delimiter: s}, Table: TableChoice{Name: "t" + s},
			Columns: []Column{{Header: s, Field: "x_" + s, Sentinels: []string{s}, Evidence: Summary{Nulls: map[string]int64{s: 1}}}}}}}
		written.ID = written.Hash()
		document := Marshal(written)
		read, err := Parse(document)
		if err != nil {
			t.Fatalf("%v\n%s", err, document)
		}
		if !reflect.DeepEqual(read, written) {
			t.Fatalf("%q came back as %+v\n%s", s, read.Files[0], document)
		}
	})
}

// The schema is what editors and other languages check a plan by: it knows the decisions that Parse knows, no others.
func TestSchema(t *testing.T) {
	f, err := queue.Contract.Open("schemas/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("plan.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("plan.json")
	valid := func(p *Plan) error {
		asJSON, err := yaml.YAMLToJSON(Marshal(p))
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		if err != nil {
			t.Fatal(err)
		}
		return schema.Validate(value)
	}
	header, rows := messyRows(500)
	file, _ := freeze(t, Options{}, header, rows)
	file.Ingest = table.Ingest{Format: "csv", Line: 3, Columns: []string{"a"}}
	p := New(usCore(t), today, file)
	if err := valid(p); err != nil {
		t.Errorf("a real plan: %v", err)
	}
	for name, allowed := range allowedValues {
		if allowed == nil {
			allowed = []string{"8"}
		}
		for _, value := range allowed {
			p.Files[0].Columns[0].Decisions = map[string]Decision{name: {Value: value}}
			if err := valid(p); err != nil {
				t.Errorf("decision %s %s: %v", name, value, err)
			}
		}
	}
	properties := document.(map[string]any)["$defs"].(map[string]any)["column"].(map[string]any)["properties"].(map[string]any)
	for name := range properties["decisions"].(map[string]any)["properties"].(map[string]any) {
		if _, known := allowedValues[name]; !known {
			t.Errorf("the schema has decision %s, Parse has not", name)
		}
	}
	for _, typ := range profile.Types {
		p.Files[0].Columns[0].Type = typ
		if err := valid(p); err != nil {
			t.Errorf("type %s: %v", typ, err)
		}
	}
}

func TestAnEditChangesDecisionsAndID(t *testing.T) {
	file, _ := freeze(t, Options{}, "patient_id,dob", [][]string{{"P1", "04/05/1985"}})
	written := New(usCore(t), today, file)
	document := Marshal(written)
	edited, err := Parse(bytes.Replace(document, []byte("value: month_first"), []byte("value: day_first"), 1))
	if err != nil {
		t.Fatal(err)
	}
	if edited.ID == written.ID || edited.Files[0].Columns[1].Decisions[DateOrder].Value != "day_first" {
		t.Errorf("id %s, decisions %v", edited.ID, edited.Files[0].Columns[1].Decisions)
	}
	reworded, err := Parse(bytes.Replace(document, []byte("why: exact header"), []byte("why: obvious"), 1))
	if err != nil || reworded.ID != written.ID {
		t.Errorf("other words for a reason changed the id: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	file, _ := freeze(t, Options{}, "patient_id,dob", [][]string{{"P1", "04/05/1985"}})
	document := Marshal(New(usCore(t), today, file))
	tests := []struct{ name, old, new, says string }{
		{"an unknown key", "files:", "fils:", "fils"},
		{"an unknown value", "value: month_first", "value: middle_first", "middle_first"},
		{"an unknown decision", "date_order:", "date_ordre:", "date_ordre"},
		{"an unknown type", "type: date", "type: dates", "dates"},
		{"another version", "version: 1", "version: 7", "version 7"},
		{"no day", `today: "2026-11-23"`, "today: tomorrow", "tomorrow"},
		{"no YAML", "columns:", "columns: [", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bad := bytes.Replace(document, []byte(tt.old), []byte(tt.new), 1)
			if bytes.Equal(bad, document) {
				t.Fatalf("%q does not stand in\n%s", tt.old, document)
			}
			if _, err := Parse(bad); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v; want an error that names %s", err, tt.says)
			}
		})
	}
}

// TestUnquoted tells the place of a mistake, and nothing that a document holds: it may be one of patients.
func TestUnquoted(t *testing.T) {
	file, _ := freeze(t, Options{}, "patient_id,dob", [][]string{{"P1", "04/05/1985"}})
	document := string(Marshal(New(usCore(t), today, file)))
	for bad, want := range map[string]string{
		strings.Replace(document, "value: month_first", `value: "Ann \"Hopper\""`, 1): "file 1: column 2: decision date_order: is not one of month_first, day_first",
		strings.Replace(document, "field: birth_date", `field: ""`, 1):                "file 1: column 2: the field is not named; x_<name> passes it untouched",
		"Hopper: 1\n": "line 1: there is no key",
	} {
		_, err := Parse([]byte(bad))
		if got := Unquoted(err); !strings.HasPrefix(got, want) || strings.Contains(got, "Hopper") {
			t.Errorf("%s; want %s", got, want)
		}
	}
	if _, err := Parse([]byte("\ufeff" + document)); err != nil {
		t.Errorf("marked as UTF-8: %v", err)
	}
}

func TestCombine(t *testing.T) {
	one, _ := freeze(t, Options{}, "patient_id,dob", [][]string{{"P1", "1985-01-02"}})
	two, _ := freeze(t, Options{}, "patient_id,test_code,result", [][]string{{"P1", "2345-7", "5"}})
	p := usCore(t)
	got := Combine(New(p, today, one), New(p, today, two))
	if want := New(p, today, one, two); got.ID != want.ID || len(got.Files) != 2 {
		t.Errorf("combined %s of %d files; want %s", got.ID, len(got.Files), want.ID)
	}
}

// TestErrorsQuoteNothing is for who names a file of patients by mistake.
func TestErrorsQuoteNothing(t *testing.T) {
	if _, err := Parse([]byte("MRN,Name\n00100237,Hopper\n")); err == nil || strings.Contains(err.Error(), "Hopper") {
		t.Errorf("got %v", err)
	}
}
