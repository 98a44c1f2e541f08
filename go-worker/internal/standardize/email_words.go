package standardize

import "strings"

// emailLabels are words before an address that say nothing but what it is.
var emailLabels = map[string]bool{"email": true, "e-mail": true, "mail": true, "work": true, "home": true, "personal": true, "primary": true}

// emailAmongWords returns the one whole address that stands among words (EMAIL-005): j@example.org (work), E-mail: j@example.org; or that is written
// in words (EMAIL-006): j (at) example (dot) org. What stands right before or behind it, with no mark between, may belong to it.
func emailAmongWords(s string, c *Cell) (address string, ok bool) {
	switch strings.Count(s, "@") {
	case 0:
		if address, ok = spelledEmail(s); ok {
			c.Hit(ruleEmailWords)
		}
		return address, ok
	case 1:
	default:
		return "", false
	}
	at := strings.IndexByte(s, '@')
	from, to := at, at
	for from > 0 && !strings.ContainsRune(" ,;:()[]<>\"|", rune(s[from-1])) {
		from--
	}
	for to < len(s) && !strings.ContainsRune(" ,;:()[]<>\"|/?", rune(s[to])) {
		to++
	}
	before, behind := strings.TrimRight(s[:from], " "), strings.TrimLeft(s[to:], " ")
	word := strings.Trim(s[from:to], "'")
	if !emailBegins(before) || behind != "" && !strings.ContainsRune("([,;|/-?\"", rune(behind[0])) || word == "" || word[0] == '/' {
		return "", false
	}
	if address, ok = readEmail(word); ok && strings.Trim(before+behind, `"<>`) != "" {
		c.Hit(ruleEmailNote)
	}
	return address, ok
}

// emailBegins reports whether an address may begin behind this text: at the beginning, behind a label, brackets or a quote.
func emailBegins(before string) bool {
	return before == "" || strings.ContainsRune(":)]\"", rune(before[len(before)-1])) || emailLabels[strings.ToLower(before)]
}

// signsInBrackets are the words for the marks of an address where something around them says that they are none of its words.
var signsInBrackets = strings.NewReplacer(" [at] ", "@", "[at]", "@", " (at) ", "@", "(at)", "@", " [dot] ", ".", "[dot]", ".", " (dot) ", ".", "(dot)", ".")

// spelledEmail reads an address whose marks are written as words: j [at] example [dot] org, j at example dot org.
func spelledEmail(s string) (address string, ok bool) {
	lower := lowerASCII(s)
	if strings.Contains(lower, " at ") && strings.Contains(lower, " dot ") {
		return readEmail(strings.ReplaceAll(strings.Replace(lower, " at ", "@", 1), " dot ", "."))
	}
	if signs := signsInBrackets.Replace(lower); signs != lower {
		return readEmail(signs)
	}
	return "", false
}
