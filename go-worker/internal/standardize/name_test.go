package standardize

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

func TestNameParts(t *testing.T) {
	cased := []string{"NAME-005"}
	runCells(t, personFamilies["name_family"], Column{}, []cellCase{
		{"customary already", "Smith", "Smith", nil, nil, false},
		{"capitals", "SMITH", "Smith", nil, cased, false},
		{"small letters", "smith", "Smith", nil, cased, false},
		{"Mc", "MCDONALD", "McDonald", nil, cased, false},
		{"Mack is no Mac", "MACK", "Mack", nil, cased, false},
		{"Macias", "MACIAS", "Macias", nil, cased, false},
		{"Mac", "MACDONALD", "MacDonald", nil, cased, false},
		{"particles", "DE LA CRUZ", "De La Cruz", nil, cased, false},
		{"saint", "ST JOHN", "St John", nil, cased, false},
		{"saint with a point", "ST. JOHN", "St. John", nil, cased, false},
		{"apostrophe", "O'BRIEN", "O'Brien", nil, cased, false},
		{"curly apostrophe", "O’BRIEN", "O'Brien", nil, []string{"ENC-007", "NAME-005"}, false},
		{"acute for an apostrophe", "D´ANGELO", "D'Angelo", nil, []string{"ENC-007", "NAME-005"}, false},
		{"only the apostrophe", "O’Brien", "O'Brien", nil, []string{"ENC-007"}, false},
		{"hyphen", "SMITH-JONES", "Smith-Jones", nil, cased, false},
		{"typographic hyphen", "Smith–Jones", "Smith-Jones", nil, []string{"ENC-007"}, false},
		{"mixed case is left alone", "deVries", "deVries", nil, nil, false},
		{"accents", "GARCÍA", "García", nil, cased, false},
		{"accents in two pieces", "Garci\u0301a", "García", nil, []string{"ENC-007"}, false},
		{"no-break space", "De\u00a0Vries", "De Vries", nil, []string{"ENC-007"}, false},
		{"an old end of a line", "De\rVries", "De Vries", nil, []string{"ENC-007"}, false},
		{"double space", "De  Vries", "De Vries", nil, []string{"STD-002"}, false},
		{"suffix", "SMITH JR.", "Smith", nil, []string{"NAME-003", "NAME-005"}, false},
		{"suffix behind a comma", "Smith, III", "Smith", nil, []string{"NAME-003"}, false},
		{"suffix behind a comma without a space", "Smith,III", "Smith", nil, []string{"NAME-003"}, false},
		{"note without marks", "SMITH DECEASED", "Smith", nil, []string{"NAME-011", "NAME-005"}, false},
		{"credential", "Smith MD", "Smith", nil, []string{"NAME-003"}, false},
		{"Do is a name", "DO", "Do", nil, cased, false},
		{"V is an initial", "Smith V", "Smith V", nil, nil, false},
		{"note", "SMITH (DECEASED)", "Smith", nil, []string{"NAME-011", "NAME-005"}, false},
		{"note between stars", "SMITH *VIP*", "Smith", nil, []string{"NAME-011", "NAME-005"}, false},
		{"digits", "SMITH2", "Smith2", nil, []string{"NAME-011", "NAME-005"}, false},
		{"trailing comma", "Smith,", "Smith", nil, []string{"STD-001"}, false},
		{"null that is a name", "Null", "Null", nil, []string{"NAME-009"}, false},
		{"null that is a name, capitals", "NULL", "Null", nil, []string{"NAME-009", "NAME-005"}, false},
		{"no letters", "12345", "12345", nil, []string{"NAME-012"}, true},
		{"dashes", "---", "---", nil, []string{"NAME-012"}, true},
		{"other script", "王", "王", nil, nil, false},
		{"capitals behind Mc", "McDONALD", "McDonald", nil, cased, false},
		{"capitals behind a prefix", "DeVITO-LaRUE", "DeVito-LaRue", nil, cased, false},
		{"capitals behind a prefix, and small letters", "DeVITO Smith", "DeVITO Smith", nil, nil, false},
		{"two capitals at the end", "SmiTH", "SmiTH", nil, nil, false},
		{"a sharp s among capitals", "STRAßE", "Straße", nil, cased, false},
		{"in parentheses", "(Smith)", "Smith", nil, []string{"STD-001"}, false},
		{"of two persons", "Smith & Jones", "Smith & Jones", nil, []string{"NAME-016"}, false},
		{"and at the end", "Smith And", "Smith And", nil, nil, false},
		{"maiden name with its mark", "SMITH NEE JONES", "Smith", nil, []string{"NAME-011", "NAME-005"}, false},
		{"maiden name, formerly known as", "Smith f/k/a Jones", "Smith", nil, []string{"NAME-011"}, false},
		{"Nee is a name", "Nee", "Nee", nil, nil, false},
		{"Nee is a name before a suffix", "Mac Nee Jr", "Mac Nee", nil, []string{"NAME-003"}, false},
	})
	runCells(t, personFamilies["name_family"], Column{Params: map[string]string{"particles": "lower"}}, []cellCase{
		{"display option", "DE LA CRUZ", "de la Cruz", nil, cased, false},
	})
	runCells(t, personFamilies["name_given"], Column{}, []cellCase{
		{"two names", "MARY ANN", "Mary Ann", nil, cased, false},
		{"initials", "TJ", "TJ", nil, nil, false},
		{"Mac is no patronymic", "MACKENZIE", "Mackenzie", nil, cased, false},
		{"nickname", `William "Bill"`, "William", nil, []string{"NAME-006"}, false},
		{"nickname in parentheses", "ROBERT (BOB)", "Robert", nil, []string{"NAME-006", "NAME-005"}, false},
		{"form of address", "DR. JOHN", "John", nil, []string{"NAME-003", "NAME-005"}, false},
		{"apostrophe inside", "SHA'NIQUA", "Sha'Niqua", nil, cased, false},
		{"initial", "J.", "J", nil, []string{"STD-001"}, false},
		{"initials with points", "k.c.", "K.C.", nil, cased, false},
		{"initials with points and space", "A. B.", "A. B.", nil, nil, false},
		{"a name and an initial", "Mary J.", "Mary J", nil, []string{"STD-001"}, false},
		{"Greek capitals", "ΓΙΏΡΓΟΣ", "Γιώργος", nil, cased, false},
		{"Greek capitals with two accents on one", "ΜΩΡΑΪ\u0301ΤΗ", "Μωρα\u0390τη", nil, cased, false},
		{"capitals of Georgian", "ᲙᲐᲮᲐᲑᲔᲠ", "კახაბერ", nil, cased, false},
		{"a sign within a word", "МАР'ЯНА", "Мар'яна", nil, cased, false},
		{"behind one letter", "В'ЯЧЕСЛАВ", "В'ячеслав", nil, cased, false},
		{"O in Cyrillic", "О'ГЕНРІ", "О'Генрі", nil, cased, false},
		{"form of address behind it", "John Mr", "John", nil, []string{"NAME-003"}, false},
		{"form of address without a space", "DR.JOHN", "John", nil, []string{"NAME-003", "NAME-005"}, false},
		{"no middle name", "MARY NMN", "Mary", nil, cased, false},
		{"an alias", "Robert AKA Bob", "Robert", nil, []string{"NAME-011"}, false},
	})
	runCells(t, personFamilies["name_middle"], Column{}, []cellCase{
		{"initial", "a.", "A", nil, cased, false},
		{"name", "Lee", "Lee", nil, nil, false},
		{"none", "NMN", "", nil, []string{"NULL-001"}, false},
		{"no initial", "nmi", "", nil, []string{"NULL-001"}, false},
	})
	runCells(t, personFamilies["name_suffix"], Column{}, []cellCase{
		{"junior", "JNR", "Jr", nil, []string{"STD-001"}, false},
		{"third", "3rd", "III", nil, []string{"STD-001"}, false},
		{"roman", "iv", "IV", nil, []string{"STD-001"}, false},
		{"five", "V", "V", nil, nil, false},
		{"six", "VI", "VI", nil, nil, false},
		{"credential", "M.D.", "MD", nil, []string{"STD-001"}, false},
		{"two", "Jr., MD", "Jr MD", nil, []string{"STD-001"}, false},
		{"none", "???", "???", nil, []string{"NAME-012"}, true},
	})
	runCells(t, personFamilies["name_other"], Column{Field: "name_nickname"}, []cellCase{{"initials", "TJ", "TJ", nil, nil, false}})
	runCells(t, personFamilies["name_other"], Column{Field: "name_maiden"}, []cellCase{{"short", "NG", "Ng", nil, cased, false}})
	runCells(t, personFamilies["name_prefix"], Column{}, []cellCase{
		{"mister", "MR.", "Mr", nil, []string{"STD-001"}, false},
		{"doctor", "Doctor", "Dr", nil, []string{"STD-001"}, false},
		{"unknown one", "DAME", "Dame", nil, []string{"STD-001"}, false},
	})
}

