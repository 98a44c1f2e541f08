package table

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// discovery finds the tables of a JSON text and their columns: one table, or one for each type of FHIR resource.
type discovery struct {
	name   string // of the file
	opt    Options
	tables map[string]*found // by type of resource, "" for records that are none
	// children are arrays of objects in records that are no resources, by their key; parent is what such a record is.
	children map[string]*found
	parent   string
}

// found is a table that records were found for.
type found struct {
	flattener
	filled  bool  // a record holds anything
	decided bool  // before, to be rows of their own
	count   int64 // records
	long    int64 // numbers that floating point would change
	loose   int64 // records that are JSON but for what programs often add to it
}

// newDiscovery begins with the columns that were decided before.
func newDiscovery(name string, opt Options) *discovery {
	d := &discovery{name: name, opt: opt, tables: map[string]*found{}, children: map[string]*found{}, parent: parentName(name, opt)}
	for source, in := range opt.Frozen {
		if in.Child != "" {
			if source == d.childName(in.Child) {
				c := d.newFound(in)
				c.decided, c.filled = true, opt.Trust
				d.children[in.Child] = c
			}
			continue
		}
		if in.Columns != nil && (source == d.sourceName(in.Resource) || source == name) {
			d.table(in.Resource).filled = opt.Trust
		}
	}
	return d
}

// frozen returns what was decided about the table of a type of resource: under its own name, or under that of the
// file, if it was the only one in there.
func (d *discovery) frozen(resource string) Ingest {
	if in, ok := d.opt.Frozen[d.sourceName(resource)]; ok {
		return in
	}
	if in := d.opt.Frozen[d.name]; in.Resource == resource {
		return in
	}
	return Ingest{}
}

// sourceName names the table of a type of resource.
func (d *discovery) sourceName(resource string) string {
	if resource == "" {
		return d.name
	}
	return d.name + "/" + resource
}

// childName names the table of an array in records.
func (d *discovery) childName(key string) string { return d.name + "/" + key }

func (d *discovery) table(resource string) *found {
	t, ok := d.tables[resource]
	if !ok {
		resource = strings.Clone(resource) // the chunk that it stands in is reused
		t = d.newFound(d.frozen(resource))
		if t.fhir = resource != ""; !t.fhir {
			t.skip = d.isDecided
		}
		d.tables[resource] = t
	}
	return t
}

func (d *discovery) newFound(frozen Ingest) *found {
	c := newColumns(frozen.Columns)
	return &found{flattener: flattener{columns: &c, limit: d.opt.MaxColumns}}
}

// read reads the records of a text through.
func (d *discovery) read(ctx context.Context, f *jsonFormat) error {
	p := tape{maxDepth: f.maxDepth}
	records, good := 0, 0
	err := f.scan(ctx, func(c *Chunk) error {
		defer c.Release()
		p.arena = p.arena[:0]
		f.each(c, func(text []byte, _ int64, cut bool) {
			records++
			text, _ = f.utf8(text)
			if cut || !p.parse(text) {
				return
			}
			good++
			resource, at := p.resource()
			if resource == "Bundle" && at == 0 && p.member(0, "entry") == 0 {
				return // the answer to a search that found nothing
			}
			t := d.table(resource)
			t.arena, t.names = t.arena[:0], f.names
			if !f.lines {
				f.names.addEntry(&p, at)
			}
			if resource == "Medication" {
				f.names.drugs.add(&p, at)
			}
			if resource == "" {
				d.childrenFrom(&p, at)
			}
			t.records(&p, at, func() []string { return nil })
			t.count++
			t.filled = t.filled || !t.nothing
			t.long += int64(p.long)
			if p.loose {
				t.loose++
			}
		})
		if len(d.tables) > d.opt.MaxMembers {
			return &Refused{ruleLimit, fmt.Sprintf("The file holds more than %d types of resources.", d.opt.MaxMembers)}
		}
		return nil
	})
	if err == nil && f.names.wanted && !f.lines {
		err = f.readIdentifiers(ctx)
	}
	d.settle(f.names)
	if err == nil && records > 0 && good == 0 {
		err = &Refused{ruleNotTable, "The file is named or begins as JSON, but no record of it is valid JSON."}
	}
	return err
}

