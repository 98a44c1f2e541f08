package dates

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"testing"
)

// TestEightDigits reads numbers of eight digits, and none where another byte stands among them.
func TestEightDigits(t *testing.T) {
	for n := uint64(0); n < 100_000_000; n += 99_991 {
		if got, ok := EightDigits(binary.LittleEndian.Uint64(fmt.Appendf(nil, "%08d", n))); got != n || !ok {
			t.Errorf("%08d is read as %d, %v", n, got, ok)
		}
	}
	for c := range 256 {
		for at := range 8 {
			b := []byte("19801231")
			b[at] = byte(c)
			want, err := strconv.ParseUint(string(b), 10, 64)
			if got, ok := EightDigits(binary.LittleEndian.Uint64(b)); got != want || ok != (err == nil) {
				t.Errorf("%q is read as %d, %v", b, got, ok)
			}
		}
	}
}
