package table

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// Where Windows-1252 makes no words of a text, the code page that does is taken; where it does, nothing is.
func TestCodePagesByTheirLetters(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		in         *charmap.Charmap
		want       string
	}{
		{"Polish", "Wałęsa,Łukasz\nŻółć,Świętosława\n", charmap.Windows1250, "windows-1250"},
		{"DOS", "Müller,José\nNuñez,Zoë\n", charmap.CodePage850, "cp850"},
		{"Macintosh", "Müller,José\nNuñez,Zoë\n", charmap.Macintosh, "macintosh"},
		{"French", "Lefèvre,Françoise\nL’Hôpital,Zoë\n", charmap.Windows1252, ""},
		{"capitals", "MÜLLER,JOSÉ\nNUÑEZ,ÉMILE\n", charmap.Windows1252, ""},
		{"signs beside words", "37 °C,½tab,£5\nZoë,m²,©\nÉmile,José,Müller\nÅse,Søren,Jürgen\n", charmap.Windows1252, ""},
	} {
		sample, err := tt.in.NewEncoder().Bytes([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := byLetters(sample); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}
