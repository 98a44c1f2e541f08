package engine

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"harmonizer/go-worker/internal/standardize"
)

// A memo answers with what it was told of a text, for texts of every length, known or new, few or many.
func TestMemo(t *testing.T) {
	for _, distinct := range []int{40, memoTexts + 500} {
		var m memo
		misses := 0
		for round := range 30 {
			for i := range distinct {
				text := strings.Repeat("ab", i%30) + fmt.Sprint(i)
				buffer := []byte(text)
				o := m.find(unsafe.String(&buffer[0], len(buffer)))
				if o == nil {
					misses++
					if m.keeps(text) {
						m.keep(&outcome{text: unsafe.String(&buffer[0], len(buffer)), read: unsafe.String(&buffer[0], len(buffer)), value: strings.ToUpper(text),
							hits: []standardize.Hit{{Slot: i}}, parts: []part{{i, unsafe.String(&buffer[0], 1)}}})
					}
					clear(buffer) // a chunk's memory is used again
					continue
				}
				if o.text != text || o.read != text || o.value != strings.ToUpper(text) || o.hits[0].Slot != i || o.parts[0].value != text[:1] {
					t.Fatalf("round %d: %q is %+v", round, text, *o)
				}
			}
		}
		if distinct < memoTexts && misses > distinct {
			t.Errorf("%d texts were asked for %d times in vain", distinct, misses)
		}
	}
}

// A memo that is of no use is given up.
func TestMemoGivesUp(t *testing.T) {
	var m memo
	for i := range memoTrial + 1 {
		text := fmt.Sprint(i)
		if m.find(text) == nil && m.keeps(text) {
			m.keep(&outcome{text: text})
		}
	}
	if !m.off || m.keeps("new") {
		t.Error("a memo without hits goes on")
	}
}

// FuzzMemo holds texts that differ in any place apart.
func FuzzMemo(f *testing.F) {
	f.Add("", "a")
	f.Add("abcdefgh", "abcdefghh")
	f.Add("Black or African American", "Black or african American")
	f.Fuzz(func(t *testing.T, a, b string) {
		var m memo
		if !m.keeps(a) {
			t.Skip("too long to be remembered")
		}
		m.keep(&outcome{text: a, value: "a"})
		if o := m.find(b); (o != nil) != (a == b) {
			t.Errorf("%q is taken for %q", b, a)
		}
	})
}
