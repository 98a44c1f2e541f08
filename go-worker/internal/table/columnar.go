package table

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strconv"
)

// columnarLimit is the size up to which a JSON document that holds its columns one after another is turned into records: it cannot be read
// bit by bit.
const columnarLimit = 8 << 20

// byRecord turns a document that holds its columns one after another, as data frames are written, or its records in another way than one object
// each, into records, and reports whether it was one. score tells how well names fit as a header.
func (t *text) byRecord(score func([]string) float64, maxDepth int) (bool, error) {
	r, err := t.open()
	if err != nil {
		return false, err
	}
	defer func() { _ = r.Close() }()
	document, err := io.ReadAll(io.LimitReader(r, columnarLimit+1))
	if err != nil || len(document) > columnarLimit {
		if t.leftOff(err) {
			err = nil
		}
		return false, err
	}
	document = document[min(t.mark, int64(len(document))):]
	if t.charset.table != nil {
		document = t.charset.appendUTF8(nil, document)
	}
	p := tape{maxDepth: maxDepth}
	if !p.parse(document) {
		return false, nil
	}
	turned := p.turned(score)
	if turned == nil {
		return false, nil
	}
	t.content.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(turned)), nil }
	t.charset, t.mark, t.recoded = charset{}, 0, true
	return true, nil
}

// turned writes the records of a document that has them in another form than one object each; nil when it has not. It knows four: columns as
// lists ({"id": [1, 2], "sex": ["M", "F"]}), as numbered values ({"id": {"0": 1, "1": 2}, …}), rows without names beside the names or below
// them ({"columns": ["id", "sex"], "data": [[1, "M"], [2, "F"]]}), and records by their key ({"P1": {"sex": "M"}, "P2": {"sex": "F"}}).
func (t *tape) turned(score func([]string) float64) []byte {
	if names, columns := t.rowsOfLists(score); names != nil {
		return t.records(names, columns)
	}
	if t.nodes[0].kind != nodeObject {
		return nil
	}
	if names, columns := t.lists(); names != nil {
		return t.records(names, columns)
	}
	return t.keyed(score)
}

// lists are the first two forms of turned: the names and the nodes of the columns, by row.
func (t *tape) lists() (names []string, columns [][]int) {
	for i := 1; i < t.nodes[0].next; i = t.nodes[i+1].next {
		column := t.scalars(i+1, t.nodes[i+1].kind == nodeObject)
		if len(column) < 2 || len(columns) > 0 && len(column) != len(columns[0]) {
			return nil, nil
		}
		names, columns = append(names, t.nodes[i].text), append(columns, column)
	}
	if len(names) < 2 {
		return nil, nil
	}
	return names, columns
}

// knownShare is the share of names that must be known headers before a row, or the keys of records, are taken for names.
const knownShare = 0.25

// rowsOfLists is the third form of turned. A row may lack cells at its end.
func (t *tape) rowsOfLists(score func([]string) float64) (names []string, columns [][]int) {
	data := t.listOfLists()
	if data < 0 {
		return nil, nil
	}
	first := data + 1
	if names = t.namesBeside(data); names == nil {
		for _, i := range t.scalars(first, false) {
			names = append(names, t.nodes[i].text)
		}
		if score == nil || len(names) < 2 || score(names) < knownShare {
			return nil, nil
		}
		first = t.nodes[first].next
	}
	columns = make([][]int, len(names))
	for i := first; i < t.nodes[data].next; i = t.nodes[i].next {
		row := t.scalars(i, false)
		if t.nodes[i].kind != nodeArray || len(row) > len(names) || row == nil && t.nodes[i].next > i+1 {
			return nil, nil
		}
		for k := range columns {
			cell := -1
			if k < len(row) {
				cell = row[k]
			}
			columns[k] = append(columns[k], cell)
		}
	}
	if len(columns[0]) == 0 {
		return nil, nil
	}
	return names, columns
}

// listOfLists returns the array of arrays that a document is, or that stands in its object; -1 when there is none.
func (t *tape) listOfLists() int {
	isOne := func(at int) bool {
		return t.nodes[at].kind == nodeArray && t.nodes[at].next > at+1 && t.nodes[at+1].kind == nodeArray
	}
	if isOne(0) {
		return 0
	}
	for i := 1; t.nodes[0].kind == nodeObject && i < t.nodes[0].next; i = t.nodes[i+1].next {
		if isOne(i + 1) {
			return i + 1
		}
	}
	return -1
}

// namesKeys are keys of the names of columns beside rows without any, and nameKeys those under which an object describes a column.
var (
	namesKeys = []string{"columns", "headers", "header", "fields", "cols", "column_names", "columnNames", "names"}
	nameKeys  = []string{"column", "name", "label", "title", "field"}
)

