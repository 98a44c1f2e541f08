package standardize

import (
	"testing"

	"harmonizer/go-worker/internal/facts"
	"harmonizer/go-worker/internal/suites"
)

func TestGender(t *testing.T) {
	std := []string{"STD-001"}
	runCells(t, personFamilies["gender"], Column{}, []cellCase{
		{"canonical", "female", "female", nil, nil, false},
		{"letter", "M", "male", nil, std, false},
		{"word", "Woman", "female", nil, std, false},
		{"Spanish", "hombre", "male", nil, std, false},
		{"German", "w", "female", nil, std, false},
		{"German word", "männlich", "male", nil, std, false},
		{"French", "H", "male", nil, std, false},
		{"OMOP concept", "8532", "female", nil, std, false},
		{"non-binary", "Non-Binary", "other", nil, std, false},
		{"in a sentence", "Genderqueer, neither exclusively male nor female", "other", nil, std, false},
		{"an answer refused", "I prefer not to answer", "unknown", nil, std, false},
		{"either", "Male/Female", "Male/Female", nil, []string{"SEX-001"}, true},
		{"unknown", "U", "unknown", nil, std, false},
		{"declined", "Patient refused", "unknown", nil, std, false},
		{"unknown, in German", "Unbekannt", "unknown", nil, std, false},
		{"declined, in French", "refus de répondre", "unknown", nil, std, false},
		{"letter and word", "M - Male", "male", nil, std, false},
		{"word and letter", "Female (F)", "female", nil, std, false},
		{"number with its word", "1=Male", "male", nil, std, false},
		{"two that differ", "M-Female", "M-Female", nil, []string{"SEX-001"}, true},
		{"two letters", "M/F", "M/F", nil, []string{"SEX-001"}, true},
		{"a number nobody decided about", "1", "1", nil, []string{"SEX-001"}, true},
		{"no word", "Q", "Q", nil, []string{"SEX-001"}, true},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "iso5218"}}, []cellCase{
		{"one", "1", "male", nil, []string{"SEX-002"}, false},
		{"two", "2", "female", nil, []string{"SEX-002"}, false},
		{"float", "2.0", "female", nil, []string{"XL-004", "SEX-002"}, false},
		{"nine", "9", "unknown", nil, []string{"SEX-002"}, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "unknown01"}}, []cellCase{
		{"zero", "0", "0", nil, []string{"SEX-003"}, true},
		{"one", "1", "1", nil, []string{"SEX-003"}, true},
		{"a word all the same", "F", "female", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Params: map[string]string{"zero": "female"}}, []cellCase{
		{"the profile knows zero", "0", "female", nil, std, false},
		{"and one", "1", "male", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "spanish"}}, []cellCase{
		{"mujer", "M", "female", nil, std, false},
		{"hombre", "H", "male", nil, std, false},
		{"varón", "v", "male", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "dutch"}}, []cellCase{
		{"man", "M", "male", nil, std, false},
		{"vrouw", "V", "female", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "pcornet"}}, []cellCase{
		{"not known", "UN", "unknown", nil, std, false},
		{"another one", "OT", "other", nil, std, false},
		{"no information", "NI", "unknown", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "turkish"}}, []cellCase{
		{"erkek", "E", "male", nil, std, false},
		{"kadın", "Kadın", "female", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "northern"}}, []cellCase{
		{"kvinna", "k", "female", nil, std, false},
		{"mężczyzna", "M", "male", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "indonesian"}}, []cellCase{
		{"perempuan", "P", "female", nil, std, false},
		{"laki-laki", "Laki-Laki", "male", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{Decisions: map[string]string{"sex_code": "swahili"}}, []cellCase{
		{"mwanamke", "Ke", "female", nil, std, false},
	})
	runCells(t, personFamilies["gender"], Column{}, []cellCase{
		{"Cyrillic", "Ж", "female", nil, std, false},
		{"Chinese", "男", "male", nil, std, false},
		{"Arabic", "أنثى", "female", nil, std, false},
	})
	runCells(t, personFamilies["birth_sex"], Column{Decisions: map[string]string{"sex_code": "german"}}, []cellCase{
		{"divers", "d", "OTH", nil, std, false},
		{"weiblich", "w", "F", nil, std, false},
	})
	runCells(t, personFamilies["birth_sex"], Column{}, []cellCase{
		{"male", "male", "M", nil, std, false},
		{"other", "Intersex", "OTH", nil, std, false},
		{"declined", "declined", "ASKU", nil, std, false},
		{"canonical", "UNK", "UNK", nil, nil, false},
	})
}

func TestRace(t *testing.T) {
	std := []string{"STD-001"}
	one := func(code string) map[string]string { return map[string]string{"%_omb": code} }
	several := func(codes string) map[string]string { return map[string]string{"%_omb": codes, "%_multiple": "true"} }
	runCells(t, personFamilies["race"], Column{}, []cellCase{
		{"one of two, of older standards", "Asian/Pacific Islander", "2028-9|2076-8", several("2028-9|2076-8"), []string{"RACE-005"}, false},
		{"a letter beside a word", "Black, X/a", "2054-5", one("2054-5"), []string{"RACE-001"}, false},
		{"letters", "W/B", "2106-3|2054-5", several("2106-3|2054-5"), std, false},
		{"an origin that is written out", "Hispanic, Latino/a, or Spanish origin", "UNK", one("UNK"), []string{"RACE-002"}, false},
		{"and one of several words", "Mexican, Mexican American, Chicano/a", "UNK", one("UNK"), []string{"RACE-002"}, false},
		{"declined, with a comma", "Asked, but unknown", "ASKU", map[string]string{"%_omb": "ASKU"}, []string{"STD-001"}, false},
		{"code", "2106-3", "2106-3", one("2106-3"), nil, false},
		{"letter", "W", "2106-3", one("2106-3"), std, false},
		{"tribe", "Navajo", "1382-1", one("1002-5"), std, false},
		{"two tribes", "Cherokee; Choctaw", "1088-4|1155-1", one("1002-5"), std, false},
		{"island", "Chuukese", "2097-4", one("2076-8"), std, false},
		{"two", "White; Asian", "2106-3|2028-9", several("2106-3|2028-9"), std, false},
		{"twice the same", "Black/African American", "2054-5", one("2054-5"), std, false},
		{"three with slashes", "Black/African American/White", "2054-5|2106-3", several("2054-5|2106-3"), std, false},
		{"slash inside a name", "American Indian/Alaska Native, White", "1002-5|2106-3", several("1002-5|2106-3"), std, false},
		{"and", "White and Asian", "2106-3|2028-9", several("2106-3|2028-9"), std, false},
		{"and inside a name", "Native Hawaiian and Other Pacific Islander", "2076-8", one("2076-8"), std, false},
		{"detail rolls up", "Chinese", "2034-7", one("2028-9"), std, false},
		{"detailed code", "1004-1", "1004-1", one("1002-5"), nil, false},
		{"other Asian is not other", "OTHER ASIAN", "2028-9", one("2028-9"), std, false},
		{"other, then Asian", "Other; Asian", "2131-1|2028-9", several("2131-1|2028-9"), std, false},
		{"Hispanic is no race", "Hispanic", "UNK", one("UNK"), []string{"RACE-002"}, false},
		{"Hispanic beside a race", "White Hispanic", "2106-3", one("2106-3"), []string{"RACE-002"}, false},
		{"not Hispanic", "White (Non-Hispanic)", "2106-3", one("2106-3"), std, false},
		{"no detail", "Biracial", "2131-1", several("2131-1"), []string{"RACE-003"}, false},
		{"detail after all", "Multiracial; White; Black", "2106-3|2054-5", several("2106-3|2054-5"), std, false},
		{"unknown beside a race", "White; Unknown", "2106-3", one("2106-3"), []string{"RACE-004"}, false},
		{"unknown", "Unknown", "UNK", one("UNK"), std, false},
		{"declined", "Declined to specify", "ASKU", one("ASKU"), std, false},
		{"negation", "not Black", "not Black", nil, []string{"RACE-001"}, true},
		{"no race", "Martian", "Martian", nil, []string{"RACE-001"}, true},
		{"a part is no race", "White; Martian", "2106-3", one("2106-3"), []string{"RACE-001"}, false},
		{"wrong check digit", "2106-4", "2106-4", nil, []string{"RACE-001"}, true},
		{"NH beside a race is non-Hispanic", "NH White", "2106-3", one("2106-3"), std, false},
		{"and behind it", "Black NH", "2054-5", one("2054-5"), std, false},
		{"NH by itself", "NH", "2076-8", one("2076-8"), std, false},
		{"NH PI", "NH PI", "2076-8", one("2076-8"), std, false},
		{"I is nobody's race in a sentence", "I prefer not to answer", "ASKU", one("ASKU"), std, false},
		{"nor beside other words for no answer", "I declined", "I declined", nil, []string{"RACE-001"}, true},
		{"letters of two races", "W and B", "2106-3|2054-5", several("2106-3|2054-5"), std, false},
		{"one name of many known words", "Crow Creek Sioux", "1613-9", one("1002-5"), std, false},
		{"one name, and a race", "French American Indian; White", "1071-0|2106-3", several("1002-5|2106-3"), std, false},
		{"not otherwise specified", "Asian, NOS", "2028-9", one("2028-9"), std, false},
		{"its code before it", "2106-3 White", "2106-3", one("2106-3"), std, false},
		{"its code behind it", "Asian (2028-9)", "2028-9", one("2028-9"), std, false},
		{"another's code before it", "2106-3 Asian", "2106-3 Asian", nil, []string{"RACE-001"}, true},
		{"a number before it", "5 - White", "2106-3", one("2106-3"), std, false},
		{"a number of races", "2 or more races", "2131-1", several("2131-1"), []string{"RACE-003"}, false},
		{"OMOP concept from a float", "8527.0", "2106-3", one("2106-3"), std, false},
	})
	runCells(t, personFamilies["race"], Column{Params: map[string]string{"race_standard": "spd15_2024"}}, []cellCase{
		{"Hispanic is a category", "Hispanic", "2135-2", one("2135-2"), std, false},
		{"Middle Eastern is one", "Iranian", "2121-2", one("2118-8"), std, false},
		{"European is White", "European", "2108-9", one("2106-3"), std, false},
	})
}

func TestEthnicity(t *testing.T) {
	std := []string{"STD-001"}
	runCells(t, personFamilies["ethnicity"], Column{}, []cellCase{
		{"not, before Hispanic", "Non Hispanic or Latino", "2186-5", nil, std, false},
		{"hyphen", "NON-HISPANIC", "2186-5", nil, std, false},
		{"slash", "Not Hispanic/Latino", "2186-5", nil, std, false},
		{"letter", "H", "2135-2", nil, std, false},
		{"yes", "Y", "2135-2", nil, std, false},
		{"one", "1.0", "2135-2", nil, []string{"XL-004"}, false},
		{"origin", "Puerto Rican", "2135-2", map[string]string{"%_detail": "2180-8"}, std, false},
		{"declined", "Declined", "ASKU", nil, std, false},
		{"canonical", "2186-5", "2186-5", nil, nil, false},
		{"race in it", "White non-Hispanic", "2186-5", nil, std, false},
		{"as the census asks", "No, not of Hispanic, Latino/a, or Spanish origin", "2186-5", nil, std, false},
		{"as others ask", "Not Hispanic/Latino/Spanish Origin", "2186-5", nil, std, false},
		{"as a registry asks", "Not Spanish/Hispanic/Latino", "2186-5", nil, std, false},
		{"and may leave open", "Unknown if Spanish/Hispanic/Latino", "UNK", nil, std, false},
		{"the category", "Yes, another Hispanic, Latino/a, or Spanish origin", "2135-2", nil, std, false},
		{"an origin of several words", "Yes, Mexican, Mexican American, Chicano/a", "2135-2", map[string]string{"%_detail": "2148-5"}, std, false},
		{"two origins", "Cuban and Dominican", "2135-2", nil, std, false},
		{"any race", "Hispanic/Latino (any race)", "2135-2", nil, std, false},
		{"not of one origin", "Not Mexican", "Not Mexican", nil, []string{"ETH-001"}, true},
		{"none named", "None of these", "None of these", nil, []string{"ETH-001"}, true},
		{"only a race", "Black", "UNK", nil, std, false},
		{"no word", "Z9", "Z9", nil, []string{"ETH-001"}, true},
	})
}

func TestRaceEthnicityStep(t *testing.T) {
	both := map[string]Column{"race": {Type: "race"}, "ethnicity": {Type: "ethnicity"}}
	for _, tt := range []struct {
		name                        string
		columns                     map[string]Column
		race, ethnicity             string
		wantRace, wantOMB, wantEthn string
	}{
		{"Hispanic in race", both, "Hispanic", "", "UNK", "", "2135-2"},
		{"a stated answer stays", both, "Hispanic", "N", "UNK", "", "2186-5"},
		{"one column for both, race", map[string]Column{"race": {Type: "race"}}, "White non-Hispanic", "", "2106-3", "", "2186-5"},
		{"one column for both, ethnicity", map[string]Column{"ethnicity": {Type: "ethnicity"}}, "", "White non-Hispanic", "2106-3", "2106-3", "2186-5"},
		{"a sentence with an a", both, "", "Hispanic, Latino/a, or Spanish origin", "", "", "2135-2"},
		{"nothing to move", map[string]Column{"ethnicity": {Type: "ethnicity"}}, "", "Unknown", "", "", "UNK"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, r, f := rowOf(t, raceEthnicityStep, tt.columns, map[string]string{"race": tt.race, "ethnicity": tt.ethnicity})
			f(r)
			if got := r.Get(l.Slot("race")); got != tt.wantRace {
				t.Errorf("race %q; want %q", got, tt.wantRace)
			}
			if got := r.Get(l.Slot("race_omb")); got != tt.wantOMB {
				t.Errorf("race_omb %q; want %q", got, tt.wantOMB)
			}
			if got := r.Get(l.Slot("ethnicity")); got != tt.wantEthn {
				t.Errorf("ethnicity %q; want %q", got, tt.wantEthn)
			}
		})
	}
}

func TestLanguage(t *testing.T) {
	std := []string{"STD-001"}
	runCells(t, personFamilies["language"], Column{}, []cellCase{
		{"tag", "en", "en", nil, nil, false},
		{"three letters", "SPA", "es", nil, std, false},
		{"bibliographic code", "chi", "zh", nil, std, false},
		{"name", "Mandarin", "cmn", nil, std, false},
		{"one whose tag alone is a word for no value", "Taiwanese", "zh-nan", nil, std, false},
		{"native name", "Español", "es", nil, std, false},
		{"of two million speakers", "Konkani", "kok", nil, std, false},
		{"a dialect of another's", "Toisanese", "yue", nil, std, false},
		{"where it is spoken so", "Brazilian Portuguese", "pt-BR", nil, std, false},
		{"Irish or Scottish", "Gaelic", "ga", nil, []string{"LANG-001"}, false},
		{"Mandarin as often as Mandingo", "MAN", "MAN", nil, []string{"LANG-001"}, true},
		{"two names", "Ndebele, North; North Ndebele", "nd", nil, std, false},
		{"two languages", "English; Spanish", "English; Spanish", nil, []string{"LANG-001"}, true},
		{"country behind it", "Portuguese (Brazil)", "pt-BR", nil, std, false},
		{"what is spoken", "Chinese (Mandarin)", "cmn", nil, std, false},
		{"something behind it", "Spanish (fluent)", "es", nil, std, false},
		{"declined", "Prefer not to answer", "und", nil, std, false},
		{"sign language", "ASL", "ase", nil, std, false},
		{"region", "en_us", "en-US", nil, std, false},
		{"script", "ZH-hans-cn", "zh-Hans-CN", nil, std, false},
		{"area", "es-419", "es-419", nil, nil, false},
		{"several creoles", "Creole", "ht", nil, []string{"LANG-001"}, false},
		{"Haitian", "Haitian Creole", "ht", nil, std, false},
		{"unknown", "UNKNOWN", "und", nil, std, false},
		{"other", "Other", "und", nil, []string{"LANG-001"}, false},
		{"none", "Klingonish", "Klingonish", nil, []string{"LANG-001"}, true},
		{"odd tag", "en-x", "en-x", nil, []string{"LANG-001"}, true},
	})
}

func TestMaritalStatus(t *testing.T) {
	std := []string{"STD-001"}
	runCells(t, personFamilies["marital_status"], Column{}, []cellCase{
		{"code", "M", "M", nil, nil, false},
		{"word", "Divorced", "D", nil, std, false},
		{"v3 letter", "L", "L", nil, nil, false},
		{"v3 T", "T", "T", nil, nil, false},
		{"v3 A", "A", "A", nil, nil, false},
		{"never", "NEVER MARRIED", "S", nil, std, false},
		{"as BRFSS asks", "A member of an unmarried couple", "T", nil, std, false},
		{"civil partner", "Civil Partner", "T", nil, std, false},
		{"where one is", "Married - spouse absent", "M", nil, std, false},
		{"one of two", "Divorced/Separated", "Divorced/Separated", nil, []string{"MAR-001"}, true},
		{"U", "U", "UNK", nil, []string{"MAR-001"}, false},
		{"unknown", "unknown", "UNK", nil, std, false},
		{"none", "Q", "Q", nil, []string{"MAR-001"}, true},
	})
	f := marital(Column{Header: "PID-16 Marital"})
	for in, want := range map[string]string{"A": "L", "N": "A", "P": "T", "T": "UNK", "U": "UNK", "B": "U", "M": "M", "Separated": "L"} {
		var c Cell
		if f(in, &c); c.Value != want || c.Unusable {
			t.Errorf("table 0002 %s = %q; want %q", in, c.Value, want)
		}
	}
}

// TestCodeTables holds the tables against lists that others publish.
func TestCodeTables(t *testing.T) {
	known := map[string]map[string]string{}
	for _, r := range suites.Records(t, "fhir-r4-code-systems/code_systems.csv") {
		if known[r["code_system"]] == nil {
			known[r["code_system"]] = map[string]string{}
		}
		known[r["code_system"]][r["code"]] = r["display"]
	}
	for code := range ethnicityCategories {
		if code[0] == '2' && known["v3-Ethnicity"][code] == "" {
			t.Errorf("ethnicity.csv has %s, which HL7 has not", code)
		}
	}
	for _, w := range raceWords {
		for _, code := range facts.List(w.code) {
			if code[0] == '2' && known["v3-Race"][code] == "" && known["v3-Ethnicity"][code] == "" {
				t.Errorf("race.csv has %s, which HL7 has not", code)
			}
		}
	}
	codes, byName := 0, 0
	f := race(Column{})
	for code, name := range known["v3-Race"] {
		if code[0] < '0' || code[0] > '9' {
			continue
		}
		codes++
		var c Cell
		if f(code, &c); c.Value != code || c.Unusable || c.Parts[0] == "" {
			t.Errorf("race %s = %q %s", code, c.Value, c.Parts[0])
		}
		c.Reset()
		if f(name, &c); !c.Unusable {
			byName++
		}
	}
	t.Logf("%d codes of race read, %d also by their name", codes, byName)
	named, missed := 0, 0
	for _, r := range suites.Records(t, "iso-codes/language-codes-full.csv") {
		for _, column := range []string{"alpha2", "alpha3-b", "alpha3-t"} {
			tag, ok := languages.find(r[column])
			if !ok || r[column] == "" {
				continue
			}
			named++
			if want := r["alpha2"]; want != "" && tag != want || want == "" && tag != r["alpha3-b"] {
				t.Errorf("language %s = %s", r[column], tag)
			}
		}
		if _, ok := languages.find(r["alpha2"]); !ok {
			missed++
		}
	}
	t.Logf("%d language codes agree; %d languages of ISO 639-2 have no tag here", named, missed)
	same, other := 0, 0
	for file, words := range map[string]func(string) (string, bool){
		"cdc-code-tables/race.csv": func(s string) (string, bool) {
			var c Cell
			f(s, &c)
			return c.Parts[0], !c.Unusable
		},
		"cdc-code-tables/gender.csv": genderWords.find,
	} {
		for _, r := range suites.Records(t, file) {
			got, ok := words(r["display"])
			switch {
			case ok && (got == r["code"] || len(r["code"]) == 1 && got[0]&0xdf == r["code"][0]):
				same++
			default:
				other++
				t.Logf("%s: %q is %s there, %q here", file, r["display"], r["code"], got)
			}
		}
	}
	t.Logf("words of others: %d agree, %d differ", same, other)
}
