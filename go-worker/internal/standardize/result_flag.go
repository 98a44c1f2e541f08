package standardize

import "strings"

// cutFlag takes a flag for high, low or abnormal off either end of a result: "140 H", "(L) 3.1", "5.2*". A result that is
// nothing but a word is no flag.
func cutFlag(s string) (rest, flag string) {
	if at := strings.LastIndexByte(s, ' '); at > 0 {
		if before := strings.LastIndexByte(s[:at], ' '); before > 0 {
			if f := flagOf(s[before+1:]); f != "" {
				return withoutMarks(s[:before]), f
			}
		}
		if f := flagOf(s[at+1:]); f != "" {
			return withoutMarks(s[:at]), f
		}
		if normalWords[phrase(s[at+1:])] {
			return withoutMarks(s[:at]), "N"
		}
		first := strings.IndexByte(s, ' ')
		if f := flagOf(s[:first]); f != "" {
			return s[first+1:], f
		}
		if f := flagOf(strings.TrimSuffix(s[:first], ":")); f != "" && s[first-1] == ':' { // ABNORMAL: POSITIVE
			return s[first+1:], f
		}
		if rest, f := cutSusceptibility(s[:first], s[first+1:]); f != "" {
			return rest, f
		}
		if rest, f := cutSusceptibility(s[at+1:], s[:at]); f != "" {
			return rest, f
		}
		for i := first + 1; i < at; { // 105 H mg/dL
			next := i + strings.IndexByte(s[i:], ' ')
			if f := flagOf(s[i:next]); f != "" && isASCIIDigit(s[i-2]) {
				return s[:i] + s[next+1:], f
			}
			i = next + 1
		}
	}
	if open := strings.LastIndexAny(s, "(["); open > 0 {
		if f := flagOf(s[open:]); f != "" { // 5.6(H)
			return withoutMarks(s[:open]), f
		}
	}
	end := strings.TrimRight(s, "*HL!↑↓")
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

// withoutMarks drops what divides a result from the flag behind it: "5.6, high", "5.6 - high".
func withoutMarks(s string) string { return strings.TrimRight(s, " ,;-") }

// cutRemark takes a known remark off the end of a result: "105 (fasting)", "105; repeated and verified".
func cutRemark(s string) (rest, note string) {
	if s == "" || !isASCIILetter(s[len(s)-1]) && s[len(s)-1] != ')' && s[len(s)-1] != '.' {
		return s, ""
	}
	for at := strings.IndexAny(s, " ;,("); at > 0; {
		note = strings.TrimSuffix(strings.TrimLeft(s[at:], " ;,-("), ")")
		if rest = strings.TrimRight(s[:at], " ;,-"); rest != "" && resultNotes[phrase(note)] != "" {
			return rest, note
		}
		next := strings.IndexAny(s[at+1:], " ;,(")
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return s, ""
}

// cutSusceptibility takes the letter of a breakpoint off the least concentration that stopped a germ: "<=0.5 S", "R >=32". Beside a plain
// number the same letter is a unit: 12.5 S.
func cutSusceptibility(letter, concentration string) (rest, flag string) {
	if len(letter) != 1 || strings.IndexByte("SIR", letter[0]) < 0 {
		return "", ""
	}
	if comparator, number := cutComparator(concentration); comparator == "" || number == "" || !isASCIIDigit(number[0]) {
		return "", ""
	}
	return concentration, letter
}

// readWord returns the coded word of a result, and the flag that stands with it. all is the cell, rest what the flag leaves: a letter or
// word in front of a coded word is part of it (A Positive is a blood group, low positive a weak one), unless it stands apart.
func readWord(rest, all, flag string) (code, left string) {
	if flag == "" {
		return labelledResult(all), ""
	}
	if first, _, _ := strings.Cut(all, " "); strings.HasSuffix(all, " "+rest) && !strings.HasSuffix(first, ":") && !strings.ContainsAny(first, "([*!") {
		return "", ""
	}
	return resultCodes[phrase(strings.TrimRight(rest, " -"))], flag
}

// labelledResult returns the code of a coded word that another of the same meaning explains: NOT DETECTED (NEGATIVE), POS 2+.
func labelledResult(s string) string {
	open := strings.IndexByte(s, '(')
	if open <= 0 || !strings.HasSuffix(s, ")") {
		return gradedResult(s)
	}
	first, second := resultCodes[phrase(s[:open])], resultCodes[phrase(s[open+1:len(s)-1])]
	if second == "" {
		second = resultCodes[phrase(s[open:])] // Negative (-)
	}
	if first == second || sameResults[[2]string{first, second}] {
		return first
	}
	return gradedResult(s[:open] + s[open+1:len(s)-1])
}

// gradedResult returns how strongly positive a result is, where it says both: POS 2+, 2+ Positive.
func gradedResult(s string) string {
	word, other, ok := strings.Cut(strings.TrimSpace(s), " ")
	first, second := resultCodes[phrase(word)], resultCodes[phrase(other)]
	if second == "POS" || second == "PRESENT" {
		first, second = second, first
	}
	if !ok || first != "POS" && first != "PRESENT" || !strings.HasSuffix(second, "+") {
		return ""
	}
	return second
}

// sameResults are pairs of codes of which one explains the other.
var sameResults = map[[2]string]bool{
	{"ND", "NEG"}: true, {"DET", "POS"}: true, {"NEG", "ND"}: true, {"POS", "DET"}: true, {"NONREACTIVE", "NEG"}: true, {"REACTIVE", "POS"}: true,
	{"NEG", "NONREACTIVE"}: true, {"POS", "REACTIVE"}: true, {"ABSENT", "NEG"}: true, {"PRESENT", "POS"}: true,
}

// flagOf returns the code of a flag, "" for anything else. One small letter is a unit: 24 h, 5 l.
func flagOf(s string) string {
	if len(s) == 1 && s[0] >= 'a' && s[0] <= 'z' {
		return ""
	}
	if f := resultFlags[phrase(s)]; f != "" || len(s) < len("*H*") {
		return f
	}
	return resultFlags[phrase(strings.Trim(s, "*"))]
}

// normalWords say behind a result that it lies in its reference range. N alone may be newtons.
var normalWords = map[string]bool{"normal": true, "(normal)": true, "(n)": true, "wnl": true, "(wnl)": true}

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
