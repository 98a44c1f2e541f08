package units

import (
	"bytes"
	"encoding/xml"
	"io"
	"math/big"
	"os"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/suites"
)

func TestRead(t *testing.T) {
	for _, tt := range []struct{ text, of, want string }{
		{"mg/dl", "", "mg/dL"}, {"MG/DL", "", "mg/dL"}, {"mg%", "", "mg/dL"}, {"mgs/dl", "", "mg/dL"}, {"mg / dL", "", "mg/dL"},
		{"gm/dl", "", "g/dL"}, {"g/dl", "", "g/dL"},
		{"mcg", "", "ug"}, {"ug", "", "ug"}, {"µg", "", "ug"}, {"μg", "", "ug"}, {"MCG/ML", "", "ug/mL"},
		{"meq/l", "", "meq/L"}, {"mEq/L", "", "meq/L"}, {"iu/l", "", "[IU]/L"}, {"u/l", "", "U/L"}, {"[iU]/L", "", "[IU]/L"},
		{"mA", "", "mA"}, {"G", "", "g"}, {"S", "", "s"}, {"H", "", "h"},
		{"miu/l", "", "m[IU]/L"}, {"uiu/ml", "", "u[IU]/mL"}, {"µIU/mL", "", "u[IU]/mL"},
		{"k/ul", "", "10*3/uL"}, {"thou/mcl", "", "10*3/uL"}, {"x10^3/ul", "", "10*3/uL"}, {"10*3/uL", "", "10*3/uL"},
		{"10e3/ul", "", "10*3/uL"}, {"k/mm3", "", "10*3/uL"}, {"x10(3)/mcL", "", "10*3/uL"}, {"K/µL", "", "10*3/uL"},
		{"10^9/l", "", "10*9/L"}, {"x10⁹/L", "", "10*9/L"}, {"m/ul", "", "10*6/uL"}, {"10^6/ul", "", "10*6/uL"},
		{"10^12/l", "", "10*12/L"}, {"cells/ul", "", "/uL"}, {"G/L", "", "g/L"}, {"G/L", "count", "10*9/L"}, {"T/L", "count", "10*12/L"},
		{"bpm", "", "/min"}, {"beats/min", "", "/min"}, {"mmhg", "", "mm[Hg]"}, {"mm Hg", "", "mm[Hg]"}, {"mm", "pressure", "mm[Hg]"}, {"mm", "", "mm"},
		{"degf", "", "[degF]"}, {"°F", "", "[degF]"}, {"F", "temperature", "[degF]"}, {"F", "", ""}, {"°c", "", "Cel"}, {"C", "temperature", "Cel"}, {"C", "", ""},
		{"lb", "", "[lb_av]"}, {"LBS", "", "[lb_av]"}, {"#", "weight", "[lb_av]"}, {"#", "", ""}, {"oz", "", "[oz_av]"},
		{"in", "", "[in_i]"}, {`"`, "", "[in_i]"}, {"ft", "", "[ft_i]"}, {"’", "", "[ft_i]"}, {"M", "height", "m"}, {"M", "", ""}, {"m", "", "m"},
		{"cc", "", "mL"}, {"sec", "", "s"}, {"hr", "", "h"}, {"gm/24hr", "", "g/d"},
		{"ml/min/1.73m2", "", "mL/min/{1.73_m2}"}, {"mL/min/1.73 m²", "", "mL/min/{1.73_m2}"}, {"mL/min/{1.73_m2}", "", "mL/min/{1.73_m2}"},
		{"/hpf", "", "/[HPF]"}, {"%", "", "%"}, {"mg/L", "", "mg/L"}, {"mg/kg/day", "", "mg/kg/d"}, {"10^3/uL", "", "10*3/uL"},
		{"ng/mL FEU", "", "ng/mL{FEU}"}, {"ng/mL DDU", "", "ng/mL{DDU}"}, {"INR", "", "{INR}"}, {"pH", "", "[pH]"},
		{"U", "", ""}, {"units", "dose", "[USP'U]"}, {"liters/min", "", "L/min"}, {"{score}", "", "{score}"}, {"kg/m2", "", "kg/m2"}, {"kg/m²", "", "kg/m2"},
		{"U/24h", "", "U/d"}, {"per 100 WBC", "", "/100{WBCs}"}, {"/100{WBCs}", "", "/100{WBCs}"}, {"0{a}", "", ""}, {"GPL", "", "[GPL'U]"},
		{"mg/dL (calc)", "", "mg/dL"}, {"% (CALC)", "", "%"}, {"(calc)", "", "{calc}"}, {"mg/dL (est)", "", ""}, {"units/kg/hr", "dose", "[USP'U]/kg/h"}, {"units/hr", "dose", "[USP'U]/h"},
		{"units/hr", "", ""}, {"mcg/kg/min", "dose", "ug/kg/min"}, {"MoM", "", "{M.o.M}"},
		{"blobs/L", "", ""}, {"", "", ""}, {"/", "", ""}, {"mg//dL", "", ""}, {"mg/", "", ""}, {"5", "", ""}, {"10*", "", ""}, {"{", "", ""},
		{"mg/(kg.d)", "", "mg/kg/d"}, {"ug/(kg*min)", "", "ug/kg/min"}, {"L/(min.m2)", "", "L/min/m2"}, {"mg/(24.h)", "", "mg/d"}, {"g/(100.g)", "", ""},
		{"mL/min/(1.73 m2)", "", "mL/min/{1.73_m2}"}, {"(ug/kg)/h", "", "ug/kg/h"}, {"/()", "", ""},
		{"mM", "", "mmol/L"}, {"uM", "", "umol/L"}, {"µM", "", "umol/L"}, {"nM", "", "nmol/L"}, {"MM", "", "mm"}, {"nm", "", "nm"}, {"um", "", "um"},
		{"x10^3", "count", "10*3/uL"}, {"K", "count", "10*3/uL"}, {"K", "", ""},
		{"10^9", "count", "10*9/L"}, {"M", "count", "10*6/uL"}, {"gr", "", "g"}, {"gr", "weight", "g"}, {"gr", "dose", ""}, {"gr/kg", "dose", ""}, {"grains", "dose", "[gr]"}, {"lakhs/cumm", "", "10*5/uL"},
		{"mg/dL/", "", ""}, {"m0", "", ""}, {"{a b}", "", ""}, {"[degF]/L", "", ""}, {"10*99", "", ""},
	} {
		u, ok := Read(tt.text, tt.of)
		if u.Code != tt.want || ok != (tt.want != "") {
			t.Errorf("%q of %q is %q, %t; want %q", tt.text, tt.of, u.Code, ok, tt.want)
		}
	}
}

