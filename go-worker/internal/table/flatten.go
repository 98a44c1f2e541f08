package table

import (
	"strconv"
	"unsafe"
)

// maxPath is the longest name of a column, in bytes.
const maxPath = 1 << 10

// columns are the paths of a JSON source in order of first appearance, and their places.
type columns struct {
	paths  []string
	places map[string]int
}

func newColumns(paths []string) columns {
	c := columns{places: make(map[string]int, len(paths))}
	for _, p := range paths {
		c.add(p)
	}
	return c
}

func (c *columns) add(path string) int {
	at := len(c.paths)
	c.paths = append(c.paths, path)
	c.places[path] = at
	return at
}

// flattener turns JSON records into rows: nested keys are joined by dots (address.city), the objects of an array
// are numbered from 0 (name.0.family), and the scalars of an array stand in one cell, joined by "|". A key that
// comes twice in a record has both values in its cell, joined likewise. null, {} and [] are empty cells.
type flattener struct {
	*columns
	fhir    bool // records are FHIR resources: some arrays have labels, and references are ids
	names   *names
	limit   int  // how many columns there may be; 0 when no new ones are made
	beyond  bool // a path would have been a column beyond the limits
	nothing bool // all values of the record were empty

	unresolved, assumed bool // references of the record name nothing, or by an identifier that was taken for the id
	drugless            bool // the record refers to a drug that the document has none of
	refers              bool // a record refers to a drug

	said []bool // of columns, while only these are looked for: any value stands in it

	renames map[string]string // members of the resource that R4 names otherwise

	skip  func(key string) bool // members of the record to leave out; nil: none
	tape  *tape
	row   []string // nil while only columns are looked for
	arena []byte   // text of joined cells
	rooms map[*byte]room
	path  []byte
	key   string // the last one of the path
	last  int    // column of the value before: the next is mostly the one after it

	display int // a coding whose display stands as the text of its concept; 0 none
}

// record fills row, which has an empty cell for each column, from the value at a node. A nil row only makes
// columns. The elements of a record that is an array are column_1, column_2 …, and one that is a single value
// has the column "value".
func (f *flattener) record(t *tape, at int, row []string) {
	f.begin(t, row)
	if id := t.entryID(at); f.fhir && id != "" {
		f.path = append(f.path[:0], "id"...)
		f.set(id)
		f.path = f.path[:0]
	}
	switch t.nodes[at].kind {
	case nodeObject:
		f.members(at)
	case nodeArray:
		for i, n := at+1, 1; i < t.nodes[at].next; i, n = t.nodes[i].next, n+1 {
			f.path = strconv.AppendInt(append(f.path[:0], "column_"...), int64(n), 10)
			f.value(i)
		}
	default:
		f.path = append(f.path, "value"...)
		f.value(at)
	}
}

// records fills the rows of a record: one, or one for each result of an observation or reaction of an allergy. row returns the next of them.
func (f *flattener) records(t *tape, at int, row func() []string) {
	kind := ""
	if f.fhir {
		kind = t.text(at, "resourceType")
		f.renames = renamed[kind]
	}
	switch kind {
	case "Observation":
		f.observation(t, at, row)
	case "AllergyIntolerance":
		f.allergy(t, at, row)
	default:
		f.record(t, at, row())
	}
}

// begin begins a row.
func (f *flattener) begin(t *tape, row []string) {
	f.tape, f.row, f.path, f.last, f.nothing = t, row, f.path[:0], -1, true
	f.unresolved, f.assumed, f.drugless = false, false, false
	clear(f.rooms)
}

// value sets the value at a node under the path.
func (f *flattener) value(at int) {
	n := &f.tape.nodes[at]
	switch {
	case n.next == at+1:
		f.set(n.text)
	case n.kind == nodeObject:
		base := len(f.path)
		f.path = append(f.path, '.')
		f.members(at)
		f.path = f.path[:base]
	default:
		f.elements(at)
	}
}

func (f *flattener) members(at int) {
	nodes, base := f.tape.nodes, len(f.path)
	for i := at + 1; i < nodes[at].next; i = nodes[i+1].next {
		f.key = nodes[i].text
		f.path = append(f.path[:base], f.key...)
		if base == 0 && f.skip != nil && f.skip(f.key) {
			continue
		}
		if !f.fhir || !f.known(at, i, base == 0) {
			f.value(i + 1)
		}
	}
	f.path = f.path[:base]
}

