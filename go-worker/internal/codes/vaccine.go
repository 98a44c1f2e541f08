package codes

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// Vaccine is one line of CDC's table of vaccines administered (CVX). The built-in table may be older than a code, so
// a code that it lacks is not wrong.
type Vaccine struct {
	Code   string
	Name   string
	Active bool
}

var vaccines, vaccineNames = func() (map[string]Vaccine, map[string]string) {
	byCode, byName := map[string]Vaccine{}, map[string]string{}
	for _, line := range facts.Rows("cvx.csv", "code", "name", "status", "aliases") {
		byCode[line[0]] = Vaccine{Code: line[0], Name: line[1], Active: line[2] == "active"}
		for _, name := range append(facts.List(line[3]), line[1]) {
			byName[nameKey(name)] = line[0]
		}
	}
	return byCode, byName
}()

var manufacturers, manufacturerNames = func() (map[string]string, map[string]string) {
	byCode, byName := map[string]string{}, map[string]string{}
	for _, line := range facts.Rows("mvx.csv", "code", "name", "aliases") {
		byCode[line[0]] = line[1]
		for _, name := range append(facts.List(line[2]), line[1]) {
			byName[nameKey(name)] = line[0]
		}
	}
	return byCode, byName
}()

// VaccineByCode returns the entry of a CVX code in its kept form.
func VaccineByCode(code string) (Vaccine, bool) {
	v, ok := vaccines[code]
	return v, ok
}

// VaccineByName returns the CVX code of a vaccine named in words, by a customary abbreviation or its brand, or by two of them: Tdap (Boostrix),
// HPV - Gardasil 9. Where one of two leaves open which of its kind it was, the other says so; two that contradict each other name nothing.
func VaccineByName(name string) (code string, ok bool) {
	if code, ok = vaccineNames[nameKey(name)]; ok {
		return code, true
	}
	if first, second, two := twoNames(name); two {
		a, known := vaccineNames[nameKey(withoutVaccine(first))]
		b, alsoKnown := vaccineNames[nameKey(withoutVaccine(second))]
		switch {
		case !known || !alsoKnown:
		case a == b || vaccines[b].includes(vaccines[a]):
			return a, true
		case vaccines[a].includes(vaccines[b]):
			return b, true
		}
		return "", false
	}
	code, ok = vaccineNames[nameKey(withoutVaccine(name))]
	return code, ok
}

// includes reports whether the entry leaves open which of several vaccines it was, and w is one of them: HPV, unspecified formulation, and HPV9.
func (v Vaccine) includes(w Vaccine) bool {
	kind, formulation, ok := strings.Cut(v.Name, ",")
	return ok && strings.Contains(formulation, "unspecified") && strings.HasPrefix(nameKey(w.Name), nameKey(kind))
}

// twoNames splits a name and another one in parentheses or behind a dash.
func twoNames(name string) (first, second string, ok bool) {
	if first, second, ok = strings.Cut(name, " - "); ok {
		return first, second, true
	}
	first, second, ok = strings.Cut(name, "(")
	second, closed := strings.CutSuffix(second, ")")
	return first, second, ok && closed && first != ""
}

// withoutVaccine drops the word that every vaccine has: MMR vaccine.
func withoutVaccine(name string) string {
	var words []string
	for _, w := range strings.Fields(name) {
		if !strings.EqualFold(w, "vaccine") {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// cvx keeps codes of vaccines as two or three digits (8 becomes 08), and turns customary names into their code.
func cvx(raw string) (string, Verdict) {
	if !allDigits(raw) {
		if code, ok := VaccineByName(raw); ok {
			return code, Good
		}
		return raw, Bad
	}
	significant := strings.TrimLeft(raw, "0")
	switch len(significant) {
	case 1:
		return "0" + significant, Good
	case 2:
		return significant, Good
	case 3:
		return significant, Good
	}
	return raw, Bad
}

// mvx keeps codes of vaccine manufacturers, two or three capital letters, and turns their names into them.
func mvx(raw string) (string, Verdict) {
	if code, ok := manufacturerNames[nameKey(raw)]; ok {
		return code, Good
	}
	code := strings.ToUpper(raw)
	if _, ok := manufacturers[code]; ok {
		return code, Good
	}
	if code, ok := manufacturerNames[nameKey(withoutCompany(raw))]; ok {
		return code, Good
	}
	if (len(code) == 2 || len(code) == 3) && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return code, Good
	}
	return raw, Bad
}

// companyWords stand behind the name of a manufacturer and say of what kind it is.
var companyWords = map[string]bool{"inc": true, "llc": true, "ltd": true, "limited": true, "corp": true, "corporation": true, "co": true, "company": true,
	"lp": true, "usa": true, "us": true, "gmbh": true, "sa": true, "ag": true, "pharmaceuticals": true, "pharmaceutical": true, "vaccines": true,
	"biologicals": true, "biologics": true, "laboratories": true, "labs": true}

// withoutCompany drops such words: Merck & Co., Inc. is Merck.
func withoutCompany(name string) string {
	words := strings.Fields(name)
	for len(words) > 1 {
		last := nameKey(words[len(words)-1])
		if last != "" && !companyWords[last] {
			break
		}
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// nameKey keeps letters and digits in lower case, so that "Tdap", "T-dap" and "TDaP" are one name.
func nameKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