// Every unit of the table reads as itself, whatever is measured, and so does every spelling of it in another case.
func TestReadIsStable(t *testing.T) {
	for _, row := range facts.Rows("units.csv", "unit", "of", "written") {
		if row[0] == "" || row[1] == asWritten {
			continue
		}
		for _, of := range []string{"", "weight", "height", "temperature", "pressure", "dose"} {
			if u, ok := Read(row[0], of); (!ok || u.Code != row[0]) && (row[0] != "mm" || of != "pressure") {
				t.Errorf("%q of %q reads as %q", row[0], of, u.Code)
			}
		}
		for _, text := range facts.List(row[2]) {
			for _, s := range []string{text, strings.ToUpper(text)} {
				if u, ok := Read(s, row[1]); !ok || u.Code != row[0] {
					t.Errorf("%q reads as %q; want %q", s, u.Code, row[0])
				}
			}
		}
	}
}

func TestApply(t *testing.T) {
	for _, tt := range []struct {
		number, from, to string
		decimals         int
		want             string
	}{
		{"150", "[lb_av]", "kg", 2, "68.04"}, {"3250", "g", "kg", 2, "3.25"}, {"98.6", "[degF]", "Cel", 1, "37.0"},
		{"-40", "[degF]", "Cel", 1, "-40.0"}, {"37.0", "Cel", "[degF]", 1, "98.6"}, {"31.99", "[degF]", "Cel", 1, "-0.006"},
		{"7200", "/uL", "10*3/uL", 1, "7.2"}, {"7.20", "10*9/L", "10*3/uL", 1, "7.20"}, {"4.10", "m[IU]/L", "u[IU]/mL", 0, "4.10"},
		{"0.00012", "mg/L", "g/L", 2, "0.00000012"}, {"0", "mg/L", "g/L", 2, "0.00"}, {"-0.2", "mg/dL", "g/dL", 0, "-0.00020"},
		{"12", "kPa", "mm[Hg]", 1, "90.0"}, {"1", "ukat/L", "U/L", 0, "60"},
	} {
		from, _ := Parse(tt.from)
		to, _ := Parse(tt.to)
		c, ok := from.To(to)
		if !ok {
			t.Errorf("%s does not become %s", tt.from, tt.to)
			continue
		}
		if got, ok := c.Apply(tt.number, tt.decimals); !ok || got != tt.want {
			t.Errorf("%s %s is %s %s; want %s", tt.number, tt.from, got, tt.to, tt.want)
		}
	}
	for _, number := range []string{"", "1e9", "<5", "1.2.3", "abc", "1/3", strings.Repeat("9", 61), "0x10", "1_000"} {
		if got, ok := NewConversion("2", "0").Apply(number, 1); ok {
			t.Errorf("%q became %q", number, got)
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, pair := range [][2]string{
		{"mg/dL", "mmol/L"}, {"mmol/mol", "%"}, {"mg/g", "%"}, {"L/L", "%"}, {"meq/L", "mmol/L"}, {"[IU]/L", "U/L"}, {"ng/mL{FEU}", "ng/mL{DDU}"},
		{"ng/mL{FEU}", "ng/mL"}, {"mL/min", "mL/min/{1.73_m2}"}, {"kg", "cm"}, {"/min", "/uL"}, {"{score}", "{ratio}"}, {"m", "m2"},
	} {
		from, ok1 := Parse(pair[0])
		to, ok2 := Parse(pair[1])
		if _, ok := from.To(to); ok || !ok1 || !ok2 {
			t.Errorf("%s became %s", pair[0], pair[1])
		}
	}
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"mg/dL", "mmol/L", true}, {"ng/mL{FEU}", "ng/mL{DDU}", true}, {"[IU]/mL", "ng/mL", true}, {"mL/min", "mL/min/{1.73_m2}", true},
		{"kg", "mg/dL", false}, {"%", "mg/dL", false}, {"/uL", "g/L", false}, {"mm[Hg]", "kg", false},
	} {
		a, _ := Parse(tt.a)
		b, _ := Parse(tt.b)
		if a.Alike(b) != tt.want || b.Alike(a) != tt.want {
			t.Errorf("%s is like %s: %t", tt.a, tt.b, !tt.want)
		}
	}
}