// readIdentifiers reads a document through once more for the identifiers of what is referred to.
func (t *jsonFormat) readIdentifiers(ctx context.Context) error {
	p := tape{maxDepth: t.maxDepth}
	return t.scan(ctx, func(c *Chunk) error {
		defer c.Release()
		p.arena = p.arena[:0]
		t.each(c, func(text []byte, _ int64, cut bool) {
			if text, _ = t.utf8(text); cut || !p.parse(text) {
				return
			}
			if resource, at := p.resource(); resource == "Patient" || resource == "Encounter" {
				t.names.addIdentifiers(&p, at)
			}
		})
		return nil
	})
}

// noData are resources that hold no data of patients themselves, and what to say of a file with nothing else.
var noData = map[string]string{
	"OperationOutcome": "The file holds what a FHIR server said instead of data (OperationOutcome); ask the server again.",
	"Parameters":       "The file holds FHIR Parameters; send the resources in them as a bundle, or one a line (NDJSON).",
}

// sources makes a source of each table, in the order of their names. The first one that can be read accounts for
// records that belong to no table.
func (d *discovery) sources(template Source, f jsonFormat) ([]*Source, error) {
	var out []*Source
	rest := true
	for _, resource := range slices.Sorted(maps.Keys(d.tables)) {
		t := d.tables[resource]
		if !t.filled && !t.beyond {
			continue
		}
		var keys []string
		if resource == "" {
			keys = d.childKeys(t)
			if left := t.without(keys); len(keys) > 0 {
				t.columns = &left
			}
		}
		s := template
		s.Name, s.TableHint, s.Ingest.Resource = d.sourceName(resource), canonicalTable(resource), resource
		if t.beyond {
			s.Refused = &Refused{ruleLimit, fmt.Sprintf("The table has more than %d columns, or a name beyond %d bytes.", d.opt.MaxColumns, maxPath)}
		} else if resource == "Bundle" {
			s.Refused = &Refused{ruleNotTable, "The file holds several FHIR bundles; send each as a file of its own, or the resources in them one a line (NDJSON)."}
		} else if why := noData[resource]; why != "" && len(d.tables) == 1 {
			s.Refused = &Refused{ruleNotTable, why}
		} else {
			format := f
			format.columns, format.resource, format.rest = *t.columns, resource, rest
			format.children.keys = keys
			rest = false
			s.format = &format
			s.Ingest.Columns = t.paths
			var notes []Note
			s.Header, notes = nameColumns(t.paths)
			if t.refers && f.names.drugs.taken > 0 {
				notes = append(notes, Note{Rule: ruleJSON, Count: 1, Detail: drugsNote(f.names.drugs.taken)})
			}
			if t.refers && len(f.names.drugs.byID) > 0 { // a range of the file has not all of them
				format.divisible = false
			}
			if t.loose > 0 {
				notes = append(notes, Note{Rule: ruleJSON, Count: t.loose, Detail: "NaN or Infinity for a number, which are no JSON"})
			}
			if t.long > 0 {
				notes = append(notes, Note{Rule: ruleNumbers, Count: t.long})
			}
			s.Notes = slices.Concat(s.Notes, notes)
		}
		out = append(out, &s)
		for _, key := range keys {
			out = append(out, d.childSource(key, template, f))
		}
	}
	switch {
	case len(out) == 0:
		return nil, &Refused{ruleEmpty, "The file holds no records."}
	case rest:
		return nil, out[0].Refused
	}
	return out, nil
}

// isDecided reports whether the objects of an array were decided before to be rows of their own.
func (d *discovery) isDecided(key string) bool {
	return d.children[key] != nil && d.children[key].decided
}

// childSource makes a source of the objects of an array in records.
func (d *discovery) childSource(key string, template Source, f jsonFormat) *Source {
	c := d.children[key]
	f.columns, f.children = *c.columns, children{key: key, parent: d.parent}
	s := template
	s.Name, s.format = d.childName(key), &f
	s.Ingest.Child, s.Ingest.Columns = key, c.paths
	var notes []Note
	s.Header, notes = nameColumns(c.paths)
	s.Notes = slices.Concat(s.Notes, notes)
	return &s
}

// frozenFor returns what was decided about a file before, or what the tables in it have in common.
func (o Options) frozenFor(name string) Ingest {
	if in, ok := o.Frozen[name]; ok {
		return in
	}
	for _, source := range slices.Sorted(maps.Keys(o.Frozen)) {
		if in := o.Frozen[source]; strings.HasSuffix(in.Format, "json") && strings.HasPrefix(source, name+"/") {
			return Ingest{Format: in.Format, Encoding: in.Encoding}
		}
	}
	return Ingest{}
}
