package plan

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// FuzzEvidence puts any value into every column of the largest tables: nothing panics, and every cell is counted once.
func FuzzEvidence(f *testing.F) {
	for _, s := range []string{"", "1", "-", "1.23E+11", "04/05/1985", "1,234.5.6", "E11.9", "\xff\xfe", "99999999999999999999999999999999999999999999", "ICD10:", "0", "....", "1.2.3,4"} {
		f.Add(s, "x")
	}
	p := usCore(f)
	f.Fuzz(func(t *testing.T, a, b string) {
		for _, name := range []string{"patient", "observation"} {
			tab := p.Table(name)
			var header, first, second []string
			for _, field := range tab.Fields {
				header, first, second = append(header, field.Name), append(first, a), append(second, b)
			}
			for _, w := range tab.Wide {
				header, first, second = append(header, w.Name), append(first, b), append(second, a)
			}
			builder, err := NewBuilder(p, Input{Header: header, Sample: [][]string{first}}, Options{Today: today, Table: name})
			if err != nil {
				t.Fatal(err)
			}
			one, two := builder.NewEvidence(), builder.NewEvidence()
			addRows(one, first, second, first[:3])
			addRows(two, second, append(second, "extra"), nil)
			builder.Merge(one)
			builder.Merge(two)
			file, _ := builder.Freeze()
			for _, c := range file.Columns {
				n := c.Evidence.Values + c.Evidence.Blank
				for _, words := range c.Evidence.Nulls {
					n += words
				}
				if n != 6 {
					t.Fatalf("%s of %q, %q: %d cells of 6 were counted", c.Field, a, b, n)
				}
				for _, d := range c.Decisions {
					if d.Confidence < 0 || d.Confidence > 1 {
						t.Fatalf("%s: confidence %v", c.Field, d.Confidence)
					}
				}
			}
		}
	})
}

// Magnitudes keep four digits.
func TestNumbers(t *testing.T) {
	tests := []struct {
		in   string
		form numberForm
		want float64
	}{
		{"12", whole, 12}, {"-12.50", point, -12.5}, {"98.6", point, 98.6}, {"0.001", point, 0.001}, {"5,6", comma, 5.6},
		{"1,234", commaOrGroup, 1234}, {"1.234", pointOrGroup, 1.234}, {"1,234.5", point, 1234}, {"1.234,5", comma, 1234},
		{"1,234,567", point, 1234000}, {"1.234.567", comma, 1234000}, {"<0.1", point, 0.1}, {">= 7", whole, 7}, {"0,123", comma, 0.123},
		{"150 lb", withUnit, 0}, {"1.2.3", notNumber, 0}, {"", notNumber, 0}, {"abc", notNumber, 0}, {"-", notNumber, 0},
		{"1,23,456", notNumber, 0}, {"12345.678", point, 12340}, {"0", whole, 0}, {"000", whole, 0},
	}
	for _, tt := range tests {
		if form, m := readNumber(tt.in); form != tt.form || m.float() != tt.want {
			t.Errorf("readNumber(%q) = %d, %v; want %d, %v", tt.in, form, m.float(), tt.form, tt.want)
		}
	}
}

func TestMagnitudesOrderAsNumbersDo(t *testing.T) {
	sorted := []string{"-1000", "-2.5", "-0.01", "0", "0.0001", "0.01", "1", "9.999", "10", "99.5", "100", "12345"}
	for i := 1; i < len(sorted); i++ {
		_, a := readNumber(sorted[i-1])
		_, b := readNumber(sorted[i])
		if a >= b {
			t.Errorf("%s and %s come as %d and %d", sorted[i-1], sorted[i], a, b)
		}
	}
	if _, m := readNumber("1,234"); m.thousandth().float() != 1.234 {
		t.Errorf("a thousandth of 1,234 is %v", m.thousandth().float())
	}
}

func TestNullWords(t *testing.T) {
	names := newNullSet("name_family", nil, []string{"XX"})
	results := newNullSet("result_value", []string{"NA"}, nil)
	phones, untouched := newNullSet("phone", nil, nil), newNullSet("", nil, nil)
	tests := []struct {
		set    *NullSet
		value  string
		null   bool
		reason string
	}{
		{names, "", true, ""}, {names, "N/A", true, "not-applicable"}, {names, "null", true, ""}, {names, `\N`, true, ""},
		{names, "Patient Refused", true, "asked-declined"}, {names, "Unknown", true, "unknown"}, {names, "#REF!", true, ""},
		{names, "######", true, ""}, {names, "###########", true, ""}, {names, "#", false, ""}, {names, "###1", false, ""},
		{names, "xx", true, ""}, {names, "Smith", false, ""}, {names, "Nula", false, ""}, {names, "n/a?", false, ""},
		{results, "NA", false, ""}, {results, "pending", false, ""}, {results, "n/a", true, "not-applicable"},
		{names, "not provided", true, "unknown"}, {names, "Prefer not to answer", true, "asked-declined"}, {names, "—", true, ""}, {names, "[null]", true, ""},
		{names, "N.A.", false, ""}, {phones, "N.A.", true, "not-applicable"}, {results, "not reported", false, ""},
		{names, "Unbekannt", true, "unknown"}, {names, "NON RENSEIGNÉ", true, "unknown"}, {names, "no consta", true, "unknown"},
		{names, "K.A.", false, ""}, {untouched, "K.A.", false, ""}, {phones, "k.A.", true, "unknown"}, {results, "Unbekannt", false, ""},
	}
	for _, tt := range tests {
		if got := tt.set.Is(tt.value); got != tt.null || tt.set.Reason(tt.value) != tt.reason {
			t.Errorf("%q: null %t, reason %q; want %t, %q", tt.value, got, tt.set.Reason(tt.value), tt.null, tt.reason)
		}
	}
}

