package dates

// AreDigits reports whether eight bytes are digits of ASCII.
func AreDigits(w uint64) bool {
	return w&0xf0f0f0f0f0f0f0f0|(w+0x0606060606060606)&0xf0f0f0f0f0f0f0f0>>4 == 0x3333333333333333
}

// EightDigits returns the number that eight bytes of ASCII say, of which the lowest one of the word stands first; not ok: they are not all digits.
func EightDigits(w uint64) (n uint64, ok bool) {
	if !AreDigits(w) {
		return 0, false
	}
	w &= 0x0f0f0f0f0f0f0f0f
	w = w&0x00ff00ff00ff00ff*10 + w>>8&0x00ff00ff00ff00ff // two digits each
	w = w&0x0000ffff0000ffff*100 + w>>16&0x0000ffff0000ffff
	return w&0xffffffff*10_000 + w>>32, true
}
