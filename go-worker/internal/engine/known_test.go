package engine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"harmonizer/go-worker/internal/registry"
)

// A memory is a registry of persons as the reconciler keeps it, without the database.
type memory struct {
	t         *testing.T
	head      registry.Head
	records   map[string]registry.Record
	delivery  map[string]registry.Delivery
	decisions []registry.Decision
	changes   int
}

func newMemory(t *testing.T) *memory {
	return &memory{t: t, records: map[string]registry.Record{}, delivery: map[string]registry.Delivery{}}
}

func (m *memory) snapshot() (io.ReadCloser, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	lines := json.NewEncoder(z)
	m.head.V = 1
	must(m.t, lines.Encode(m.head))
	for _, uid := range slices.Sorted(maps.Keys(m.records)) {
		delivery, record := m.delivery[uid], m.records[uid]
		must(m.t, lines.Encode(registry.Line{Delivery: &delivery}))
		must(m.t, lines.Encode(registry.Line{Record: &record}))
	}
	for _, d := range m.decisions {
		must(m.t, lines.Encode(registry.Line{Decision: &d}))
	}
	must(m.t, z.Close())
	return io.NopCloser(&packed), nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// run does a job with the registry and applies what it tells. It returns the persons of its records by their sources' own numbers.
func (m *memory) run(files ...File) (*result, map[string]string) {
	m.t.Helper()
	job := newJob(m.t, Link)
	job.Registry = m.snapshot
	r := runJob(m.t, job, Env{}, files...)
	f, err := os.Open(filepath.Join(r.dir, DeltaName))
	must(m.t, err)
	defer f.Close()
	lines, err := registry.Read(f) // a delta has the form of a snapshot
	must(m.t, err)
	m.head, m.changes = lines.Head, 0
	var delivery registry.Delivery
	for {
		line, err := lines.Next()
		must(m.t, err)
		if line == nil {
			break
		}
		switch {
		case line.Delivery != nil:
			delivery = *line.Delivery
		case line.Record != nil:
			m.records[line.Record.UID], m.delivery[line.Record.UID] = *line.Record, delivery
			m.changes++
		case line.Moved != nil:
			record := m.records[line.Moved.UID]
			record.Person = line.Moved.Person
			m.records[line.Moved.UID] = record
			m.changes++
		}
	}
	persons := map[string]string{}
	for _, row := range r.rows("crosswalk.csv") {
		persons[row["source_id"]] = row["person_id"]
	}
	return r, persons
}

// decide notes a decision about two records, named by their sources' own numbers.
func (m *memory) decide(a, b string, same bool) {
	uid := func(number string) string {
		for uid, r := range m.records {
			if r.ID == number {
				return uid
			}
		}
		m.t.Fatalf("no record %s", number)
		return ""
	}
	m.decisions = append(m.decisions, registry.Decision{Same: same, A: []string{uid(a)}, B: []string{uid(b)}})
}

func TestRegistryKeepsPersons(t *testing.T) {
	files := linkFiles()
	m := newMemory(t)
	_, alone := m.run(files[0])
	if _, again := m.run(files[0]); !maps.Equal(alone, again) || m.changes != 0 {
		t.Errorf("the same file again: %v and %v, %d changes", alone, again, m.changes)
	}
	r, both := m.run(files[1])
	if both["H7"] != alone["M1"] || both["H8"] == alone["M3"] || m.changes != 3 {
		t.Errorf("a file that joins: %v after %v, %d changes", both, alone, m.changes)
	}
	review := r.rows("review_pairs.csv")
	if len(review) != 1 || review[0]["a_source"] != "hospital" || review[0]["b_source"] != "clinic" || review[0]["b_person_id"] != alone["M3"] {
		t.Errorf("pairs with known records: %v", review)
	}
	if rows := r.rows("crosswalk.csv"); len(rows) != 3 || len(r.rows("persons.csv")) != 3 {
		t.Errorf("the job tells of records of others: %v", rows)
	}
	without, _ := newMemory(t).run(files[:2]...)
	plain := runJob(t, newJob(t, Link), Env{}, files[:2]...)
	for _, o := range plain.Outputs {
		if o.Kind != kindScorecard && o.Kind != kindReport && plain.read(o.Name) != without.read(o.Name) {
			t.Errorf("%s differs with an empty registry", o.Name)
		}
	}
}

func TestRegistryObeysDecisions(t *testing.T) {
	files := linkFiles()
	m := newMemory(t)
	_, first := m.run(files[:2]...)
	m.decide("M1", "H7", false)
	m.decide("M3", "H8", true)
	r, then := m.run(files[:2]...)
	kept := []string{then["M1"], then["H7"]}
	if kept[0] == kept[1] || !slices.Contains(kept, first["M1"]) || then["M3"] != then["H8"] {
		t.Errorf("before %v, after %v", first, then)
	}
	if review := r.rows("review_pairs.csv"); len(review) != 0 {
		t.Errorf("decided pairs are asked about again: %v", review)
	}
	m.decisions = nil
	if _, undone := m.run(files[:2]...); !maps.Equal(undone, first) {
		t.Errorf("before %v, after all was undone %v", first, undone)
	}
}

func TestRegistryOfAnotherProfile(t *testing.T) {
	m := newMemory(t)
	m.head = registry.Head{Profile: "us-core", ProfileVersion: "0"}
	job := newJob(t, Link)
	job.Registry = m.snapshot
	if _, err := Run(t.Context(), job, linkFiles()[:1], Env{Dir: t.TempDir()}); !errors.Is(err, ErrRegistryProfile) {
		t.Errorf("got %v", err)
	}
	job.Registry = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("Smith"))), nil }
	if _, err := Run(t.Context(), job, linkFiles()[:1], Env{Dir: t.TempDir()}); !errors.Is(err, registry.ErrMalformed) {
		t.Errorf("got %v", err)
	}
}
