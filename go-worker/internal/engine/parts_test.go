package engine

import "testing"

// TestPartsOfPersons: what stands in columns of its own, or two things in one column, is where it belongs in the clean table, and a second run
// changes nothing.
func TestPartsOfPersons(t *testing.T) {
	const text = "patient_id,voornaam,tussenvoegsel,achternaam,straat,huisnummer,postcode,Age/Sex\n" +
		"1,Anna,van der,Berg,Kerkstraat,12,1234 AB,45/F\n2,Piet,,Vries,Hoofdweg,3a,1234 AC,67yo M\n3,Jan,de,Dijk,Plein 7,7,1234 AD,M 30\n"
	r := harmonizeText(t, "patients.csv", text)
	want := []string{"van der Berg, Kerkstraat 12, 45 female", "Vries, Hoofdweg 3a, 67 male", "de Dijk, Plein 7, 30 male"}
	for i, row := range r.rows("patient.clean.csv") {
		if got := row["name_family"] + ", " + row["address_line1"] + ", " + row["age"] + " " + row["administrative_gender"]; got != want[i] {
			t.Errorf("row %d: %s; want %s", i+1, got, want[i])
		}
	}
	clean := r.read("patient.clean.csv")
	if again := harmonizeText(t, "patients.csv", clean).read("patient.clean.csv"); again != clean {
		t.Errorf("a second run changed\n%s\ninto\n%s", clean, again)
	}
}