func TestFullNameText(t *testing.T) {
	cased := []string{"NAME-005"}
	runCells(t, personFamilies["name_full"], Column{}, []cellCase{
		{"customary already", "John Smith", "John Smith", nil, nil, false},
		{"capitals", "DOE, JOHN A JR", "Doe, John A Jr", nil, cased, false},
		{"no space behind the comma", "DOE,JOHN", "Doe, John", nil, cased, false},
		{"HL7", "DOE^JOHN^A^JR^DR", "Doe, Dr John A, Jr", nil, []string{"STD-001"}, false},
		{"credential", "JANE ROE, PHD", "Jane Roe, PhD", nil, cased, false},
		{"nickname stays", `WILLIAM "BILL" SMITH`, `William "Bill" Smith`, nil, cased, false},
		{"note goes", "SMITH, JOHN (DECEASED)", "Smith, John", nil, []string{"NAME-011", "NAME-005"}, false},
		{"third", "JOHN SMITH III", "John Smith III", nil, cased, false},
		{"no letters", "..., ...", "..., ...", nil, []string{"NAME-012"}, true},
	})
}

func TestSplitName(t *testing.T) {
	for _, tt := range []struct{ in, want string }{ // family / given / middle / suffix / prefix / credential / nickname
		{"DOE, JOHN A JR", "Doe/John/A/Jr///"},
		{"DOE JR, JOHN", "Doe/John//Jr///"},
		{"DOE, JOHN, JR", "Doe/John//Jr///"},
		{"Doe, Jr, John", "Doe/John//Jr///"},
		{"DOE^JOHN^A^JR^DR^MD", "Doe/John/A/Jr/Dr/MD/"},
		{"VAN BERG&VAN&BERG^ANNA~X^Y", "Van Berg/Anna/////"},
		{"O'BRIEN, MARY", "O'Brien/Mary/////"},
		{"Ma, Andrew", "Ma/Andrew/////"},
		{"Van Nguyen", "Nguyen/Van/////"},
		{"Royce, Ed", "Royce/Ed/////"},
		{"Andrew Do", "Do/Andrew/////"},
		{"John Smith", "Smith/John/////"},
		{"Smith; John", "Smith/John/////"},
		{"SMITH NEE JONES, MARY", "Smith/Mary/////"},
		{"Smith, Mary Ann née Jones", "Smith/Mary/Ann////"},
		{"McDONALD, RONALD", "McDonald/Ronald/////"},
		{"John Jr Smith", "Smith/John//Jr///"},
		{"DE LA CRUZ JUAN CARLOS", "De La Cruz/Juan/Carlos////"},
		{"John Q Smith", "Smith/John/Q////"},
		{"John Q. Smith Jr.", "Smith/John/Q/Jr///"},
		{"John Smith, Jr.", "Smith/John//Jr///"},
		{"John Smith, Jr., MD", "Smith/John//Jr//MD/"},
		{"JOHN SMITH V", "Smith/John//V///"},
		{"John V", "V/John/////"},
		{"Ludwig van der Berg", "van der Berg/Ludwig/////"},
		{"MARIA DE LA CRUZ", "De La Cruz/Maria/////"},
		{"Mary St. John", "St. John/Mary/////"},
		{"Dr. Jane Roe PhD", "Roe/Jane///Dr/PhD/"},
		{"ROE, JANE MRS", "Roe/Jane///Mrs//"},
		{"Mr Smith", "Smith////Mr//"},
		{`William "Bill" Smith`, "Smith/William/////Bill"},
		{"Smith, Robert (Bob) J", "Smith/Robert/J////Bob"},
		{"BLOGGS, Joe (Mr)", "Bloggs/Joe///Mr//"},
		{"Roe, Rick (JR.)", "Roe/Rick//Jr///"},
		{"Mrs Ann Poe (Miss)", "Poe/Ann///Mrs//Miss"},
		{"SMITH, John", "Smith/John/////"},
		{"van der Berg, Anna", "van der Berg/Anna/////"},
		{"Smith, MD", "Smith/////MD/"},
		{"Prince", "Prince//////"},
		{"DUPONT Marie", "Dupont/Marie/////"},
		{"DE LA CRUZ Ana Luisa", "De La Cruz/Ana/Luisa////"},
		{"JD Salinger", "Salinger/JD/////"},
		{"MARY SMITH", "Smith/Mary/////"},
		{"Marie DUPONT", "Dupont/Marie/////"},
		{"Prof. Dr. med. Hans Müller", "Müller/Hans///Prof Dr Med//"},
		{"Smith,", "Smith//////"},
		{"Dr. med. Schmidt, Anna", "Schmidt/Anna///Dr Med//"},
		{"Smith, John Paul V", "Smith/John/Paul/V///"},
		{"Smt. Lakshmi Devi", "Devi/Lakshmi///Smt//"},
		{"Herr Dr. Karl Weber", "Weber/Karl///Herr Dr//"},
		{"Sig.ra Lucia Verdi", "Verdi/Lucia///Sig.ra//"},
		{"Siti binti Abdullah", "binti Abdullah/Siti/////"},
		{"山田 太郎", "山田/太郎/////"},
		{"김 민수", "김/민수/////"},
		{"Иванов Пётр Сергеевич", "Иванов/Пётр/Сергеевич////"},
		{"Пётр Сергеевич Иванов", "Иванов/Пётр/Сергеевич////"},
		{"Анна Петрова", "Петрова/Анна/////"},
		{"Mary Y Chen", "Chen/Mary/Y////"},
		{"MARY ANN Y CHEN", "Chen/Mary/Ann Y////"},
		{"Juan García y López", "García y López/Juan/////"},
		{"Maria da Costa e Silva", "da Costa e Silva/Maria/////"},
		{"JOHN MC DONALD", "Mc Donald/John/////"},
		{"Gerard 't Hooft", "'t Hooft/Gerard/////"},
		{"Anna van 't Hoff", "van 't Hoff/Anna/////"},
		{"van der Berg", "van der Berg//////"},
		{"De La Cruz", "De La Cruz//////"},
		{"Del Shannon", "Shannon/Del/////"},
		{"Berg, Jan van der", "van der Berg/Jan/////"},
		{"BERG, JAN PIET VAN DER", "Van Der Berg/Jan/Piet////"},
		{"Berg, Jan van, Jr.", "van Berg/Jan//Jr///"},
		{"Nguyen, Thi Van", "Nguyen/Thi/Van////"},
		{"NGUYEN, THI VAN", "Nguyen/Thi/Van////"},
		{"LI, MING DE", "Li/Ming/De////"},
		{"Sousa, Ana de", "de Sousa/Ana/////"},
		{"CRUZ, JUAN DE LA", "De La Cruz/Juan/////"},
		{"GARCIA, MARIA DE LOS", "Garcia/Maria/De Los////"},
		{"SMITH, JOHN NMN", "Smith/John/////"},
		{"JOHN NMI SMITH", "Smith/John/////"},
		{"SMITH DECEASED, JOHN", "Smith/John/////"},
		{"Smith, John Deceased", "Smith/John/////"},
		{"SMITH AKA JONES, MARY", "Smith/Mary/////"},
		{"Mary Aka Jones", "Jones/Mary/Aka////"},
		{"Hooft, Gerard 't", "'t Hooft/Gerard/////"},
		{"Smith, Dr.", "Smith////Dr//"},
		{"John Smith, Mr", "Smith/John///Mr//"},
		{"SMITH JOHN MR", "John/Smith///Mr//"},
		{"Dr. John Smith Prof.", "Smith/John///Dr Prof//"},
		{"DE CLEVA, PAUL MR SR", "De Cleva/Paul//Sr/Mr//"},
		{"Dr.John Smith", "Smith/John///Dr//"},
		{"Mr.Smith", "Smith////Mr//"},
		{"St.John, Mary", "St.John/Mary/////"},
		{"Sr. Juan Pérez", "Pérez/Juan///Sr//"},
		{"John Smith, Ph. D.", "Smith/John////PhD/"},
		{"Tonya Fordham, DO", "Fordham/Tonya////DO/"},
		{"Tonya Fordham, D.O.", "Fordham/Tonya////DO/"},
		{"Ann Roe, MS, RN - CRNA", "Roe/Ann////MS RN CRNA/"},
		{"Ann Roe, BSN, FNP-C", "Roe/Ann////BSN FNP-C/"},
		{"Roe, DO", "Roe/Do/////"},
		{"NGUYEN LE, DO", "Nguyen Le/Do/////"},
		{"García López, Mo", "García López/Mo/////"},
		{"van der Berg, PhD", "van der Berg/////PhD/"},
		{"St John, MD", "St John/////MD/"},
		{"Ann Poe (MBA)", "Poe/Ann////MBA/"},
		{"'Smitty' Jones", "Jones//////Smitty"},
		{`"Van Berg", Jan`, "Van Berg/Jan/////"},
		{"John （Jack） Poe", "Poe/John/////Jack"},
		{"王，小明", "王/小明/////"},
		{"William A. Poe VI", "Poe/William/A/VI///"},
		{"Poe, Vi", "Poe/Vi/////"},
		{"José Silva Júnior", "Silva/José//Jr///"},
		{"John Smith 2", "Smith/John/////"},
		{"The Rev. Ann Poe", "Poe/Ann///Rev//"},
		{"The Honorable Ann Poe", "Poe/Ann///Hon//"},
		{"John O' Hara", "O' Hara/John/////"},
		{"John Smith (2)", "Smith/John/////"},
		{"FNU Smith", "Smith/Fnu/////"},
		{"B/O Mary Smith", "Smith/B/O/Mary////"},
		{"Ann Poe c/o Joe Roe", "Poe/Ann/////"},
		{"Smith, John DO NOT USE", "Smith/John/////"},
		{"Mary Jones formerly Smith", "Jones/Mary/////"},
		{"John & Mary Smith", "Smith/John & Mary/////"},
		{"JOHN AND MARY ANN VAN DYK", "Van Dyk/John And Mary Ann/////"},
		{"Smith, John A & Mary B", "Smith/John A & Mary B/////"},
		{"Mr. & Mrs. John Smith", "Smith/John///Mr & Mrs//"},
		{"Mr and Mrs Smith", "Smith////Mr & Mrs//"},
		{"John Smith & Mary Jones", "//////"},
		{"Mary Ann and John Smith", "//////"},
		{"Smith, John & Jones, Mary", "//////"},
		{"Smith, John; Smith, Mary", "//////"},
		{"JOHN SMITH/MARY SMITH", "//////"},
		{"Smith/Jones, Mary Ann", "Smith/Jones/Mary/Ann////"},
		{"Andy Anders And", "And/Andy/Anders////"},
	} {
		p := splitName(nameMarks.Replace(tt.in), 0, nameStyle{})
		got := strings.Join([]string{p.family, p.given, p.middle, p.suffix, p.prefix, p.credential, p.nickname}, "/")
		if got != tt.want {
			t.Errorf("%q = %s; want %s", tt.in, got, tt.want)
		}
	}
	for in, want := range map[string]string{"SMITH JOHN MR": "Smith/John/", "NGUYEN AN": "Nguyen/An/", "Smith John Q": "Smith/John/Q", "DE SOUSA ANA MARIA": "De Sousa/Ana/Maria"} {
		p := splitName(in, 1, nameStyle{})
		if got := p.family + "/" + p.given + "/" + p.middle; got != want {
			t.Errorf("family first, %q = %s; want %s", in, got, want)
		}
	}
	for in, want := range map[string]string{"GARCIA LOPEZ MARIA JOSE": "Garcia Lopez/Maria/Jose/true", "DE LA CRUZ PEREZ ANA": "De La Cruz Perez/Ana//true",
		"RUIZ JUAN": "Ruiz/Juan//false", "GARCIA LOPEZ Ana": "Garcia Lopez/Ana//false"} {
		p := splitName(in, 2, nameStyle{})
		if got := fmt.Sprintf("%s/%s/%s/%t", p.family, p.given, p.middle, p.doubtful); got != want {
			t.Errorf("two family names first, %q = %s; want %s", in, got, want)
		}
	}
	for in, want := range map[string]bool{"Maria Ana Lopez Garcia": true, "Ana Maria Lopez": false, "Ludwig van der Berg": false, "Prince": true} {
		if p := splitName(in, 0, nameStyle{}); p.doubtful != want {
			t.Errorf("%q is doubtful: %t", in, p.doubtful)
		}
	}
}