// namesBeside returns the names that stand beside rows, nil when there are none.
func (t *tape) namesBeside(data int) (names []string) {
	if data == 0 {
		return nil
	}
	for _, key := range namesKeys {
		at := t.member(0, key)
		if at == 0 || t.nodes[at].kind != nodeArray {
			continue
		}
		for i := at + 1; i < t.nodes[at].next; i = t.nodes[i].next {
			name := t.nodes[i].text
			for _, k := range nameKeys {
				if name == "" && t.nodes[i].kind == nodeObject {
					name = t.text(i, k)
				}
			}
			names = append(names, name)
		}
		return names
	}
	return nil
}

// keyed is the fourth form of turned: objects of much the same members, under keys that are no headers. The key is their id where they have none.
func (t *tape) keyed(score func([]string) float64) []byte {
	top := 0
	if len(t.nodes) > 2 && t.nodes[2].next == t.nodes[0].next {
		top = 2 // they stand in an object of their own
	}
	if score == nil || t.nodes[top].kind != nodeObject {
		return nil
	}
	var keys []string
	var first map[string]bool
	numbered := true
	for i := top + 1; i < t.nodes[top].next; i = t.nodes[i+1].next {
		own := t.keys(i + 1)
		if len(own) < 2 {
			return nil
		}
		if first == nil {
			first = own
		}
		shared := 0
		for key := range own {
			if first[key] {
				shared++
			}
		}
		if shared*2 < len(own) {
			return nil
		}
		numbered = numbered && t.nodes[i].text == strconv.Itoa(len(keys))
		keys = append(keys, t.nodes[i].text)
	}
	members := slices.Sorted(maps.Keys(first))
	if len(keys) < 2 || score(keys) > 0 || score(members) < knownShare {
		return nil
	}
	name := "id"
	if slices.ContainsFunc(members, isID) {
		name = "key"
	}
	var out []byte
	for i := top + 1; i < t.nodes[top].next; i = t.nodes[i+1].next {
		out = append(out, '{')
		if !numbered {
			out = append(AppendJSON(append(AppendJSON(out, name), ':'), t.nodes[i].text), ',')
		}
		out = append(t.appendMembers(out, i+1), '}')
	}
	return out
}

// keys returns those of an object, nil of anything else.
func (t *tape) keys(at int) map[string]bool {
	if t.nodes[at].kind != nodeObject {
		return nil
	}
	own := map[string]bool{}
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i+1].next {
		own[t.nodes[i].text] = true
	}
	return own
}

// scalars returns the nodes of the values of an array, or of an object whose keys number them; none when some are no scalars.
func (t *tape) scalars(at int, numbered bool) (values []int) {
	kind := byte(nodeArray)
	if numbered {
		kind = nodeObject
	}
	if t.nodes[at].kind != kind {
		return nil
	}
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i].next {
		if numbered {
			if t.nodes[i].text != strconv.Itoa(len(values)) {
				return nil
			}
			i++ // the value behind the key
		}
		if t.nodes[i].kind == nodeArray || t.nodes[i].kind == nodeObject {
			return nil
		}
		values = append(values, i)
	}
	return values
}

// records writes columns as records, on one line, since they have none of their own. A cell that a row lacks is -1.
func (t *tape) records(names []string, columns [][]int) []byte {
	var out []byte
	for row := range columns[0] {
		out = append(out, '{')
		for k, name := range names {
			if k > 0 {
				out = append(out, ',')
			}
			out = append(AppendJSON(out, name), ':')
			if cell := columns[k][row]; cell >= 0 {
				out = t.appendValue(out, cell)
			} else {
				out = append(out, "null"...)
			}
		}
		out = append(out, '}')
	}
	return out
}

// appendValue writes a value as JSON.
func (t *tape) appendValue(out []byte, at int) []byte {
	switch n := &t.nodes[at]; n.kind {
	case nodeString:
		return AppendJSON(out, n.text)
	case nodeNull:
		return append(out, "null"...)
	case nodeObject:
		return append(t.appendMembers(append(out, '{'), at), '}')
	case nodeArray:
		out = append(out, '[')
		for i := at + 1; i < n.next; i = t.nodes[i].next {
			if i > at+1 {
				out = append(out, ',')
			}
			out = t.appendValue(out, i)
		}
		return append(out, ']')
	default:
		return append(out, n.text...)
	}
}

// appendMembers writes the members of an object.
func (t *tape) appendMembers(out []byte, object int) []byte {
	for i := object + 1; i < t.nodes[object].next; i = t.nodes[i+1].next {
		if i > object+1 {
			out = append(out, ',')
		}
		out = t.appendValue(append(AppendJSON(out, t.nodes[i].text), ':'), i+1)
	}
	return out
}
