package link

import "testing"

// pairOf returns a set of two rows of one source each, by field.
func pairOf(a, b map[string]string) *Set {
	s := NewSet()
	for i, row := range []map[string]string{a, b} {
		addRow(s, string(rune('a'+i)), row)
	}
	s.finish()
	return s
}

var testColumns = append(Fields(), "row_uid")

// readers are those of the sets of tests: one of each source.
var readers = map[*Set]map[string]*Reader{}

func addRow(s *Set, source string, row map[string]string) {
	cells := make([]string, len(testColumns))
	for i, c := range testColumns {
		cells[i] = row[c]
	}
	if readers[s] == nil {
		readers[s] = map[string]*Reader{}
	}
	if readers[s][source] == nil {
		readers[s][source] = s.Reader(source, testColumns)
	}
	uid := row["row_uid"]
	if uid == "" {
		uid = source + string(rune('0'+s.Len()%10)) + string(rune('0'+s.Len()/10%10)) + string(rune('0'+s.Len()/100))
	}
	readers[s][source].Add(uid, row["known"], cells)
}

func TestLevels(t *testing.T) {
	tests := []struct {
		field Field
		name  string
		a, b  string
		want  string
	}{
		{Given, "name_given", "William", "WILLIAM", "equal"},
		{Given, "name_given", "William", "Bill", "one_edit_or_nickname"},
		{Given, "name_given", "William", "Wiliam", "one_edit_or_nickname"},
		{Given, "name_given", "William", "W", "close"},
		{Given, "name_given", "William", "Bll", "close"},
		{Given, "name_given", "William", "Thomas", "differs"},
		{Given, "name_given", "Mary-Ann", "Mary", "one_edit_or_nickname"},
		{Given, "name_given", "Maximilian Pascal", "Pscal", "close"},
		{Given, "name_given", "Maria Jose", "Maria Luisa", "similar"},
		{Given, "name_given", "Maria Luisa", "Maria Luiza", "one_edit_or_nickname"},
		{Given, "name_given", "Maria J", "Maria Jose", "one_edit_or_nickname"},
		{Given, "name_given", "Ana Maria Luz", "Maria Luz", "one_edit_or_nickname"},
		{Given, "name_given", "Quang Dũng", "Quang Dũg", "one_edit_or_nickname"}, // short words, of which another letter makes another one
		{Given, "name_given", "Mai Chi", "Mai Vân", "similar"},
		{Given, "name_given", "Щ", "Щукарь", "close"},
		{Given, "name_given", "Юлия", "Iuliia", "equal"},
		{Given, "name_given", "Елизавета", "Елзавета", "one_edit_or_nickname"},
		{Given, "name_given", "غ", "غيداء", "close"},
		{Given, "name_given", "محمّد", "محمد", "equal"},
		{Given, "name_given", "محمد", "Mohammed", "similar"},
		{Family, "name_family", "Đặng", "DANG", "equal"},
		{Family, "name_family", "Groß", "GROSS", "equal"},
		{Family, "name_family", "Δημητρίου", "Dimitriou", "one_edit"},
		{Middle, "name_middle", "Joseph", "J", "initial"},
		{Middle, "name_middle", "Joseph", "Josehp", "initial"},
		{Middle, "name_middle", "Joseph", "Justin", "differs"},
		{Family, "name_family", "Martinez Silva", "Martinez Rios", "similar"},
		{Family, "name_family", "García", "Garcia", "equal"},
		{Family, "name_family", "O'Brien", "OBrien", "equal"},
		{Family, "name_family", "Smith-Jones", "Jones", "one_edit"},
		{Family, "name_family", "De La Cruz", "Delacruz", "one_edit"},
		{Family, "name_family", "Bill", "William", "differs"},
		{BirthDate, "birth_date", "1985-04-05", "1985-05-04", "turned_or_one_edit"},
		{BirthDate, "birth_date", "1985-04-05", "1986-04-05", "turned_or_one_edit"},
		{BirthDate, "birth_date", "1979-04-05", "1980-04-05", "two_parts"},
		{BirthDate, "birth_date", "1985-04-05", "1985-04-17", "two_parts"},
		{BirthDate, "birth_date", "1985-04-05", "1983-04-06", "two_edits"},
		{BirthDate, "birth_date", "1985-04", "1985-04-05", "two_parts"},
		{BirthDate, "birth_date", "1985", "1985-04-05", "same_year"},
		{BirthDate, "birth_date", "1985", "1984-04-05", "differs"},
		{BirthDate, "birth_date", "1985-04-05", "1962-11-23", "differs"},
		{SSN, "ssn", "123-45-6780", "123456708", "one_edit"},
		{SSN, "ssn", "123456780", "987651234", "differs"},
		{Email, "email", "ann@example.org", "Ann@Example.org", "equal"},
		{Email, "email", "ann.lee@example.org", "ann.lee@example.com", "local_part_or_one_edit"},
		{Street, "address_line1", "12 North Main Street", "12 N Main St", "equal"},
		{Number, "address_line1", "12 Main St", "13 Main St", "one_edit"},
		{Zip, "zip", "02139-1234", "02139", "equal"},
	}
	for _, tt := range tests {
		s := pairOf(map[string]string{tt.name: tt.a}, map[string]string{tt.name: tt.b})
		got := s.compare(&s.records[0], &s.records[1]).level(tt.field)
		if got == missing || shipped[tt.field].words[got] != tt.want {
			t.Errorf("%s: %q and %q have level %d, want %s", tt.field, tt.a, tt.b, got, tt.want)
		}
		if back := s.compare(&s.records[1], &s.records[0]).level(tt.field); back != got {
			t.Errorf("%s: %q and %q have level %d, and %d the other way", tt.field, tt.a, tt.b, got, back)
		}
	}
}

