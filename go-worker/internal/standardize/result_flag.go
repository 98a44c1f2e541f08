package standardize

import "strings"

// cutFlag takes a flag for high, low or abnormal off either end of a result: "140 H", "(L) 3.1", "5.2*". A result that is
// nothing but a word is no flag.
func cutFlag(s string) (rest, flag string) {
	if at := strings.LastIndexByte(s, ' '); at > 0 {
		if before := strings.LastIndexByte(s[:at], ' '); before > 0 {
			if f := flagOf(s[before+1:]); f != "" {
				return s[:before], f
			}
		}
		if f := flagOf(s[at+1:]); f != "" {
			return s[:at], f
		}
		first := strings.IndexByte(s, ' ')
		if f := flagOf(s[:first]); f != "" {
			return s[first+1:], f
		}
	}
	end := strings.TrimRight(s, "*HL!")
	if end != "" && end != s && isASCIIDigit(end[len(end)-1]) {
		if f := flagOf(s[len(end):]); f != "" {
			return end, f
		}
	}
	if plain := strings.Trim(s, "* "); plain != "" && strings.Contains(s, "*") && len(plain) < len(s) {
		return plain, "A"
	}
	return s, ""
}

// flagOf returns the code of a flag, "" for anything else. One small letter is a unit: 24 h, 5 l.
func flagOf(s string) string {
	if len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' {
		return ""
	}
	return resultFlags[phrase(s)]
}

// resultFlags are the ways in which a flag stands beside a number.
var resultFlags = func() map[string]string {
	flags := map[string]string{}
	for written, code := range interpretations {
		switch code {
		case "H", "L", "HH", "LL", "A", "AA":
			if written != "no" && written != "yes" {
				flags[written], flags["("+written+")"], flags["["+written+"]"] = code, code, code
			}
		}
	}
	return flags
}()
