package match

import "testing"

// TestTwice adds numbers, every tenth of them twice: all of these are known, and of the others few are taken for them as long as there is
// room.
func TestTwice(t *testing.T) {
	const n = 10_000
	for memory, most := range map[int64]int{0: n, 100: n, n: n, 1 << 20: n / 16} {
		seen := newTwice(n, memory)
		if held := int64(8 * len(seen.bits)); held > max(memory, 16) {
			t.Errorf("%d bytes were taken of %d", held, memory)
		}
		for i := range uint64(n) {
			seen.add(i)
			if i%10 == 0 {
				seen.add(i)
			}
		}
		wrong := 0
		for i := range uint64(n) {
			switch repeated := seen.repeated(i); {
			case i%10 == 0 && !repeated:
				t.Fatalf("%d was added twice", i)
			case i%10 != 0 && repeated:
				wrong++
			}
		}
		if wrong > most {
			t.Errorf("with %d bytes %d numbers were taken for repeated", memory, wrong)
		}
	}
}
