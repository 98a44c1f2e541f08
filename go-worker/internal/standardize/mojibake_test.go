package standardize

import (
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The first four are what ftfy 6.3.1 answers too.
func TestUngarble(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"accent", "JosÃ©", "José"},
		{"curly quote", "Oâ€™Brien", "O’Brien"},
		{"twice", "JosÃƒÂ©", "José"},
		{"outside Latin-1", "DvoÅ™Ã¡k", "Dvořák"},
		{"half of it a soft hyphen", "GarcÃ\u00ada", "García"},
		{"half of it a no-break space", "voilÃ\u00a0", "voilà"},
		{"undefined byte", "Ã\u0081ngel", "Ángel"},
		{"byte order mark", "ï»¿id", "\ufeffid"},
		{"real capital", "SÃO PAULO", "SÃO PAULO"},
		{"real accents", "Zoë Müller", "Zoë Müller"},
		{"garbled beside real", "JosÃ© Müller", "JosÃ© Müller"},
		{"degrees", "37 Â°C", "37 °C"},
		{"plain", "Smith", "Smith"},
		{"empty", "", ""},
		{"not of Windows-1252", "Ãč", "Ãč"},
		{"capitals before Š", "POSPÍŠIL", "POSPÍŠIL"},
		{"and before Ž", "MALÍŽ", "MALÍŽ"},
		{"a capital before an apostrophe", "ANDRÉ’S", "ANDRÉ’S"},
		{"and before a no-break space", "JOSÉ\u00a0LUIS", "JOSÉ\u00a0LUIS"},
		{"Romanian", "ȘtefÄƒniÈ›Äƒ", "ȘtefÄƒniÈ›Äƒ"},
		{"Romanian comma", "PetriÈ™", "Petriș"},
		{"Armenian", "Ô±Õ¶Õ¶Õ¡", "Աննա"},
		{"Arabic", "Ù…Ø\u00adÙ…Ø¯", "محمد"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, changed := Ungarble(tt.in)
			if got != tt.want || changed != (tt.in != tt.want) {
				t.Errorf("Ungarble(%q) = %q, %v; want %q", tt.in, got, changed, tt.want)
			}
		})
	}
}

func FuzzUngarble(f *testing.F) {
	for _, s := range []string{"José", "O’Brien", "Dvořák", "ab", "Ã©", "日本"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip()
		}
		text, changed := Ungarble(s)
		if changed == (text == s) {
			t.Errorf("Ungarble(%q) = %q, %v", s, text, changed)
		}
		// Text that is not garbled itself comes back from being garbled, where every byte has a letter.
		if changed {
			return
		}
		garbled, ascii := "", true
		for i := range len(s) {
			garbled += string(charmap.Windows1252.DecodeByte(s[i]))
			ascii = ascii && s[i] < utf8.RuneSelf
		}
		if again, _ := Ungarble(garbled); !ascii && !containsReplacement(garbled) && looksGarbled(garbled) && surelyGarbled(s) && again != s {
			t.Errorf("%q, garbled %q, came back %q", s, garbled, again)
		}
	})
}

func containsReplacement(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError {
			return true
		}
	}
	return false
}
