// Package table reads the files that people send and turns them into records: cells under one header, in
// order, each with the physical line where it began. It decides how a file is packed, encoded and divided,
// says so, and refuses what it cannot read honestly. It does not know what a column means and changes no
// value: a cell leaves as it arrived, decoded to UTF-8.
package table

import (
	"context"
	"io"

	"harmonizer/go-worker/internal/rule"
)

// Input is one file as it was received.
type Input struct {
	Name string // the name its sender gave it; tells nothing about its content
	Size int64  // bytes
	// Open returns the content from its first byte. It is called several times, also at once. A reader that
	// is an io.ReaderAt (an *os.File) spares a copy of ZIP and XLSX files.
	Open func() (io.ReadCloser, error)
}

// Options are limits and decisions taken beforehand. The zero value of each field means its default.
type Options struct {
	MaxField   int   // bytes in one cell, 1 MiB; a longer one is rule CSV-010
	MaxColumns int   // columns of one table, 8192
	MaxMembers int   // files in one archive, or sheets in one workbook, 1000
	MaxRatio   int   // unpacked bytes for each packed one, 400; not looked at below 64 MiB
	MaxBytes   int64 // unpacked bytes of one file, 64 GiB
	MaxDepth   int   // nesting of JSON, 64

	ChunkBytes int // aimed-at size of a chunk, 512 KiB

	Beginning int64 // only so many bytes of a text are looked at, and the line that they end in; 0: all of it

	TempDir string // where a large archive that lies in another one is unpacked to, the system's

	// HeaderScore says how well the cells of a line fit as a header, from 0 (none is known) to 1 (all are).
	// Without it the header is found by shape alone.
	HeaderScore func(cells []string) float64

	// Frozen are decisions taken before, by the name of the source: a plan that is used again. Each non-zero
	// field of an Ingest is obeyed; the others are found.
	Frozen map[string]Ingest
	// Trust says that Frozen was made from these very bytes, so that nothing is looked at twice.
	Trust bool
}

func (o Options) withDefaults() Options {
	set := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	set(&o.MaxField, 1<<20)
	set(&o.MaxColumns, 8<<10)
	set(&o.MaxMembers, 1000)
	set(&o.MaxRatio, 400)
	set(&o.MaxDepth, 64)
	set(&o.ChunkBytes, 512<<10)
	if o.MaxBytes == 0 {
		o.MaxBytes = 64 << 30
	}
	return o
}

// Ingest is what was decided about the form of one source; a plan freezes it.
type Ingest struct {
	Format    string   `yaml:"format"`              // csv, json, ndjson, xlsx
	Packing   string   `yaml:"packing,omitempty"`   // gzip, zstd, zip, or several as "zip/gzip", outermost first
	Encoding  string   `yaml:"encoding,omitempty"`  // WHATWG name: utf-8, windows-1252, utf-16le …
	Delimiter string   `yaml:"delimiter,omitempty"` // one character
	Quote     string   `yaml:"quote,omitempty"`     // one character, or "none"
	Escape    string   `yaml:"escape,omitempty"`    // "double" or "backslash"
	Newline   string   `yaml:"newline,omitempty"`   // "lf" (also for CRLF) or "cr"
	Header    string   `yaml:"header,omitempty"`    // "present" or "absent"
	Line      int64    `yaml:"line,omitempty"`      // line of the header, or of the first record when it is absent
	Records   string   `yaml:"records,omitempty"`   // JSON: path of the array that holds the records
	Resource  string   `yaml:"resource,omitempty"`  // FHIR: type of the resources read
	Columns   []string `yaml:"columns,omitempty"`   // JSON: keys in order of first appearance
	Child     string   `yaml:"child,omitempty"`     // JSON: key of the array in each record whose objects are read
	Sheet     string   `yaml:"sheet,omitempty"`     // XLSX: name of the sheet
	Days      string   `yaml:"days,omitempty"`      // XLSX: "1904" where the workbook counts days from then
}

// Note is a finding about a whole file. It never holds a value of a record.
type Note struct {
	Rule   rule.ID
	Count  int64  // how often; 1 for a decision
	Column string // the header concerned, or ""
	Detail string // what was decided, for example "windows-1252"
}

// Refused says that an input cannot be read honestly, and why.
type Refused struct {
	Rule    rule.ID
	Message string // a plain sentence without any value of the data
}

func (r *Refused) Error() string { return r.Rule.String() + ": " + r.Message }

// IsCell reports whether there was nothing but one cell, which names no column that is known: a word on a sheet of its own.
func (r *Refused) IsCell() bool { return r.Rule == ruleEmpty && r.Message == oneCell }

const oneCell = "The file holds a single cell and no records."

// Source is one table of an input.
type Source struct {
	Name       string   // "labs.csv", "archive.zip/labs.csv", "book.xlsx/Sheet1", "bundle.json/Patient"
	TableHint  string   // canonical table, when the format says which (FHIR); else ""
	Ingest     Ingest   // how it is read
	Header     []string // names of the columns: unique, none empty
	HeaderLine int64    // physical line of the header, 1-based; 0 when the file has none
	Notes      []Note
	Below      bool     // it stands below another table of the same text
	Refused    *Refused // set when this member of an archive cannot be read; then there is nothing to scan

	format format
}

// format is how one kind of file is cut and decoded.
type format interface {
	// scan reads the source from its first record and calls fn for each chunk of whole records, in order.
	scan(ctx context.Context, fn func(*Chunk) error) error
	// decode fills an empty batch with the records of a chunk. It is called from several goroutines at once.
	decode(c *Chunk, b *Batch) error
}

// Scan cuts the source into chunks of whole records and calls fn for each, in order, from one goroutine.
// fn owns its chunk and releases it, possibly later and elsewhere. Scan may be called again.
//
// Memory is bounded by the chunks not yet released, whatever the size of the input. An error of fn ends the
// scan and is returned as it is; damage of the file is a *Refused.
func (s *Source) Scan(ctx context.Context, fn func(*Chunk) error) error {
	if s.Refused != nil {
		return s.Refused
	}
	return s.format.scan(ctx, fn)
}

// Decode fills b with the records of c. It may run on any goroutine, for several chunks at once.
// The cells stay valid until c is released or b is used again.
func (s *Source) Decode(c *Chunk, b *Batch) error {
	b.reset(c.Seq, len(s.Header))
	return s.format.decode(c, b)
}
