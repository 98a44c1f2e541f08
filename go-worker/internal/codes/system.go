package codes

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// System is a code system by the short name used in outputs and profiles.
type System string

// Systems whose codes the package can check.
const (
	ICD10CM System = "ICD-10-CM"
	ICD9CM  System = "ICD-9-CM"
	SNOMED  System = "SNOMED"
	LOINC   System = "LOINC"
	RxNorm  System = "RxNorm"
	NDC     System = "NDC"
	CVX     System = "CVX"
	MVX     System = "MVX"
	CPT     System = "CPT"
	HCPCS   System = "HCPCS"
)

// systems is the table of names under which systems arrive; uris their canonical addresses.
var systems, uris = func() (map[string]System, map[System]string) {
	names, addresses := map[string]System{}, map[System]string{}
	for _, line := range facts.Rows("code_systems.csv", "name", "uri", "oid", "aliases") {
		system := System(line[0])
		addresses[system] = line[1]
		for _, name := range append(facts.List(line[3]), line[0], line[1], line[2]) {
			names[systemKey(name)] = system
		}
	}
	return names, addresses
}()

// ParseSystem returns the code system with a name, abbreviation, address or OID, in any case and with any
// separators: "ICD10", "icd-10-cm", "http://loinc.org", "urn:oid:2.16.840.1.113883.6.1", "2.16.840.1.113883.6.1".
func ParseSystem(name string) (System, bool) {
	if name == "" { // as in most rows
		return "", false
	}
	s, ok := systems[systemKey(name)]
	return s, ok
}

// URI returns the address that FHIR uses for the system, "" for one that is not in the table.
func (s System) URI() string { return uris[s] }

// Known reports whether the package can check codes of the system.
func (s System) Known() bool { return checkOf(s) != nil }

// systemKey keeps letters, digits and dots in lower case, so that separators do not matter.
func systemKey(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "urn:oid:")
	return strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, name)
}

// SplitPrefix takes the name of a system off a code that carries it: "ICD10:E11.9", "LOINC|2345-7",
// "http://snomed.info/sct|73211009", "SNOMED CT 73211009". ok is false when no known name stands before the code.
func SplitPrefix(s string) (system System, code string, ok bool) {
	if isWord(s) { // as nearly all codes are
		return "", s, false
	}
	at := strings.LastIndexByte(s, '|')
	if at < 0 {
		at = strings.IndexByte(s, ':')
	}
	if at < 0 {
		at = spacedName(s)
	}
	if dash := strings.IndexByte(s, '-'); at < 0 && dash >= 3 && strings.Trim(strings.ToLower(s[:dash]), "abcdefghijklmnopqrstuvwxyz") == "" {
		at = dash // CVX-141
	}
	if at <= 0 || at == len(s)-1 {
		return "", s, false
	}
	system, ok = ParseSystem(s[:at])
	if !ok {
		return "", s, false
	}
	return system, strings.TrimSpace(s[at+1:]), true
}

// isWord reports whether s has no mark but points.
func isWord(s string) bool {
	for i := range len(s) {
		if !wordBytes[s[i]] {
			return false
		}
	}
	return true
}

// wordBytes are letters, digits and the point.
var wordBytes = func() (bytes [256]bool) {
	bytes['.'] = true
	for b := range bytes {
		if c := byte(b); isDigit(c) || isUpper(upperByte(c)) {
			bytes[b] = true
		}
	}
	return bytes
}()

// spacedName returns where the name of a system ends that only a space parts from the code, -1 where no name of three letters or more
// stands before a code with digits: I10 E11.9 are two codes.
func spacedName(s string) int {
	const longestName = 16
	at := strings.LastIndexByte(s, ' ')
	if at < 3 || at > longestName || !strings.ContainsAny(s[at:], "0123456789") {
		return -1
	}
	letters := 0
	for _, c := range []byte(s[:at]) {
		if c |= 0x20; c >= 'a' && c <= 'z' {
			letters++
		}
	}
	if letters < 3 {
		return -1
	}
	return at
}
