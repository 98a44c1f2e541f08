package link

// Names that sound alike are found under two codes: Soundex (US National Archives), coarse, for blocks; and sound, which keeps all
// consonants and knows groups of letters, for comparison.

// soundex returns the letter and three digits of a name, "" of an empty one.
func soundex(s string) string {
	const digits = "01230120022455012623010202" // A to Z; vowels 0; H and W are passed over
	code := [4]byte{'0', '0', '0', '0'}
	n, last := 0, byte('0')
	for i := 0; i < len(s) && n < 4; i++ {
		c := s[i]
		if c < 'A' || c > 'Z' {
			continue
		}
		d := digits[c-'A']
		switch {
		case n == 0:
			code[0], n = c, 1
		case c == 'H' || c == 'W':
			continue
		case d != '0' && d != last:
			code[n] = d
			n++
		}
		last = d
	}
	if n == 0 {
		return ""
	}
	return string(code[:])
}

// groups are letters that together sound like others, longest first. A "^" stands for the beginning of a name.
var groups = []struct{ written, sounds string }{
	{"^KN", "N"}, {"^GN", "N"}, {"^PN", "N"}, {"^PS", "S"}, {"^WR", "R"}, {"^WH", "W"}, {"^X", "S"}, {"^MC", "MK"}, {"^MAC", "MK"},
	{"SCHM", "XM"}, {"SCHN", "XN"}, {"SCHW", "XW"}, {"SCH", "SK"}, {"TCH", "X"}, {"TSCH", "X"}, {"SH", "X"}, {"CH", "X"}, {"PH", "F"}, {"TH", "0"},
	{"CK", "K"}, {"CQ", "K"}, {"DGE", "J"}, {"DGI", "J"}, {"DGY", "J"}, {"GH", ""}, {"GN", "N"}, {"CZ", "X"}, {"CI", "S"}, {"CE", "S"}, {"CY", "S"},
	{"GE", "J"}, {"GI", "J"}, {"GY", "J"}, {"QU", "K"}, {"SIO", "X"}, {"SIA", "X"}, {"TIO", "X"}, {"TIA", "X"}, {"WR", "R"}, {"MB", "M"},
	{"C", "K"}, {"Q", "K"}, {"Z", "S"}, {"V", "F"}, {"D", "T"}, {"X", "KS"},
}

// groupsBy holds groups by their first letter.
var groupsBy = func() (by [26][]int) {
	for i, g := range groups {
		first := g.written[0]
		if first == '^' {
			first = g.written[1]
		}
		by[first-'A'] = append(by[first-'A'], i)
	}
	return by
}()

// sound returns the consonants that are heard in a name, and its first vowel as A; "" of an empty one.
func sound(s string) string {
	var buffer [24]byte
	code := buffer[:0]
	for i := 0; i < len(s) && len(code) < 12; {
		c := s[i]
		if c < 'A' || c > 'Z' {
			i++
			continue
		}
		sounds, length := heard(s, i)
		for k := range len(sounds) {
			if len(code) == 0 || code[len(code)-1] != sounds[k] {
				code = append(code, sounds[k])
			}
		}
		i += length
	}
	return string(code)
}

// heard returns what the letters at a place sound like, and how many they are.
func heard(s string, at int) (string, int) {
	for _, g := range groupsBy[s[at]-'A'] {
		written := groups[g].written
		if written[0] == '^' {
			if at > 0 {
				continue
			}
			written = written[1:]
		}
		if len(s)-at >= len(written) && s[at:at+len(written)] == written {
			return groups[g].sounds, len(written)
		}
	}
	switch s[at] {
	case 'A', 'E', 'I', 'O', 'U', 'Y':
		if at == 0 {
			return "A", 1
		}
		return "", 1
	case 'H', 'W':
		if at == 0 {
			return s[:1], 1
		}
		return "", 1
	}
	return s[at : at+1], 1
}
