package table

import (
	"strings"
	"testing"
)

// TestAppendJSONPair holds what is copied at once against what is written letter by letter.
func TestAppendJSONPair(t *testing.T) {
	var texts []string
	for n := range 26 {
		plain := strings.Repeat("aZ 9~", 6)[:n]
		texts = append(texts, plain)
		for _, odd := range []string{"\"", "\\", "\n", "\x1f", "é", "\xff", "\x7f"} {
			for _, at := range []int{0, n / 2, n} {
				texts = append(texts, plain[:at]+odd+plain[at:])
			}
		}
	}
	var got []byte
	for _, a := range texts {
		for _, b := range texts {
			want := string(AppendJSON(append(AppendJSON([]byte("x["), a), ','), b)) + "],"
			if got = AppendJSONPair(append(got[:0], 'x'), a, b); string(got) != want {
				t.Fatalf("%q and %q: %s, want %s", a, b, got, want)
			}
		}
	}
}
