package ends

import (
	"strings"
	"testing"
)

// TestOf: no two texts of up to Whole bytes that differ in one byte have the same ends and length.
func TestOf(t *testing.T) {
	for n := range Whole + 1 {
		text := strings.Repeat("x", n)
		first, last := Of(text)
		for i := range n {
			other := text[:i] + "y" + text[i+1:]
			if a, b := Of(other); a == first && b == last {
				t.Errorf("%q has the ends of %q", other, text)
			}
		}
	}
	if first, last := Of(""); first != 0 || last != 0 {
		t.Errorf("no text has the ends %x and %x", first, last)
	}
}
