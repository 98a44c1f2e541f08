package standardize

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"harmonizer/go-worker/internal/suites"
)

func TestPhone(t *testing.T) {
	ext := func(s string) map[string]string { return map[string]string{"%_ext": s} }
	use := func(s string) map[string]string { return map[string]string{"%_use": s} }
	local := func(s string) map[string]string { return map[string]string{"%_local": s} }
	runCells(t, clinicalFamilies["phone"], Column{Country: "US"}, []cellCase{
		{name: "with extension", in: "(617) 555-2345 x12", want: "+16175552345", parts: ext("12"), hits: []string{"STD-001"}},
		{name: "float", in: "6175552345.0", want: "+16175552345", hits: []string{"XL-004"}},
		{name: "float of nine digits", in: "617555234.0", want: "617555234.0", hits: []string{"XL-004", "PHONE-001"}, unusable: true},
		{name: "no area code", in: "555-1234", parts: local("5551234"), hits: []string{"PHONE-004"}},
		{name: "abroad", in: "+44 20 7946 0958", want: "+442079460958", hits: []string{"STD-001"}},
		{name: "abroad as dialled elsewhere", in: "0044 20 7946 0958", want: "+442079460958", hits: []string{"STD-001"}},
		{name: "abroad as dialled", in: "011 44 20 7946 0958", want: "+442079460958", hits: []string{"STD-001"}},
		{name: "canonical", in: "+16175552345", want: "+16175552345"},
		{name: "dots", in: "617.555.2345", want: "+16175552345", hits: []string{"STD-001"}},
		{name: "slash", in: "617/555-2345", want: "+16175552345", hits: []string{"STD-001"}},
		{name: "bare one", in: "1-617-555-2345", want: "+16175552345", hits: []string{"PHONE-005"}},
		{name: "scientific", in: "6.175552345E+9", want: "+16175552345", hits: []string{"XL-013"}},
		{name: "scientific, digits lost", in: "6.18E+09", want: "6.18E+09", hits: []string{"XL-003"}, unusable: true},
		{name: "label before", in: "Cell: 617-555-2345", want: "+16175552345", parts: use("mobile"), hits: []string{"STD-001"}},
		{name: "label of a letter", in: "H 617-555-2345", want: "+16175552345", parts: use("home"), hits: []string{"STD-001"}},
		{name: "label behind", in: "617-555-2345 (work)", want: "+16175552345", parts: use("work"), hits: []string{"STD-001"}},
		{name: "label in parentheses before", in: "(c) (617) 555-2345", want: "+16175552345", parts: use("mobile"), hits: []string{"STD-001"}},
		{name: "ext.", in: "617-555-2345 ext. 77", want: "+16175552345", parts: ext("77"), hits: []string{"STD-001"}},
		{name: "extension after a comma", in: "617-555-2345, extension 77", want: "+16175552345", parts: ext("77"), hits: []string{"STD-001"}},
		{name: "number sign", in: "617-555-2345 #77", want: "+16175552345", parts: ext("77"), hits: []string{"STD-001"}},
		{name: "tel uri", in: "tel:+1-617-555-2345;ext=77", want: "+16175552345", parts: ext("77"), hits: []string{"STD-001"}},
		{name: "vanity", in: "1-800-FLOWERS", want: "+18003569377", hits: []string{"PHONE-006", "PHONE-005"}},
		{name: "letters without digits are words", in: "call mother", want: "call mother", hits: []string{"PHONE-001"}, unusable: true},
		{name: "letters and too few digits", in: "12 call moth", want: "12 call moth", hits: []string{"PHONE-001"}, unusable: true},
		{name: "brackets", in: "[617] 555-2345", want: "+16175552345", hits: []string{"STD-001"}},
		{name: "full width", in: "６１７-555-2345", want: "+16175552345", hits: []string{"ENC-007"}},
		{name: "a note behind", in: "617-555-2345 after 5pm", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "a note before", in: "Mom: +1 (617) 555-2345", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "the end of a second number", in: "617-555-2345/9876", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "the last digit of a second number", in: "(617) 555-2345 / 6", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "underscores", in: "617_555_2345", want: "+16175552345", hits: []string{"STD-001"}},
		{name: "commas in threes", in: "6,175,552,345", want: "+16175552345", hits: []string{"STD-001"}},
		{name: "commas anywhere", in: "61,755,523,45", want: "61,755,523,45", hits: []string{"PHONE-001"}, unusable: true},
		{name: "a note in brackets", in: "617-555-2345 (daughter)", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "an area code and a note in brackets", in: "(617) 555-2345 (wife's cell)", want: "+16175552345", hits: []string{"PHONE-008"}},
		{name: "a note beside a number abroad", in: "+44 20 7946 0958 neighbour", want: "+442079460958", hits: []string{"PHONE-008"}},
		{name: "a code of the country twice", in: "+1 +1 617-555-2345", want: "+1 +1 617-555-2345", hits: []string{"PHONE-001"}, unusable: true},
		{name: "a note and too few digits", in: "617-555-234 neighbour", want: "617-555-234 neighbour", hits: []string{"PHONE-001"}, unusable: true},
		{name: "a letter within", in: "617555234S5x", want: "617555234S5x", hits: []string{"PHONE-001"}, unusable: true},
		{name: "a letter right behind", in: "6175552345Z", want: "6175552345Z", hits: []string{"PHONE-001"}, unusable: true},
		{name: "two numbers", in: "617-555-2345 / 617-555-6789", want: "+16175552345|+16175556789", hits: []string{"STD-001", "STD-001"}},
		{name: "two numbers with or", in: "617-555-2345 or 617-555-6789", want: "+16175552345|+16175556789", hits: []string{"STD-001", "STD-001"}},
		{name: "two numbers, one of them no number", in: "617-555-2345; 617555678", want: "+16175552345", hits: []string{"STD-001", "PHONE-001"}},
		{name: "two numbers with labels", in: "H: 617-555-2345 C: 617-555-6789", want: "+16175552345|+16175556789", parts: use("home"), hits: []string{"STD-001", "STD-001"}},
		{name: "two numbers with nothing between", in: "6175552345 617 555 6789", want: "+16175552345|+16175556789", hits: []string{"STD-001", "STD-001"}},
		{name: "labels behind are not told apart", in: "617-555-2345 home 617-555-6789 cell", want: "617-555-2345 home 617-555-6789 cell", hits: []string{"PHONE-001"}, unusable: true},
		{name: "area code of no place", in: "(555) 234-5678", want: "+15552345678", hits: []string{"PHONE-002"}},
		{name: "dialled within another country", in: "06 62 49 48 14", want: "0662494814", hits: []string{"PHONE-002"}},
		{name: "reserved for fiction", in: "617-555-0123", want: "+16175550123", hits: []string{"PHONE-002"}},
		{name: "all zeros", in: "000-000-0000", hits: []string{"PHONE-003"}},
		{name: "all nines", in: "9999999999", hits: []string{"PHONE-003"}},
		{name: "counting up", in: "1234567890", hits: []string{"PHONE-003"}},
		{name: "directory assistance", in: "617-555-1212", hits: []string{"PHONE-003"}},
		{name: "seven sevens", in: "777-7777", hits: []string{"PHONE-003"}},
		{name: "words", in: "call home", want: "call home", hits: []string{"PHONE-001"}, unusable: true},
		{name: "extension alone", in: "x45", want: "x45", hits: []string{"PHONE-001"}, unusable: true},
		{name: "too short", in: "12345", want: "12345", hits: []string{"PHONE-001"}, unusable: true},
	})
	t.Run("elsewhere", func(t *testing.T) {
		runCells(t, clinicalFamilies["phone"], Column{Country: "GB"}, []cellCase{
			{name: "national form", in: "020 7946 0958", want: "+442079460958", hits: []string{"STD-001"}},
			{name: "ten digits are not American", in: "2079460958", want: "+442079460958", hits: []string{"STD-001"}},
		})
	})
	t.Run("area code of the profile", func(t *testing.T) {
		runCells(t, clinicalFamilies["phone"], Column{Params: map[string]string{"area_code": "617"}}, []cellCase{
			{name: "completed", in: "555-2345", want: "+16175552345", hits: []string{"PHONE-004"}},
		})
	})
}

