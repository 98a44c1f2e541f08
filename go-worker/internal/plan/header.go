package plan

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"harmonizer/go-worker/internal/facts"
)

// expansions are short forms of header words, written out before headers are compared.
var expansions = map[string]string{
	"no": "number", "num": "number", "nbr": "number", "dt": "date", "cd": "code", "desc": "description",
	"addr": "address", "ph": "phone", "tel": "phone", "fname": "first_name", "lname": "last_name",
}

// contextPrefixes say whose column it is, which the table says already.
var contextPrefixes = []string{
	"patient_", "pat_", "pt_", "member_", "person_", "client_", "subj_", "recip_", "demo_", "hl_7_", "hl7_", "demographics_",
}

// headerUnits are units as headers write them, and their UCUM form.
var headerUnits = func() map[string]string {
	units := map[string]string{}
	for _, row := range facts.Rows("header_units.csv", "token", "unit") {
		units[row[0]] = row[1]
	}
	return units
}()

// joinedUnits are the same without what stands between words.
var joinedUnits = func() map[string]string {
	units := map[string]string{}
	for token, unit := range headerUnits {
		units[strings.ReplaceAll(token, "_", "")] = unit
	}
	return units
}()

// Normalize returns the form under which headers are compared: ASCII, lower case, words and numbers separated by
// "_", short forms written out; and the text that stood in brackets, often a unit.
//
//	Normalize("Patient  DOB ") = "patient_dob", ""
//	Normalize("Weight (kg)")   = "weight", "kg"
//	Normalize("birthDate")     = "birth_date", ""
func Normalize(header string) (name, bracketed string) {
	if open := strings.IndexAny(header, "(["); open > 0 {
		if length := strings.IndexAny(header[open+1:], ")]"); length > 0 {
			inside := header[open+1 : open+1+length]
			if strings.Trim(inside, "0123456789") != "" { // name[0].family keeps its number
				bracketed = inside
				header = header[:open] + " " + header[open+length+2:]
			}
		}
	}
	if english, ok := foreignHeader(header); ok {
		header = english
	}
	words := strings.FieldsFunc(splitWords(header), func(r rune) bool { return r == '_' })
	for i, w := range words {
		if long, ok := expansions[w]; ok {
			words[i] = long
		}
	}
	return strings.Join(words, "_"), strings.Join(strings.Fields(strings.ToLower(bracketed)), " ")
}