func TestPhonesAreOneSet(t *testing.T) {
	s := pairOf(map[string]string{"phone_home": "+16175550001|+16175550002"}, map[string]string{"phone_mobile": "+16175550003", "phone_work": "+16175550002"})
	if got := s.compare(&s.records[0], &s.records[1]).level(Phone); got != 2 {
		t.Errorf("a shared number has level %d", got)
	}
}

func TestSwappedNames(t *testing.T) {
	s := pairOf(map[string]string{"name_given": "Ingrid", "name_family": "Lindqvist"}, map[string]string{"name_given": "Lindqvist", "name_family": "Ingrid"})
	p := s.compare(&s.records[0], &s.records[1])
	if p&swapped == 0 || p.level(Given) != 4 || p.level(Family) != 4 {
		t.Errorf("pattern %x", p)
	}
}

// Addresses that are alike for the names in them alone do not agree.
func TestNamesakesHaveLikeEmails(t *testing.T) {
	row := func(given, family, email string) map[string]string {
		return map[string]string{"name_given": given, "name_family": family, "email": email}
	}
	tests := []struct {
		a, b map[string]string
		want string
	}{
		{row("Rosemary", "Foster", "rosemary.foster20@example.org"), row("Rosemary", "Walker", "rosemary.walker97@example.org"), "differs"},
		{row("John", "Smith", "john.smith1@example.org"), row("John", "Smith", "john.smith2@example.org"), "differs"},
		{row("John", "Smith", "john.smith@example.org"), row("John", "Smith", "john.smith@mail.example"), "local_part_or_one_edit"},
		{row("John", "Smith", "john.smith19@example.org"), row("John", "Smith", "john.smith19@mail.example"), "local_part_or_one_edit"},
		{row("John", "Smith", "john.smith19@example.org"), row("John", "Smith", "jhon.smith19@example.org"), "local_part_or_one_edit"},
		{row("John", "Smith", "trout@example.org"), row("John", "Smith", "trout@example.com"), "local_part_or_one_edit"},
	}
	for _, tt := range tests {
		s := pairOf(tt.a, tt.b)
		if got := shipped[Email].words[s.compare(&s.records[0], &s.records[1]).level(Email)]; got != tt.want {
			t.Errorf("%s and %s: %s, want %s", tt.a["email"], tt.b["email"], got, tt.want)
		}
	}
}

// Placeholders are no values: nothing is compared.
func TestPlaceholders(t *testing.T) {
	row := map[string]string{"name_given": "Unknown", "name_family": "UNKNOWN", "ssn": "999999999", "phone_home": "0000000000", "email": "unknown@example.org"}
	s := pairOf(row, row)
	p := s.compare(&s.records[0], &s.records[1])
	for f := range scored {
		if l := p.level(f); l != missing {
			t.Errorf("%s has level %d", f, l)
		}
	}
	s = pairOf(map[string]string{"name_given": "Baby Girl"}, map[string]string{"name_given": "BABYGIRL"})
	if s.records[0].flags&newborn == 0 || s.records[0].codes[Given] != 0 {
		t.Error("a newborn without a name has one")
	}
}
