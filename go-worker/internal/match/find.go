// Package match tells which rows of a job repeat earlier ones: exactly (SPEC section 16, level L0) or by their key. It sees sums
// of rows, never rows, and needs the same memory for a thousand rows as for a billion.
package match

import (
	"context"
	"fmt"
	"iter"
	"os"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleKeyNotUnique = rule.Must("UNQ-001")
	ruleDuplicate    = rule.Must("UNQ-002")
	ruleAcrossFiles  = rule.Must("UNQ-003")
)

// A Sidecar is the file with the entries of one clean part.
type Sidecar struct {
	Path   string
	Source string // who delivered the file
}

// Options of Find; the zero value of a field means its default.
type Options struct {
	Memory  int64 // bytes to work in, 8 MiB (both searches run at once); beyond them temporary files are used
	Workers int   // goroutines that compare rows in FindSame, one
}

// A Place is a row in the order of files and rows.
type Place struct {
	File   int   // index of its sidecar
	Row    int64 // index of its entry
	Record int64 // its record_no
}

// A Finding is a row that repeats an earlier one of the same table.
type Finding struct {
	Place
	Bytes uint32 // length of the row in its clean part
	First Place  // the row that it repeats
	Exact bool   // the same content: the row is to be removed. Else only the key is the same (UNQ-001)
	Rules []rule.ID
}

// Find returns the rows that repeat earlier ones, in the order of files and rows. The sidecars are those of the files of one job that
// were taken for the same table, in the order of the files.
//
// Of rows with one content the first stays (UNQ-002, and UNQ-003 when both came from one source in different files). Of the rows that
// stay and share a key, each but the first is reported (UNQ-001). So the order of the rows decides which row of several equal
// ones stays, but never what contents are left.
//
// Temporary files are made in dir and removed when the iteration ends. It ends after the first error.
func Find(ctx context.Context, dir string, sidecars []Sidecar, o Options) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		f := finder{ctx: ctx, dir: dir, sidecars: sidecars, memory: o.Memory}
		if f.memory == 0 {
			f.memory = 8 << 20
		}
		if err := f.run(func(found Finding) bool { return yield(found, nil) }); err != nil {
			yield(Finding{}, fmt.Errorf("find duplicates: %w", err))
		}
	}
}

// rowsOf returns how many entries a sidecar holds.
func rowsOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	if info.Size()%EntrySize != 0 {
		return 0, fmt.Errorf("sidecar breaks off within an entry")
	}
	return info.Size() / EntrySize, nil
}
