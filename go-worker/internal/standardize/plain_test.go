package standardize

import (
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/dates"
)

// A shortWay reads the most usual values of a column exactly as the long way reads all of them.
type shortWay struct {
	typ   string
	col   Column
	parts []string // of values: what random ones are put together from
}

func (w shortWay) bind() (PlainFunc, CellFunc) {
	family, _ := Lookup(w.typ)
	w.col.Today, w.col.Country = today, "US"
	return family.BindPlain(w.col), family.Bind(w.col)
}

var shortDates = []string{"19850405", "20270101", "4", "04", "12", "31", "32", "85", "26", "1985", "1901", "1900", "1970", "1111", "2026", "2027", "2999", "9999", "0000", "/", "-", " ", "/", "-", "/1980", "-Apr-",
	" March ", "Nov 5, ", "T10:36:28", " 24:00:00", "T99:00:00", "2026-11-23", "11/24/", "11/22/26", "1980-01-01", "12/31/1899", "sentinel", "."}

var shortWays = map[string]shortWay{
	"family": {"name_family", Column{},
		[]string{"smith", "SMITH", "Smith", "mcdonald", "MacLeod", "MACIAS", "na", "null", "NONE", "o'", "é", " ", "jr", "DeLuca", "x", "III", "-", "Al", "Nan"}},
	"given":     {"name_given", Column{}, []string{"tj", "TJ", "mary", "MARY", "Mack", "mc", "nil", "UNK", "(bob)", "ann", "Ann", " ", "."}},
	"middle":    {"name_middle", Column{}, []string{"tj", "TJ", "mary", "MARY", "Mack", "mc", "nil", "UNK", "(bob)", "a", "Ann", " ", "."}},
	"particles": {"name_family", Column{Params: map[string]string{"particles": "lower"}}, []string{"von", "DE", "la", "cruz", "VAN", " "}},
	"city": {"city", Column{},
		[]string{"boston", "BOSTON", "McAllen", "mc", "MCKINNEY", "APO", "fond", "DU", "lac", " ", "  ", "of", "St.", "é", "a", "B", ",", "New York"}},
	"ssn": {"ssn", Column{},
		[]string{"234-56-7891", "345678912", "765-43-2101", "234-00-7891", "234-56-0000", "666-12-3456", "219-09-9999", "078-05-1120", "900-50-1234",
			"123456789", "111-22-3333", "2", "-", " ", ".0"}},
	"padded ssn": {"ssn", Column{Width: 9}, []string{"234-56-7891", "345678912", "2", "34", "-", "000-12-3456"}},
	"phone": {"phone", Column{},
		[]string{"(617) ", "617", "555", "2345", "-", ".", " ", "x12", " ext. 77", " EXT 7", "x", "ext", "+1 ", "1-", "12345678", "+44 20 7946 0958", "312-555-012",
			"000-000-0000", "123-456-7890", "777", "0101", " or ", "#3", "5551212", "text", "2345678", "234567890", ".0", "^"}},
	"area code": {"phone", Column{Params: map[string]string{"area_code": "617"}}, []string{"(617) ", "617", "555", "2345", "-", ".", " ", "x12", "1"}},
	"email": {"email", Column{},
		[]string{"jane", ".doe", "@", "@", "gmail.com", "GMIAL.com", "Example.org", "noemail", "none", ".con", "é", "臺", " ", ";", "|", "<", ">", "mailto:", "-", "xn--",
			".test", "N/A", "Unknown", "UNKNOWN", ",", "b.co"}},
	"pressure": {"vital", Column{Params: map[string]string{"kind": "bp"}},
		[]string{"120", "80", "120/80", "96 / 110", "/", " / ", "/", " ", "9", "060", "1200", "P", " palp", " mmHg", " sitting", "BP "}},
	"weight": {"vital", Column{Decimal: '.', Params: map[string]string{"kind": "weight", "unit_field": "weight_unit"}},
		[]string{"120", "80", ".", ",", "0", "kg", " lbs", "-", "9", "<"}},
	"pounds": {"vital", Column{Decimal: '.', Unit: "[lb_av]", UnitRule: "VIT-007", Params: map[string]string{"kind": "weight"}},
		[]string{"120", "80", ".", ",", "0", "kg", " lbs", "-", "9", "<"}},
	"temperature": {"vital", Column{Decimal: '.', Params: map[string]string{"kind": "temperature"}}, []string{"3", "7", "98", ".", ",", "0", "C", " F", "6", ">"}},
	"identifier":  {"identifier", Column{Field: "mrn"}, []string{"MRN", "0123", "00", "-", "abc", "Patient/", "12345678", "Ä", "=", "'", ".0", "E+11", " ", "^"}},
	"padded":      {"identifier", Column{Width: 6, StripFloat: true}, []string{"MRN", "0123", "00", "-", "abc", "12345678", ".0"}},
	"address":     {"address_line", Column{}, []string{"12", "Main", "St", " ", "  ", "\t", "\n", "é", "\u00a0", ",", "Apt 4", "homeless", "xxx", "\x7f", "^"}},
	"text":        {"text", Column{}, []string{"a", "Words of a text", " ", "  ", "\t", "\n", "é", "\u00a0", "\u200b", "=", "'", "\x7f", "\x1f", "~", "!"}},
	"zip":         {"zip", Column{}, []string{"02139", "-1234", "-0000", "1234", "0", "-", " ", "K1A 0B6", "123", "**", ".0"}},
	"date":        {"date", Column{}, shortDates},
	"event":       {"date", Column{DateOrder: dates.MonthFirst, Params: map[string]string{"role": "event"}}, shortDates},
	"birth": {"date", Column{DateOrder: dates.DayFirst, Params: map[string]string{"role": "birth"},
		Sentinels: map[string]bool{"4/4/1985": true}}, shortDates},
	"end":      {"datetime", Column{DateOrder: dates.Mixed, Params: map[string]string{"role": "end"}}, shortDates},
	"future":   {"date", Column{DateOrder: dates.MonthFirst, DateSerial: dates.Serial1900, Params: map[string]string{"role": "future", "epoch": "s"}}, shortDates},
	"buddhist": {"date", Column{DateOrder: dates.DayFirst, Decisions: map[string]string{"era": "buddhist"}}, shortDates},
}

