package standardize

// A streetWord is what matters about a word of a street.
type streetWord struct {
	suffix string // its standard form, when it is a suffix
	short  bool   // it is an abbreviation, which is spelled out in the name of a street
	more   bool   // it may begin or be something else, so that the whole line must be looked at
}

// otherWords begin boxes and routes, stand before a number, or are spelled out before a road with a letter.
var otherWords = []string{
	"PO", "P", "POST", "POBOX", "POB", "BOX", "BX", "LOCK", "DRAWER", "LOCKBOX", "LBX", "CALLER", "RR", "RFD", "RT", "RTE", "ROUTE",
	"RURAL", "R", "HC", "HCR", "STAR", "HIGHWAY", "HWY", "PSC", "CMR", "UNIT", "NO", "NUMBER", "CR",
	"CO", "CNTY", "CTY",
}

var streetWords = func() wordTable[streetWord] {
	all := map[string]streetWord{}
	for w, standard := range streetSuffixes {
		all[w] = streetWord{suffix: standard, short: suffixName(w) != w}
	}
	for w := range directionals {
		all[w] = streetWord{more: true}
	}
	for w := range unitDesignators {
		all[w] = streetWord{more: true}
	}
	for _, w := range otherWords {
		all[w] = streetWord{more: true}
	}
	return newWordTable(all)
}()

// upperLetters are the capitals of ASCII letters, 0 for all other bytes.
var upperLetters = func() (capitals [256]byte) {
	for b := 'A'; b <= 'Z'; b++ {
		capitals[b], capitals[b|0x20] = byte(b), byte(b)
	}
	return capitals
}()

// plainStreet writes a line of the most usual form, as parseAddress brings it to the postal one: a house number of digits, words
// of letters that only name, and a suffix. ok is false for every other line.
func plainStreet(out []byte, line string) (street []byte, ok bool) {
	i := 0
	for i < len(line) && isASCIIDigit(line[i]) {
		i++
	}
	if i == 0 || i == len(line) || line[i] != ' ' {
		return nil, false
	}
	if cap(out) < len(line) {
		out = make([]byte, 0, len(line))
	}
	out = out[:len(line)] // every word is behind a space, so that nothing gets longer before the suffix
	n, start, words := copy(out, line[:i]), 0, 0
	var word, before streetWord
	for i < len(line) {
		if line[i] == ' ' {
			i++
			continue
		}
		out[n] = ' '
		n++
		start = n
		for ; i < len(line); i++ {
			b := upperLetters[line[i]]
			if b == 0 {
				break
			}
			out[n] = b
			n++
		}
		if i < len(line) && line[i] != ' ' || n-start > longestWord {
			return nil, false
		}
		before = word
		if word, _ = streetWords.find(out[start:n]); word.more {
			return nil, false
		}
		words++
	}
	if words < 2 || word.suffix == "" || words > 2 && before.short {
		return nil, false
	}
	return append(out[:start], word.suffix...), true
}