func TestNameStep(t *testing.T) {
	full := map[string]Column{"name_full": {Type: "name_full"}}
	parts := map[string]Column{"name_family": {Type: "name_family"}, "name_given": {Type: "name_given"}}
	born := map[string]Column{"name_family": {Type: "name_family"}, "name_given": {Type: "name_given"}, "name_maiden": {Type: "name_other"}}
	suffixed := map[string]Column{"name_family": {Type: "name_family"}, "name_given": {Type: "name_given"}, "name_suffix": {Type: "name_suffix"}}
	for _, tt := range []struct {
		name    string
		columns map[string]Column
		values  map[string]string
		want    map[string]string
		hits    []string // those of the step, without NAME-001
	}{
		{"split", full, map[string]string{"name_full": "DOE, JOHN A JR"},
			map[string]string{"name_family": "Doe", "name_given": "John", "name_middle": "A", "name_suffix": "Jr"}, []string{"NAME-003", "NAME-008"}},
		{"HL7 keeps its components", full, map[string]string{"name_full": "ROE^MARY ANN^B"},
			map[string]string{"name_family": "Roe", "name_given": "Mary Ann", "name_middle": "B", "name_suffix": ""}, nil},
		{"note and nickname", full, map[string]string{"name_full": `ROE, WILLIAM "BILL" (DECEASED)`},
			map[string]string{"name_family": "Roe", "name_given": "William", "name_nickname": "Bill", "name_note": "DECEASED"}, []string{"NAME-006"}},
		{"particles", full, map[string]string{"name_full": "Anna van der Berg"},
			map[string]string{"name_family": "van der Berg", "name_given": "Anna"}, []string{"NAME-004"}},
		{"order unknown", full, map[string]string{"name_full": "Maria Ana Lopez Garcia"},
			map[string]string{"name_family": "Garcia", "name_given": "Maria", "name_middle": "Ana Lopez"}, []string{"NAME-002"}},
		{"suffix out of family", parts, map[string]string{"name_family": "SMITH JR", "name_given": "DR JOHN"},
			map[string]string{"name_family": "Smith", "name_given": "John", "name_suffix": "Jr", "name_prefix": "Dr"}, nil},
		{"maiden name", parts, map[string]string{"name_family": "SMITH (NEE LOPEZ)", "name_given": "ANA"},
			map[string]string{"name_family": "Smith", "name_maiden": "Lopez", "name_note": ""}, nil},
		{"birth name alone", born, map[string]string{"name_family": "", "name_given": "An", "name_maiden": "NGUYEN"},
			map[string]string{"name_family": "Nguyen", "name_maiden": "Nguyen"}, []string{"NAME-015"}},
		{"birth name beside another", born, map[string]string{"name_family": "ROUX", "name_given": "An", "name_maiden": "NGUYEN"}, map[string]string{"name_family": "Roux"}, nil},
		{"newborn", parts, map[string]string{"name_family": "SMITH", "name_given": "BABY BOY A"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "1", "name_family": "Smith"}, []string{"NAME-007"}},
		{"newborn of somebody", parts, map[string]string{"name_family": "SMITH", "name_given": "BOY OF MARIA"},
			map[string]string{"is_newborn_placeholder": "true"}, []string{"NAME-007"}},
		{"newborn in a full name", full, map[string]string{"name_full": "BABY GIRL SMITH"},
			map[string]string{"is_newborn_placeholder": "true", "name_family": "Smith"}, []string{"NAME-007"}},
		{"newborn in the place of the family name", full, map[string]string{"name_full": "BABY BOY, SMITH"},
			map[string]string{"is_newborn_placeholder": "true", "name_family": "Baby Boy", "name_given": "Smith"}, []string{"NAME-007"}},
		{"twin in the place of the family name", parts, map[string]string{"name_family": "TWIN B", "name_given": "SMITH"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "2"}, []string{"NAME-007"}},
		{"families are called Boy", parts, map[string]string{"name_family": "Boy A", "name_given": "Jan"}, map[string]string{"is_newborn_placeholder": ""}, nil},
		{"newborn behind the family name", full, map[string]string{"name_full": "SMITH, BABY BOY A"},
			map[string]string{"is_newborn_placeholder": "true", "name_family": "Smith", "name_given": "Baby Boy A", "name_middle": "", "birth_order": "1"}, []string{"NAME-007"}},
		{"a twin with a name", full, map[string]string{"name_full": "JONES, LIAM (TWIN B)"},
			map[string]string{"name_family": "Jones", "name_given": "Liam", "name_nickname": "", "name_note": "TWIN B", "birth_order": "2"}, nil},
		{"a merged record", full, map[string]string{"name_full": "Wright, Dana (Merged to 1829301)"},
			map[string]string{"name_family": "Wright", "name_given": "Dana", "name_nickname": "", "name_note": "Merged to 1829301"}, nil},
		{"an old nickname", full, map[string]string{"name_full": "Wright, Dana (Old Dee)"},
			map[string]string{"name_given": "Dana", "name_nickname": "Old Dee", "name_note": ""}, []string{"NAME-006"}},
		{"a note in stars before the name", parts, map[string]string{"name_family": "**DECEASED** WARREN", "name_given": "EARL *MERGED*"},
			map[string]string{"name_family": "Warren", "name_given": "Earl", "name_note": "DECEASED"}, nil},
		{"newborn of the mother", parts, map[string]string{"name_family": "SMITH", "name_given": "B/O MARIA"},
			map[string]string{"is_newborn_placeholder": "true", "name_given": "B/O Maria"}, []string{"NAME-007"}},
		{"the mother's newborn", parts, map[string]string{"name_family": "Smith", "name_given": "Maria's Twin B"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "2"}, []string{"NAME-007"}},
		{"newborn behind the mother's name", full, map[string]string{"name_full": "SMITH, MARIA BABY BOY"},
			map[string]string{"is_newborn_placeholder": "true", "name_given": "Maria Baby Boy", "name_middle": ""}, []string{"NAME-007"}},
		{"not yet born", parts, map[string]string{"name_family": "SMITH", "name_given": "FETUS"},
			map[string]string{"is_newborn_placeholder": "true"}, []string{"NAME-007"}},
		{"first twin", parts, map[string]string{"name_family": "SMITH", "name_given": "SECOND TWIN"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "2"}, []string{"NAME-007"}},
		{"twin in a full name", full, map[string]string{"name_full": "Smith, Girl 2"},
			map[string]string{"is_newborn_placeholder": "true", "name_given": "Girl 2", "name_note": "", "birth_order": "2"}, []string{"NAME-007"}},
		{"Girl Maria is not all of a newborn", parts, map[string]string{"name_family": "SMITH", "name_given": "MARIA BOY"},
			map[string]string{"is_newborn_placeholder": ""}, nil},
		{"two persons", full, map[string]string{"name_full": "John & Mary Smith"},
			map[string]string{"name_full": "John & Mary Smith", "name_family": "Smith", "name_given": "John & Mary"}, []string{"NAME-016"}},
		{"two whole names", full, map[string]string{"name_full": "John Smith & Mary Jones"},
			map[string]string{"name_full": "John Smith & Mary Jones", "name_family": "", "name_given": ""}, []string{"NAME-016"}},
		{"in somebody's place", full, map[string]string{"name_full": "ANN POE C/O JOE ROE"},
			map[string]string{"name_family": "Poe", "name_given": "Ann", "name_note": "C/O JOE ROE"}, nil},
		{"newborn, glued", parts, map[string]string{"name_family": "SMITH", "name_given": "BG2"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "2"}, []string{"NAME-007"}},
		{"twin, glued", parts, map[string]string{"name_family": "SMITH", "name_given": "TwinB"},
			map[string]string{"is_newborn_placeholder": "true", "birth_order": "2"}, []string{"NAME-007"}},
		{"Infanta is no newborn", parts, map[string]string{"name_family": "SMITH", "name_given": "INFANTA"},
			map[string]string{"is_newborn_placeholder": ""}, nil},
		{"no name", full, map[string]string{"name_full": "No Name"}, map[string]string{"is_unknown_person": "true"}, []string{"NAME-008"}},
		{"not to be used", full, map[string]string{"name_full": "DO NOT USE"}, map[string]string{"is_test": "true"}, []string{"NAME-010"}},
		{"Do Nguyen is somebody", full, map[string]string{"name_full": "DO NHU NGUYEN"}, map[string]string{"is_test": ""}, nil},
		{"numbered in a full name", full, map[string]string{"name_full": "Doe #45"},
			map[string]string{"is_unknown_person": "true", "name_family": "Doe", "name_given": "", "name_note": "#45"}, []string{"NAME-008"}},
		{"particles behind the given name", parts, map[string]string{"name_family": "BERG", "name_given": "JAN VAN DER"},
			map[string]string{"name_family": "Van Der Berg", "name_given": "Jan"}, []string{"NAME-004", "NAME-004"}},
		{"a given name of two syllables", parts, map[string]string{"name_family": "LI", "name_given": "MING DE"},
			map[string]string{"name_family": "Li", "name_given": "Ming De"}, nil},
		{"nickname behind the family", parts, map[string]string{"name_family": `Smith "Jack"`, "name_given": "John"},
			map[string]string{"name_family": "Smith", "name_nickname": "Jack"}, nil},
		{"Babette is no newborn", parts, map[string]string{"name_family": "SMITH", "name_given": "BABETTE"},
			map[string]string{"is_newborn_placeholder": ""}, nil},
		{"unknown person", parts, map[string]string{"name_family": "DOE", "name_given": "JANE"},
			map[string]string{"is_unknown_person": "true"}, []string{"NAME-008"}},
		{"numbered", parts, map[string]string{"name_family": "DOE 23", "name_given": "UNIT"},
			map[string]string{"is_unknown_person": "true"}, []string{"NAME-008"}},
		{"Does is a name", parts, map[string]string{"name_family": "Does", "name_given": "Jane"}, map[string]string{"is_unknown_person": ""}, nil},
		{"Doe with another given name", parts, map[string]string{"name_family": "Doe", "name_given": "Patricia"}, map[string]string{"is_unknown_person": ""}, nil},
		{"no first name", parts, map[string]string{"name_family": "Khan", "name_given": "FNU"}, map[string]string{"is_unknown_person": "true"}, []string{"NAME-008"}},
		{"trauma", parts, map[string]string{"name_family": "TRAUMA", "name_given": "ALPHA"}, map[string]string{"is_unknown_person": "true"}, []string{"NAME-008"}},
		{"test", full, map[string]string{"name_full": "ZZTEST, PATIENT"}, map[string]string{"is_test": "true"}, []string{"NAME-010"}},
		{"test in one part only", parts, map[string]string{"name_family": "Test", "name_given": "Maria"}, map[string]string{"is_test": ""}, []string{"NAME-010"}},
		{"test in both", parts, map[string]string{"name_family": "TEST", "name_given": "PATIENT"}, map[string]string{"is_test": "true"}, []string{"NAME-010"}},
		{"test, numbered", parts, map[string]string{"name_family": "TEST2", "name_given": "DUMMY"}, map[string]string{"is_test": "true"}, []string{"NAME-010"}},
		{"mouse", parts, map[string]string{"name_family": "MOUSE", "name_given": "MICKEY"}, map[string]string{"is_test": "true"}, []string{"NAME-010"}},
		{"Testa is a name", parts, map[string]string{"name_family": "TESTA", "name_given": "MARIA"}, map[string]string{"is_test": ""}, nil},
		{"the same twice", parts, map[string]string{"name_family": "LEE", "name_given": "LEE"}, nil, []string{"NAME-013"}},
		{"one letter", parts, map[string]string{"name_family": "LEE", "name_given": "J"}, nil, []string{"NAME-013"}},
		{"a whole name in the family", parts, map[string]string{"name_family": "NGUYEN, VAN THI"}, map[string]string{"name_family": "Nguyen",
			"name_given": "Van Thi"}, nil},
		{"a whole name with all that belongs to it", parts, map[string]string{"name_family": "ROE, JOHN JR"}, map[string]string{"name_family": "Roe",
			"name_given": "John", "name_suffix": "Jr"}, []string{"NAME-003"}},
		{"a suffix behind the family", parts, map[string]string{"name_family": "DOE, JR"}, map[string]string{"name_family": "Doe", "name_given": "",
			"name_suffix": "Jr"}, nil},
		{"a degree for a suffix", suffixed, map[string]string{"name_family": "Lee", "name_given": "Ann", "name_suffix": "M.D."},
			map[string]string{"name_suffix": "", "name_credential": "MD"}, []string{"NAME-003"}},
		{"a degree behind a suffix", suffixed, map[string]string{"name_family": "Lee", "name_given": "Ann", "name_suffix": "jr, md"},
			map[string]string{"name_suffix": "Jr", "name_credential": "MD"}, []string{"NAME-003"}},
		{"nothing", parts, nil, map[string]string{"name_family": "", "is_test": ""}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, r, f := rowOf(t, nameStep, tt.columns, tt.values)
			before := len(r.Hits)
			f(r)
			for name, want := range tt.want {
				if l.Slot(name) < 0 {
					t.Errorf("the step adds no %s", name)
				}
				if got := r.Get(l.Slot(name)); got != want {
					t.Errorf("%s = %q; want %q", name, got, want)
				}
			}
			var hits []string
			for _, h := range r.Hits[before:] {
				if h.Rule != ruleNameSplit {
					hits = append(hits, h.Rule.String())
				}
			}
			if strings.Join(hits, " ") != strings.Join(tt.hits, " ") {
				t.Errorf("rules %v; want %v", hits, tt.hits)
			}
		})
	}
}

