package standardize

import (
	"bytes"
	"testing"
)

// Texts of an arena stay what they were until it is reset, whatever their number and length.
func TestArena(t *testing.T) {
	var a Arena
	for range 3 {
		var texts []string
		var want []string
		for i := range 300 {
			b := bytes.Repeat([]byte{byte(i)}, i*i%5000)
			texts, want = append(texts, a.Text(b)), append(want, string(b))
			clear(b)
		}
		for i := range texts {
			if texts[i] != want[i] {
				t.Fatalf("text %d changed", i)
			}
		}
		a.Reset()
	}
	if s := (*Arena)(nil).Text([]byte("own")); s != "own" {
		t.Errorf("a text without an arena is %q", s)
	}
}