// readings returns the normalized forms that a header can have, the one that says most first: with what stands in brackets where that is no
// unit (Phone (Mobile)), with # as a number (Rx #), and without both, or the form of a date.
func readings(header string) []string {
	name, bracketed := Normalize(header)
	var all []string
	if slices.ContainsFunc(strings.FieldsFunc(splitWords(bracketed), notLetter), isCalendar) { // DOB (Hijri) is no DOB
		whole, _ := Normalize(strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ").Replace(header))
		if plain := ethiopianForm.ReplaceAllString(whole, "$date"); plain != whole {
			return []string{whole, plain}
		}
		return []string{whole}
	}
	if strings.Contains(header, "#") {
		numbered, _ := Normalize(strings.ReplaceAll(header, "#", " number "))
		all = append(all, numbered)
	}
	if bracketed != "" && unitInBrackets(bracketed) == "" {
		whole, _ := Normalize(strings.NewReplacer("(", " ", ")", " ", "[", " ", "]", " ").Replace(header))
		all = append(all, whole)
	}
	if plain, ok := strings.CutSuffix(name, "_c_name"); ok { // the names of the categories of a column, as Epic exports them
		all = append(all, plain, plain+"_c")
	}
	all = append(all, name)
	for _, form := range formsAtEnd {
		if plain := form.ReplaceAllString(name, "$date"); plain != name {
			all = append(all, plain)
		}
	}
	if within := withinPath(header); within != "" {
		all = append(all, within)
	}
	if asked := question.ReplaceAllString(name, ""); asked != name {
		all = append(all, asked)
	}
	if of := ofPatient.ReplaceAllString(name, ""); of != name {
		all = append(all, of)
	}
	if part := partOfAddress(name); part != "" {
		all = append(all, part)
	}
	return all
}

// whichAddress is what stands before a part of an address to say which of somebody's it is: mailing_address_city, residential_postal_code.
var whichAddress = regexp.MustCompile(`^(?:mailing|residential|residence|home|permanent)_(?:address_)?(address_line(?:_\d)?|line_\d|` +
	`street(?:_name|_number|_address)?(?:_\d)?|house_number|unit_number|apartment(?:_number)?|apt(?:_number)?|city|town|state|province|` +
	`zip(?:_?code|_5)?|post(?:al_?)?code|postal_code|county|country)$`)

// partOfAddress returns the name of a part of an address without the word that says which of somebody's it is, "" of others.
func partOfAddress(name string) string {
	if found := whichAddress.FindStringSubmatch(name); found != nil {
		return found[1]
	}
	return ""
}

// formsAtEnd are how headers say behind the name of a date in which form it is: DOB dd/mm/yyyy, birth_date_ymd, updated_at_epoch_ms, DOB (E.C.).
var formsAtEnd = []*regexp.Regexp{
	regexp.MustCompile(`_(dd?_?mm?m?_?y{1,4}|mm?m?_?dd?_?y{1,4}|y{1,4}_?mm?_?dd?)$`),
	regexp.MustCompile(`^(?P<date>(?:.*_)?(?:dob|date|birth|birthdate|at|time)(?:_.*)?)_(epoch|unix|unixtime|posix|timestamp|ts)(_(s|ms|sec|seconds|millis|milliseconds))?$`),
	ethiopianForm,
}

// ethiopianForm is how headers name the Ethiopian calendar behind that of a date.
var ethiopianForm = regexp.MustCompile(`^(?P<date>(?:.*_)?(?:dob|date|birth|birthdate)(?:_.*)?)_(e_?c|eth|eth_?cal|ethiopian|ethiopian_calendar|ethiopian_date)$`)

// calendars are words for calendars whose days are not those of dates as they are read here.
var calendars = []string{"hijri", "hijrah", "hejri", "islamic", "umm", "ah", "shamsi", "jalali", "persian", "solar", "saka", "lunar", "hebrew", "nepali", "bs", "bikram", "ethiopian"}

func isCalendar(word string) bool { return slices.Contains(calendars, word) }

func notLetter(r rune) bool { return r == '_' }

// containers are names of the parts of a document that say nothing of whose data they hold.
var containers = []string{"ids", "identifiers", "demographics", "contact_info", "contact_information", "contact_details", "contact", "details", "info", "personal",
	"personal_info", "personal_information", "basic_info", "address", "phones", "emails", "person", "patient", "preferred_name", "preferred_address", "bio_data", "patient_info", "patient_details"}

// group is how forms name a part of theirs that has no name of its own (group_xy1ab), and _source where Elasticsearch keeps a document.
var group = regexp.MustCompile(`^(_source|group_\w+|grp_?\w*|section_?\w*)$`)

// withinPath returns the normalized name at the end of a path whose beginning says nothing: ids.mrn, contact.address.city, group_demo/dob. In contact.0.name,
// as in a resource of FHIR, it is somebody else's.
func withinPath(header string) string {
	parts := strings.FieldsFunc(header, func(r rune) bool { return r == '.' || r == '/' })
	at := 0
	for at < len(parts)-1 && (group.MatchString(parts[at]) || slices.Contains(containers, nameOf(parts[at]))) && digitsOf(parts[at+1]) == "" {
		at++
	}
	if at == 0 {
		return ""
	}
	return nameOf(strings.Join(parts[at:], "."))
}

// question is what stands before the name of what a form asks for, as it is exported: Q1_dob, Q12.3 sex, What is your sex?
var question = regexp.MustCompile(`^(q_\d+(_\d+)?_)?(what_is_(your|the_patient_?s)_|please_(enter|provide|specify)_(your_)?|enter_your_)|^q_\d+(_\d+)?_`)

// ofPatient is what stands behind it: Name of patient.
var ofPatient = regexp.MustCompile(`_of_(the_)?patient$`)

// roles are words that say of a whole file whose columns they are: of the newborns in a register of births, of the dead in one of deaths;
// or in which part of a form or document they stand.
var roles = []string{"infant", "newborn", "baby", "child", "childs", "decedent", "decedents", "deceased", "case", "resident", "participant",
	"recipient", "respondent", "enrollee", "beneficiary", "bene", "subject", "student", "form", "data", "properties", "attributes", "record"}

// youngest are the roles of those beside whom a mother may stand in the row.
var youngest = []string{"infant", "newborn", "baby", "child", "childs"}

// Headers that name persons, or when they were born: without a role before them, they say that the file has persons of none.
var (
	namesOf = []string{"last_name", "first_name", "full_name", "name", "surname", "mrn", "patient_name", "patient_id", "last", "first", "lname", "fname",
		"given_name", "family_name"}
	birthsOf = []string{"dob", "date_of_birth", "birth_date"}
)

// roleOf returns the word that stands before the names of the persons of a file, where no header names persons without it and no other role
// has them: in a register of deliveries, baby sex is not the patient's. A date of birth without it may be the mother's, unless another person of
// the row has one too.
func roleOf(header []string) string {
	found, born, others := "", false, false
	for _, h := range header {
		name, _ := Normalize(h)
		if slices.Contains(namesOf, name) || withoutContext(name) != name {
			return ""
		}
		born = born || slices.Contains(birthsOf, name)
		role, rest, _ := strings.Cut(name, "_")
		rest = withoutContext(rest)
		known := slices.Contains(roles, role)
		others = others || !known && slices.Contains(birthsOf, rest)
		if !known || role == found || !slices.Contains(namesOf, rest) && !slices.Contains(birthsOf, rest) {
			continue
		}
		if found != "" {
			return ""
		}
		found = role
	}
	if born && !others && slices.Contains(youngest, found) {
		return ""
	}
	return found
}

// ligatures are letters that decompose into none of ASCII.
var ligatures = strings.NewReplacer("ß", "ss", "ẞ", "SS", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "ı", "i")

// splitWords lowers a header to ASCII and puts "_" between words: at other characters, at camelCase and between
// letters and digits.
func splitWords(header string) string {
	var b strings.Builder
	var last rune // the last letter or digit, as written
	if strings.IndexFunc(header, func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		header = norm.NFKD.String(ligatures.Replace(header))
	}
	runes := []rune(header)
	for i, r := range runes {
		switch {
		case r > unicode.MaxASCII:
			if !unicode.Is(unicode.Mn, r) { // an accent leaves its letter
				b.WriteByte('_')
				last = 0
			}
			continue
		case r == '[', r == ']', r == '(', r == ')', r == '#', r == '*', r == ':', r == '?', r == '\'':
			continue
		case !isLetter(byte(r)) && !isDigit(byte(r)):
			b.WriteByte('_')
			last = 0
			continue
		}
		nextLower := i+1 < len(runes) && unicode.IsLower(runes[i+1])
		switch {
		case last == 0:
		case unicode.IsDigit(last) != unicode.IsDigit(r),
			unicode.IsLower(last) && unicode.IsUpper(r),
			unicode.IsUpper(last) && unicode.IsUpper(r) && nextLower:
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return b.String()
}

// unitInBrackets returns the UCUM unit that the bracketed text of a header names, or "".
func unitInBrackets(bracketed string) string {
	if unit, ok := headerUnits[bracketed]; ok {
		return unit
	}
	return headerUnits[strings.Trim(splitWords(bracketed), "_")]
}

// unitAtEnd splits a normalized header that ends in a unit: "temp_f" is temp and [degF], "glucose_mg_dl" is glucose
// and mg/dL, "height_in_cm" is height and cm.
func unitAtEnd(name string) (rest, unit string) {
	words := strings.Split(name, "_")
	for n := min(4, len(words)-1); n > 0; n-- { // mg/dL is mg_d_l
		cut := len(words) - n
		unit, ok := joinedUnits[strings.Join(words[cut:], "")]
		if !ok {
			continue
		}
		if cut > 1 && words[cut-1] == "in" {
			cut--
		}
		return strings.Join(words[:cut], "_"), unit
	}
	return name, ""
}

// withoutContext drops a prefix that only says whose column it is.
func withoutContext(name string) string {
	for _, prefix := range contextPrefixes {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && rest != "resp" { // what a patient has to pay is no respiration
			return rest
		}
	}
	return name
}
