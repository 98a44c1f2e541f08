package table

import (
	"bytes"
	"io"
	"strconv"
)

// columnarLimit is the size up to which a JSON document that holds its columns one after another is turned into records: it cannot be read
// bit by bit.
const columnarLimit = 8 << 20

// byRecord turns a document that holds its columns one after another, as data frames are written, into its records, and reports whether it
// was one. head is its beginning.
func (t *text) byRecord(head []byte, maxDepth int) (bool, error) {
	if head = bytes.TrimLeft(head, " \t\r\n"); len(head) == 0 || head[0] != '{' {
		return false, nil
	}
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
	names, columns := p.columnar()
	if names == nil {
		return false, nil
	}
	turned := p.records(names, columns)
	t.content.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(turned)), nil }
	t.charset, t.mark, t.recoded = charset{}, 0, true
	return true, nil
}

// columnar returns the names and the nodes of the columns of a document, by row; none when it holds records. It knows three forms: lists
// ({"id": [1, 2], "sex": ["M", "F"]}), numbered values ({"id": {"0": 1, "1": 2}, …}), and rows without names beside the names
// ({"columns": ["id", "sex"], "data": [[1, "M"], [2, "F"]]}).
func (t *tape) columnar() (names []string, columns [][]int) {
	if names, columns := t.split(); names != nil {
		return names, columns
	}
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

// split is the third form of columnar.
func (t *tape) split() (names []string, columns [][]int) {
	head, data := t.member(0, "columns"), t.member(0, "data")
	if head == 0 || data == 0 || t.nodes[data].kind != nodeArray {
		return nil, nil
	}
	for _, i := range t.scalars(head, false) {
		names = append(names, t.nodes[i].text)
	}
	columns = make([][]int, len(names))
	for i := data + 1; i < t.nodes[data].next; i = t.nodes[i].next {
		row := t.scalars(i, false)
		if len(row) == 0 || len(row) != len(names) {
			return nil, nil
		}
		for k, cell := range row {
			columns[k] = append(columns[k], cell)
		}
	}
	return names, columns
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

// records writes columns as records, on one line, since they have none of their own.
func (t *tape) records(names []string, columns [][]int) []byte {
	var out []byte
	for row := range columns[0] {
		out = append(out, '{')
		for k, name := range names {
			if k > 0 {
				out = append(out, ',')
			}
			out = append(AppendJSON(out, name), ':')
			switch n := &t.nodes[columns[k][row]]; n.kind {
			case nodeString:
				out = AppendJSON(out, n.text)
			case nodeNull:
				out = append(out, "null"...)
			default:
				out = append(out, n.text...)
			}
		}
		out = append(out, '}')
	}
	return out
}