func checkShort(t *testing.T, plain PlainFunc, read CellFunc, raw string) (short bool) {
	t.Helper()
	var arena Arena
	a, b := Cell{Arena: &arena}, Cell{}
	if !plain(raw, &a) {
		if a.Value != "" || len(a.Hits) > 0 || a.Unusable || a.Parts != b.Parts {
			t.Fatalf("%q was left to the long way with traces: %+v", raw, a)
		}
		return false
	}
	if raw == "" || !isASCII(raw) || strings.TrimSpace(raw) != raw || raw[0] == '=' || raw[0] == '\'' {
		t.Fatalf("%q was read with what stands around it", raw)
	}
	read(raw, &b)
	if a.Value != b.Value || a.Parts != b.Parts || a.Unusable != b.Unusable || !slices.Equal(a.Hits, b.Hits) {
		t.Fatalf("%q: %q %q %v %t by the short way; %q %q %v %t by the long one", raw, a.Value, a.Parts, a.Hits, a.Unusable, b.Value, b.Parts, b.Hits, b.Unusable)
	}
	return true
}

// compose puts up to n of the parts together.
func compose(random *rand.Rand, parts []string, n int) string {
	var s strings.Builder
	for range 1 + random.IntN(n) {
		s.WriteString(parts[random.IntN(len(parts))])
	}
	return s.String()
}

func TestShortWays(t *testing.T) {
	for name, w := range shortWays {
		t.Run(name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(7, 8))
			plain, read := w.bind()
			short := 0
			if checkShort(t, plain, read, "") {
				t.Error("nothing is a usual value")
			}
			for range 20_000 {
				if checkShort(t, plain, read, compose(random, w.parts, 6)) {
					short++
				}
			}
			if short < 30 && w.col.Decisions["era"] == "" {
				t.Errorf("only %d values took the short way", short)
			}
		})
	}
}

func FuzzShortWays(f *testing.F) {
	for _, w := range shortWays {
		f.Add(strings.Join(w.parts, ""))
		for _, p := range w.parts {
			f.Add(p)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range shortWays {
			plain, read := w.bind()
			checkShort(t, plain, read, s)
		}
	})
}

// No words that stand for an address begin with a digit, so that lines which do are not looked up.
func TestAddressWordsBeginWithLetters(t *testing.T) {
	for words := range addressWords {
		if isASCIIDigit(words[0]) {
			t.Errorf("%q begins with a digit", words)
		}
	}
}

