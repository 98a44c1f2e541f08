package rule

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryRuleIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for i := 1; i < Count(); i++ {
		r := ID(i).Rule()
		if seen[r.ID] {
			t.Errorf("%s stands twice in the catalogue", r.ID)
		}
		seen[r.ID] = true
		if r.Title == "" || r.Message == "" || r.Source == "" || r.Example == "" {
			t.Errorf("%s lacks a title, message, source or example", r.ID)
		}
		if !strings.HasSuffix(r.Message, ".") {
			t.Errorf("%s: message %q is no sentence", r.ID, r.Message)
		}
		if r.Severity == Fatal != (r.Disposition == FailFile) {
			t.Errorf("%s: fatal rules fail the file and only they do", r.ID)
		}
		if got := Must(r.ID); got != ID(i) || got.String() != r.ID {
			t.Errorf("Must(%q) = %d %q; want %d", r.ID, got, got, i)
		}
	}
}

func TestLookup(t *testing.T) {
	if id, ok := Lookup("DATE-104"); !ok || id.Rule().Severity != Warning {
		t.Errorf("Lookup(DATE-104) = %v, %v", id, ok)
	}
	if id, ok := Lookup("DATE-999"); ok || id != 0 || id.String() != "" {
		t.Errorf("Lookup(DATE-999) = %v, %v", id, ok)
	}
}

func TestMustPanicsOnAMisspeltID(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Must(DATE-999) did not panic")
		}
	}()
	Must("DATE-999")
}

func TestNamesReadBack(t *testing.T) {
	for s := Fatal; s <= Info; s++ {
		if got, err := ParseSeverity(s.String()); got != s || err != nil {
			t.Errorf("ParseSeverity(%q) = %v, %v", s, got, err)
		}
	}
	for d := Fix; d <= FailFile; d++ {
		if got, err := ParseDisposition(d.String()); got != d || err != nil {
			t.Errorf("ParseDisposition(%q) = %v, %v", d, got, err)
		}
	}
	if _, err := ParseSeverity(""); err == nil {
		t.Error("an empty severity was accepted")
	}
	if _, err := ParseDisposition("drop"); err == nil {
		t.Error("an unknown disposition was accepted")
	}
}

// TestCodeAndCatalogueNameTheSameRules reads the worker's own source: a rule id that the catalogue lacks would reach a user without a
// text, and a rule that nothing applies must say so in rules_waiting.csv, or the documentation promises it.
func TestCodeAndCatalogueNameTheSameRules(t *testing.T) {
	area, named := map[string]bool{}, map[string]bool{}
	for i := 1; i < Count(); i++ {
		area[strings.Split(ID(i).String(), "-")[0]] = true
	}
	quoted := regexp.MustCompile(`"([A-Z]+)-\d{3}"`)
	files := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range quoted.FindAllSubmatch(source, -1) {
			id := strings.Trim(string(m[0]), `"`)
			named[id] = true
			if _, ok := Lookup(id); !ok && area[string(m[1])] {
				t.Errorf("%s names rule %s, which is not in the catalogue", path, id)
			}
		}
		return nil
	})
	if err != nil || files < 3 {
		t.Errorf("read %d Go files, %v", files, err)
	}
	for i := 1; i < Count(); i++ {
		switch r := ID(i).Rule(); {
		case r.Waits == "" && !named[r.ID]:
			t.Errorf("no code applies %s, and rules_waiting.csv does not say why", r.ID)
		case r.Waits != "" && named[r.ID]:
			t.Errorf("rules_waiting.csv says that %s waits, but code names it", r.ID)
		}
	}
}
