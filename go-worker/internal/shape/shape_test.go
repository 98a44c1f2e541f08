package shape

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func TestMasks(t *testing.T) {
	for text, want := range map[string]string{
		"123-45-6789": "999-99-9999", "O'Brien": "A'Aaaaa", "José ٣": "Aaaa 9", "a\tb": "a\ta", "": "",
		strings.Repeat("x1", 20): strings.Repeat("a9", 16) + "…", "\xff": "\ufffd",
	} {
		if got := string(Append(nil, text)); got != want {
			t.Errorf("the mask of %q is %q; want %q", text, got, want)
		}
	}
}

func TestTitles(t *testing.T) {
	for word, want := range map[string]bool{"Nan": true, "Smith": true, "S": false, "": false, "smith": false, "McDonald": false, "Ann-Marie": false, "Émile": false} {
		if IsTitle(word) != want {
			t.Errorf("%q: %v", word, !want)
		}
	}
}

func TestShortMasks(t *testing.T) {
	for text, want := range map[string]string{"SMITH": "A+", "Smith": "Aa+", "Lee": "Aaa", "Anna-Maria 2nd": "Aaaa-Aa+ 9aa", "123456": "999999", "": "",
		"2026-01-02T10:00:00": "9999-99-99T99:99:99", "2026-01-02A1": "9999-99-99T9"} {
		if got := string(AppendShort([]byte("x"), text)); got != "x"+want {
			t.Errorf("%q: %s; want x%s", text, got, want)
		}
	}
}

// Texts in ASCII have the mask that any text has.
func TestAppendIsAppendAny(t *testing.T) {
	random := rand.New(rand.NewPCG(19, 20))
	parts := []string{"Smith", "JANE", " ", "12", "617-555", "é", "Ä", "臺", "\xff", ".", "\x00", "0123456789012345678901234567890"}
	for range 20_000 {
		s := ""
		for range random.IntN(8) {
			s += parts[random.IntN(len(parts))]
		}
		if got, want := Append([]byte("x"), s), appendAny([]byte("x"), s, 0); string(got) != string(want) {
			t.Fatalf("%q has the mask %q; want %q", s, got, want)
		}
	}
}

// TestIs holds texts against the masks of others: a mask that a text has not is never taken for its own, and of short ASCII its own always.
func TestIs(t *testing.T) {
	masks := []string{"", "a", "A", "9", "99-9", "Aaaa", "aaaa", "Aa\xc3", "9999-99-99", strings.Repeat("9", Length), strings.Repeat("9", Length) + Other, Other}
	for _, s := range []string{"", "x", "Q", "4", "12-3", "Anne", "Éaa", "anne", "1999-01-02", "1999-01-2", strings.Repeat("1", Length), strings.Repeat("1", Length+1)} {
		for _, mask := range masks {
			own := string(Append(nil, s)) == mask
			if Is([]byte(mask), s) != (own && len(s) <= Length) {
				t.Errorf("%q has the mask %q: %v", s, mask, !own)
			}
		}
	}
}
