package ends

// Sum sums up values, none of which can run into the next; it is the same in every process, and never zero. Who can choose the values can make
// two sums meet.
func Sum(values ...string) uint64 {
	sum := uint64(seed)
	for _, v := range values {
		sum ^= uint64(len(v)) * spread
		for ; len(v) > Whole; v = v[Whole:] {
			first, last := Of(v[:Whole])
			sum = Fold(sum^first, last^key)
		}
		first, last := Of(v)
		sum = Fold(sum^first, last^key)
	}
	return max(Fold(sum^spread, key), 1)
}

// Numbers with as many bits set as not, without a pattern.
const seed, key, spread = 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x9E3779B97F4A7C15
