package standardize

import "strings"

// phoneLabels are words written beside a number, and the use they name ("" where they name none).
var phoneLabels = map[string]string{
	"h": "home", "hm": "home", "home": "home", "res": "home", "residence": "home", "house": "home", "evening": "home",
	"c": "mobile", "cel": "mobile", "cell": "mobile", "cellular": "mobile", "cellphone": "mobile", "m": "mobile",
	"mob": "mobile", "mobile": "mobile",
	"w": "work", "wk": "work", "work": "work", "bus": "work", "business": "work", "o": "work", "off": "work",
	"office": "work", "day": "work", "daytime": "work",
	"p": "", "ph": "", "phone": "", "t": "", "tel": "", "telephone": "", "number": "", "no": "", "preferred": "",
	"primary": "", "main": "", "pri": "", "alt": "", "alternate": "", "msg": "", "message": "", "ok": "", "text": "",
}

// phoneLabel takes labels off both ends of a number, and returns the use that they name.
func phoneLabel(s string) (number, use string) {
	const around = " \t:-.()[]/,;*"
	for {
		head := strings.TrimLeft(s, around)
		word := leadingLetters(head)
		named, ok := phoneLabels[strings.ToLower(head[:word])]
		if !ok {
			break
		}
		s = head[word:]
		if use == "" {
			use = named
		}
	}
	for {
		tail := strings.TrimRight(s, around)
		word := trailingLetters(tail)
		named, ok := phoneLabels[strings.ToLower(tail[len(tail)-word:])]
		if !ok {
			break
		}
		s = tail[:len(tail)-word]
		if use == "" {
			use = named
		}
	}
	return strings.TrimRight(strings.TrimLeft(s, " \t:-.[]/,;*)"), " \t:-.[]/,;*("), use
}

func leadingLetters(s string) int {
	n := 0
	for n < len(s) && isASCIILetter(s[n]) {
		n++
	}
	return n
}

func trailingLetters(s string) int {
	n := 0
	for n < len(s) && isASCIILetter(s[len(s)-1-n]) {
		n++
	}
	return n
}

// extensionWords stand before an extension; the longest of those that share an ending comes first.
var extensionWords = [...]string{"extension", ";ext", "extn", "ext", "x", "#"}

// phoneExtension splits "x 12", "ext. 12", "#12" and ";ext=12" from the end of a number.
func phoneExtension(s string) (number, ext string) {
	end := len(s)
	for end > 0 && isASCIIDigit(s[end-1]) {
		end--
	}
	ext = s[end:]
	if ext == "" || len(ext) > 7 {
		return s, ""
	}
	head := lowerASCII(strings.TrimRight(s[:end], " .:=#"))
	if strings.HasSuffix(strings.TrimRight(s[:end], " "), "#") && !strings.HasSuffix(head, "x") && !strings.HasSuffix(head, "ext") {
		head += "#"
	}
	for _, word := range extensionWords {
		before, ok := strings.CutSuffix(head, word)
		if !ok || countDigits(before) < 7 || word == "x" && trailingLetters(before) > 0 {
			continue
		}
		return strings.TrimRight(s[:len(before)], " ,;-"), ext
	}
	return s, ""
}

// lowerASCII returns s with the letters of ASCII in lower case, as long as it was: bytes that are no UTF-8 stay one byte each.
func lowerASCII(s string) string {
	out := []byte(s)
	for i, c := range out {
		if c >= 'A' && c <= 'Z' {
			out[i] = c | 0x20
		}
	}
	return string(out)
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if isASCIIDigit(s[i]) {
			n++
		}
	}
	return n
}

// splitPhones separates several numbers in one cell. A separator counts only between two parts that can be numbers,
// since "617/555-2345" and "617-555-2345, ext. 12" are one.
func splitPhones(s string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(s); i++ {
		width := phoneSeparator(s[i:])
		if width == 0 && s[i] == ' ' && (labelsNumber(s[start:i], s[i+1:]) || wholeNumber(s[start:i]) && wholeNumber(s[i+1:])) {
			width = 1
		}
		if width == 0 || countDigits(s[start:i]) < 7 || countDigits(s[i+width:]) < 7 {
			continue
		}
		parts = append(parts, s[start:i])
		i += width - 1
		start = i + 1
	}
	return append(parts, s[start:])
}

// labelsNumber reports whether a label begins the next number, as one began the number before it: H: 617-555-2345 C: 617-555-2346.
func labelsNumber(before, next string) bool {
	head := strings.TrimLeft(before, " (")
	_, first := phoneLabels[strings.ToLower(head[:leadingLetters(head)])]
	_, second := phoneLabels[strings.ToLower(next[:leadingLetters(next)])]
	return first && second
}

// wholeNumber reports whether s has as many digits as a number of the North American Numbering Plan, and nothing else in it.
func wholeNumber(s string) bool {
	digits, ok := dialled(s)
	return ok && (len(digits) == 10 || len(digits) == 11 && digits[0] == '1')
}

// phoneSeparator returns the length of the separator that s begins with, 0 for none.
func phoneSeparator(s string) int {
	switch s[0] {
	case '/', ';', ',', '|', '&', '\n':
		return 1
	case ' ':
		for _, word := range [...]string{" or ", " and "} {
			if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) {
				return len(word)
			}
		}
	}
	return 0
}

// vanity turns the letters of a number into the digits of their keys, when letters and digits together make a whole
// number of the North American Numbering Plan and the letters stand together at its end.
func vanity(s string) (string, bool) {
	const keys = "22233344455566677778889999" // A-Z, ITU-T E.161
	letters, count := 0, 0
	digits := make([]byte, 0, len(s))
	for i := range len(s) {
		switch b := s[i]; {
		case isASCIILetter(b):
			letters++
			count++
			digits = append(digits, keys[b&0x1f-1])
		case isASCIIDigit(b):
			if letters > 0 && letters < 3 {
				return s, false
			}
			count++
			digits = append(digits, b)
		case b == ' ' || b == '-' || b == '.' || b == '(' || b == ')' || b == '+':
		default:
			return s, false
		}
	}
	if letters < 3 || count-letters < 3 || count != 10 && (count != 11 || digits[0] != '1') {
		return s, false
	}
	return string(digits), true
}

// beforeSlash returns the whole number before a slash behind which no more than the end of another number stands: 617-555-2345/9876.
func beforeSlash(s string) (number string, ok bool) {
	at := strings.LastIndexByte(s, '/')
	if at < 10 {
		return "", false
	}
	number = strings.TrimRight(s[:at], " ")
	if end := strings.TrimSpace(s[at+1:]); len(end) > 4 || !asciiDigits(end) {
		return "", false
	}
	_, _, _, ok = nanpDigits(number)
	return number, ok
}

// evenGroups returns the digits of a number of the North American Numbering Plan whose groups one unusual mark divides, 617_555_2345, or commas in
// threes, as a spreadsheet shows numbers: 6,175,552,345.
func evenGroups(s string) (digits string, ok bool) {
	for _, mark := range [...]string{"_", ","} {
		groups := strings.Split(s, mark)
		digits = strings.Join(groups, "")
		if len(groups) < 3 || len(digits) != 10 || !asciiDigits(digits) {
			continue
		}
		inThrees := len(groups) == 4 && len(groups[0]) == 1 && len(groups[1]) == 3 && len(groups[2]) == 3
		return digits, inThrees || len(groups) == 3 && len(groups[0]) == 3 && len(groups[1]) == 3
	}
	return "", false
}
