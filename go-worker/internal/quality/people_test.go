package quality

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harmonizer/go-worker/internal/suites"
)

// personMeasures are about what is known of people.
var personMeasures = []measure{
	{"phone-examples", "numbers of every country brought to E.164", 0.9, phones},
	{"email-vectors", "valid addresses kept", 0.9, validEmails},
	{"email-vectors", "invalid addresses refused", 0.95, invalidEmails},
	{"date-vectors", "dates read alike, or left as coarse as they came", 0.85, dates},
	{"date-vectors", "inputs in which no part is made up", 1, noDateMadeUp},
	{"us-census-names-1990", "names recased without losing a letter", 0.9999, censusNames},
	{"nicknames", "names recased without losing a letter", 0.999, nicknames},
	{"us-urgent-care", "phones with their own digits, in E.164", 0.99, facilityPhones},
	{"us-urgent-care", "ZIP codes that keep their digits", 1, facilityZIPs},
	{"splink-fake-1000", "names and dates of birth that keep what they say", 1, splink},
	{"cdc-code-tables", "words for sex, race, ethnicity and language that get CDC's code", 0.9, cdcWords},
	{"cdc-code-tables", "words for states that get their letters", 0.9, cdcStates},
	{"cdc-code-tables", "ZIP codes that lie in their state", 0.999, cdcZIPs},
	{"cdc-reportstream-csv", "cells of people in the samples that are standardized without an error", 1, reportStream},
	{"iso-codes", "countries by code and by name", 0.98, countries},
	{"iso-codes", "languages of ISO 639-1 by code and by name", 0.9, languages},
}

// outcome counts a case and logs a miss, which -v shows.
func (s *score) outcome(t testing.TB, in, got, want string) {
	if s.count(got == want); got != want {
		t.Logf("%q became %q; want %q", in, got, want)
	}
}

func phones(t *testing.T) (s score) {
	records := suites.Records(t, "phone-examples/examples.csv")
	rows := standardized(t, "patient", columnOf("phone", records, "national_number"), columnOf("country", records, "region"))
	for i, r := range records {
		s.outcome(t, r["region"]+" "+r["national_number"], rows[i]["phone_home"], r["e164"])
	}
	return s
}

// emails sends the addresses of one kind through; quoted local parts and names before an address are left out, since
// the product refuses the first and takes off the second.
func emails(t *testing.T, valid bool) (s score) {
	var records []map[string]string
	for _, r := range suites.Records(t, "email-vectors/email_validator_cases.csv") {
		group := r["test_group"]
		if strings.HasPrefix(group, "test_email_valid") == valid && !strings.ContainsAny(r["email"], `"<`) &&
			r["email"] == strings.TrimSpace(r["email"]) && group != "test_email_invalid_character_smtputf8_off" && group != "test_email_unsafe_character" {
			records = append(records, r)
		}
	}
	for i, row := range standardized(t, "patient", columnOf("email", records, "email")) {
		if s.count((row["email"] != "") == valid); (row["email"] != "") != valid {
			t.Logf("%q became %q", records[i]["email"], row["email"])
		}
	}
	return s
}

func validEmails(t *testing.T) score   { return emails(t, true) }
func invalidEmails(t *testing.T) score { return emails(t, false) }

// dateRows sends each date that names a year as a column of its own: they are of many kinds, and a column is read as one.
func dateRows(t *testing.T) (got, want []string) {
	for _, r := range suites.Records(t, "date-vectors/dateutil_vectors.csv") {
		if !strings.Contains(r["input"], r["expected_iso"][2:4]) { // a time, or a day of any year
			continue
		}
		row := standardized(t, "patient", []string{"last_updated", r["input"]})[0]
		got, want = append(got, row["last_updated"]), append(want, r["expected_iso"])
	}
	return got, want
}

var zone = regexp.MustCompile(`(Z|[+-]\d\d:\d\d)$`)

// says reports whether a date says nothing but what the other one says, though perhaps less of it, or more digits of a
// second.
func says(got, want string) bool {
	got = zone.ReplaceAllString(got, "")
	return strings.HasPrefix(want, got) || strings.Contains(want, ".") && strings.HasPrefix(got, want)
}