// The fast path and the library must read every number in the same way.
// TestMexicanPhones: what was dialled before ten digits until 2019 is no part of a number.
func TestMexicanPhones(t *testing.T) {
	standard := []string{"STD-001"}
	runCells(t, clinicalFamilies["phone"], Column{Country: "MX"}, []cellCase{
		{name: "mobile from abroad", in: "+52 1 55 1234 5678", want: "+525512345678", hits: standard},
		{name: "mobile", in: "044 55 8765 4321", want: "+525587654321", hits: standard},
		{name: "another city", in: "01 33 1234 5678", want: "+523312345678", hits: standard},
		{name: "of today", in: "33 1234 5678", want: "+523312345678", hits: standard},
	})
	runCells(t, clinicalFamilies["phone"], Column{Country: "US"}, []cellCase{
		{name: "mobile seen from the United States", in: "+52 1 55 1234 5678", want: "+525512345678", hits: standard},
	})
}

// TestAbroad: a column decided to be of another country keeps its regions, and gives its postal codes as such.
func TestAbroad(t *testing.T) {
	runCells(t, clinicalFamilies["state"], Column{Country: "ES"}, []cellCase{{name: "region", in: "Álava", want: "Álava"}, {name: "two letters", in: "PA", want: "PA"}})
	runCells(t, clinicalFamilies["state"], Column{Country: "CA"}, []cellCase{{name: "province", in: "Ontario", want: "ON", hits: []string{"STD-001"}}})
	postal := func(s string) map[string]string { return map[string]string{"postal_code": s} }
	runCells(t, clinicalFamilies["zip"], Column{Country: "ES", Width: 5}, []cellCase{
		{name: "whole", in: "28013", parts: postal("28013"), hits: []string{"ADDR-008"}},
		{name: "zero lost", in: "1001", parts: postal("01001"), hits: []string{"ADDR-008", "XL-005"}},
	})
	runCells(t, clinicalFamilies["zip"], Column{Country: "CH"}, []cellCase{{name: "four digits", in: "8001", parts: postal("8001"), hits: []string{"ADDR-008"}}})
}

func TestPhoneAgreesWithLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	f := phone(Column{Country: "US"})
	forms := []string{"(%s) %s-%s", "%s-%s-%s", "%s%s%s", "+1%s%s%s", "1%s%s%s", "+1 %s-%s-%s", "%s.%s.%s", "%s %s %s"}
	compared := 0
	for range 60_000 {
		area, exchange, line := fmt.Sprintf("%03d", random.IntN(1000)), fmt.Sprintf("%03d", random.IntN(1000)), fmt.Sprintf("%04d", random.IntN(10_000))
		in := fmt.Sprintf(forms[random.IntN(len(forms))], area, exchange, line)
		if _, _, _, fast := nanpDigits(in); !fast {
			continue
		}
		var c Cell
		f(in, &c)
		if c.Value == "" {
			continue // a placeholder, of which the library knows nothing
		}
		number, err := phonenumbers.Parse(in, "US")
		if err != nil {
			t.Fatalf("the library cannot read %s: %v", in, err)
		}
		want := phonenumbers.Format(number, phonenumbers.E164)
		unassigned := area+exchange+line == "" || !phonenumbers.IsValidNumber(number) || exchange == "555" && line[:2] == "01"
		if got := containsHit(c.Hits, rulePhoneUnassigned); c.Value != want || got != unassigned {
			t.Fatalf("%s: %s, unassigned %t; the library says %s, %t", in, c.Value, got, want, unassigned)
		}
		compared++
	}
	if compared < 20_000 {
		t.Errorf("only %d numbers took the fast path", compared)
	}
}

var update = flag.Bool("update", false, "rewrite nanp_exchanges.csv from the phone library")

// nanpTable is the table of exchanges that have numbers.
const nanpTable = "../../../queue/contract/tables/nanp_exchanges.csv"

