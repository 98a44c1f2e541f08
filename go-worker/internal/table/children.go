package table

import (
	"path"
	"slices"
	"strings"
)

// In JSON that is not FHIR, the objects of an array in a record (the results of a patient) are rows of a table of their own, which also
// says whose they are: it has the ids of the record. Objects that the table of the record has columns for, such as its addresses, stay
// there, numbered.

// maxParentID is the longest key that is taken for an id.
const maxParentID = 40

// children are the arrays of a record whose objects are rows of their own.
type children struct {
	keys   []string // those that are left out of the rows of the record
	key    string   // the one whose objects this source holds; "" for the records themselves
	parent string   // what a record is, for its own "id": patient makes patient_id
}

// parentName returns what the records of a source are, by the name under which they stand: visit for visits.json. A record of which
// nothing else is known is a patient's.
func parentName(source string, opt Options) string {
	name, _, _ := strings.Cut(strings.ToLower(path.Base(source)), ".")
	name = strings.TrimSuffix(name, "s")
	if opt.HeaderScore == nil || opt.HeaderScore([]string{name + "_id"}) == 0 {
		return "patient"
	}
	return name
}

// skips reports whether a member of a record is left out of its row.
func (c *children) skips(key string) bool { return slices.Contains(c.keys, key) }

// isObjects reports whether a value is an array of objects and of nothing else.
func (t *tape) isObjects(array int) bool {
	if t.nodes[array].kind != nodeArray || t.nodes[array].next == array+1 {
		return false
	}
	for e := array + 1; e < t.nodes[array].next; e = t.nodes[e].next {
		if t.nodes[e].kind != nodeObject {
			return false
		}
	}
	return true
}

// attribute returns what an object of DHIS2 is the value of, a tracked person's attribute or an element of an event's data, by the name that people
// see, and the node of that value; 0 when it is none.
func (t *tape) attribute(object int) (label string, value int) {
	if t.nodes[object].kind != nodeObject {
		return "", 0
	}
	for _, key := range []string{"displayName", "attribute", "dataElement"} {
		if label == "" {
			label = t.text(object, key)
		}
	}
	if value = t.member(object, "value"); label == "" || value == 0 || t.member(object, "attribute") == 0 && t.member(object, "dataElement") == 0 ||
		t.nodes[value].next != value+1 {
		return "", 0
	}
	return label, value
}

// child fills row from an object of a record: the ids of the record that the object has not itself, then its members.
func (f *flattener) child(t *tape, record, object int, parent string, row []string) {
	f.begin(t, row)
	f.parentIDs(record, object, parent)
	f.skip, f.nothing = nil, true
	if t.nodes[object].kind == nodeObject {
		f.members(object)
		return
	}
	f.path = append(f.path, "value"...)
	f.value(object)
}

// within returns the first node of the elements of a value, and the one behind them: of an array those, of anything else itself.
func (t *tape) within(value int) (first, end int) {
	if t.nodes[value].kind == nodeArray {
		return value + 1, t.nodes[value].next
	}
	return value, t.nodes[value].next
}

// parentIDs sets the ids of a record: its members, and those of its objects, that are named as an id.
func (f *flattener) parentIDs(record, object int, parent string) {
	nodes := f.tape.nodes
	for i := record + 1; i < nodes[record].next; i = nodes[i+1].next {
		key, value := nodes[i].text, i+1
		switch {
		case nodes[value].kind == nodeObject:
			for j := value + 1; j < nodes[value].next; j = nodes[j+1].next {
				if isID(nodes[j].text) && isScalar(nodes[j+1].kind) {
					f.setAt(key+"."+nodes[j].text, nodes[j+1].text)
				}
			}
		case !isScalar(nodes[value].kind) || !isID(key):
		case strings.EqualFold(strings.Trim(key, "_"), "id"):
			if own := parent + "_id"; f.tape.member(object, own) == 0 {
				f.setAt(own, nodes[value].text)
			}
		case f.tape.member(object, key) == 0:
			f.setAt(key, nodes[value].text)
		}
	}
}

func isScalar(kind byte) bool { return kind == nodeString || kind == nodeNumber }

// isID reports whether a key names an id: patient_id, patientId, MRN.
func isID(key string) bool {
	if len(key) > maxParentID {
		return false
	}
	lower := strings.ToLower(key)
	bare := strings.Trim(lower, "_")
	return bare == "id" || bare == "pid" || bare == "uuid" || bare == "guid" || bare == "trackedentityinstance" || bare == "trackedentity" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(key, "Id") || strings.HasSuffix(key, "ID") ||
		strings.HasSuffix(lower, "mrn") || strings.HasPrefix(lower, "medical_record")
}

// childrenFrom notes the arrays of objects of a record, and their columns.
func (d *discovery) childrenFrom(p *tape, record int) {
	if p.nodes[record].kind != nodeObject {
		return
	}
	for i := record + 1; i < p.nodes[record].next; i = p.nodes[i+1].next {
		if !p.isObjects(i+1) && !d.isDecided(p.nodes[i].text) {
			continue
		}
		if p.isObjects(i + 1) {
			if _, value := p.attribute(i + 2); value > 0 {
				continue // they have columns in the record's row
			}
		}
		c := d.childOf(p.nodes[i].text)
		if c == nil {
			continue
		}
		c.arena = c.arena[:0]
		object, end := p.within(i + 1)
		for ; object < end; object = p.nodes[object].next {
			c.child(p, record, object, d.parent, nil)
			c.filled = c.filled || !c.nothing
		}
	}
}

// childOf returns the table of an array, nil beyond the limits: its objects are numbered, as ever.
func (d *discovery) childOf(key string) *found {
	c := d.children[key]
	if c == nil && len(d.children) < d.opt.MaxMembers && len(key) <= maxPath {
		c = d.newFound(Ingest{})
		d.children[strings.Clone(key)] = c // the chunk that it stands in is reused
	}
	return c
}

// childKeys returns the arrays whose objects are rows of their own, in order: those decided before, and those none of whose columns would
// be known in the table of the record.
func (d *discovery) childKeys(records *found) (keys []string) {
	for key, c := range d.children {
		if !c.filled || c.beyond {
			continue
		}
		if c.decided || !d.belongs(records, key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// belongs reports whether what stands under a key belongs to the record: its table knows a column of it, or it is something else than an
// array of objects in another record.
func (d *discovery) belongs(records *found, key string) bool {
	if d.opt.HeaderScore == nil {
		return true
	}
	for at, p := range records.paths {
		if p == key && at < len(records.said) && records.said[at] {
			return true
		}
		if rest, ok := strings.CutPrefix(p, key+"."); ok && (rest[0] < '0' || rest[0] > '9' || d.opt.HeaderScore([]string{p}) > 0) {
			return true
		}
	}
	return false
}

// without returns the columns that are not of the arrays.
func (c *columns) without(keys []string) columns {
	return newColumns(slices.DeleteFunc(slices.Clone(c.paths), func(p string) bool {
		key, _, _ := strings.Cut(p, ".")
		return slices.Contains(keys, key)
	}))
}

// addChildren adds the objects of a record as rows.
func (t *jsonFormat) addChildren(p *tape, f *flattener, record int, line int64, clean bool, b *Batch) {
	value := p.member(record, t.children.key)
	if value == 0 {
		return
	}
	object, end := p.within(value)
	for ; object < end; object = p.nodes[object].next {
		row := len(b.lines)
		f.child(p, record, object, t.children.parent, b.addEmpty(line))
		if f.nothing {
			b.dropLast()
			continue
		}
		t.checkRow(p, row, clean, b)
	}
}