func TestPlaceholderContactMakesATestPatient(t *testing.T) {
	columns := map[string]Column{"name_family": {Type: "name_family"}, "name_given": {Type: "name_given"}}
	l, r, f := rowOf(t, nameStep, columns, map[string]string{"name_family": "Test", "name_given": "Maria"})
	r.Hits = append(r.Hits, Hit{-1, ruleSSNPlaceholder})
	if f(r); r.Get(l.Slot("is_test")) != "true" {
		t.Error("a test name with a placeholder for the SSN is no test patient")
	}
}

// TestCensusNames holds recasing against the names of a whole census: letters stay, nothing gets lost, and capitals come back.
func TestCensusNames(t *testing.T) {
	for file, typ := range map[string]string{"dist.all.last": "name_family", "dist.female.first": "name_given", "dist.male.first": "name_given"} {
		content, err := os.ReadFile(suites.Path(t, "us-census-names-1990/"+file))
		if err != nil {
			t.Fatal(err)
		}
		f, plain := personFamilies[typ].Bind(Column{}), personFamilies[typ].BindPlain(Column{})
		names, inner := 0, 0
		for line := range strings.Lines(string(content)) {
			name := strings.Fields(line)[0]
			names++
			var c Cell
			if f(name, &c); c.Unusable || !strings.EqualFold(c.Value, name) {
				t.Errorf("%s became %q (%v)", name, c.Value, ids(c.Hits))
			}
			if strings.ToUpper(c.Value) != name {
				t.Errorf("%s: letters changed in %q", name, c.Value)
			}
			if len(c.Value) > 1 && c.Value[1:] != strings.ToLower(c.Value[1:]) {
				inner++
			}
			checkLaws(t, f, name, c.Value, c.Unusable)
			checkShort(t, plain, f, name)
		}
		t.Logf("%s: %d names recased, %d with a capital inside", file, names, inner)
	}
}

func FuzzNames(f *testing.F) {
	for _, s := range []string{
		"DOE, JOHN A JR", "O’BRIEN", `William "Bill"`, "DOE^JOHN^A^JR^DR^MD", "SMITH (DECEASED)", "de la cruz", "Smith, III", "MCDONALD",
		"ROBERT (BOB)", "'", "\"\"", "ZZTEST", "V", "Dr. Jane Roe PhD", "ǅ", "ß", "ŉ a", "*a*", "- vip", "a, b, c, jr", "JR, JR",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(s)
		if s == "" {
			return
		}
		for _, typ := range []string{"name_family", "name_given", "name_middle", "name_other", "name_suffix", "name_prefix", "name_full"} {
			cell := personFamilies[typ].Bind(Column{})
			var c Cell
			cell(s, &c)
			if c.Value == "" {
				t.Errorf("%s of %q is empty", typ, s)
			}
			checkLaws(t, cell, s, c.Value, c.Unusable)
		}
		splitName(s, 2, nameStyle{})
	})
}