// Words about how a vital sign was measured are compared by their first letter before the rest of them.
func TestVitalNotesAreWords(t *testing.T) {
	for _, note := range vitalNotes {
		if !isASCIILetter(note[0]) || strings.ToLower(note) != note || !isASCII(note) {
			t.Errorf("%q is no word in small letters", note)
		}
	}
}

func checkPlainStreet(t *testing.T, line string) bool {
	t.Helper()
	street, ok := plainStreet(nil, line)
	if !ok {
		return false
	}
	if long := parseAddress(line); !long.read || long.unit != "" || long.street != string(street) {
		t.Fatalf("%q is %q by the short way, %+v by the long one", line, street, long)
	}
	return true
}

// Streets of any words of the tables are written in the same way by both.
func TestPlainStreet(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	words := []string{"1", "12", "1234", "9883", "Main", "OAK", "king", "St", "Ave", "#", "1/2", "4B", "8TH", "Saint", "O", "Mcdonald's", "one", "second", "CO", "CNTY", "STATE", "US", "TWP"}
	for w := range streetSuffixes {
		words = append(words, w)
	}
	for w := range directionals {
		words = append(words, w)
	}
	for w := range unitDesignators {
		words = append(words, w)
	}
	words = append(words, otherWords...)
	short := 0
	for range 100_000 {
		line := words[random.IntN(4)]
		for range 1 + random.IntN(5) {
			line += " " + words[random.IntN(len(words))]
		}
		if checkPlainStreet(t, line) {
			short++
		}
	}
	if short < 5_000 {
		t.Errorf("only %d lines took the short way", short)
	}
}

func FuzzPlainStreet(f *testing.F) {
	for _, s := range []string{"9883 ANDER ST", "12 Hill  Avenue", "1 N MAIN ST", "12 REAR RD", "7 ST ST", "5 HIGHWAY ST", "100 PO BOX ST", "4 Park Place Dr"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkPlainStreet(t, s) })
}

func checkPlace(t *testing.T, s string) {
	t.Helper()
	if p, ok := splitPlace(s); ok && !mayEndInPlace(s) {
		t.Fatalf("%q ends in a place, %+v", s, p)
	}
}

// A text without a comma and without five digits holds no place at its end.
func TestMayEndInPlace(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 12))
	parts := []string{"Boston", " ", " ", "MA", "02139", "-1234", "021391234", "0213", ",", "USA", "usa", "U.S.", "United States", "Massachusetts", "12 Main St", ".", ";", "-", "02139 1234", "02139"}
	for range 40_000 {
		checkPlace(t, compose(random, parts, 7))
	}
}

func FuzzMayEndInPlace(f *testing.F) {
	for _, s := range []string{"Boston, MA 02139", "Boston MA 02139-1234", "Boston MA", "12 Main St Boston MA 021391234 USA"} {
		f.Add(s)
	}
	f.Fuzz(checkPlace)
}

// checkOrdinary flags a pair of names with the look-ups and, where they are ordinary, without.
func checkOrdinary(t *testing.T, family, given string) bool {
	t.Helper()
	if _, ok := ordinary(family, given); !ok || family == "" && given == "" {
		return false
	}
	l := NewLayout(append(append([]string{}, nameFields...), nameFlags...))
	n := &nameRow{full: -1, family: l.Slot("name_family"), given: l.Slot("name_given"), middle: l.Slot("name_middle"), suffix: -1, prefix: -1,
		nickname: -1, maiden: -1, credential: -1, note: -1, isTest: l.Slot("is_test"), isNewborn: l.Slot("is_newborn_placeholder"),
		isUnknown: l.Slot("is_unknown_person"), order: l.Slot("birth_order")}
	row := func() *Row {
		r := &Row{Values: make([]string, len(l.Names)), Raw: make([]string, len(l.Names)), Unusable: make([]bool, len(l.Names))}
		r.Values[n.family], r.Values[n.given] = family, given
		return r
	}
	short, long := row(), row()
	n.flag(short)
	at := n.given
	if given == "" {
		at = n.family
	}
	n.flagMarked(long, family, given, at)
	if !reflect.DeepEqual(short, long) {
		t.Fatalf("%q %q: %+v with look-ups, %+v without", family, given, long, short)
	}
	return true
}

