package link

import (
	"math"
	"testing"
)

func TestJaroWinkler(t *testing.T) {
	// Winkler (1990) and later papers give these.
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"MARTHA", "MARHTA", .961}, {"DWAYNE", "DUANE", .840}, {"DIXON", "DICKSONX", .813}, {"SAME", "SAME", 1}, {"", "X", 0}, {"AB", "YZ", 0}} {
		if got := jaroWinkler(tt.a, tt.b); math.Abs(got-tt.want) > .0006 {
			t.Errorf("jaroWinkler(%s, %s) = %.4f, want %.3f", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b       string
		most, want int
	}{{"SMITH", "SMITH", 2, 0}, {"SMITH", "SMYTH", 2, 1}, {"SMITH", "SMTIH", 2, 1}, {"SMITH", "SMTH", 2, 1}, {"SMITH", "JONES", 2, 3},
		{"", "ABC", 3, 3}, {"1985-04-05", "1985-05-04", 3, 2}, {"CA", "ABC", 3, 3}} {
		if got := edits(tt.a, tt.b, tt.most); got != tt.want {
			t.Errorf("edits(%s, %s, %d) = %d, want %d", tt.a, tt.b, tt.most, got, tt.want)
		}
		if got := edits(tt.b, tt.a, tt.most); got != tt.want {
			t.Errorf("edits(%s, %s, %d) = %d, want %d", tt.b, tt.a, tt.most, got, tt.want)
		}
	}
}

// TestWithin holds within against the distance filled in cell by cell, for all texts of up to five of three letters.
func TestWithin(t *testing.T) {
	texts := []string{""}
	for from := 0; len(texts[from]) < 5; from++ {
		for _, letter := range []string{"A", "B", "C"} {
			texts = append(texts, texts[from]+letter)
		}
	}
	for i := 0; i < len(texts); i += 3 {
		for _, b := range texts {
			d := alignment(texts[i], b)
			for most := range 4 {
				if got := within(texts[i], b, most); got != (d <= most) {
					t.Fatalf("within(%s, %s, %d) = %t, but their distance is %d", texts[i], b, most, got, d)
				}
			}
		}
	}
}

// alignment is the optimal string alignment distance.
func alignment(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
				continue
			}
			d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], 1+d[i-2][j-2])
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"ABCD", "ABCD", 1}, {"ABCD", "ACBD", .75}, {"OAK ST", "OAK STREET", .75}, {"AB", "CD", 0}} {
		if got := alike(tt.a, tt.b); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("alike(%s, %s) = %.4f, want %.4f", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestSoundsAlike(t *testing.T) {
	for _, tt := range []struct{ a, b string }{{"SMITH", "SMYTH"}, {"STEPHEN", "STEFEN"}, {"CATHERINE", "KATHERYN"}, {"KNIGHT", "NIGHT"}, {"MCDONALD", "MACDONALD"}} {
		if sound(tt.a) != sound(tt.b) {
			t.Errorf("%s sounds %s, %s sounds %s", tt.a, sound(tt.a), tt.b, sound(tt.b))
		}
	}
	if sound("SMITH") == sound("JONES") || sound("") != "" {
		t.Error("different names sound the same")
	}
	// Examples of the US National Archives.
	for name, want := range map[string]string{"WASHINGTON": "W252", "LEE": "L000", "GUTIERREZ": "G362", "PFISTER": "P236", "JACKSON": "J250", "TYMCZAK": "T522", "ASHCRAFT": "A261"} {
		if got := soundex(name); got != want {
			t.Errorf("soundex(%s) = %s, want %s", name, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("SMITH", "SMYTH")
	f.Add("", "é ß 12")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = name(a), name(b)
		if got, back := edits(a, b, 3), edits(b, a, 3); got != back || a == b && got != 0 {
			t.Errorf("edits(%q, %q) = %d, and %d the other way", a, b, got, back)
		}
		if j := jaroWinkler(a, b); j < 0 || j > 1 {
			t.Errorf("jaroWinkler(%q, %q) = %f", a, b, j)
		}
		if x := alike(a, b); x < 0 || x > 1 {
			t.Errorf("alike(%q, %q) = %f", a, b, x)
		}
		sound(a)
		soundex(a)
	})
}
