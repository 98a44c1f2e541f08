package table

import (
	"bytes"
	"context"
	"strings"
)

// recordKeys are the keys under which an object holds its records, the likelier first.
var recordKeys = []string{"data", "records", "rows", "items", "patients", "entry", "results", "resources"}

// isJSON reports whether a text is JSON by its name or its first characters. A CSV whose first cell begins with a
// bracket is not.
func isJSON(t text, head []byte, frozen Ingest) bool {
	if frozen.Format != "" {
		return frozen.Format == "json" || frozen.Format == "ndjson"
	}
	for _, suffix := range []string{".json", ".ndjson", ".jsonl"} {
		if trimSuffixFold(t.content.name, suffix) != t.content.name {
			return true
		}
	}
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) < 2 {
		return false
	}
	next := bytes.TrimLeft(head[1:], " \t\r\n")
	switch {
	case len(next) == 0:
		return false
	case head[0] == '{':
		return next[0] == '"' || next[0] == '}'
	}
	return head[0] == '[' && (next[0] == '{' || next[0] == '[' || next[0] == ']')
}

// openJSON decides the shape of a JSON text and finds its tables and their columns by reading it through.
func openJSON(ctx context.Context, t text, head []byte, frozen Ingest, opt Options) ([]*Source, error) {
	f := jsonFormat{
		open: t.open, charset: t.charset, chunkBytes: opt.ChunkBytes, maxField: opt.MaxField, maxDepth: opt.MaxDepth,
		key: frozen.Records,
	}
	in := Ingest{Format: "json", Packing: strings.Join(t.packing, "/"), Encoding: t.name}
	f.lines = frozen.Format == "ndjson" || frozen.Format == "" && onePerLine(head, opt.MaxDepth)
	shape := "an array or values"
	if f.lines {
		in.Format, shape = "ndjson", "one record a line"
	} else if f.key == "" && !opt.Trust {
		var err error
		if f.key, err = t.recordsKey(); err != nil {
			return nil, err
		}
	}
	if in.Records = f.key; f.key != "" {
		shape = "an object with its records under " + f.key
	}
	d := newDiscovery(t.content.name, opt)
	if !opt.Trust || len(d.tables) == 0 {
		if err := d.read(ctx, &f); err != nil {
			return nil, err
		}
	}
	template := Source{Ingest: in, Notes: append(t.notes, Note{Rule: ruleJSON, Count: 1, Detail: shape})}
	return d.sources(template, f)
}

// onePerLine reports whether a JSON text holds one value a line: at least half of the first lines are such.
func onePerLine(head []byte, maxDepth int) bool {
	t := tape{maxDepth: maxDepth}
	lines, values := 0, 0
	for len(head) > 0 && lines < 100 {
		line, rest, found := bytes.Cut(head, []byte{'\n'})
		if !found && len(head) == headBytes {
			break
		}
		head = rest
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		lines++
		if t.parse(line) {
			values++
		}
	}
	return lines > 1 && values*2 >= lines
}

// recordsKey returns the key of the array that holds the records of a document, "" when it is no object with such
// an array.
func (t *text) recordsKey() (string, error) {
	r, err := t.open()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	key, rank := "", len(recordKeys)
	s := newSplitter(r, 0)
	err = s.members(func(name string) (bool, error) {
		c, err := s.skipSpace()
		for i, k := range recordKeys[:rank] {
			if c == '[' && strings.EqualFold(name, k) {
				key, rank = name, i
				break
			}
		}
		return true, err
	})
	return key, err
}