func TestOrdinaryNames(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 14))
	parts := []string{"Smith", "jane", "JOHN", "doe", "Doering", "test", "zz", "xx", "X", "mickey", "mouse", "trauma", "baby", "boy", "ann", "o", "donald", "duck", "Santa", "claus", " ", "1"}
	for _, set := range []map[string]bool{newbornNames, newbornWords, unknownNames, unknownGivens, testNames, testBeside, testPairs} {
		for w := range set {
			parts = append(parts, w)
		}
	}
	ordinary := 0
	for range 50_000 {
		family, given := compose(random, parts, 2), compose(random, parts, 2)
		if checkOrdinary(t, family, given) {
			ordinary++
		}
		checkOrdinary(t, family, "")
		checkOrdinary(t, "", given)
		checkOrdinary(t, family, family)
	}
	if ordinary < 2_000 {
		t.Errorf("only %d pairs are ordinary", ordinary)
	}
}

func FuzzOrdinaryNames(f *testing.F) {
	f.Add("Smith", "Jane")
	f.Add("mouse", "Mickey")
	f.Add("Doe", "John")
	f.Fuzz(func(t *testing.T, family, given string) { checkOrdinary(t, family, given) })
}

// A race that the table knows as a whole says the same of ethnicity as one that is read part by part.
func TestWholeRace(t *testing.T) {
	for word := range raceWords {
		for _, s := range []string{word, strings.ToUpper(word), " " + word, word + ";", word + " non-Hispanic"} {
			var found raceList
			found.read(s)
			code := "UNK"
			for _, w := range found.words {
				if w.category == raceHispanic || w.category == raceNonHispanic {
					code = w.code
				}
			}
			if got, ok := ethnicityInRace(s); got != code || ok != (len(found.words) > 0 && !found.unread) {
				t.Fatalf("%q is %q, %t; want %q", s, got, ok, code)
			}
		}
	}
}

// Numbers are compared as what they are.
func TestCompareNumbersAsRationals(t *testing.T) {
	random := rand.New(rand.NewPCG(15, 16))
	write := func() string {
		s := [...]string{"", "", "-"}[random.IntN(3)] + [...]string{"0", "1", "9", "10", "99", "100", "123456789", "12345678901234567890"}[random.IntN(8)]
		return s + [...]string{"", "", ".0", ".5", ".50", ".49", ".05", ".500001"}[random.IntN(8)]
	}
	for range 20_000 {
		a, b := write(), write()
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		if strings.Trim(a, "-0.") == "" && strings.Trim(b, "-0.") == "" {
			continue // readNumber writes no negative zero
		}
		short, other := newPlainDecimal(a), newPlainDecimal(b)
		if got, read := compareNumbers(a, b), short.compare(&other); got != x.Cmp(y) || read != got {
			t.Fatalf("%s and %s compare as %d, read as %d", a, b, got, read)
		}
	}
}

// A word table knows its words and no other.
func TestWordTable(t *testing.T) {
	words := map[string]int{}
	for i, w := range []string{"A", "AB", "ABCDEFG", "ABCDEFGH", "ABCDEFGHI", "ABCDEFGHABCDEFGH", "AAAAAAAA", "AAAAAAAAA", "HIGHWAY", "EXPRESSWAY"} {
		words[w] = i + 1
	}
	table, filter := newWordTable(words), newWordFilter(words)
	for w, want := range words {
		if got, ok := table.find([]byte(w)); !ok || got != want || !filter.may(w[0], len(w)) {
			t.Errorf("%q is %d, %t", w, got, ok)
		}
	}
	for _, w := range []string{"B", "BA", "AAAAAAAAAA", "ABCDEFGX", "EXPRESSWAx", "ABCDEFGHABCDEFGX"} {
		if _, ok := table.find([]byte(w)); ok {
			t.Errorf("%q is known", w)
		}
	}
}

// A byte beyond ASCII is seen wherever it stands.
func TestIsASCII(t *testing.T) {
	for n := range 40 {
		text := []byte(strings.Repeat("~", n))
		if !isASCII(string(text)) {
			t.Errorf("%d bytes are not ASCII", n)
		}
		for at := range n {
			text[at] = 0x80
			if isASCII(string(text)) {
				t.Errorf("of %d bytes that at %d is not seen", n, at)
			}
			text[at] = '~'
		}
	}
}