func dates(t *testing.T) (s score) {
	got, want := dateRows(t)
	for i := range got {
		s.count(got[i] != "" && says(got[i], want[i]))
	}
	return s
}

// The other parser fills the day, month or year that is missing from a given day, 2003-09-25.
func noDateMadeUp(t *testing.T) (s score) {
	got, want := dateRows(t)
	for i := range got {
		if s.count(says(got[i], want[i])); !says(got[i], want[i]) {
			t.Logf("%q where another parser says %s", got[i], want[i])
		}
	}
	return s
}

// recased sends upper case names through: what comes out has the same letters and is no longer in capitals.
func recased(t *testing.T, header, field string, names []string) (s score) {
	for i, row := range standardized(t, "patient", append([]string{header}, names...)) {
		good := strings.EqualFold(letters(row[field]), letters(names[i])) && (len(names[i]) < 3 || row[field] != names[i])
		if s.count(good); !good {
			t.Logf("%s became %q", names[i], row[field])
		}
	}
	return s
}

// letters drops the points of initials.
func letters(name string) string { return strings.ReplaceAll(name, ".", "") }

func (s *score) add(o score) { s.right, s.of = s.right+o.right, s.of+o.of }

func censusNames(t *testing.T) (s score) {
	for file, header := range map[string]string{"dist.all.last": "last_name", "dist.female.first": "first_name", "dist.male.first": "first_name"} {
		var names []string
		for line := range strings.Lines(readSuite(t, "us-census-names-1990/"+file)) {
			names = append(names, strings.Fields(line)[0])
		}
		field := map[string]string{"last_name": "name_family", "first_name": "name_given"}[header]
		s.add(recased(t, header, field, names))
	}
	return s
}

func nicknames(t *testing.T) (s score) {
	var names []string
	for _, r := range suites.Records(t, "nicknames/names.csv") {
		names = append(names, r["name1"], r["name2"])
	}
	return recased(t, "first_name", "name_given", names)
}

func facilities(t *testing.T) (records, rows []map[string]string) {
	records = suites.Records(t, "us-urgent-care/urgent_care_facilities.csv")
	return records, standardized(t, "patient", columnOf("phone", records, "phone"), columnOf("address", records, "address"),
		columnOf("city", records, "city"), columnOf("state", records, "state"), columnOf("zip", records, "zip"))
}

func facilityPhones(t *testing.T) (s score) {
	records, rows := facilities(t)
	for i, r := range records {
		if digits := strings.ReplaceAll(r["phone"], "-", ""); len(digits) == 10 {
			s.outcome(t, r["phone"], rows[i]["phone_home"], "+1"+digits)
		}
	}
	return s
}

func facilityZIPs(t *testing.T) (s score) {
	records, rows := facilities(t)
	for i, r := range records {
		s.outcome(t, r["zip"]+" "+r["state"], rows[i]["zip"], ("00000" + r["zip"])[len(r["zip"]):])
	}
	return s
}

// splink holds misspelt people; a misspelling is theirs to keep, since no rule can know better.
func splink(t *testing.T) (s score) {
	records := suites.Records(t, "splink-fake-1000/fake_1000.csv")
	rows := standardized(t, "patient", columnOf("first_name", records, "first_name"), columnOf("surname", records, "surname"),
		columnOf("dob", records, "dob"))
	for i, r := range records {
		for field, in := range map[string]string{"name_given": r["first_name"], "name_family": r["surname"]} {
			s.outcome(t, in, strings.ToLower(rows[i][field]), strings.ToLower(in))
		}
		if r["dob"] <= today.Format(time.DateOnly) { // nobody is born tomorrow
			s.outcome(t, r["dob"], rows[i]["birth_date"], r["dob"])
		}
	}
	return s
}

// cdcGender are CDC's codes of sex in the words of FHIR.
var cdcGender = map[string]string{"M": "male", "F": "female", "U": "unknown", "O": "other", "A": "other", "N": "other"}

