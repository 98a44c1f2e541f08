package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

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

func newJSONFormat(t *text, opt Options) jsonFormat {
	return jsonFormat{
		extent: t.extent(), open: t.open, charset: t.charset, chunkBytes: opt.ChunkBytes, maxField: opt.MaxField, maxDepth: opt.MaxDepth,
		leftOff: t.leftOff, names: &names{ids: map[string]string{}, drugs: newDrugs(opt.MaxColumns)},
	}
}

// openJSON decides the shape of a JSON text and finds its tables and their columns by reading it through.
func openJSON(ctx context.Context, t text, head []byte, frozen Ingest, opt Options) ([]*Source, error) {
	f := newJSONFormat(&t, opt)
	in := Ingest{Format: "json", Packing: strings.Join(t.packing, "/"), Encoding: t.name}
	open := func(name, shape string) ([]*Source, error) {
		d := newDiscovery(name, opt)
		if f.key != "" {
			d.parent = parentName(f.key, opt)
		}
		if !opt.Trust || len(d.tables) == 0 {
			if err := d.read(ctx, &f); err != nil {
				return nil, err
			}
		}
		in.Records = f.key
		if paged.Match(head) {
			shape += ", in lists of several"
		}
		notes := slices.Concat(t.notes, []Note{{Rule: ruleJSON, Count: 1, Detail: shape}})
		return d.sources(Source{Ingest: in, Notes: notes}, f)
	}
	if f.lines = frozen.Format == "ndjson" || frozen.Format == "" && onePerLine(head, opt.MaxDepth); f.lines {
		in.Format = "ndjson"
		return open(t.content.name, "one record a line")
	}
	keys, others := []string{frozen.Records}, 0
	if frozen.Records == "" {
		var err error
		if keys, others, err = t.recordArrays(); err != nil {
			return nil, err
		}
	}
	if frozen.Records == "" && (len(keys) == 0 && !startsWithRecord(head) || listInList.Match(head)) {
		turned, err := t.byRecord(opt.HeaderScore, opt.MaxDepth)
		if err != nil {
			return nil, err
		}
		if turned {
			f = newJSONFormat(&t, opt)
			return open(t.content.name, "columns one after another, or records without the names of their values")
		}
	}
	switch len(keys) {
	case 0:
		return open(t.content.name, "an array, or values one after another")
	case 1:
		f.key = keys[0]
		return open(t.content.name, underKeys(keys, others))
	}
	if len(keys) > opt.MaxMembers {
		return nil, &Refused{ruleLimit, fmt.Sprintf("The document holds more than %d arrays of records.", opt.MaxMembers)}
	}
	var sources []*Source
	for _, key := range keys {
		f.key = key
		name := t.content.name + "/" + key
		found, err := open(name, underKeys(keys, others))
		var refused *Refused
		if errors.As(err, &refused) {
			found = []*Source{{Name: name, Refused: refused}}
		} else if err != nil {
			return nil, err
		}
		sources = append(sources, found...)
	}
	return sources, nil
}

// listInList is how the rows of a document begin that are lists.
var listInList = regexp.MustCompile(`\[\s*\[`)

// startsWithRecord reports whether a document is an array of objects.
func startsWithRecord(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return len(head) > 0 && head[0] == '[' && !listInList.Match(head[:min(len(head), 64)])
}

// underKeys describes an object that holds records. Several keys may be values of patients, so they are not named.
func underKeys(keys []string, others int) string {
	shape := "an object with its records under " + keys[0]
	if len(keys) > 1 {
		shape = fmt.Sprintf("an object with %d arrays of records", len(keys))
	}
	switch {
	case others == 1:
		shape += "; one other member was not read"
	case others > 1:
		shape += fmt.Sprintf("; %d other members were not read", others)
	}
	return shape
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
		switch {
		case t.parse(line):
			values++
		case t.pos < len(line) && len(t.nodes) > 0 && t.nodes[0].next == len(t.nodes) && line[t.pos] == '{':
			return false // several values on one line
		}
	}
	return lines > 1 && values*2 >= lines
}
