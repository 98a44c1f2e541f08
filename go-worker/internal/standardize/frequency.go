package standardize

import (
	"regexp"
	"strings"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/rule"
)

var (
	ruleErrorProne = rule.Must("MED-105")
	ruleFrequency  = rule.Must("MED-107")
)

// frequencies maps words to codes; errorProneFrequencies are abbreviations known to cause errors, which are read but never written.
var frequencies, errorProneFrequencies = func() (all codedWords, errorProne map[string]bool) {
	all, errorProne = codedWords{}, map[string]bool{}
	for _, row := range facts.Rows("frequencies.csv", "code", "error_prone", "words") {
		all.add(row[0], row[0])
		all.add(row[0], facts.List(row[1])...)
		all.add(row[0], facts.List(row[2])...)
		for _, w := range facts.List(row[1]) {
			errorProne[string(wordKey(nil, w))] = true
		}
	}
	return all, errorProne
}()

// frequency writes how often a drug is taken: BID, Q6H, Q4-6H PRN pain, TID WM. Abbreviations known to cause errors are written out
// (QD is DAILY) and flagged (MED-105); what it cannot read is kept (MED-107).
func frequency(Column) CellFunc {
	return func(raw string, c *Cell) {
		s := tidyText(raw, c)
		if value, ok := readFrequency(s); ok {
			if errorProneIn(s) {
				c.Hit(ruleErrorProne)
			}
			settle(c, raw, value)
			return
		}
		c.Value = s
		c.Hit(ruleFrequency)
	}
}

// readFrequency reads one frequency, or one with what limits it: with meals, as needed for a reason.
func readFrequency(s string) (string, bool) {
	if value, ok := oneFrequency(s); ok {
		return value, true
	}
	if often, reason, ok := cutAsNeeded(s); ok {
		value, known := "", often == ""
		if !known {
			value, known = readFrequency(often)
		}
		return joinNonEmpty(joinNonEmpty(value, "PRN"), reason), known
	}
	for at := range len(s) {
		if s[at] != ' ' {
			continue
		}
		often, ok := oneFrequency(s[:at])
		when, also := frequencies.find(s[at+1:])
		if ok && also && limits[when] {
			if often == when { // every night at bedtime
				return when, true
			}
			return often + " " + when, true
		}
	}
	return "", false
}

// limits are the codes that may stand behind another one.
var limits = map[string]bool{"AC": true, "PC": true, "WM": true, "ACHS": true, "AM": true, "PM": true, "BEDTIME": true}

// oneFrequency reads a word of the table, or an interval; 6-hourly is one, and no code with its word.
func oneFrequency(s string) (string, bool) {
	if rest, cut := strings.CutSuffix(strings.ToLower(s), " scheduled"); cut {
		s = rest
	}
	if value, ok := frequencies.find(s); ok {
		return value, true
	}
	if value, ok := interval(s); ok {
		return value, true
	}
	return frequencies.findLabelled(s)
}

const intervalNumber = `(\d{1,3}|two|three|four|five|six|eight|ten|twelve)`

var intervalForm = regexp.MustCompile(`(?i)^((?:once )?(?:q|every))?\s*` + intervalNumber + `(?:\s*(?:-|–|to)\s*` + intervalNumber + `)?[\s-]*([a-z]+)\.?$`)

// intervalWords are the numbers of intervalForm that are written out.
var intervalWords = map[string]string{"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10", "twelve": "12"}

// intervalUnits are the units of an interval and the letter that stands for each.
var intervalUnits = map[string]string{
	"h": "H", "hr": "H", "hrs": "H", "hour": "H", "hours": "H", "hourly": "H", "hrly": "H", "min": "MIN", "mins": "MIN", "minute": "MIN",
	"minutes": "MIN", "d": "D", "day": "D", "days": "D", "w": "W", "wk": "W", "wks": "W", "week": "W", "weeks": "W", "m": "M",
	"mo": "M", "month": "M", "months": "M",
}

// interval reads Q6H, every 6 hours, q 4 to 6 hrs, Q15MIN, every six hours, 6-hourly.
func interval(s string) (string, bool) {
	m := intervalForm.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	unit, ok := intervalUnits[strings.ToLower(m[4])]
	if !ok || m[1] == "" && !strings.HasSuffix(strings.ToLower(m[4]), "rly") {
		return "", false
	}
	value := "Q" + inDigits(m[2])
	if m[3] != "" {
		value += "-" + inDigits(m[3])
	}
	if code, ok := frequencies.find(value + unit); ok { // Q28D is Q4W
		return code, true
	}
	return value + unit, true
}

func inDigits(number string) string {
	if digits := intervalWords[strings.ToLower(number)]; digits != "" {
		return digits
	}
	return number
}

var asNeeded = regexp.MustCompile(`(?i)(?:^|[\s,(])(prn|p\.r\.n\.?|as needed|as required|when needed|if needed)(?:$|[\s,)])`)

// cutAsNeeded splits a text at the words that say as needed: "Q6H PRN pain", "every 6 hours as needed for pain".
func cutAsNeeded(s string) (often, reason string, ok bool) {
	at := asNeeded.FindStringSubmatchIndex(s)
	if at == nil {
		return "", "", false
	}
	const around = " ,;()"
	reason = strings.Trim(s[at[3]:], around)
	for {
		rest, cut := strings.CutPrefix(reason, "for ")
		if !cut {
			break
		}
		reason = strings.TrimLeft(rest, around)
	}
	return strings.Trim(s[:at[2]], around), reason, true
}

// errorProneIn reports whether a word of a text is an abbreviation known to cause errors.
func errorProneIn(s string) bool {
	var buffer [16]byte
	for word := range strings.FieldsSeq(s) {
		if len(word) <= 6 && errorProneFrequencies[string(wordKey(buffer[:0], word))] {
			return true
		}
	}
	return false
}