// validNANP asks the library about a number of the North American Numbering Plan.
func validNANP(six, line int) bool {
	country, national := int32(1), uint64(six*10_000+line)
	return phonenumbers.IsValidNumber(&phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &national})
}

// The table of exchanges says what the library says, whatever the last four digits. Every area code is looked at, some of
// its exchanges at random.
func TestNANPExchanges(t *testing.T) {
	if *update {
		writeExchanges(t)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for area := 200; area < 1000; area++ {
		for range 50 {
			six, line := area*1000+random.IntN(1000), random.IntN(10_000)
			number := nanpNumber([]byte(fmt.Sprintf("+1%06d%04d", six, line)))
			if want := validNANP(six, line); number.assigned() != want {
				t.Fatalf("%s is valid: %t; the library says %t", number[:], !want, want)
			}
		}
	}
}

// writeExchanges asks about every exchange, which takes some seconds.
func writeExchanges(t *testing.T) {
	areas := map[string][]string{} // by their exchanges
	for area := 200; area < 1000; area++ {
		var runs []string
		first := -1
		for exchange := range 1001 {
			switch valid := exchange < 1000 && validNANP(area*1000+exchange, 2345); {
			case valid && first < 0:
				first = exchange
			case !valid && first >= 0:
				runs = append(runs, fmt.Sprintf("%03d-%03d", first, exchange-1))
				first = -1
			}
		}
		if runs != nil {
			key := strings.Join(runs, "|")
			areas[key] = append(areas[key], strconv.Itoa(area))
		}
	}
	table := "exchanges,area_codes\n"
	for _, runs := range slices.Sorted(maps.Keys(areas)) {
		table += runs + "," + strings.Join(areas[runs], "|") + "\n"
	}
	if err := os.WriteFile(nanpTable, []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSuitePhoneExamples(t *testing.T) {
	records := suites.Records(t, "phone-examples/examples.csv")
	right, all := 0, 0
	for _, r := range records {
		var c Cell
		phone(Column{Country: r["region"]})(r["national_number"], &c)
		if containsHit(c.Hits, rulePhonePlaceholder) || containsHit(c.Hits, rulePhoneLocal) {
			continue // an example that counts up, or a number that is dialled without area code
		}
		all++
		var international Cell
		phone(Column{Country: "US"})(r["e164"], &international)
		if c.Value == r["e164"] && international.Value == r["e164"] {
			right++
		} else {
			t.Logf("%s %s %s: %q and %q; want %s", r["region"], r["type"], r["national_number"], c.Value, international.Value, r["e164"])
		}
	}
	t.Logf("phone-examples: %d of %d right", right, all)
	if right < all {
		t.Errorf("only %d of %d examples are right", right, all)
	}
}

func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"(617) 555-2345 x12", "+44 20 7946 0958", "1-800-FLOWERS", "617/555-2345", "c: 617-555-2345;w: 617-555-6789", "6175552345.0", "+1 +1 617-555-2345"} {
		f.Add(seed)
	}
	g := phone(Column{Country: "US"})
	f.Fuzz(func(t *testing.T, s string) {
		var c Cell
		g(s, &c)
		checkLaws(t, g, s, c.Value, c.Unusable)
	})
}

func BenchmarkPhone(b *testing.B) {
	f := phone(Column{Country: "US"})
	for name, in := range map[string]string{"canonical": "+16175552345", "usual": "(617) 555-2345"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var c Cell
			for b.Loop() {
				c.Reset()
				f(in, &c)
			}
		})
	}
}

// TestPhoneOfBrokenText: bytes that are no UTF-8 stand before what may be an extension.
func TestPhoneOfBrokenText(t *testing.T) {
	for _, raw := range []string{"\x9c0\x88\xca0AAAA\xedA\xdbA\xfe\xb9A0,0\xd1\xf60000X0", "\xff617-555-2345 X12"} {
		var c Cell
		clinicalFamilies["phone"].Bind(Column{Country: "US"})(raw, &c)
		if !c.Unusable && c.Value == "" {
			t.Errorf("%q vanished", raw)
		}
	}
}
