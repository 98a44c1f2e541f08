package engine

import (
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
)

// ManifestName is the file that is written last and names all others.
const ManifestName = "manifest.json"

// manifestVersion is the version of the manifest's form.
const manifestVersion = 1

// Manifest says what became of the files of a job and what was written.
type Manifest struct {
	Version   int          `json:"version"`
	Operation string       `json:"operation"`
	Profile   string       `json:"profile"`
	PlanID    string       `json:"plan_id"`
	Counts    Counts       `json:"counts"`
	Files     []FileResult `json:"files"`
	Outputs   []Output     `json:"outputs"`
	Issues    []IssueCount `json:"issues"`
	Pieces    []piece      `json:"pieces,omitempty"`   // of a file that waits for its siblings
	Division  *Division    `json:"division,omitempty"` // of a file whose records others transform
}

// Counts say where the records went:
//
//	rows_in + rows_unpivoted = rows_out + quarantined + duplicates_removed + dropped (all three) + withheld
type Counts struct {
	RowsIn                int64 `json:"rows_in"`
	RowsOut               int64 `json:"rows_out"`
	Quarantined           int64 `json:"quarantined"`
	DuplicatesRemoved     int64 `json:"duplicates_removed"`
	DroppedBlank          int64 `json:"dropped_blank"`
	DroppedRepeatedHeader int64 `json:"dropped_repeated_header"`
	DroppedFooter         int64 `json:"dropped_footer"`
	RowsUnpivoted         int64 `json:"rows_unpivoted"` // rows beyond one a record, from wide and repeated columns
	Withheld              int64 `json:"withheld"`       // clean rows of a failed file, not written
}

func (c *Counts) add(o Counts) {
	c.RowsIn += o.RowsIn
	c.RowsOut += o.RowsOut
	c.Quarantined += o.Quarantined
	c.DuplicatesRemoved += o.DuplicatesRemoved
	c.DroppedBlank += o.DroppedBlank
	c.DroppedRepeatedHeader += o.DroppedRepeatedHeader
	c.DroppedFooter += o.DroppedFooter
	c.RowsUnpivoted += o.RowsUnpivoted
	c.Withheld += o.Withheld
}

// What became of a file.
const (
	StatusOK      = "ok"
	StatusFailed  = "failed"
	StatusSkipped = "skipped"
)

// dropped are the lines that were no records.
func (c *Counts) dropped() int64 { return c.DroppedBlank + c.DroppedRepeatedHeader + c.DroppedFooter }

// FileResult is what became of one file, or of one table of an archive.
type FileResult struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	Table  string `json:"table"`
	Status string `json:"status"`
	Reason string `json:"reason"`            // rule id of a failed file
	Detail string `json:"message,omitempty"` // why, in words, without any value
	Counts Counts `json:"counts"`
}

// Output is one file that was written.
type Output struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"` // clean, quarantine, duplicates, issues, changes, plan, scorecard, report, log
	Table  string `json:"table"`
	Format string `json:"format,omitempty"` // of a clean table
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`

	sum hash.Hash // of what this process wrote, so that more can be written behind it
}

// IssueCount is how often a rule fired on a field of a file.
type IssueCount struct {
	File        string `json:"file"`
	Table       string `json:"table"`
	Field       string `json:"field"`
	RuleID      string `json:"rule_id"`
	Severity    string `json:"severity"`
	Disposition string `json:"disposition"`
	Count       int64  `json:"count"`
}

// Status is what became of the job: succeeded, partial or failed.
func (m *Manifest) Status() string {
	failed := 0
	for _, f := range m.Files {
		if f.Status == StatusFailed {
			failed++
		}
	}
	switch failed {
	case 0:
		return "succeeded"
	case len(m.Files):
		return "failed"
	}
	return "partial"
}

// ReadManifest reads a manifest.
func ReadManifest(r io.Reader) (*Manifest, error) {
	m := new(Manifest)
	if err := json.NewDecoder(r).Decode(m); err != nil {
		return nil, fmt.Errorf("read manifest: %w", err)
	}
	return m, nil
}

// write puts the manifest into a folder under its final name, whole or not at all.
func (m *Manifest) write(dir string) error {
	document, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	path := filepath.Join(dir, ManifestName)
	if err := os.WriteFile(path+".part", append(document, '\n'), 0o644); err != nil {
		return fmt.Errorf("write manifest: %w", err)
	}
	return os.Rename(path+".part", path)
}
