package table

import (
	"slices"
	"strings"
)

// recordKeys are keys under which an object holds records, and not a record its parts.
var recordKeys = []string{"data", "records", "rows", "items", "patients", "entry", "results", "resources", "hits"}

// wrapperKeys are keys under which the answer of a service stands as an object, beside what is about the answer.
var wrapperKeys = []string{"data", "records", "response", "result", "payload", "body", "content", "export", "_embedded", "hits"}

// linkKeys are keys beside them, for addresses of other pages.
var linkKeys = []string{"link", "links"}

// ownerKeys are keys of the one whom all records of an object are of: it is then a record, and these are its parts.
var ownerKeys = []string{"patientid", "patid", "personid", "memberid", "subjectid", "mrn", "medicalrecordnumber", "encounterid", "visitid", "patient"}

// wrappers is how many objects may stand around the arrays of the records.
const wrappers = 4

// layer is what an object of a document holds, where it may be a wrapper around records.
type layer struct {
	key    string   // of the object
	arrays []string // keys of arrays that may hold records
	known  bool     // a key is known to hold records
	others int      // other members
	inner  []layer  // of these, objects that may be wrappers
	record bool     // a resource of FHIR
	owner  bool     // a member says whose the records are
}

// recordArrays returns the paths of the arrays that hold the records of a document, and how many other members stand
// around them. There are none in an array, nor in an object that is a record itself.
func (t *text) recordArrays() (paths []string, others int, err error) {
	r, err := t.open()
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = r.Close() }()
	s := newSplitter(r, 0)
	var top layer
	if err := top.read(s, wrappers); err != nil && !t.leftOff(err) {
		return nil, 0, err
	}
	if next, err := s.skipSpace(); next != 0 || err != nil {
		top.inner = nil // of several objects each is a record
	}
	paths, others = top.records()
	return paths, others, nil
}

// read reads an object, and the objects in it that may be wrappers, some levels deep.
func (l *layer) read(s *splitter, levels int) error {
	return s.members(func(name string) (bool, error) {
		first, err := s.skipArray()
		key := strings.ToLower(name)
		isKnown := first != 0 && slices.Contains(recordKeys, key)
		if isKnown || first == '{' && !slices.Contains(linkKeys, key) {
			l.arrays = append(l.arrays, name)
			l.known = l.known || isKnown
			return true, err
		}
		l.others++
		l.record = l.record || name == "resourceType"
		l.owner = l.owner || slices.Contains(ownerKeys, strings.NewReplacer("_", "", "-", "", " ", "").Replace(key))
		only := l.others == 1 && len(l.arrays) == 0
		if err != nil || first != 0 || levels == 1 || !only && !slices.Contains(wrapperKeys, key) {
			return true, err
		}
		inner := layer{key: name}
		err = inner.read(s, levels-1)
		l.inner = append(l.inner, inner)
		return true, err
	})
}

// records returns the paths of the arrays of records in an object, and how many other members stand around them. An
// object without a key known to hold records and with other members than arrays of objects is a record itself, as is one that
// names a patient beside them, unless it is a wrapper: it holds nothing but one object, or one under a key known for that.
func (l *layer) records() (paths []string, others int) {
	if l.known && !l.owner || l.others == 0 {
		for _, key := range l.arrays {
			paths = append(paths, pathOf(key))
		}
		return paths, l.others
	}
	if l.record {
		return nil, 0
	}
	only := l.others == 1 && len(l.arrays) == 0
	for i := range l.inner {
		inner := &l.inner[i]
		if !only && !slices.Contains(wrapperKeys, strings.ToLower(inner.key)) {
			continue
		}
		within, n := inner.records()
		for _, path := range within {
			paths = append(paths, pathOf(inner.key)+"/"+path)
		}
		if len(within) > 0 {
			others += n - 1
		}
	}
	if len(paths) == 0 {
		return nil, 0
	}
	return paths, others + l.others + len(l.arrays)
}

var (
	escapeKey   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapeKey = strings.NewReplacer("~1", "/", "~0", "~")
)

// pathOf writes a key as a step of a path; the steps stand between slashes, as in a JSON pointer (RFC 6901).
func pathOf(key string) string { return escapeKey.Replace(key) }

// stepsOf returns the keys of a path.
func stepsOf(path string) []string {
	steps := strings.Split(path, "/")
	for i := range steps {
		steps[i] = unescapeKey.Replace(steps[i])
	}
	return steps
}