func cdcWords(t *testing.T) (s score) {
	for _, tt := range []struct {
		file, header, field string
		code                func(string) string
	}{
		{"gender", "sex", "administrative_gender", func(c string) string { return cdcGender[c] }},
		{"race", "race", "race", func(c string) string { return c }},
		{"ethnicity", "ethnicity", "ethnicity", func(c string) string {
			return map[string]string{"H": "2135-2", "N": "2186-5", "U": "UNK"}[c]
		}},
	} {
		for _, r := range suites.Records(t, "cdc-code-tables/"+tt.file+".csv") {
			row := standardized(t, "patient", []string{tt.header, r["display"]})[0]
			s.outcome(t, tt.field+" "+r["display"], row[tt.field], tt.code(r["code"]))
		}
	}
	records := suites.Records(t, "cdc-code-tables/patient_preferred_language.csv")
	tags := map[string]string{}
	for _, r := range suites.Records(t, "iso-codes/language-codes-full.csv") {
		tag := r["alpha2"]
		if tag == "" {
			tag = r["alpha3-b"]
		}
		tags[r["alpha3-b"]], tags[r["alpha3-t"]] = tag, tag
	}
	for i, row := range standardized(t, "patient", columnOf("language", records, "display")) {
		if want := tags[records[i]["code"]]; want != "" && len(want) == 2 {
			s.outcome(t, "language "+records[i]["display"], row["language"], want)
		}
	}
	return s
}

// provinces are those of Canada, which are no states.
var provinces = []string{"AB", "BC", "MB", "NB", "NF", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"}

func cdcStates(t *testing.T) (s score) {
	records := suites.Records(t, "cdc-code-tables/state.csv")
	for i, row := range standardized(t, "patient", columnOf("state", records, "display")) {
		if !slices.Contains(provinces, records[i]["code"]) {
			s.outcome(t, records[i]["display"], row["state"], records[i]["code"])
		}
	}
	return s
}

func cdcZIPs(t *testing.T) (s score) {
	records := suites.Records(t, "cdc-code-tables/zip-code-data.csv")
	rows := standardized(t, "patient", columnOf("state", records, "state_abbr"), columnOf("zip", records, "zipcode"))
	for i, r := range records {
		want := ("00000" + r["zipcode"])[len(r["zipcode"]):]
		s.outcome(t, r["zipcode"]+" "+r["state_abbr"], rows[i]["zip"]+" "+rows[i]["state"], want+" "+r["state_abbr"])
	}
	return s
}

// reportStream reads the samples of uploads: no cell of a person is refused.
func reportStream(t *testing.T) (s score) {
	for _, path := range []string{"SR-UPLOAD.csv", "SR_CP_02262024.csv", "ReportStream-StandardCSV-ExampleData-20220509.csv"} {
		content := readSuite(t, "cdc-reportstream-csv/samples/"+path)
		r := harmonizeText(t, path, content)
		for _, c := range r.plan() {
			if !strings.HasPrefix(c.Field, "x_") {
				s.of += c.Evidence.Values
			}
		}
		s.right = s.of
		for _, i := range r.Issues {
			if i.Severity == "error" && i.Field != "" {
				s.right -= int(i.Count)
				t.Logf("%s: %s %s", path, i.Field, i.RuleID)
			}
		}
	}
	return s
}

func countries(t *testing.T) (s score) {
	records := suites.Records(t, "iso-codes/country-codes.csv")
	for _, column := range []string{"ISO3166-1-Alpha-2", "ISO3166-1-Alpha-3", "CLDR display name", "official_name_en"} {
		for i, row := range standardized(t, "patient", columnOf("country", records, column)) {
			if in := records[i][column]; in != "" {
				s.outcome(t, in, row["country"], records[i]["ISO3166-1-Alpha-2"])
			}
		}
	}
	return s
}

func languages(t *testing.T) (s score) {
	records := suites.Records(t, "iso-codes/language-codes.csv")
	for _, column := range []string{"alpha2", "English"} {
		for i, row := range standardized(t, "patient", columnOf("language", records, column)) {
			s.outcome(t, records[i][column], row["language"], records[i]["alpha2"])
		}
	}
	return s
}
