package match

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// A row is one row of a made-up clean part.
type row struct{ content, key uint64 }

func (r row) entry(record int64) Entry {
	e := Entry{Record: record, Bytes: uint32(record) * 3}
	e.Content = sumOf(binary.AppendUvarint([]byte("content"), r.content))
	if r.key != 0 {
		e.Key = sumOf(binary.AppendUvarint([]byte("key"), r.key))
	}
	return e
}

// sidecars writes the files' rows and returns their sidecars; every second file is of the same source.
func sidecars(t testing.TB, files [][]row) []Sidecar {
	t.Helper()
	dir := t.TempDir()
	var out []Sidecar
	for i, rows := range files {
		var b []byte
		for n, r := range rows {
			e := r.entry(int64(2*n + 1)) // record numbers have gaps: some rows were quarantined
			b = e.Append(b)
		}
		path := filepath.Join(dir, fmt.Sprintf("%d.match", i))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, Sidecar{path, fmt.Sprintf("source%d", i%2)})
	}
	return out
}

func find(t testing.TB, s []Sidecar, o Options) []Finding {
	t.Helper()
	dir := t.TempDir()
	var all []Finding
	for f, err := range Find(context.Background(), dir, s, o) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%d temporary files were left behind", len(left))
	}
	return all
}

// naive is what Find promises, written down without regard to memory.
func naive(files [][]row) []Finding {
	byContent, byKey := map[uint64]Place{}, map[uint64]Place{}
	var all []Finding
	for i, rows := range files {
		for n, r := range rows {
			here := Place{i, int64(n), int64(2*n + 1)}
			f := Finding{Place: here, Bytes: uint32(here.Record) * 3}
			if kept, ok := byContent[r.content]; ok {
				f.First, f.Exact, f.Rules = kept, true, duplicate
				if kept.File != i && kept.File%2 == i%2 {
					f.Rules = acrossFiles
				}
				all = append(all, f)
				continue
			}
			byContent[r.content] = here
			if r.key == 0 {
				continue
			}
			if kept, ok := byKey[r.key]; ok {
				f.First, f.Rules = kept, notUnique
				all = append(all, f)
				continue
			}
			byKey[r.key] = here
		}
	}
	return all
}

// random makes files whose rows repeat more often the fewer contents there are. The content tells the key, as it does in data.
func random(r *rand.Rand, files, rows int, contents uint64) [][]row {
	out := make([][]row, files)
	for i := range out {
		for range r.IntN(rows + 1) {
			c := r.Uint64N(contents)
			out[i] = append(out[i], row{c, c % (contents/2 + 1)})
		}
	}
	return out
}

func TestFindAgreesWithTheNaiveWay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, contents := range []uint64{1, 3, 40, 900, 1 << 40} {
		for _, memory := range []int64{0, 1 << 14, 1 << 10, 1} {
			files := random(r, 1+r.IntN(4), 400, contents)
			got, want := find(t, sidecars(t, files), Options{Memory: memory}), naive(files)
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%d contents, %d bytes: got %d findings, want %d", contents, memory, len(got), len(want))
			}
		}
	}
}

func TestFindSpillsWhatDoesNotFit(t *testing.T) {
	files := random(rand.New(rand.NewPCG(3, 4)), 3, 20000, 9000)
	dir, s := t.TempDir(), sidecars(t, files)
	spilled := 0
	for _, err := range Find(context.Background(), dir, s, Options{Memory: 64 << 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if spilled == 0 { // the findings themselves are in a file while they are read
			entries, _ := os.ReadDir(dir)
			spilled = len(entries)
		}
	}
	if spilled == 0 {
		t.Error("nothing was written to a temporary file")
	}
	if got := find(t, s, Options{Memory: 64 << 10}); !reflect.DeepEqual(got, naive(files)) {
		t.Error("the findings differ from those of the naive way")
	}
}

// What stays is the same whatever the order of the rows.
func TestOrderDoesNotChangeWhatContentsStay(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	files := random(r, 2, 300, 120)
	stay := func() (contents []uint64, conflicts int) {
		removed := map[Place]bool{}
		for _, f := range find(t, sidecars(t, files), Options{Memory: 1 << 12}) {
			if f.Exact {
				removed[f.Place] = true
			} else {
				conflicts++
			}
		}
		for i, rows := range files {
			for n, w := range rows {
				if !removed[Place{i, int64(n), int64(2*n + 1)}] {
					contents = append(contents, w.content)
				}
			}
		}
		slices.Sort(contents)
		return contents, conflicts
	}
	contents, conflicts := stay()
	for range 5 {
		for _, rows := range files {
			r.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		slices.Reverse(files)
		again, conflictsAgain := stay()
		if !slices.Equal(again, contents) || conflictsAgain != conflicts {
			t.Errorf("another order left %d contents and %d conflicts, not %d and %d", len(again), conflictsAgain, len(contents), conflicts)
		}
	}
}

func TestFindStops(t *testing.T) {
	s := sidecars(t, [][]row{{{1, 1}, {1, 1}, {1, 1}}})
	for f, err := range Find(context.Background(), t.TempDir(), s, Options{}) {
		if err != nil || f.Row != 1 {
			t.Errorf("got row %d, %v; want row 1 first", f.Row, err)
		}
		break
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, err := range Find(cancelled, t.TempDir(), s, Options{}) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v; want that it was cancelled", err)
		}
	}
	if err := os.Truncate(s[0].Path, EntrySize+1); err != nil {
		t.Fatal(err)
	}
	failed := false
	for _, err := range Find(context.Background(), t.TempDir(), s, Options{}) {
		failed = err != nil
	}
	if !failed {
		t.Error("a sidecar that breaks off was taken for whole")
	}
}

func TestNothingToFind(t *testing.T) {
	if got := find(t, nil, Options{}); got != nil {
		t.Errorf("found %v in no files", got)
	}
	if got := find(t, sidecars(t, [][]row{{}, {{1, 0}, {2, 0}}}), Options{}); got != nil {
		t.Errorf("found %v among different rows without keys", got)
	}
}

func BenchmarkFind(b *testing.B) {
	const rows = 1 << 20
	r := rand.New(rand.NewPCG(7, 8))
	file := make([]row, rows)
	for i := range file {
		c := r.Uint64N(rows * 4)
		file[i] = row{c, c/2 + 1}
	}
	s := sidecars(b, [][]row{file})
	for b.Loop() {
		for _, err := range Find(b.Context(), b.TempDir(), s, Options{}) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}
