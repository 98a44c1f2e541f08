// Package registry reads what a registry of persons knows, a snapshot, and writes what a job finds beside it, a delta. Both are NDJSON,
// packed by gzip: the reconciler writes the one and applies the other (docs/linkage.md). It knows nothing of who is who.
package registry

// version is that of the form of both documents.
const version = 1

// A Head is the first line of a snapshot, and of the delta that answers it.
type Head struct {
	V              int    `json:"v"`
	Version        int64  `json:"version"`         // of the registry; +1 with each change
	Profile        string `json:"profile"`         // under which its records became what they are; "" of an empty registry
	ProfileVersion string `json:"profile_version"` // of that profile
}

// A Line is one of those behind the head: what is not nil.
type Line struct {
	Delivery *Delivery `json:"delivery,omitempty"`
	Record   *Record   `json:"record,omitempty"` // of the last delivery before it
	Moved    *Moved    `json:"moved,omitempty"`
	Alias    *Alias    `json:"alias,omitempty"`
	Review   *Review   `json:"review,omitempty"`
	Decision *Decision `json:"decision,omitempty"`
}

// A Delivery is a file that records are from.
type Delivery struct {
	Source string `json:"source"`
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
}

// A Record is a record of a patient and its person. Of its values a snapshot has those that are compared.
type Record struct {
	UID    string            `json:"uid"`
	Person string            `json:"person"`
	Since  int64             `json:"since,omitempty"` // of a snapshot: the lower, the older is the person
	No     int64             `json:"no"`
	ID     string            `json:"id,omitempty"` // by which its source knows the patient
	Method string            `json:"method,omitempty"`
	Score  *float64          `json:"score,omitempty"`
	Match  map[string]string `json:"match"`          // values that are compared
	More   map[string]string `json:"more,omitempty"` // other values
}

// A Moved is a known record that now belongs to another person.
type Moved struct {
	UID    string   `json:"uid"`
	Person string   `json:"person"`
	Method string   `json:"method,omitempty"`
	Score  *float64 `json:"score,omitempty"`
}

// An Alias is the id of a known person that became part of another one.
type Alias struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// A Review is a pair of records that a person should look at.
type Review struct {
	A      string     `json:"a"`
	B      string     `json:"b"`
	Score  float64    `json:"score"`
	Reason string     `json:"reason"`
	Why    string     `json:"why"`
	Fields [][]string `json:"fields"` // name, and the word for how it agrees
}

// A Decision is what a person said: the records of both lists are one person, or no record of the one list is the same person as one
// of the other.
type Decision struct {
	Same bool     `json:"same"`
	A    []string `json:"a"`
	B    []string `json:"b"`
}
