package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/match"
	"harmonizer/go-worker/internal/profile"
)

// crossed are the lines of a crosswalk as number, record, method; the persons are numbered in the order of their first records.
func crossed(r *result) []string {
	var persons, lines []string
	for _, row := range r.rows(crosswalkName) {
		n := slices.Index(persons, row["person_id"])
		if n < 0 {
			n = len(persons)
			persons = append(persons, row["person_id"])
		}
		lines = append(lines, fmt.Sprintf("%s %s %s=%d %s", row["source_file"], row["record_no"], row["source_id"], n, row["method"]))
	}
	return lines
}

func TestCrosswalkOfHarmonize(t *testing.T) {
	files := twoMonths()
	files[1] = fileOf("october.csv", strings.Replace(text(t, files[1]), "P7,Jones,Robert", "P7,Jones,Bobby", 1)+"\n,,,,,,,\n,Nobody,,,,,,\n")
	job := newJob(t, Harmonize)
	want := []string{
		"november.csv 1 P1=0 source-key", "november.csv 2 P2=1 exact", "november.csv 3 P9=2 ",
		"october.csv 1 P1=0 source-key", "october.csv 2 P7=1 deterministic:ssn+birth-date", "october.csv 3 P2=1 exact",
		"october.csv 4 P3=3 ", "october.csv 5 P4=4 ", "october.csv 6 =5 ",
	}
	r := runJob(t, job, Env{}, files...)
	if got := crossed(r); !slices.Equal(got, want) {
		t.Errorf("crosswalk\n%s", strings.Join(got, "\n"))
	}
	text := r.read(crosswalkName)
	divided, ranges := runDivided(t, job, 64, Env{chunkBytes: 64}, files...)
	if ranges < 4 || divided.read(crosswalkName) != text {
		t.Errorf("in %d ranges:\n%s\nwanted\n%s", ranges, divided.read(crosswalkName), text)
	}
	if parts := runParts(t, job, files); parts.read(crosswalkName) != text {
		t.Errorf("by workers:\n%s", parts.read(crosswalkName))
	}
}

// TestCrosswalkOfRowsThatStay tells also of the persons whose rows a profile only flags.
func TestCrosswalkOfRowsThatStay(t *testing.T) {
	p, err := profile.Parse([]byte("name: site\nversion: \"1\"\nextends: us-core\nrules:\n  UNQ-004: {disposition: keep_flag}\n"))
	if err != nil {
		t.Fatal(err)
	}
	job := newJob(t, Harmonize)
	job.Profile = p
	if got := crossed(runJob(t, job, Env{}, twoMonths()...)); got[0] != "november.csv 1 P1=0 source-key" || got[3] != "october.csv 1 P1=0 source-key" {
		t.Errorf("crosswalk\n%s", strings.Join(got, "\n"))
	}
}

// TestCrosswalkIsOfPatients: who files of other tables speak of stands in their rows.
func TestCrosswalkIsOfPatients(t *testing.T) {
	r := harmonizeText(t, "visits.csv", "encounter_id,patient_id,admit_date\nE1,P1,2026-01-02\n")
	if slices.ContainsFunc(r.Outputs, func(o Output) bool { return o.Kind == kindCrosswalk }) {
		t.Error("a crosswalk without patients")
	}
}

// TestCrossingNeedsLittleMemory finds the same persons in one bucket and in many.
func TestCrossingNeedsLittleMemory(t *testing.T) {
	const rows = 2000
	members := func(memory int64) string {
		file := &FileResult{Counts: Counts{RowsIn: rows}}
		c := &crossing{memory: memory, starts: []int64{0, rows + 1, 2 * (rows + 1)}}
		for _, origin := range []string{"a", "b"} {
			c.pieces = append(c.pieces, &placed{piece: &piece{Origin: origin}, file: file})
		}
		c.pairs = c.spill(t.TempDir(), pairSize)
		if many := c.pairs.Buckets() > 1; many != (memory < crossingMemory) {
			t.Fatalf("%d buckets", c.pairs.Buckets())
		}
		for i := range int64(rows) {
			at, kept := match.Place{File: int(i % 2), Record: i + 1}, match.Place{File: 1, Record: i / 10 * 10}
			if at == kept {
				continue
			}
			if err := c.add(at, kept, match.Exact); err != nil {
				t.Fatal(err)
			}
		}
		found, err := c.members(context.Background(), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer found.Close()
		var all strings.Builder
		r := crossingReader{ctx: context.Background(), of: c, members: found}
		for ordinal := range c.all() {
			m, err := r.at(ordinal)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&all, "%x\n", m)
		}
		return all.String()
	}
	if members(crossingMemory) != members(4<<10) {
		t.Error("other persons in little memory")
	}
}
