package link

import "testing"

func TestFold(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"accents", "José Łukasz", "JOSE LUKASZ"},
		{"letters that are none with an accent", "Đặng Groß Bjørn", "DANG GROSS BJORN"},
		{"as a passport has it", "Щербаков Юлия", "SHCHERBAKOV IULIIA"},
		{"an initial is one letter", "Щ. Ю", "S. I"},
		{"vowel points, and marks of the alef", "مُحَمَّد أحمد", "MHMD AHMD"},
		{"two letters of one sound", "علي على", "ALY ALY"},
		{"Greek", "Γιώργος", "GIORGOS"},
		{"Hebrew, with points", "שָׂרָה", "SHRH"},
		{"Armenian", "Պողոս", "POGHOS"},
		{"Georgian", "შოთა", "SHOTA"},
		{"marks that make other letters stay", "はば", "はば"},
		{"other scripts stay", "伟", "伟"},
	} {
		if got := fold(tt.in); got != tt.want && got != fold(tt.want) {
			t.Errorf("%s: fold(%q) = %q, want %q", tt.name, tt.in, got, tt.want)
		}
	}
	if fold("は") == fold("ば") {
		t.Error("two letters of Japanese are one")
	}
}