func TestNullsOfAColumn(t *testing.T) {
	p := usCore(t)
	for _, tt := range []struct {
		table, field, value string
		null                bool
	}{
		{"patient", "country", "NA", false}, {"patient", "city", "NA", true}, {"observation", "code_text", "Na", false},
		{"allergy", "code_text", "None", false}, {"condition", "code_text", "none", true}, {"patient", "administrative_gender", "unknown", false},
		{"patient", "deceased", "unknown", true}, {"immunization", "status", "refused", false}, {"encounter", "status", "Unknown", false},
	} {
		tab := p.Table(tt.table)
		c := Column{Field: tt.field, Type: tab.Field(tt.field).Type}
		if got := c.Nulls(tab).Is(tt.value); got != tt.null {
			t.Errorf("%s.%s %q: null %t", tt.table, tt.field, tt.value, got)
		}
	}
	kept := Column{Field: "name_family", Type: "name_family", KeepWords: []string{"null"}}
	if kept.Nulls(p.Table("patient")).Is("NULL") {
		t.Error("a word that the plan keeps is null")
	}
}

func TestTrim(t *testing.T) {
	for in, want := range map[string]string{"a": "a", " a\t": "a", "\u00a0a \u00a0": "a", "": "", " ": "", "\u00a0": "", "é ": "é", "a b": "a b"} {
		if got := Trim(in); got != want {
			t.Errorf("Trim(%q) = %q; want %q", in, got, want)
		}
	}
}

func TestUnwrap(t *testing.T) {
	for in, want := range map[string]string{`="00123"`: "00123", `=" a b "`: "a b", `=""`: "", "'00123": "00123", "'-5": "-5", "'t Hooft": "'t Hooft",
		"'": "'", "=1+1": "=1+1", `="a"&"b"`: `="a"&"b"`, "'5'": "'5'", "": ""} {
		if got, wrapped := Unwrap(in); got != want || wrapped != (got != in) {
			t.Errorf("Unwrap(%q) = %q, %v; want %q", in, got, wrapped, want)
		}
	}
}

func TestScientific(t *testing.T) {
	for in, want := range map[string]bool{"1.23E+11": true, "1E+5": true, "1.23456789e+8": true, "12E5": false, "1.E+5": false, "E+11": false, "1.2E+123": false, "": false} {
		if got := isScientific(in); got != want {
			t.Errorf("isScientific(%q) = %t; want %t", in, got, want)
		}
	}
}

func TestDaysAreNumbered(t *testing.T) {
	if got := dayNumber(2000, 3, 1) - dayNumber(2000, 2, 28); got != 2 {
		t.Errorf("2000 has %d days between 28 February and 1 March; want 2", got)
	}
	if got := dayNumber(1904, 1, 1) - dayNumber(1899, 12, 30); got != days1904 {
		t.Errorf("%d days lie between the systems; want %d", got, days1904)
	}
	if serialDay(44562) != dayNumber(2022, 1, 1) || serialDay(0) != 0 {
		t.Error("44562 is 2022-01-01, 0 is no day")
	}
	if year, month, day := dayAt(dayIndex(1985, 12, 31)); year != 1985 || month != 12 || day != 31 {
		t.Errorf("1985-12-31 comes back as %d-%d-%d", year, month, day)
	}
	if !strings.HasPrefix(orderNamed("dmy"), "day") {
		t.Error("dmy begins with the day")
	}
}

// A cell that is seen to be bare has nothing that Trim or Unwrap takes off, and a word for no value is found whatever its case.
func TestWhatIsSeenAtOnce(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 18))
	parts := []string{" ", "\t", "\u00a0", "=", `"`, "'", "0", "12", "N/A", "na", "NULL", "-", "é", "#", ".", "\xff", "none", "t Hooft"}
	seen := 0
	for range 50_000 {
		cell := ""
		for range random.IntN(4) {
			cell += parts[random.IntN(len(parts))]
		}
		if !IsBare(cell) {
			continue
		}
		seen++
		if tidy, wrapped := Unwrap(Trim(cell)); tidy != cell || wrapped {
			t.Fatalf("%q is %q without white space and marks", cell, tidy)
		}
	}
	if seen < 5_000 {
		t.Errorf("only %d cells were bare", seen)
	}
	nulls := newNullSet("", nil, []string{"Keine Angabe"})
	for _, w := range nulls.words {
		for _, text := range []string{w.text, upperASCII(w.text)} {
			if i := nulls.find(text); i < 0 || !equalLower(text, nulls.words[i].text) {
				t.Errorf("%q is not found", text)
			}
		}
	}
}

func upperASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r &^ 0x20
		}
		return r
	}, s)
}
