// Package fhir writes rows of canonical tables as FHIR R4 resources, one to a line. It adds nothing that the row does
// not say: an element that R4 demands and the row lacks is `unknown`, or carries the extension data-absent-reason. A
// value that is none of the codes R4 allows in its place stays out, as do the columns that R4 has no place for in the
// resource (docs/formats.md lists them).
package fhir

// A kind is a type of resource, and what writes one.
type kind struct {
	name string
	fill func(*resource)
}

// always is the kind of all rows of a table.
func always(name string, fill func(*resource)) func(*resource) kind {
	return func(*resource) kind { return kind{name, fill} }
}

// resources are what the rows of the canonical tables are.
var resources = map[string]struct {
	key string // the column of its id
	of  func(*resource) kind
}{
	"patient":      {"patient_id", always("Patient", (*resource).patient)},
	"encounter":    {"encounter_id", always("Encounter", (*resource).encounter)},
	"observation":  {"observation_id", always("Observation", (*resource).observation)},
	"condition":    {"condition_id", always("Condition", (*resource).condition)},
	"medication":   {"medication_id", drugOf},
	"immunization": {"immunization_id", always("Immunization", (*resource).immunization)},
	"allergy":      {"allergy_id", always("AllergyIntolerance", (*resource).allergy)},
}

// Has reports whether rows of a table can be written as resources.
func Has(table string) bool { return resources[table].of != nil }

// A Writer writes the rows of one table. One goroutine uses it.
type Writer struct {
	table string
	r     resource
	last  string // key of the row before
	given ids
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
	r := &w.r
	r.buf, r.values = dst, values
	kind := resources[w.table].of(r)
	r.buf = append(r.buf, '{')
	r.text("resourceType", kind.name)
	r.text("id", w.id(resources[w.table].key))
	kind.fill(r)
	return append(r.buf, '}', '\n')
}
