// Package fhir writes rows of canonical tables as FHIR R4 resources, one to a line. It adds nothing that the row does
// not say: an element that R4 demands and the row lacks is `unknown`, or carries the extension data-absent-reason. A
// value that is none of the codes R4 allows in its place stays out, as do the columns that R4 has no place for in the
// resource (docs/formats.md lists them).
package fhir

// resources are the types of resources, and what writes them, by the canonical table.
var resources = map[string]struct {
	name string
	key  string // the column of its id
	fill func(*resource)
}{
	"patient":      {"Patient", "patient_id", (*resource).patient},
	"encounter":    {"Encounter", "encounter_id", (*resource).encounter},
	"observation":  {"Observation", "observation_id", (*resource).observation},
	"condition":    {"Condition", "condition_id", (*resource).condition},
	"medication":   {"MedicationRequest", "medication_id", (*resource).medication},
	"immunization": {"Immunization", "immunization_id", (*resource).immunization},
	"allergy":      {"AllergyIntolerance", "allergy_id", (*resource).allergy},
}

// Has reports whether rows of a table can be written as resources.
func Has(table string) bool { return resources[table].name != "" }

// A Writer writes the rows of one table. One goroutine uses it.
type Writer struct {
	table string
	r     resource
	last  string // key of the row before
}

// NewWriter returns the writer of a table that Has reports, with its columns in order.
func NewWriter(table string, columns []string) *Writer {
	w := &Writer{table: table, r: resource{place: make(map[string]int, len(columns)), units: map[string]bool{}}}
	for i, c := range columns {
		w.r.place[c] = i
	}
	return w
}

// Append appends the resource of a row, and a line end.
func (w *Writer) Append(dst []byte, values []string) []byte {
	kind, r := resources[w.table], &w.r
	r.buf, r.values = dst, values
	r.buf = append(r.buf, '{')
	r.text("resourceType", kind.name)
	r.text("id", w.id(kind.key))
	kind.fill(r)
	return append(r.buf, '}', '\n')
}
