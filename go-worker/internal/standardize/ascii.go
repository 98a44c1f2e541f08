package standardize

import "unicode/utf8"

// isASCII reports whether s holds no byte beyond ASCII.
func isASCII(s string) bool {
	var any uint64
	if len(s) < 8 {
		for i := range len(s) {
			any |= uint64(s[i])
		}
		return any < utf8.RuneSelf
	}
	for i := 0; i < len(s)-8; i += 8 {
		any |= load8(s[i:])
	}
	return (any|load8(s[len(s)-8:]))&0x8080808080808080 == 0
}

// load8 returns eight bytes as they stand in memory, by one load.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
