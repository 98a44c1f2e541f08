package standardize

import (
	"testing"

	"harmonizer/go-worker/internal/profile"
)

// Every type that a profile may name has a family, and every family is a type.
func TestEveryTypeHasAFamily(t *testing.T) {
	types := map[string]bool{}
	for _, typ := range profile.Types {
		types[typ] = true
		if _, ok := Lookup(typ); !ok {
			t.Errorf("type %s has no family", typ)
		}
	}
	for typ := range families {
		if !types[typ] {
			t.Errorf("family %s is no type of profiles", typ)
		}
	}
	if n := len(personFamilies) + len(clinicalFamilies) + len(resultFamilies); n != len(families) {
		t.Errorf("%d families of %d: one type stands twice", len(families), n)
	}
}