// There and back is where it began, exactly.
func TestInverse(t *testing.T) {
	for _, a := range Usual() {
		for _, b := range Usual() {
			c, ok := a.To(b)
			back, okBack := b.To(a)
			if ok != okBack {
				t.Fatalf("%s and %s convert one way only", a.Code, b.Code)
			}
			if ok && (!c.Then(back).Same() || !c.Then(c.Inverse()).Same()) {
				t.Errorf("%s to %s and back changes numbers", a.Code, b.Code)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"mg/dL", "x10^3/uL", "mL/min/{1.73_m2}", "kg/m2", "10*-3.g", "{", "//", "m[Hg]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, ok := Read(text, "")
		if !ok {
			return
		}
		if again, ok := Read(u.Code, ""); !ok || again.Code != u.Code {
			t.Errorf("%q reads as %q, and that as %q", text, u.Code, again.Code)
		}
	})
}

// The factors of ucum_atoms.csv are those of the UCUM organization, worked out from its own definitions.
func TestAtomsAgainstUCUM(t *testing.T) {
	content, err := os.ReadFile(suites.Path(t, "ucum/ucum-essence.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var essence struct {
		Base []struct {
			Code string `xml:"Code,attr"`
		} `xml:"base-unit"`
		Units []struct {
			Code   string `xml:"Code,attr"`
			Metric string `xml:"isMetric,attr"`
			Value  struct {
				Unit     string `xml:"Unit,attr"`
				Value    string `xml:"value,attr"`
				Function struct {
					Name string `xml:"name,attr"`
				} `xml:"function"`
			} `xml:"value"`
		} `xml:"unit"`
	}
	decoder := xml.NewDecoder(bytes.NewReader(content))
	decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // ASCII is UTF-8
	if err := decoder.Decode(&essence); err != nil {
		t.Fatal(err)
	}
	o := oracle{}
	for _, b := range essence.Base {
		o[b.Code] = definition{unit: "", factor: "1", metric: true}
	}
	for _, u := range essence.Units {
		o[u.Code] = definition{u.Value.Unit, u.Value.Value, u.Metric == "yes", u.Value.Function.Name != ""}
	}
	units := map[string]string{} // the base unit of each kind, as ours has it
	for _, row := range facts.Rows("ucum_atoms.csv", "unit", "kind", "factor", "offset", "prefixes", "name") {
		d, known := o[row[0]]
		if !known {
			t.Errorf("UCUM has no unit %s", row[0])
			continue
		}
		if (row[4] == "yes") != d.metric {
			t.Errorf("%s takes prefixes: %s, in UCUM %t", row[0], row[4], d.metric)
		}
		if row[2] == "1" && row[3] == "0" {
			units[row[1]] = row[0]
		}
		if d.special {
			continue // the functions of degrees and pH are not data there
		}
		base := units[row[1]]
		want := new(big.Rat).Quo(o.factor(t, row[0]), o.factor(t, base))
		if got, _ := new(big.Rat).SetString(row[2]); !close(got, want) {
			t.Errorf("%s is %s %s, in UCUM %s", row[0], row[2], base, want.FloatString(12))
		}
	}
}

// close allows for constants that UCUM writes with fewer digits than a definition has.
func close(a, b *big.Rat) bool {
	off := new(big.Rat).Quo(a, b)
	off.Sub(off, big.NewRat(1, 1)).Abs(off)
	return off.Cmp(big.NewRat(1, 1_000_000)) < 0
}

type definition struct {
	unit, factor    string
	metric, special bool
}

// An oracle reads units of the UCUM organization's own file; it cancels what the package keeps apart.
type oracle map[string]definition

func (o oracle) factor(t *testing.T, code string) *big.Rat {
	d, ok := o[code]
	if !ok {
		t.Fatalf("UCUM's file defines nothing for %q", code)
	}
	f, ok := new(big.Rat).SetString(d.factor)
	if !ok {
		t.Fatalf("UCUM's factor %q of %s", d.factor, code)
	}
	if d.unit == "" || d.unit == "1" {
		return f
	}
	return f.Mul(f, o.term(t, d.unit))
}

// term reads products and quotients of UCUM's definitions, such as [gil_us]/4 and 10*-2.
func (o oracle) term(t *testing.T, s string) *big.Rat {
	value := big.NewRat(1, 1)
	s, divide := strings.CutPrefix(s, "/")
	for s != "" {
		end := componentEnd(s)
		f := o.component(t, s[:end])
		if divide {
			value.Quo(value, f)
		} else {
			value.Mul(value, f)
		}
		if end == len(s) {
			break
		}
		divide, s = s[end] == '/', s[end+1:]
	}
	return value
}

func (o oracle) component(t *testing.T, s string) *big.Rat {
	if strings.HasPrefix(s, "10*") || strings.HasPrefix(s, "10^") {
		c, ok := component(s)
		if !ok {
			t.Fatalf("UCUM's term %q", s)
		}
		return c.factor
	}
	if n, ok := new(big.Rat).SetString(s); ok {
		return n
	}
	name, exponent, _ := cutExponent(s)
	f := big.NewRat(1, 1)
	one := o.prefixed(t, name)
	for range max(exponent, -exponent) {
		f.Mul(f, one)
	}
	if exponent < 0 {
		f.Inv(f)
	}
	return f
}

func (o oracle) prefixed(t *testing.T, name string) *big.Rat {
	if _, ok := o[name]; ok {
		return o.factor(t, name)
	}
	power, ok := prefixes[name[:1]]
	if !ok {
		t.Fatalf("UCUM's file defines nothing for %q", name)
	}
	return new(big.Rat).Mul(powerOfTen(power), o.factor(t, name[1:]))
}
