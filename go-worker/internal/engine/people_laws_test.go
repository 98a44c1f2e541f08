package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// messyPeople returns the rows of n records of a third as many persons, with slips. The first cell says which row it is.
func messyPeople(n int, seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 2))
	letter := func(s string) string {
		at := r.IntN(len(s))
		return s[:at] + string(rune('a'+r.IntN(26))) + s[at+1:]
	}
	word := func() string {
		b := make([]byte, 7)
		for i := range b {
			b[i] = "aeioubdgklmnrst"[r.IntN(15)]
		}
		return strings.ToUpper(string(b[:1])) + string(b[1:])
	}
	var rows []string
	for len(rows) < n {
		given, family, street := word(), word(), word()
		born := fmt.Sprintf("%d-%02d-%02d", 1930+r.IntN(90), 1+r.IntN(12), 1+r.IntN(28))
		ssn := fmt.Sprintf("%03d-%02d-%04d", 100+r.IntN(500), 10+r.IntN(90), 1000+r.IntN(9000))
		for range 1 + r.IntN(5) {
			g, f, d, s := given, family, born, ssn
			switch r.IntN(7) {
			case 0:
				g = letter(g)
			case 1:
				f = letter(f)
			case 2:
				g, f = f, g
			case 3:
				d = ""
			case 4, 5:
				s = ""
			}
			rows = append(rows, fmt.Sprintf("%d,%s,%s,%s,%s,%d %s St,Salem,MA,01970\n", len(rows), g, f, d, s, 1+r.IntN(3), street))
		}
	}
	return rows[:n]
}

const peopleHeader = "Row,First Name,Last Name,DOB,SSN,Address,City,State,ZIP\n"

// TestLawsOfPeople: the order of rows and the number of goroutines change nothing about who is who, and every record is in the crosswalk
// once. That no row is lost runJob checks.
func TestLawsOfPeople(t *testing.T) {
	rows := messyPeople(400, 5)
	for _, operation := range []string{Deduplicate, Link} {
		t.Run(operation, func(t *testing.T) {
			first := runJob(t, newJob(t, operation), Env{Concurrency: 1}, fileOf("people.csv", peopleHeader+strings.Join(rows, "")))
			more := runJob(t, newJob(t, operation), Env{Concurrency: 8}, fileOf("people.csv", peopleHeader+strings.Join(rows, "")))
			want := contents(first)
			for name, text := range contents(more) {
				if text != want[name] {
					t.Errorf("8 goroutines: %s differs", name)
				}
			}
			turned := slices.Clone(rows)
			slices.Reverse(turned)
			back := runJob(t, newJob(t, operation), Env{Concurrency: 2}, fileOf("people.csv", peopleHeader+strings.Join(turned, "")))
			forth, other := personsOf(t, first, len(rows)), personsOf(t, back, len(rows))
			slices.Reverse(other)
			for i := range forth {
				for k := range i {
					if (forth[i] == forth[k]) != (other[i] == other[k]) {
						t.Fatalf("rows %d and %d are one person or not, by the order of rows", k, i)
					}
				}
			}
		})
	}
}

// personsOf returns the person of each record.
func personsOf(t *testing.T, r *result, n int) []string {
	t.Helper()
	walk := r.rows(crosswalkName)
	if len(walk) != n {
		t.Fatalf("%d lines in the crosswalk, want %d", len(walk), n)
	}
	persons := make([]string, n)
	for i, line := range walk {
		if line["record_no"] != fmt.Sprint(i+1) {
			t.Fatalf("line %d is of record %s", i+1, line["record_no"])
		}
		persons[i] = line[personColumn]
	}
	return persons
}

// TestDeduplicatedAgain: of the rows that deduplicate left, none is a duplicate, and none changes.
func TestDeduplicatedAgain(t *testing.T) {
	first := runJob(t, newJob(t, Deduplicate), Env{Concurrency: 2}, fileOf("people.csv", peopleHeader+strings.Join(messyPeople(400, 6), "")))
	clean := first.read("patient.clean.csv")
	second := runJob(t, newJob(t, Deduplicate), Env{Concurrency: 2}, fileOf("again.csv", clean))
	if removed := second.Counts.DuplicatesRemoved; removed != 0 || first.Counts.DuplicatesRemoved < 100 {
		t.Errorf("%d rows removed at first, %d the second time", first.Counts.DuplicatesRemoved, removed)
	}
	if changes := second.read(changesName); changes != "" {
		t.Errorf("changes: %s", changes)
	}
}