// elements sets those of an array that share its column together, then each of the others.
func (f *flattener) elements(at int) {
	nodes, base, key := f.tape.nodes, len(f.path), f.key
	var shared string
	others := 0
	for i := at + 1; i < nodes[at].next; i = nodes[i].next {
		if f.hasColumn(key, i) {
			others++
		} else {
			shared = f.join(shared, nodes[i].text)
		}
	}
	if shared != "" || others == 0 {
		f.set(shared)
	}
	var order []int
	switch {
	case !f.fhir || others < 2:
	case key == "coding":
		order = f.tape.codingsInOrder(f.path, at)
	default:
		order = f.tape.preferred(key, at)
	}
	n := 0
	for _, i := range order {
		n = f.owned(i, n, key, base)
	}
	for i := at + 1; others > 0 && order == nil && i < nodes[at].next; i = nodes[i].next {
		n = f.owned(i, n, key, base)
	}
	f.path = f.path[:base]
}

// owned sets an element of an array, the nth that has no label, if it has columns of its own, and returns the number of the next one.
func (f *flattener) owned(at, n int, array string, base int) int {
	if !f.hasColumn(array, at) {
		return n + 1
	}
	if f.path = append(f.path[:base], '.'); f.element(at, n, array) {
		return n // a former address before the present one leaves it the first
	}
	return n + 1
}

// hasColumn reports whether an element of an array has columns of its own: objects and arrays have, and in FHIR
// the given names of a person and the lines of an address, each of which has its meaning by its place.
func (f *flattener) hasColumn(array string, at int) bool {
	kind := f.tape.nodes[at].kind
	return kind == nodeObject || kind == nodeArray || f.fhir && (array == "given" || array == "line")
}

// element sets one element of an array under its label, if it has one, or its number.
func (f *flattener) element(at, n int, array string) (labelled bool) {
	if f.fhir {
		if label, said := f.tape.label(array, at); label != "" {
			f.path = append(f.path, label...)
			f.labelled(at, said)
			return true
		}
	} else if label, value := f.tape.attribute(at); value > 0 {
		f.path = append(f.path[:0], label...)
		f.set(f.tape.nodes[value].text)
		return true
	}
	f.path = strconv.AppendInt(f.path, int64(n), 10)
	f.value(at)
	return false
}

// room is the room that a long joined text of the row was given to grow into, so that thousands of values are not copied for each that follows.
type room struct{ used, size int }

// roomFrom is the length from which a joined text is given room.
const roomFrom = 256

// join returns a and b with "|" between them, only one of them when the other is empty, or when nothing but that matters.
func (f *flattener) join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "" || f.row == nil:
		return a
	}
	need := len(a) + 1 + len(b)
	start := unsafe.StringData(a)
	if r := f.rooms[start]; r.used == len(a) && need <= r.size {
		f.rooms[start] = room{need, r.size}
		text := unsafe.Slice(start, need)
		text[len(a)] = '|'
		copy(text[len(a)+1:], b)
		return view(text)
	}
	from := len(f.arena)
	f.arena = append(append(append(f.arena, a...), '|'), b...)
	if need >= roomFrom {
		f.arena = append(f.arena, make([]byte, need)...)
		if f.rooms == nil {
			f.rooms = map[*byte]room{}
		}
		f.rooms[&f.arena[from]] = room{need, 2 * need}
	}
	return view(f.arena[from : from+need])
}

// set puts text into the cell of the column at the path.
func (f *flattener) set(text string) {
	at := f.place()
	if at < 0 || text == "" {
		return
	}
	f.nothing = false
	switch {
	case f.row == nil:
		for len(f.said) <= at {
			f.said = append(f.said, false)
		}
		f.said[at] = true
	case f.row[at] != text:
		f.row[at] = f.join(f.row[at], text)
	}
}

// place returns the column at the path, -1 when there is none.
func (f *flattener) place() int {
	at := f.last + 1
	if at >= len(f.paths) || f.paths[at] != string(f.path) {
		var ok bool
		if at, ok = f.places[string(f.path)]; !ok {
			if len(f.paths) >= f.limit || len(f.path) > maxPath {
				f.beyond = true
				return -1
			}
			at = f.add(string(f.path))
		}
	}
	f.last = at
	return at
}
