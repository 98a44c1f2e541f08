package ends

import (
	"strconv"
	"strings"
	"testing"
)

// TestSum: what differs has other sums, wherever in a text and between texts it does.
func TestSum(t *testing.T) {
	of := map[uint64]string{}
	add := func(values ...string) {
		sum, text := Sum(values...), strings.Join(values, "\x00")
		if other, known := of[sum]; known && other != text {
			t.Errorf("%q has the sum of %q", text, other)
		}
		of[sum] = text
	}
	for n := range 70 {
		text := strings.Repeat("x", n)
		add(text)
		for i := range n {
			add(text[:i] + "y" + text[i+1:])
			add(text[:i], text[i:])
			add(text[:i], "", text[i:])
		}
	}
	for i := range 100_000 {
		add(strconv.Itoa(i))
		add("patient", strconv.Itoa(i))
	}
	if Sum() == 0 || Sum("") == 0 || Sum("") == Sum("", "") {
		t.Errorf("nothing is %x, an empty text %x, two %x", Sum(), Sum(""), Sum("", ""))
	}
}
