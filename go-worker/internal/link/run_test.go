package link

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func link(t testing.TB, s *Set, o Options) *Result {
	t.Helper()
	res, err := Run(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func setOf(rows ...map[string]string) *Set {
	s := NewSet()
	for _, r := range rows {
		addRow(s, r["source"], r)
	}
	return s
}

func with(row map[string]string, changes ...string) map[string]string {
	out := map[string]string{}
	for k, v := range row {
		out[k] = v
	}
	for i := 0; i < len(changes); i += 2 {
		out[changes[i]] = changes[i+1]
	}
	return out
}

// ann is a person that all tests know.
var ann = map[string]string{"source": "a", "name_given": "Annelise", "name_family": "Featherstone", "birth_date": "1985-04-05",
	"administrative_gender": "female", "address_line1": "12 Oak St", "city": "Salem", "state": "MA", "zip": "01970",
	"phone_home": "+16175550101", "ssn": "123456780"}

func TestPairs(t *testing.T) {
	b := func(changes ...string) map[string]string {
		return with(ann, append([]string{"source", "b"}, changes...)...)
	}
	noSSN := func(changes ...string) map[string]string { return b(append([]string{"ssn", ""}, changes...)...) }
	tests := []struct {
		name  string
		other map[string]string
		same  bool
		veto  Veto
	}{
		{"the same again", b(), true, ""},
		{"another number of the house", b("address_line1", "13 Oak St"), true, ""},
		{"day and month turned", b("birth_date", "1985-05-04"), true, ""},
		{"names swapped", b("name_given", "Featherstone", "name_family", "Annelise"), true, ""},
		{"moved and married", b("name_family", "Okafor", "address_line1", "99 Elm St", "phone_home", ""), true, ""},
		{"twins", noSSN("name_given", "Roberta"), false, VetoTwins},
		{"twins by birth order", noSSN("birth_order", "2"), true, ""},
		{"a stranger", noSSN("name_given", "Zoe", "name_family", "Quigley", "birth_date", "1950-11-30", "address_line1", "9 Elm", "phone_home", ""), false, ""},
		{"junior and senior", noSSN("name_suffix", "Sr"), true, ""},
		{"twins whose numbers were given one after the other", b("name_given", "Roberta", "ssn", "123456781"), false, VetoTwins},
		{"twins with an email of their parents'", noSSN("name_given", "Roberta", "email", "tom@example.org"), false, VetoTwins},
		{"twins of whom no home is known", noSSN("name_given", "Roberta", "address_line1", "", "city", "", "zip", "", "phone_home", ""), false, VetoTwins},
		{"one of two given names, with a slip", b("name_given", "Mary Anelise"), true, ""},
		{"a newborn and the named twin", noSSN("name_given", "Baby Girl"), false, VetoNewborn},
		{"two valid numbers", b("ssn", "598761234"), false, VetoSSN},
		{"mother and daughter of one name", noSSN("birth_date", "1961-10-23"), false, VetoGeneration},
		{"sex and given name differ", noSSN("name_given", "Roberto", "administrative_gender", "male", "address_line1", "", "phone_home", ""), false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := link(t, setOf(ann, tt.other), Options{})
			if same := res.Person[0] == res.Person[1]; same != tt.same {
				t.Errorf("one person: %v, want %v (%+v)", same, tt.same, res.Review)
			}
			if tt.veto != "" && (len(res.Review) != 1 || res.Review[0].Veto != tt.veto) {
				t.Errorf("to review: %+v, want %s", res.Review, tt.veto)
			}
		})
	}
	if res := link(t, setOf(with(ann, "birth_order", "1", "ssn", ""), noSSN("birth_order", "2")), Options{}); res.Person[0] == res.Person[1] {
		t.Error("birth orders differ, and yet one person")
	}
	if res := link(t, setOf(with(ann, "name_given", "Maria Annelise", "ssn", ""), noSSN("name_given", "Maria Roberta")), Options{}); res.Person[0] == res.Person[1] {
		t.Error("twins with a name in common are one person")
	}
	if res := link(t, setOf(with(ann, "name_suffix", "Jr", "ssn", ""), noSSN("name_suffix", "Sr")), Options{}); res.Person[0] == res.Person[1] {
		t.Error("suffixes differ, and yet one person")
	}
}

// Given and second names that have changed places are those of one person, who is no twin of himself.
func TestNamesTurned(t *testing.T) {
	gary := with(stranger(0), "name_given", "Gary", "name_middle", "Nathan", "ssn", "")
	for middle, turned := range map[string]bool{"Gary": true, "G": true, "Peter": false} {
		s := setOf(gary, with(gary, "source", "b", "name_given", "Nathan", "name_middle", middle))
		s.finish()
		e := &evidence{j: &job{set: s}, a: s.at(0), b: s.at(1), pattern: s.compare(s.at(0), s.at(1))}
		if e.namesTurned() != turned {
			t.Errorf("Gary Nathan and Nathan %s: %v", middle, !turned)
		}
	}
}

// Whoever uses the number of somebody of the family has a name of his own; where a file has no birth dates, nothing else tells them apart. One name in
// two forms, and one who goes by a second name, are one person.
func TestLentNumber(t *testing.T) {
	worker := with(ann, "birth_date", "", "administrative_gender", "", "phone_home", "", "name_middle", "R")
	for _, tt := range []struct {
		name, given, middle string
		same                bool
	}{
		{"the husband", "Gregory", "R", false},
		{"a slip", "Anelise", "R", true},
		{"an initial", "A", "R", true},
		{"who goes by the second name", "Roberta", "", true},
		{"who stands there as what she is", "Lady of the House", "R", true},
	} {
		res := link(t, setOf(worker, with(worker, "source", "b", "name_given", tt.given, "name_middle", tt.middle)), Options{})
		if same := len(res.IDs) == 1; same != tt.same {
			t.Errorf("%s: one person: %v (%+v)", tt.name, same, res.Review)
		}
		if !tt.same && (len(res.Review) != 1 || res.Review[0].Veto != VetoLent) {
			t.Errorf("%s: to review: %+v", tt.name, res.Review)
		}
	}
}

// A file of few rows has no strangers to learn from: nearly equal names with one email and home are one person there, too.
func TestFewRows(t *testing.T) {
	one := map[string]string{"source": "a", "name_given": "Annelise", "name_family": "Featherstone", "email": "a.featherstone@example.org", "city": "Salem",
		"address_line1": "12 Oak St"}
	if res := link(t, setOf(one, with(one, "name_given", "Anneliese"), with(stranger(0), "source", "a")), Options{}); len(res.IDs) != 2 {
		t.Errorf("%d persons, to review %+v", len(res.IDs), res.Review)
	}
}

// Who has two given names goes by one of them here and by the other there: with the record that has both, none is a twin of the others.
func TestOneOfSeveralGivenNames(t *testing.T) {
	both := with(stranger(0), "ssn", "", "name_given", "Mauricio Adan", "phone_home", "+16175550001")
	first, second := with(both, "name_given", "Mauricio", "source", "b"), with(both, "name_given", "Adan", "source", "c")
	if res := link(t, setOf(both, first, second), Options{}); len(res.IDs) != 1 {
		t.Errorf("%d persons, to review %+v", len(res.IDs), res.Review)
	}
	if res := link(t, setOf(first, second), Options{}); len(res.IDs) != 2 {
		t.Error("nothing says that they are no twins, and yet one person")
	}
	first["birth_order"], second["birth_order"] = "1", "2"
	if res := link(t, setOf(both, first, second), Options{}); len(res.IDs) == 1 {
		t.Error("birth orders differ, and yet one person")
	}
}

// Whoever moves changes number, street, city and ZIP code at once: that is one thing that speaks against one person, not four.
func TestWhoMoved(t *testing.T) {
	var rows []map[string]string
	for i := range 400 {
		p := with(stranger(i), "ssn", "")
		q := with(p, "source", "b")
		if i < 40 {
			q["address_line1"], q["zip"] = stranger(i + 1000)["address_line1"], stranger(i + 1000)["zip"]
		}
		rows = append(rows, p, q)
	}
	res := link(t, setOf(rows...), Options{})
	for i := range 400 {
		if res.Person[2*i] != res.Person[2*i+1] {
			t.Errorf("person %d is two", i)
		}
	}
}

// Who lives where many do, in a nursing home or a prison, shares street and number with strangers, some of whom are called like her.
func TestManyAtHome(t *testing.T) {
	resident := func(i int) map[string]string {
		p := with(stranger(i), "ssn", "", "administrative_gender", "female", "name_given", stranger(9000 + i*7%150)["name_given"], "name_middle", string(rune('A'+i%7)))
		if i%10 == 0 {
			p["address_line1"], p["zip"] = "1231 Riverside Dr", "98000"
		}
		return p
	}
	var rows []map[string]string
	for i := range 3000 { // of ten years ago, and of now: a third has come since
		if i < 2000 {
			rows = append(rows, resident(i))
		}
		if i >= 1000 {
			p, other := with(resident(i), "source", "b"), stranger(i+5000)
			if i%8 == 1 {
				p["name_family"] = other["name_family"]
			}
			if i%8 == 2 {
				p["birth_date"] = other["birth_date"][:4] + p["birth_date"][4:8] + other["birth_date"][8:]
			}
			rows = append(rows, p)
		}
	}
	if res := link(t, setOf(rows...), Options{}); len(res.IDs) != 3000 {
		t.Errorf("%d persons of 3000", len(res.IDs))
	}
}

// A family shares phone, home and the address that a parent's letters go to, and yet is not one.
func TestRelativesShareAnEmail(t *testing.T) {
	var rows []map[string]string
	for i := range 300 {
		parent := with(stranger(i), "ssn", "", "phone_home", fmt.Sprintf("+1617555%04d", i))
		parent["email"] = strings.ToLower(parent["name_given"]) + "@example.org"
		other := stranger(i + 1000)
		rows = append(rows, parent, with(parent, "name_given", other["name_given"], "birth_date", other["birth_date"]), with(parent, "source", "b", "email", ""))
	}
	res := link(t, setOf(rows...), Options{})
	for i := 0; i < len(rows); i += 3 {
		if res.Person[i] == res.Person[i+1] || res.Person[i] != res.Person[i+2] {
			t.Errorf("persons of family %d: %v", i/3, res.Person[i:i+3])
		}
	}
}

// Children who stand under a parent's phone and email, some of them at another address, are not the parent: neither by their birth dates, nor in a file that
// has none, by their given names.
func TestRelativesWhoLiveApart(t *testing.T) {
	for _, dated := range []bool{true, false} {
		var rows []map[string]string
		for i := range 300 {
			parent, other := with(stranger(i), "ssn", "", "phone_home", fmt.Sprintf("+1617555%04d", i)), stranger(i+1000)
			parent["email"] = fmt.Sprintf("box%d@example.org", i)
			child := with(parent, "name_given", other["name_given"], "birth_date", "20"+other["birth_date"][2:])
			if i%10 == 0 {
				child = with(child, "address_line1", other["address_line1"], "zip", other["zip"])
			}
			for _, row := range []map[string]string{parent, child, with(parent, "source", "b", "email", "")} {
				if !dated {
					row["birth_date"] = ""
				}
				rows = append(rows, row)
			}
		}
		res := link(t, setOf(rows...), Options{})
		for i := 0; i < len(rows); i += 3 {
			if res.Person[i] == res.Person[i+1] || res.Person[i] != res.Person[i+2] {
				t.Errorf("birth dates %v, persons of family %d: %v", dated, i/3, res.Person[i:i+3])
			}
		}
	}
}

// Twins in files that know nothing but names and birth dates are not taken for one person, however few else there are.
func TestNamesAndBirthDatesAlone(t *testing.T) {
	given := []string{"Anna", "Berta", "Clara", "Dora", "Emma", "Frieda", "Greta", "Hanna", "Ida", "Jutta", "Klara", "Lotte"}
	var rows []map[string]string
	for i := range 1200 {
		p := stranger(i)
		row := map[string]string{"source": "a", "name_given": given[i%len(given)], "name_family": p["name_family"], "birth_date": p["birth_date"]}
		rows = append(rows, row)
		if i%20 == 0 {
			rows = append(rows, with(row, "name_given", given[(i+3)%len(given)]))
		}
	}
	if res := link(t, setOf(rows...), Options{}); len(res.IDs) != len(rows) {
		t.Errorf("%d persons of %d", len(res.IDs), len(rows))
	}
}

// Where two family names that differ in a letter are both in use, a birth date with another digit is that of somebody else; a family name
// that nobody else has is a slip.
func TestNamesInUse(t *testing.T) {
	given := []string{"Andrea", "Bernd", "Claudia", "Dieter", "Elke", "Frank", "Gabriele", "Horst", "Ingrid", "Juergen"}
	family := []string{"Schmidt", "Schmitt", "Bauer", "Becker", "Hoffmann", "Koch", "Lehmann", "Neumann", "Richter", "Vogel"}
	row := func(given, family, birth string) map[string]string {
		return map[string]string{"source": "a", "name_given": given, "name_family": family, "birth_date": birth}
	}
	var rows []map[string]string
	for i := range 2000 {
		birth := stranger(i)["birth_date"]
		rows = append(rows, row(given[i%10], family[i/10%10], birth))
		if i%10 == 9 { // somebody else's record, with a slip
			rows = append(rows, row(given[i%10], family[i/10%10][:4]+string(rune('a'+i%7))+string(rune('q'+i/10%9))+family[i/10%10][4:], birth))
		}
	}
	rows = append(rows, row("Ingrid", "Schmidt", "1951-01-14"), row("Ingrid", "Schmitt", "1951-01-17"))
	rows = append(rows, row("Ingrid", "Neumann", "1951-01-14"), row("Ingrid", "Neuwmann", "1951-01-17"))
	res := link(t, setOf(rows...), Options{})
	at := res.Person[len(rows)-4:]
	if at[0] == at[1] || at[2] != at[3] {
		t.Errorf("persons %v", at)
	}
}

// Namesakes of other ages in other towns are two persons, although a rare name and an address made of it agree.
func TestNamesakes(t *testing.T) {
	towns := []string{"Atlanta", "Denver", "Salem", "Austin", "Boise", "Fargo"}
	home := func(i int) map[string]string {
		return with(stranger(i), "ssn", "", "city", towns[i%len(towns)], "phone_home", fmt.Sprintf("+1404555%04d", 17*i), "email", fmt.Sprintf("%s%d@example.org", stranger(i)["name_family"], i))
	}
	var rows []map[string]string
	for i := range 100 {
		rows = append(rows, home(i))
		if i%4 == 0 {
			rows = append(rows, with(home(i), "source", "b"))
		}
	}
	for i, birth := range []string{"1932-06-22", "2006-05-05"} {
		rows = append(rows, with(home(501+i), "administrative_gender", "female", "birth_date", birth, "name_given", "Sofia", "name_family", "Rodriguez", "email", fmt.Sprintf("sofa.rodrguez%d6@example.org", 1+7*i)))
	}
	res := link(t, setOf(rows...), Options{})
	if n := len(rows); res.Person[n-1] == res.Person[n-2] || len(res.IDs) != 102 {
		t.Errorf("%d persons of 102, %v", len(res.IDs), res.Person[n-2:])
	}
}

// A placeholder number does not make one person of two (SPEC vector 83).
func TestPlaceholderNumberDoesNotLink(t *testing.T) {
	res := link(t, setOf(map[string]string{"source": "a", "name_given": "Ann", "name_family": "Lee", "ssn": "999-99-9999", "birth_date": "1950-01-02"},
		map[string]string{"source": "a", "name_given": "Omar", "name_family": "Haddad", "ssn": "999999999", "birth_date": "1971-08-09"}), Options{})
	if res.Person[0] == res.Person[1] {
		t.Error("one person")
	}
}

func TestNothingToLinkBy(t *testing.T) {
	_, err := Run(context.Background(), setOf(map[string]string{"source": "a", "city": "Salem"}), Options{})
	if !errors.Is(err, ErrNoField) || !strings.Contains(err.Error(), "birth date") {
		t.Errorf("got %v", err)
	}
	if res := link(t, NewSet(), Options{}); len(res.IDs) != 0 {
		t.Error("persons of no records")
	}
}

func TestEveryoneUnknown(t *testing.T) {
	var rows []map[string]string
	for i := range 300 {
		rows = append(rows, map[string]string{"source": "a", "name_given": "Unknown", "name_family": "Unknown", "birth_date": "1900-01-01", "zip": "01970", "patient_id": fmt.Sprint(i)})
	}
	if res := link(t, setOf(rows...), Options{}); len(res.IDs) != len(rows) {
		t.Errorf("%d persons of %d records", len(res.IDs), len(rows))
	}
}

func TestOnePersonManyTimes(t *testing.T) {
	rows := []map[string]string{with(ann, "name_given", "Anelise")}
	for range 10_000 {
		rows = append(rows, ann)
	}
	for i := range 50 {
		rows = append(rows, stranger(i))
	}
	res := link(t, setOf(rows...), Options{})
	if len(res.IDs) != 51 || res.Person[0] != res.Person[10_000] {
		t.Errorf("%d persons, want 51", len(res.IDs))
	}
}

// stranger returns the i-th of people who have nothing in common.
func stranger(i int) map[string]string {
	r := rand.New(rand.NewPCG(uint64(i), 7))
	word := func() string {
		b := make([]byte, 8)
		for k := range b {
			b[k] = byte('A' + r.IntN(26))
		}
		return string(b)
	}
	return map[string]string{"source": "a", "name_given": word(), "name_family": word(), "administrative_gender": []string{"female", "male"}[i%2],
		"birth_date": fmt.Sprintf("%d-%02d-%02d", 1930+r.IntN(80), 1+r.IntN(12), 1+r.IntN(28)), "ssn": fmt.Sprintf("%09d", 100_000_000+r.IntN(500_000_000)),
		"address_line1": fmt.Sprintf("%d %s St", 1+r.IntN(900), word()), "zip": fmt.Sprintf("%05d", 10000+r.IntN(80000))}
}

// Whatever all records share brings nobody together: the work grows with the records, not with their pairs.
func TestOneBirthDateForAll(t *testing.T) {
	const n = 100_000
	set := NewSet()
	for i := range n {
		addRow(set, "a", with(stranger(i), "birth_date", "1980-01-01", "row_uid", fmt.Sprintf("%032x", i)))
	}
	res := link(t, set, Options{})
	if len(res.IDs) != n {
		t.Errorf("%d persons of %d", len(res.IDs), n)
	}
	if !slices.ContainsFunc(res.Summary.Overflow, func(o Overflow) bool { return o.Pass == "birth" && o.Largest == n }) {
		t.Errorf("the block that was left out is not reported: %+v", res.Summary.Overflow)
	}
	if most := int64(pairsEach * n * len(passes)); res.Summary.Compared > most || res.Summary.Kept > n {
		t.Errorf("%d pairs compared, %d kept; want %d and %d at most", res.Summary.Compared, res.Summary.Kept, most, n)
	}
}

// damaged returns people with slips, in two sources, some of them twice.
func damaged(n int) []map[string]string {
	r := rand.New(rand.NewPCG(3, 4))
	var rows []map[string]string
	for i := range n {
		p := with(stranger(i), "row_uid", fmt.Sprintf("%032x", 2*i))
		q := with(p, "source", "b", "row_uid", fmt.Sprintf("%032x", 2*i+1))
		switch r.IntN(4) {
		case 0:
			q["name_given"] = q["name_given"][1:]
		case 1:
			q["ssn"] = ""
		case 2:
			q["name_given"], q["name_family"] = q["name_family"], q["name_given"]
		}
		rows = append(rows, p, q)
	}
	return rows
}

// Of many records a pass ends with the blocks in which it hardly finds anybody.
func TestWorthwhile(t *testing.T) {
	rows := damaged(3000)
	all, few := link(t, setOf(rows...), Options{}), link(t, setOf(rows...), Options{many: 1})
	if !slices.Equal(all.Person, few.Person) || few.Summary.Compared >= all.Summary.Compared {
		t.Errorf("%d comparisons and %d persons, else %d and %d", few.Summary.Compared, len(few.IDs), all.Summary.Compared, len(all.IDs))
	}
	if !slices.ContainsFunc(few.Summary.Overflow, func(o Overflow) bool { return o.Largest > 0 && o.Largest < blockCap }) {
		t.Errorf("the blocks that were left out are not reported: %+v", few.Summary.Overflow)
	}
}

// The order of rows, the number of goroutines, the memory for sorting and the number of shards change nothing.
func TestResultDoesNotDependOnOrder(t *testing.T) {
	for _, many := range []int{0, 1} {
		sameInAnyOrder(t, many)
	}
}

func sameInAnyOrder(t *testing.T, many int) {
	rows := damaged(600)
	numbered := func() *Set {
		set := NewSet()
		a, b := set.Reader("a", testColumns), set.Reader("b", testColumns)
		for _, row := range rows {
			cells := make([]string, len(testColumns))
			for i, c := range testColumns {
				cells[i] = row[c]
			}
			if row["source"] == "a" {
				a.Add(row["row_uid"], "", cells)
			} else {
				b.Add(row["row_uid"], "", cells)
			}
		}
		return set
	}
	ids := func(o Options, shards int) (map[string]string, Summary) {
		o.many = many
		for no := range shards {
			o.Compared = append(o.Compared, compared(t, numbered(), o, Shard{no + 1, shards}))
		}
		set := numbered()
		res := link(t, set, o)
		out := map[string]string{}
		for i, p := range res.Person {
			out[set.UID(i)] = fmt.Sprintf("%s %v", res.IDs[p], res.Links[i])
		}
		return out, res.Summary
	}
	want, summed := ids(Options{Workers: 1}, 0)
	r := rand.New(rand.NewPCG(5, 6))
	for _, by := range []struct {
		options Options
		shards  int
	}{{Options{Workers: 2}, 0}, {Options{Workers: 5, Memory: 20_000}, 0}, {Options{Workers: 1, Memory: 1}, 1}, {Options{Workers: 3}, 2}, {Options{Workers: 2, Memory: 1}, 3}} {
		r.Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
		got, summary := ids(by.options, by.shards)
		if !reflect.DeepEqual(summary, summed) {
			t.Errorf("%+v: %+v, not %+v", by, summary, summed)
		}
		for uid, id := range want {
			if got[uid] != id {
				t.Fatalf("%+v: record %s is %s, not %s", by, uid, got[uid], id)
			}
		}
	}
}

// compared returns what is written of a shard.
func compared(t testing.TB, s *Set, o Options, shard Shard) *bytes.Buffer {
	t.Helper()
	var written bytes.Buffer
	o.Compared = nil
	if err := CompareShard(context.Background(), s, o, shard, &written); err != nil {
		t.Fatal(err)
	}
	return &written
}

func TestComparedPairsOfOthers(t *testing.T) {
	rows := damaged(30)
	one := func(no int) *bytes.Buffer { return compared(t, setOf(rows...), Options{}, Shard{no, 2}) }
	cut := one(2)
	cut.Truncate(cut.Len() - 1)
	more := one(2)
	more.WriteByte(0)
	for name, readers := range map[string][]io.Reader{
		"one of two":       {one(1)},
		"one twice":        {one(1), one(1)},
		"of other records": {one(1), compared(t, setOf(rows[1:]...), Options{}, Shard{2, 2})},
		"cut off":          {one(1), cut},
		"more than said":   {one(1), more},
		"nothing":          {one(1), &bytes.Buffer{}},
	} {
		if _, err := Run(context.Background(), setOf(rows...), Options{Compared: readers}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDecisions(t *testing.T) {
	rows := []map[string]string{with(ann, "row_uid", "1"), with(ann, "source", "b", "row_uid", "2"), with(stranger(1), "row_uid", "3")}
	uid := func(s *Set, i int) string { return s.UID(i) }
	s := setOf(rows...)
	res := link(t, s, Options{Decisions: []Decision{{uid(s, 0), uid(s, 1), false}, {uid(s, 1), uid(s, 2), true}}})
	if res.Person[0] == res.Person[1] || res.Person[1] != res.Person[2] || res.Links[2].Method != Decided {
		t.Errorf("persons %v, links %v", res.Person, res.Links)
	}
	// Decisions that contradict each other: apart wins over together, and it is told.
	s = setOf(rows...)
	res = link(t, s, Options{Decisions: []Decision{{uid(s, 0), uid(s, 1), true}, {uid(s, 1), uid(s, 2), true}, {uid(s, 0), uid(s, 2), false}}})
	if res.Person[0] == res.Person[2] || !slices.ContainsFunc(res.Review, func(r Review) bool { return r.Veto == VetoDecision }) {
		t.Errorf("persons %v, to review %v", res.Person, res.Review)
	}
	// Of two decisions about one pair the later one counts.
	s = setOf(rows...)
	res = link(t, s, Options{Decisions: []Decision{{uid(s, 0), uid(s, 1), false}, {uid(s, 1), uid(s, 0), true}}})
	if res.Person[0] != res.Person[1] {
		t.Error("the later decision does not count")
	}
}

// Who says that a source has each person once is believed, and so is who says that none has.
func TestSourcesThatHaveEachPersonOnce(t *testing.T) {
	var rows []map[string]string
	for i := range 40 {
		rows = append(rows, stranger(i), with(stranger(i), "source", "b"))
	}
	twice := with(stranger(0), "address_line1", "77 Elm St")
	tests := []struct {
		name   string
		unique []string
		other  map[string]string
		same   bool
	}{
		{"found out", nil, twice, true}, // one of forty is too many
		{"said of it", []string{"a"}, twice, false},
		{"said of the other one", []string{"b"}, twice, true},
		{"said of none", []string{}, twice, true},
		{"a version of the record", []string{"a"}, with(twice, "mrn", "7"), true},
		{"another number", []string{"a"}, with(twice, "mrn", "8"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all := append([]map[string]string{with(rows[0], "mrn", "7"), tt.other}, rows[2:]...)
			res := link(t, setOf(all...), Options{Unique: tt.unique})
			if same := res.Person[0] == res.Person[1]; same != tt.same {
				t.Errorf("one person: %v", same)
			}
			asked := slices.ContainsFunc(res.Review, func(r Review) bool { return r.Veto == VetoOnePerFile && r.A == 0 && r.B == 1 })
			if asked == tt.same {
				t.Errorf("to review: %+v", res.Review)
			}
		})
	}
}

func TestKnownPersonsKeepTheirIDs(t *testing.T) {
	known := with(ann, "row_uid", "1", "known", "OLD")
	bridge := with(ann, "row_uid", "3", "source", "c")
	res := link(t, setOf(known, with(ann, "row_uid", "2", "source", "b", "known", "OTHER"), bridge, with(ann, "row_uid", "4", "source", "d", "known", "OTHER")), Options{})
	if len(res.IDs) != 1 || res.IDs[0] != "OTHER" || !slices.Equal(res.Aliases, []Alias{{"OLD", "OTHER"}}) {
		t.Errorf("ids %v, aliases %v", res.IDs, res.Aliases)
	}
	fresh := link(t, setOf(with(ann, "row_uid", strings.Repeat("0", 31)+"1")), Options{})
	if want := PersonID(strings.Repeat("0", 31) + "1"); fresh.IDs[0] != want || len(want) != 16 {
		t.Errorf("id %s, want %s", fresh.IDs[0], want)
	}
}

func TestFindings(t *testing.T) {
	var rows []map[string]string
	for i := range 30 {
		rows = append(rows, with(stranger(i), "address_line1", "5 Shelter Rd", "zip", "01970", "ssn", "", "mrn", "", "phone_home", "+1617555"+fmt.Sprintf("%04d", i)))
	}
	for i := range 6 {
		rows[i]["phone_home"] = "+16175559999"
	}
	for i := range 4 {
		rows[i]["ssn"] = "234567891"
	}
	rows[10]["mrn"], rows[11]["mrn"] = "M1", "M1"
	rows = append(rows, ann, with(ann, "administrative_gender", "male", "source", "b"))
	s := setOf(rows...)
	counts := map[string]int{}
	for _, f := range s.Findings(link(t, s, Options{})) {
		counts[f.Rule.String()]++
	}
	want := map[string]int{"SSN-004": 4, "PHONE-007": 6, "ADDR-005": 30, "ID-002": 2, "SEX-004": 2}
	for id, n := range want {
		if counts[id] != n {
			t.Errorf("%s: %d records, want %d", id, counts[id], n)
		}
	}
}

// TestMRNOfAnAssigner: a record number is one of whoever gave it, which is the source where the row does not say.
func TestMRNOfAnAssigner(t *testing.T) {
	s := setOf(map[string]string{"source": "a", "mrn": "1", "mrn_assigner": "H"}, map[string]string{"source": "b", "mrn": "1", "mrn_assigner": "H"},
		map[string]string{"source": "a", "mrn": "1"}, map[string]string{"source": "H", "mrn": "1"}, map[string]string{"source": "b", "mrn": "1"})
	s.finish()
	code := func(i int) uint32 { return uint32(s.records[i].codes[MRN]) }
	if code(0) != code(1) || code(0) != code(3) || code(0) == code(2) || code(2) == code(4) {
		t.Errorf("numbers %d %d %d %d %d", code(0), code(1), code(2), code(3), code(4))
	}
}

// TestMoved says that it is at work at least once for each pass, so that nobody takes a long job for one that hangs.
func TestMoved(t *testing.T) {
	s := NewSet()
	r := s.Reader("a", columnNames[:])
	for i := range 1200 {
		row := make([]string, columnCount)
		row[colFamily], row[colGiven], row[colBirth], row[colMRN] = "Alder", "Kim", "1980-01-01", strconv.Itoa(i)
		r.Add(strconv.Itoa(i), "", row)
	}
	moved := 0
	if _, err := Run(t.Context(), s, Options{Moved: func() { moved++ }}); err != nil {
		t.Fatal(err)
	}
	if moved < len(passes) {
		t.Errorf("told %d times in %d passes", moved, len(passes))
	}
}

// Words for "no name" are no name: nobody is linked by them.
func TestEverybodyIsUnknown(t *testing.T) {
	var rows []map[string]string
	for i := range 1500 {
		rows = append(rows, with(stranger(i), "name_given", "Unknown", "name_family", "UNKNOWN"))
	}
	if res := link(t, setOf(rows...), Options{}); len(res.IDs) != len(rows) || len(res.Review) != 0 {
		t.Errorf("%d persons of %d, %d to review", len(res.IDs), len(rows), len(res.Review))
	}
}

// One person over and over, written differently each time: what is compared grows with the records, not with their square, and nobody
// else is drawn in.
func TestOnePersonInManyForms(t *testing.T) {
	var rows []map[string]string
	const forms = 10_000
	for i := range forms {
		rows = append(rows, with(ann, "row_uid", fmt.Sprintf("%032x", i), "phone_home", fmt.Sprintf("+1617555%04d", i), "address_line1", fmt.Sprintf("%d Oak St", i%700)))
	}
	for i := range 50 {
		rows = append(rows, stranger(i))
	}
	res := link(t, setOf(rows...), Options{})
	if most := int64(blockCap * len(passes) / 2 * len(rows)); res.Summary.Compared > most {
		t.Errorf("%d comparisons, want %d at most", res.Summary.Compared, most)
	}
	alone := map[int32]int{}
	for _, p := range res.Person {
		alone[p]++
	}
	for i := forms; i < len(rows); i++ {
		if alone[res.Person[i]] != 1 {
			t.Errorf("stranger %d shares a person", i)
		}
	}
}

// Of many records a pass looks at a pair for each at most, in its smallest blocks.
func TestPairsOfAPass(t *testing.T) {
	var few, many sizes
	few[2], few[60] = 100, 1
	many[2], many[10], many[11] = 50_000, 1000, 1000 // 50,000, 45,000 and 55,000 pairs
	if got := capOf([]sizes{few}, 5000); got != blockCap {
		t.Errorf("of few records, blocks up to %d", got)
	}
	if got := capOf([]sizes{many}, 100_000); got != 10 {
		t.Errorf("of many records, blocks up to %d", got)
	}
	if got := capOf([]sizes{many}, 200_000); got != blockCap {
		t.Errorf("of more records, blocks up to %d", got)
	}
}
