package codelist

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/codes"
)

func load(t *testing.T, name, content string) (*Lists, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(path)
}

const list = `system,code,display,valid_from,valid_to,status,maps_to_code
ICD10,E11,Type 2 diabetes mellitus,,,header,
ICD10,e119,Type 2 diabetes without complications,2015-10-01,,active,
ICD-10-CM,U07.1,COVID-19,2020-04-01,,,
ICD-10-CM,Z99.0,An old code,2015-10-01,2019-09-30,retired,
ICD-10-CM,Z99.1,A code that came back,2015-10-01,2016-09-30,,
ICD-10-CM,Z99.1,A code that came back,20181001,,,
LOINC,2345-7,Glucose,,,A,
LOINC,2339-0,"Glucose, blood",,,D,
`

const ndjson = `{"system":"ICD-10-CM","code":"E11","status":"header"}
{"system":"ICD-10-CM","code":"E11.9","valid_from":"2015-10-01","display":"x"}

{"system":"ICD-10-CM","code":"U07.1","valid_from":"2020-04-01"}
{"system":"ICD-10-CM","code":"Z99.0","valid_from":"2015-10-01","valid_to":"2019-09-30","status":"retired"}
{"system":"ICD-10-CM","code":"Z99.1","valid_to":"2016-09-30"}
{"system":"ICD-10-CM","code":"Z99.1","valid_from":"2018-10-01"}
{"system":"LOINC","code":"2345-7"}
{"system":"LOINC","code":"2339-0","status":"retired"}
`

func TestFind(t *testing.T) {
	tests := []struct {
		system codes.System
		code   string
		date   string
		want   Finding
	}{
		{"ICD-10-CM", "E11.9", "2020-01-01", Good},
		{"ICD-10-CM", "E11.9", "", Good},
		{"ICD-10-CM", "E11", "2020-01-01", Header},
		{"ICD-10-CM", "E11.99", "2020-01-01", Unlisted},
		{"ICD-10-CM", "U07.1", "2019-12-31", NotOnDate},
		{"ICD-10-CM", "U07.1", "2020-04-01T10:00:00", Good},
		{"ICD-10-CM", "U07.1", "2020", Good}, // some day of the year
		{"ICD-10-CM", "U07.1", "2020-03", NotOnDate},
		{"ICD-10-CM", "Z99.0", "2018-05-05", Good}, // then it was in use
		{"ICD-10-CM", "Z99.0", "2019-09", Good},
		{"ICD-10-CM", "Z99.0", "2019-10-01", NotOnDate},
		{"ICD-10-CM", "Z99.0", "", Retired},
		{"ICD-10-CM", "Z99.1", "2016-01-01", Good},
		{"ICD-10-CM", "Z99.1", "2017-01-01", NotOnDate},
		{"ICD-10-CM", "Z99.1", "2019-01-01", Good},
		{"ICD-10-CM", "Z99.1", "soon", Good},
		{"LOINC", "2345-7", "", Good},
		{"LOINC", "2339-0", "2020-01-01", Retired}, // nobody knows since when
		{"SNOMED", "73211009", "", NoList},
	}
	for name, content := range map[string]string{"list.csv": list, "marked.csv": "\xef\xbb\xbf" + list, "list.ndjson": ndjson} {
		l, err := load(t, name, content)
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range tests {
			if got := l.Find(tt.system, tt.code, tt.date); got != tt.want {
				t.Errorf("%s: %s %s on %q: %d, want %d", name, tt.system, tt.code, tt.date, got, tt.want)
			}
		}
		if s := l.Sources(); len(s) != 1 || s[0].Name != name || s[0].Codes != 8 || len(s[0].SHA256) != 64 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestWithoutLists(t *testing.T) {
	l, err := Load()
	if err != nil || l.Find("ICD-10-CM", "E11.9", "") != NoList || l.Sources() != nil {
		t.Errorf("%v, %v", l, err)
	}
}

func TestBuiltIn(t *testing.T) {
	for name, system := range BuiltIn {
		l, err := Load(name)
		if err != nil || len(l.Sources()) != 1 || l.Sources()[0].Codes != len(l.systems[system]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	l, _ := Load("cvx")
	for code, want := range map[string]Finding{"03": Good, "01": Retired, "998877": Unlisted} {
		if got := l.Find(codes.CVX, code, "1999-01-01"); got != want {
			t.Errorf("CVX %s: %d, want %d", code, got, want)
		}
	}
}

func TestListsThatAreRefused(t *testing.T) {
	tests := []struct{ name, content, says string }{
		{"a.csv", "", "no header"},
		{"b.csv", "system,kode\nLOINC,2345-7\n", "no column code"},
		{"c.csv", "system,code\n", "no code"},
		{"d.csv", "system,code\nLOINC,2345-7\nhorses,1\n", "line 3: its code system is not known"},
		{"e.csv", "code\n2345-7\n", "line 2: it names no code system"},
		{"f.csv", "system,code,valid_from\nLOINC,2345-7,soon\n", "valid_from"},
		{"g.csv", "system,code,status\nLOINC,2345-7,maybe\n", "its status is none of"},
		{"h.csv", "system,code\nLOINC," + strings.Repeat("1", 100) + "\n", "1 to 64"},
		{"i.csv", "system,code\nLOINC,\"2345\n", "line"},
		{"j.ndjson", "{\"system\":\"LOINC\",\"code\":\"2345-7\"}\n{oops\n", "line 2"},
		{"k.ndjson", "{\"system\":\"LOINC\",\"code\":\"" + strings.Repeat("x", maxLine) + "\"}\n", "line 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := load(t, tt.name, tt.content); err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), tt.name) {
				t.Errorf("got %v; want an error that names %s", err, tt.says)
			}
		})
	}
	for _, name := range []string{"horses", "no-such.csv"} {
		if _, err := Load(name); err == nil {
			t.Errorf("%s was loaded", name)
		}
	}
}

// TestMemory holds a list of the size of ICD-10-CM in a few megabytes.
func TestMemory(t *testing.T) {
	const n = 100_000
	var b strings.Builder
	b.WriteString("system,code,display\n")
	for i := range n {
		fmt.Fprintf(&b, "ICD-10-CM,%c%02d.%03d,%s\n", 'A'+i/100_000, i/1000%100, i%1000, strings.Repeat("a long description ", 5))
	}
	content := b.String()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := load(t, "big.csv", content)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("%d codes take %d bytes", n, grown)
	} else {
		t.Logf("%d codes take %d bytes", n, grown)
	}
	if l.Find(codes.ICD10CM, "A00.000", "") != Good {
		t.Error("a code is lost")
	}
	runtime.KeepAlive(content)
}
