package standardize

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

func TestAddressLineCell(t *testing.T) {
	runCells(t, clinicalFamilies["address_line"], Column{}, []cellCase{
		{name: "kept as it is written", in: "12 Main Street", want: "12 Main Street"},
		{name: "white space", in: "12  Main\tStreet", want: "12 Main Street", hits: []string{"STD-002"}},
		{name: "marks", in: "12 O’Hara St", want: "12 O'Hara St", hits: []string{"ENC-007"}},
		{name: "homeless", in: "HOMELESS", hits: []string{"ADDR-003"}},
		{name: "no fixed abode", in: "N.F.A.", hits: []string{"ADDR-003"}},
		{name: "general delivery", in: "General Delivery", want: "General Delivery", hits: []string{"ADDR-003"}},
		{name: "returned", in: "RETURNED MAIL", hits: []string{"ADDR-004"}},
		{name: "unknown", in: "unknown", hits: []string{"ADDR-004"}},
		{name: "a street of that name", in: "12 Transient Rd", want: "12 Transient Rd"},
	})
}

// TestPlates: the number of a house as Colombia writes it is no part of a building.
func TestPlates(t *testing.T) {
	for _, tt := range []struct{ in, street, unit string }{
		{"Calle 72 # 100-10", "CALLE 72 # 100-10", ""}, {"Cra 7A # 45-20", "CRA 7A # 45-20", ""}, {"Calle 72 # 100-10 Apt 5", "CALLE 72 # 100-10", "APT 5"},
		{"123 Main St # 100-10", "123 MAIN ST", "UNIT 100-10"}, {"# 100-10", "", "UNIT 100-10"},
	} {
		if got := parseAddress(tt.in); got.street != tt.street || got.unit != tt.unit {
			t.Errorf("%s is %q and %q; want %q and %q", tt.in, got.street, got.unit, tt.street, tt.unit)
		}
	}
}

func TestParseAddress(t *testing.T) {
	for _, tt := range []struct{ in, street, unit string }{
		{"12 Main Street", "12 MAIN ST", ""},
		{"12 North Main St.", "12 N MAIN ST", ""},
		{"12 Main St Northwest", "12 MAIN ST NW", ""},
		{"100 North Ave", "100 NORTH AVE", ""},
		{"100 Avenue E", "100 AVENUE E", ""},
		{"216 N Pine", "216 N PINE", ""},
		{"12 Court Street", "12 COURT ST", ""},
		{"12 St. Charles Ave", "12 ST CHARLES AVE", ""},
		{"12 O'Hara Blvd", "12 OHARA BLVD", ""},
		{"12 1/2 Elm Av", "12 1/2 ELM AVE", ""},
		{"112-10 Queens Boulevard", "112-10 QUEENS BLVD", ""},
		{"N6W23001 Bluemound Road", "N6W23001 BLUEMOUND RD", ""},
		{"W148 N9748 Tree Tops Dr", "W148 N9748 TREE TOPS DR", ""},
		{"One Elm Street", "ONE ELM ST", ""},
		{"12 5th St", "12 5TH ST", ""},
		{"12 Main St Apt 4B", "12 MAIN ST", "APT 4B"},
		{"12 Main St # 4 B", "12 MAIN ST", "UNIT 4B"},
		{"12 Main St #4B", "12 MAIN ST", "UNIT 4B"},
		{"12 Main St 4B", "12 MAIN ST", "UNIT 4B"},
		{"12 Main St, Apartment #4", "12 MAIN ST", "APT 4"},
		{"12 Main St # Apt 4", "12 MAIN ST", "APT 4"},
		{"Apt 4, 12 Main St", "12 MAIN ST", "APT 4"},
		{"12 Main St, Bldg 3 Suite100", "12 MAIN ST", "BLDG 3 STE 100"},
		{"12 Main St 8th Floor", "12 MAIN ST", "FL 8"},
		{"12 Main St, Second Floor", "12 MAIN ST", "FL 2"},
		{"12 Main St Rear", "12 MAIN ST", "REAR"},
		{"12 Rear St", "12 REAR ST", ""},
		{"12 Front Street", "12 FRONT ST", ""},
		{"203 N Wabash 608", "203 N WABASH", "UNIT 608"},
		{"11221 South Ave O", "11221 S AVENUE O", ""},
		{"12 Highway 7", "12 HIGHWAY 7", ""},
		{"12 US Hwy 50", "12 US HIGHWAY 50", ""},
		{"12 State Hwy #50", "12 STATE HIGHWAY 50", ""},
		{"12 Co Rd 12", "12 COUNTY ROAD 12", ""},
		{"12 CR 12", "12 COUNTY ROAD 12", ""},
		{"12 State Route 9 N", "12 STATE ROUTE 9 N", ""},
		{"12 Route 2", "12 ROUTE 2", ""},
		{"P.O. Box 12", "PO BOX 12", ""},
		{"POB 12", "PO BOX 12", ""},
		{"Post Office Box 12", "PO BOX 12", ""},
		{"Drawer 12", "PO BOX 12", ""},
		{"Dept 7, P O Box 12", "PO BOX 12", "DEPT 7"},
		{"12 Main St PO Box 9", "12 MAIN ST", "PO BOX 9"},
		{"RURAL ROUTE 2, BOX 45", "RR 2 BOX 45", ""},
		{"R.R. #2 BX 45", "RR 2 BOX 45", ""},
		{"STAR ROUTE 1 BOX 12", "HC 1 BOX 12", ""},
		{"STAR ROUTE BOX 12", "HC BOX 12", ""},
		{"RR2 Box 45 A", "RR 2 BOX 45A", ""},
		{"Star Route 1 Box 23", "HC 1 BOX 23", ""},
		{"HCR 1 Box 23", "HC 1 BOX 23", ""},
		{"PSC 1234 BOX 5678", "PSC 1234 BOX 5678", ""},
		{"Unit 2050 Box 4190", "UNIT 2050 BOX 4190", ""},
		{"Apt 4", "", "APT 4"},
		{"Main Street", "MAIN ST", ""},
		{"12 39.2 Rd", "12 39.2 RD", ""},
		{"12 East 1700 South", "12 E 1700 S", ""},
		{"12½ Elm St", "12 1/2 ELM ST", ""},
		{"12 - 14 Elm St", "12-14 ELM ST", ""},
		{"No. 12 Elm St", "12 ELM ST", ""},
		{"N4567 County Rd AA", "N4567 COUNTY ROAD AA", ""},
		{"12 N. E. Elm St", "12 NE ELM ST", ""},
		{"12 N E St", "12 N E ST", ""},
		{"12 Elm Ave Drive", "12 ELM AVENUE DR", ""},
		{"12 Elm St Trlr 4", "12 ELM ST", "TRLR 4"},
		{"12 Ave B", "12 AVENUE B", ""},
		{"12 Ave of the Elms", "12 AVENUE OF THE ELMS", ""},
		{"12 Road 22", "12 ROAD 22", ""},
		{"12 St Rd 86", "12 STATE ROAD 86", ""},
		{"12 Elm St Hwy 7", "12 ELM ST HIGHWAY 7", ""},
		{"12 Cty Rd 5", "12 COUNTY ROAD 5", ""},
		{"12 CNTY HWY 20 # 3", "12 COUNTY HIGHWAY 20", "UNIT 3"},
		{"12 Ranch Rd 620 W Apt 3", "12 RANCH ROAD 620 W", "APT 3"},
		{"12 Farm to Market Rd 2001", "12 FM 2001", ""},
		{"12 I-35 N", "12 INTERSTATE 35 N", ""},
		{"12 N IH35 Frontage Rd", "12 N INTERSTATE 35 FRONTAGE RD", ""},
		{"12 I St", "12 I ST", ""},
		{"12 US 41 SW", "12 US HIGHWAY 41 SW", ""},
		{"12 Elm St/Apt 3", "12 ELM ST", "APT 3"},
		{"12 Elm St.Apt 3", "12 ELM ST", "APT 3"},
		{"12 Elm St, Suite-209", "12 ELM ST", "STE 209"},
		{"12 Elm St 8fl", "12 ELM ST", "FL 8"},
		{"12 Elm St Apt B 3", "12 ELM ST", "APT B3"},
		{"12 Elm St Stes A & B", "12 ELM ST", "STE A & B"},
		{"12 Elm St Apt Rear", "12 ELM ST", "APT REAR"},
		{"12 Elm St Basement Apt", "12 ELM ST", "BSMT APT"},
		{"12 Elm St Lower Level", "12 ELM ST", "LOWER LEVEL"},
		{"12 Elm St 62704", "12 ELM ST 62704", ""},
		{"c/o Ann Lee, 12 Elm St Apt 3", "12 ELM ST", "APT 3 C/O ANN LEE"},
		{"12 Elm St c/o Ann Lee", "12 ELM ST", "C/O ANN LEE"},
		{"HC-01 Box 1234", "HC 1 BOX 1234", ""},
		{"RR 1 # 25", "RR 1 BOX 25", ""},
		{"12 State Route 9 # 25", "12 STATE ROUTE 9", "UNIT 25"},
		{"RFD Route 4 #87a", "RR 4 BOX 87A", ""},
		{"Box 218 RR 1", "RR 1 BOX 218", ""},
		{"RUTA RURAL 3 BUZON 12", "RR 3 BOX 12", ""},
		{"Apartado 2018", "PO BOX 2018", ""},
		{"PSC1234 BOX567", "PSC 1234 BOX 567", ""},
	} {
		got := parseAddress(tt.in)
		if got.street != tt.street || got.unit != tt.unit || !got.read {
			t.Errorf("%q = %q %q (read %t); want %q %q", tt.in, got.street, got.unit, got.read, tt.street, tt.unit)
		}
		if again := parseAddress(joinNonEmpty(got.street, got.unit)); again != got {
			t.Errorf("%q becomes %+v, and that %+v", tt.in, got, again)
		}
	}
	for _, in := range []string{"ROUTE 2", "behind the church", "corner of Main and Elm"} {
		if got := parseAddress(in); got.read && in != "ROUTE 2" {
			t.Errorf("%q was read as %+v", in, got)
		}
	}
	if got := parseAddress("ROUTE 2"); got.street != "ROUTE 2" || got.unit != "" {
		t.Errorf("a route without a box is a road: %+v", got)
	}
}

// TestStreetBehindName: the name of a house or an urbanization before the comma goes with the unit; what is no street behind it changes nothing.
func TestStreetBehindName(t *testing.T) {
	for _, tt := range []struct{ in, street, unit string }{
		{"Oak Manor, 12 Elm St Apt 3", "12 ELM ST", "APT 3 OAK MANOR"},
		{"12 Elm St Oak Nursing Home", "12 ELM ST", "OAK NURSING HOME"},
		{"12 Elm St, Oak Nursing Home", "12 ELM ST", "OAK NURSING HOME"},
		{"12 Hospital Dr", "12 HOSPITAL DR", ""},
		{"12 Elm Mall Tampa FL 33612", "12 ELM MALL TAMPA FL 33612", ""},
		{"12 Elm St FL 3", "12 ELM ST", "FL 3"},
		{"12 Elm St Hospital Rd", "12 ELM ST HOSPITAL RD", ""},
		{"RD 2 Box 45", "RR 2 BOX 45", ""},
		{"Urb. Las Flores, 12 Calle 3", "12 CALLE 3", "URB LAS FLORES"},
		{"Elm St, 5 blocks north", "ELM ST 5 BLOCKS NORTH", ""},
		{"Elm St, 12 Oak St", "ELM ST 12 OAK ST", ""},
		{"Hof Eiche, 12", "HOF EICHE 12", ""},
	} {
		if got := parseAddress(tt.in); got.street != tt.street || got.unit != tt.unit {
			t.Errorf("%s is %q and %q; want %q and %q", tt.in, got.street, got.unit, tt.street, tt.unit)
		}
	}
}

func TestAddressLinesStep(t *testing.T) {
	columns := map[string]Column{"address_line1": {Type: "address_line"}, "address_line2": {Type: "address_line"}}
	std := func(line1, line2, status string) map[string]string {
		return map[string]string{"address_line1_std": line1, "address_line2_std": line2, "address_status": status}
	}
	runRows(t, addressLinesStep, columns, nil, []rowCase{
		{name: "unit in the first line", in: map[string]string{"address_line1": "12 Main St # 4B"}, want: std("12 MAIN ST", "UNIT 4B", ""), hits: []string{"address_line1_std ADDR-001"}},
		{name: "unit in the second line", in: map[string]string{"address_line1": "12 MAIN ST", "address_line2": "Apartment 4"}, want: std("12 MAIN ST", "APT 4", "")},
		{name: "unit in both", in: map[string]string{"address_line1": "12 MAIN ST APT 4", "address_line2": "apt 4"}, want: std("12 MAIN ST", "APT 4", ""), hits: []string{"address_line1_std ADDR-001"}},
		{name: "not understood", in: map[string]string{"address_line1": "behind the church"}, want: std("BEHIND THE CHURCH", "", ""), hits: []string{"address_line1 ADDR-002"}},
		{name: "a street in the second line", in: map[string]string{"address_line1": "Apt 4", "address_line2": "12 Main Street"}, want: std("12 MAIN ST", "APT 4", ""),
			hits: []string{"address_line1_std ADDR-001"}},
		{name: "a house by its name, then the street", in: map[string]string{"address_line1": "Oak Manor", "address_line2": "12 MAIN ST APT 4"}, want: std("12 MAIN ST", "APT 4 OAK MANOR", ""),
			hits: []string{"address_line1_std ADDR-001"}},
		{name: "two streets", in: map[string]string{"address_line1": "12 MAIN ST", "address_line2": "PO Box 9"}, want: std("12 MAIN ST", "PO BOX 9", "")},
		{name: "delivered nowhere, abbreviated", in: map[string]string{"address_line1": "Gen Delivery"}, want: std("GENERAL DELIVERY", "", "general-delivery"),
			hits: []string{"address_line1 ADDR-003", "address_line1_std ADDR-001"}},
		{name: "homeless", in: map[string]string{"address_line1": "HOMELESS"}, want: map[string]string{"address_line1": "", "address_status": "no-fixed-address", "address_line1_std": ""},
			hits: []string{"address_line1 ADDR-003"}},
		{name: "general delivery", in: map[string]string{"address_line1": "General Delivery"}, want: std("GENERAL DELIVERY", "", "general-delivery"),
			hits: []string{"address_line1 ADDR-003", "address_line1_std ADDR-001"}},
		{name: "bad", in: map[string]string{"address_line1": "BAD ADDRESS"}, want: std("", "", "bad-address"), hits: []string{"address_line1 ADDR-004"}},
	})
}

// placeTypes are the types of the fields that cityLineStep adds.
var placeTypes = map[string]string{"city": "city", "state": "state", "zip": "zip"}

func TestCityLineStep(t *testing.T) {
	place := func(line, city, state, zip string) map[string]string {
		return map[string]string{"address_line1": line, "city": city, "state": state, "zip": zip}
	}
	address := func(s string) map[string]string { return map[string]string{"address_line1": s} }
	runRows(t, cityLineStep, map[string]Column{"address_line1": {Type: "address_line"}}, placeTypes, []rowCase{
		{name: "commas", in: address("12 Main St, Apt 4, Boston, MA 02139"), want: place("12 Main St, Apt 4", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "no commas", in: address("12 MAIN ST APT 4 BOSTON MA 02139-1234"), want: place("12 MAIN ST APT 4", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "military", in: address("PSC 1234 BOX 5678 APO AE 09421"), want: place("PSC 1234 BOX 5678", "APO", "AE", "09421"), hits: []string{"address_line1 ADDR-009"}},
		{name: "box", in: address("PO Box 9 New York NY 10001"), want: place("PO Box 9", "New York", "NY", "10001"), hits: []string{"address_line1 ADDR-009"}},
		{name: "saint", in: address("12 Main St St Louis MO 63101"), want: place("12 Main St", "St Louis", "MO", "63101"), hits: []string{"address_line1 ADDR-009"}},
		{name: "no telling whose saint", in: address("12 Elm St Louis MO 63101"), want: place("12 Elm St Louis MO 63101", "", "", "")},
		{name: "no telling whose direction", in: address("12 Main St East Orange NJ 07017"), want: place("12 Main St East Orange NJ 07017", "", "", "")},
		{name: "state by name, and country", in: address("12 Main St, Columbia, South Carolina 29201, USA"), want: place("12 Main St", "Columbia", "SC", "29201"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a street alone", in: address("12 Delaware Ct"), want: place("12 Delaware Ct", "", "", "")},
		{name: "a quarter behind the comma", in: address("12 Bolton Road, NW Atlanta, GA 30331"), want: place("12 Bolton Road, NW", "Atlanta", "GA", "30331"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a direction of the city", in: address("12 Bolton Road, West Orange, NJ 07052"), want: place("12 Bolton Road", "West Orange", "NJ", "07052"), hits: []string{"address_line1 ADDR-009"}},
		{name: "the state twice", in: address("12 Front St, Memphis TN, TN 38103"), want: place("12 Front St", "Memphis", "TN", "38103"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a city named as its state", in: address("12 Front St, New York, NY 10001"), want: place("12 Front St", "New York", "NY", "10001"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a letter for a unit", in: address("12 Bolton Rd Ste A Carlsbad CA 92008"), want: place("12 Bolton Rd Ste A", "Carlsbad", "CA", "92008"), hits: []string{"address_line1 ADDR-009"}},
		{name: "no telling whose letter", in: address("12 Bolton Rd Apt E Palo Alto CA 94303"), want: place("12 Bolton Rd Apt E Palo Alto CA 94303", "", "", "")},
		{name: "two letters", in: address("12 Bolton Rd Stes A & B Carlsbad CA 92008"), want: place("12 Bolton Rd Stes A & B", "Carlsbad", "CA", "92008"), hits: []string{"address_line1 ADDR-009"}},
		{name: "letters of a unit", in: address("12 E St E-H Chula Vista CA 91910"), want: place("12 E St E-H Chula Vista CA 91910", "", "", "")},
		{name: "Broadway", in: address("12 N Broadway El Cajon CA 92021"), want: place("12 N Broadway", "El Cajon", "CA", "92021"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a road and what belongs to its number", in: address("12 Highway 8 Business El Cajon CA 92021"), want: place("12 Highway 8 Business El Cajon CA 92021", "", "", "")},
		{name: "a street behind a part of a building", in: address("Dept 5 4th Floor 300 East Elm St Chicago IL 60601"), want: place("Dept 5 4th Floor 300 East Elm St Chicago IL 60601", "", "", "")},
		{name: "neither comma nor ZIP code", in: address("12 Main St, Boston MA"), want: place("12 Main St", "Boston", "MA", ""), hits: []string{"address_line1 ADDR-009"}},
		{name: "a court is no state", in: address("12 Main St, Mill CT"), want: place("12 Main St, Mill CT", "", "", "")},
	})
	all := map[string]Column{"address_line1": {Type: "address_line"}, "city": {Type: "city"}, "state": {Type: "state"}, "zip": {Type: "zip"}}
	runRows(t, cityLineStep, all, nil, []rowCase{
		{name: "a building before the city", in: place("12 Main St Oak Nursing Home Boston MA 02139", "Boston", "MA", "02139"), want: place("12 Main St Oak Nursing Home", "Boston", "MA", "02139"),
			hits: []string{"address_line1 ADDR-009", "address_line1 ADDR-009"}},
		{name: "another city behind a building", in: place("12 Main St Oak Nursing Home Salem MA", "Boston", "MA", "02139"), want: place("12 Main St Oak Nursing Home Salem MA", "Boston", "MA", "02139")},
		{name: "semicolons", in: place("12 Main St; Boston; MA; 02139", "Boston", "MA", "02139"), want: place("12 Main St", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "in the city", in: map[string]string{"city": "Boston, MA 02139"}, want: place("", "Boston", "MA", "02139"), hits: []string{"city ADDR-009"}},
		{name: "in the city, without ZIP", in: map[string]string{"city": "BOSTON, MA"}, want: place("", "Boston", "MA", ""), hits: []string{"city ADDR-009", "city STD-001"}},
		{name: "said twice", in: place("12 Main St, Boston MA 02139", "Boston", "MA", "02139"), want: place("12 Main St", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "the ZIP code again", in: place("12 Main St 02139", "Boston", "MA", "02139"), want: place("12 Main St", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a road with the number of the ZIP code", in: place("12 Highway 02139", "Boston", "MA", "02139"), want: place("12 Highway 02139", "Boston", "MA", "02139")},
		{name: "the city again", in: place("12 MAIN ST APT 4 BOSTON", "Boston", "MA", "02139"), want: place("12 MAIN ST APT 4", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "the city again with its state", in: place("12 Main St Boston MA", "Boston", "MA", "02139"), want: place("12 Main St", "Boston", "MA", "02139"), hits: []string{"address_line1 ADDR-009"}},
		{name: "a street of that name", in: place("12 Boston", "Boston", "MA", "02139"), want: place("12 Boston", "Boston", "MA", "02139")},
		{name: "neither comma nor ZIP code beside other columns", in: place("12 Main St, Smith Supply CO", "", "", ""), want: place("12 Main St, Smith Supply CO", "", "", "")},
		{name: "ZIP behind the state", in: place("", "Boston", "MA 02139", ""), want: place("", "Boston", "MA", "02139"), hits: []string{"state ADDR-009"}},
		{name: "another ZIP behind the state", in: place("", "Boston", "MA 02139", "02140"), want: place("", "Boston", "MA 02139", "02140"),
			hits: []string{"state STATE-001"}, unusable: []string{"state"}},
		{name: "said otherwise", in: place("", "Boston, MA", "NH", ""), want: place("", "Boston, MA", "NH", "")},
		{name: "city with the name of a state", in: place("", "New York", "NY", ""), want: place("", "New York", "NY", "")},
	})
}

func TestCityInTheSecondLine(t *testing.T) {
	columns := map[string]Column{"address_line1": {Type: "address_line"}, "address_line2": {Type: "address_line"}}
	lines := func(line2 string) map[string]string {
		return map[string]string{"address_line1": "12 Main St", "address_line2": line2}
	}
	want := func(line2, city, state, zip string) map[string]string {
		return map[string]string{"address_line1": "12 Main St", "address_line2": line2, "city": city, "state": state, "zip": zip}
	}
	runRows(t, cityLineStep, columns, placeTypes, []rowCase{
		{name: "alone", in: lines("Boston, MA 02139"), want: want("", "Boston", "MA", "02139"), hits: []string{"address_line2 ADDR-009"}},
		{name: "behind a unit", in: lines("Apt 4, Boston, MA 02139"), want: want("Apt 4", "Boston", "MA", "02139"), hits: []string{"address_line2 ADDR-009"}},
		{name: "a unit", in: lines("Suite CA"), want: want("Suite CA", "", "", "")},
		{name: "a doctor", in: lines("Attn Lee, MD"), want: want("Attn Lee, MD", "", "", "")},
	})
}

func TestZIPStateStep(t *testing.T) {
	columns := map[string]Column{"zip": {Type: "zip"}, "state": {Type: "state"}, "country": {Type: "country"}}
	in := func(zip, state string) map[string]string { return map[string]string{"zip": zip, "state": state} }
	runRows(t, zipStateStep, columns, nil, []rowCase{
		{name: "in its state", in: in("02139", "MA"), want: in("02139", "MA")},
		{name: "zero lost", in: in("2139", "MA"), want: in("02139", "MA"), hits: []string{"zip XL-005"}},
		{name: "two zeros lost", in: in("725", "PR"), want: in("00725", "PR"), hits: []string{"zip XL-005"}},
		{name: "zero lost before four more digits", in: in("21391234", "MA"), want: in("02139", "MA"), hits: []string{"zip XL-005"}},
		{name: "not a zero that Texas has", in: in("2139", "TX"), want: in("2139", "TX"), hits: []string{"zip ADDR-006"}, unusable: []string{"zip"}},
		{name: "no state to say so", in: in("2139", ""), want: in("2139", ""), hits: []string{"zip ADDR-006"}, unusable: []string{"zip"}},
		{name: "another state", in: in("02139", "TX"), want: in("02139", "TX"), hits: []string{"zip ADDR-007"}},
		{name: "placeholder", in: in("99999", ""), want: in("99999", ""), hits: []string{"zip ADDR-007"}},
		{name: "Schenectady", in: in("12345", "NY"), want: in("12345", "NY")},
		{name: "not Schenectady", in: in("12345", ""), want: in("12345", ""), hits: []string{"zip ADDR-007"}},
		{name: "three digits kept", in: in("021", "MA"), want: in("021", "MA")},
		{name: "zero lost before a dash", in: in("2139-1234", "MA"), want: in("02139", "MA"), hits: []string{"zip XL-005"}},
		{name: "a letter for a digit", in: in("O2139", "MA"), want: in("02139", "MA"), hits: []string{"zip ADDR-011"}},
		{name: "letters for two digits", in: in("O2l39", "MA"), want: in("02139", "MA"), hits: []string{"zip ADDR-011"}},
		{name: "a letter for a digit in another state", in: in("O2139", "TX"), want: in("O2139", "TX"), hits: []string{"zip ADDR-006"}, unusable: []string{"zip"}},
		{name: "a letter that looks like none", in: in("A2139", "MA"), want: in("A2139", "MA"), hits: []string{"zip ADDR-006"}, unusable: []string{"zip"}},
		{name: "behind its state", in: in("MA 02139", "MA"), want: in("02139", "MA"), hits: []string{"zip STD-001"}},
		{name: "before its state, with four more digits", in: in("02139-1234 ma", ""), want: in("02139", ""), hits: []string{"zip STD-001"}},
		{name: "beside the country", in: in("USA 02139", "MA"), want: in("02139", "MA"), hits: []string{"zip STD-001"}},
		{name: "military", in: in("09421", "AE"), want: in("09421", "AE")},
		{name: "a province", in: in("M5V 2T6", "Ontario"), want: in("", "ON"),
			hits: []string{"zip ADDR-008", "state STD-001"}},
		{name: "a province that the code has not", in: in("02139", "CA-QC"), want: in("02139", "QC"), hits: []string{"zip ADDR-007", "state STD-001"}},
		{name: "abroad", in: map[string]string{"zip": "75008", "state": "IDF", "country": "FR"}, want: map[string]string{"zip": "", "postal_code": "75008", "state": "IDF", "country": "FR"},
			hits: []string{"zip ADDR-008"}},
	})
}

func TestPlaces(t *testing.T) {
	runCells(t, clinicalFamilies["city"], Column{}, []cellCase{
		{name: "capitals", in: "FOND DU LAC", want: "Fond du Lac", hits: []string{"STD-001"}},
		{name: "as it is", in: "McLean", want: "McLean"},
		{name: "Mc", in: "MCLEAN", want: "McLean", hits: []string{"STD-001"}},
		{name: "comma", in: "Boston,", want: "Boston", hits: []string{"STD-001"}},
		{name: "post office of the army", in: "apo", want: "APO", hits: []string{"STD-001"}},
		{name: "hyphen", in: "WINSTON-SALEM", want: "Winston-Salem", hits: []string{"STD-001"}},
	})
	runCells(t, clinicalFamilies["county"], Column{}, []cellCase{
		{name: "county", in: "KNOX COUNTY", want: "Knox", hits: []string{"STD-001"}},
		{name: "parish", in: "Orleans Parish", want: "Orleans Parish"},
	})
	runCells(t, clinicalFamilies["state"], Column{}, []cellCase{
		{name: "as it is", in: "MA", want: "MA"},
		{name: "old abbreviation", in: "Calif.", want: "CA", hits: []string{"STD-001"}},
		{name: "Penna", in: "Penna", want: "PA", hits: []string{"STD-001"}},
		{name: "small letters", in: "massachusetts", want: "MA", hits: []string{"STD-001"}},
		{name: "territory", in: "Puerto Rico", want: "PR", hits: []string{"STD-001"}},
		{name: "ISO 3166-2", in: "US-MA", want: "MA", hits: []string{"STD-001"}},
		{name: "digits, no decision", in: "06", want: "06", hits: []string{"STATE-001"}, unusable: true},
		{name: "no such state", in: "ZZ", want: "ZZ", hits: []string{"STATE-001"}, unusable: true},
	})
	var c Cell
	state(Column{Decisions: map[string]string{"state": "fips"}})("06", &c)
	if c.Value != "CA" || c.Unusable {
		t.Errorf("06 in a column of FIPS digits = %q %v", c.Value, ids(c.Hits))
	}
	runCells(t, clinicalFamilies["zip"], Column{}, []cellCase{
		{name: "as it is", in: "02139", want: "02139"},
		{name: "with four more", in: "02139-1234", want: "02139", parts: map[string]string{"zip4": "1234"}, hits: []string{"STD-001"}},
		{name: "nine digits", in: "021391234", want: "02139", parts: map[string]string{"zip4": "1234"}, hits: []string{"STD-001"}},
		{name: "float export", in: "2139.0", want: "2139", hits: []string{"XL-004"}},
		{name: "foreign", in: "K1A 0B6", parts: map[string]string{"postal_code": "K1A 0B6"}, hits: []string{"ADDR-008"}},
		{name: "of London", in: "SW1A 1AA", parts: map[string]string{"postal_code": "SW1A 1AA"}, hits: []string{"ADDR-008"}},
		{name: "a mark behind it", in: "02139,", want: "02139", hits: []string{"STD-001"}},
		{name: "its name before it", in: "ZIP: 02139", want: "02139", hits: []string{"STD-001"}},
		{name: "grouped digits", in: "10,001", want: "10001", hits: []string{"STD-001"}},
		{name: "grouped digits without the zero", in: "2,139", want: "2139", hits: []string{"STD-001"}},
		{name: "masked digits behind it", in: "02139-XXXX", want: "02139", hits: []string{"STD-001"}},
		{name: "two codes", in: "02139, 02140", want: "02139, 02140", hits: []string{"ADDR-006"}, unusable: true},
		{name: "letters in place of digits", in: "ABCDE1", want: "ABCDE1", hits: []string{"ADDR-006"}, unusable: true},
		{name: "six digits", in: "123456", want: "123456", hits: []string{"ADDR-006"}, unusable: true},
	})
	runCells(t, clinicalFamilies["country"], Column{}, []cellCase{
		{name: "as it is", in: "US", want: "US"},
		{name: "short form", in: "U.S.A.", want: "US", hits: []string{"STD-001"}},
		{name: "alpha-3", in: "mex", want: "MX", hits: []string{"STD-001"}},
		{name: "name", in: "United Kingdom", want: "GB", hits: []string{"STD-001"}},
		{name: "no such country", in: "Atlantis", want: "Atlantis", hits: []string{"COUNTRY-001"}, unusable: true},
	})
}

// The table of countries is that of ISO 3166-1, as another publication has it.
func TestSuiteCountries(t *testing.T) {
	records := suites.Records(t, "iso-codes/country-codes.csv")
	for _, r := range records {
		alpha2 := r["ISO3166-1-Alpha-2"]
		for _, written := range []string{r["ISO3166-1-Alpha-3"], ("00" + r["ISO3166-1-numeric"])[len(r["ISO3166-1-numeric"])-1:], r["CLDR display name"], r["UNTERM English Short"]} {
			if written == "" {
				continue
			}
			var c Cell
			if country(Column{})(written, &c); c.Value != alpha2 {
				t.Errorf("%s = %q; want %s", written, c.Value, alpha2)
			}
		}
	}
	if len(records) != len(countryCodes) {
		t.Errorf("%d countries, %d in the suite", len(countryCodes), len(records))
	}
}

// Addresses of urgent care facilities: nearly all are read, and their ZIP codes lie in their states.
func TestSuiteUrgentCare(t *testing.T) {
	columns := map[string]Column{"address_line1": {Type: "address_line"}, "city": {Type: "city"}, "state": {Type: "state"}, "zip": {Type: "zip"}}
	records := suites.Records(t, "us-urgent-care/urgent_care_facilities.csv")
	unread, disagree := 0, 0
	for _, record := range records {
		values := map[string]string{"address_line1": record["address"], "city": record["city"], "state": record["state"], "zip": record["zip"]}
		l, r, _ := rowOf(t, zipStateStep, columns, values)
		whole(zipStateStep.Bind(l, func(string) (Column, bool) { return Column{}, false }))(r)
		if address := parseAddress(r.Get(l.Slot("address_line1"))); !address.read {
			unread++
		}
		if flagged(r, l.Slot("zip"), ruleZIPState) || r.Unusable[l.Slot("zip")] || r.Unusable[l.Slot("state")] {
			disagree++
			t.Logf("%s %s", record["zip"], record["state"])
		}
	}
	t.Logf("us-urgent-care: %d of %d addresses not read, %d ZIP codes outside their state", unread, len(records), disagree)
	if unread*100 > len(records) || disagree*200 > len(records) {
		t.Error("too many")
	}
}

func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"12 Main St # 4B, Boston, MA 02139", "PSC 1234 BOX 5678 APO AE 09421", "RR2 BX 45 A", "#", "12 CO RD # 5", "Apt 4, 12 1/2 N. E. St 5th Floor", "DRAWER 1 PO BOX 2",
		"MA, MA 02139", "., MA 02139", "12 ST ST ST", "STE.5",
	} {
		f.Add(seed)
	}
	columns := map[string]Column{"address_line1": {Type: "address_line"}}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.TrimSpace(s)
		for _, typ := range []string{"address_line", "city", "county", "state", "zip", "country"} {
			cell := clinicalFamilies[typ].Bind(Column{})
			var c Cell
			cell(s, &c)
			checkLaws(t, cell, s, c.Value, c.Unusable)
		}
		parseAddress(s)
		l, r, step := rowOf(t, cityLineStep, columns, map[string]string{"address_line1": s})
		step(r)
		checkRowAgain(t, cityLineStep, columns, placeTypes, l, r)
	})
}

// Columns of files that others publish: addresses are read, states and ZIP codes known and in agreement.
func TestSuiteAddressColumns(t *testing.T) {
	columns := map[string]Column{"address_line1": {Type: "address_line"}, "city": {Type: "city"}, "state": {Type: "state"}, "zip": {Type: "zip"}}
	for _, tt := range []struct{ file, line, city, state, zip string }{
		{"synthea-csv/patients.csv", "ADDRESS", "CITY", "STATE", "ZIP"},
		{"synthea-csv/providers.csv", "ADDRESS", "CITY", "STATE", "ZIP"},
		{"synthea-csv/organizations.csv", "ADDRESS", "CITY", "STATE", "ZIP"},
		{"cdc-reportstream-csv/samples/SR-UPLOAD.csv", "patient_street", "patient_city", "patient_state", "patient_zip_code"},
		{"cdc-reportstream-csv/samples/ReportStream-StandardCSV-ExampleData-20220509.csv", "patient_street", "patient_city", "patient_state", "patient_zip_code"},
	} {
		records := suites.Records(t, tt.file)
		unread, flags := 0, 0
		for _, record := range records {
			values := map[string]string{"address_line1": record[tt.line], "city": record[tt.city], "state": record[tt.state], "zip": record[tt.zip]}
			if values["address_line1"] == "" {
				t.Fatalf("%s has no %s", tt.file, tt.line)
			}
			l, r, step := rowOf(t, zipStateStep, columns, values)
			if step(r); r.Unusable[l.Slot("state")] || r.Unusable[l.Slot("zip")] || flagged(r, l.Slot("zip"), ruleZIPState) {
				flags++
				t.Logf("%s: %v", tt.file, hitNames(l, r))
			}
			if address := parseAddress(r.Get(l.Slot("address_line1"))); !address.read {
				unread++
				t.Logf("%s: %q is not read", tt.file, r.Get(l.Slot("address_line1")))
			}
		}
		if unread+flags > 0 {
			t.Errorf("%s: %d of %d addresses not read, %d states or ZIP codes doubtful", tt.file, unread, len(records), flags)
		}
	}
}

func BenchmarkAddressRow(b *testing.B) {
	columns := map[string]Column{"address_line1": {Type: "address_line"}, "city": {Type: "city"}, "state": {Type: "state"}, "zip": {Type: "zip"}}
	names := []string{"address_line1", "city", "state", "zip", "zip4", "postal_code", "address_line1_std", "address_line2_std", "address_status"}
	raw := []string{"12 North Main Street Apt 4B", "Boston", "MA", "02139", "", "", "", "", ""}
	l := NewLayout(names)
	r := &Row{Values: make([]string, len(names)), Raw: raw, Unusable: make([]bool, len(names))}
	var steps []RowFunc
	for _, step := range []RowStep{cityLineStep, addressLinesStep, zipStateStep} {
		steps = append(steps, whole(step.Bind(l, func(f string) (Column, bool) { col, ok := columns[f]; return col, ok })))
	}
	b.ReportAllocs()
	for b.Loop() {
		copy(r.Values, raw)
		r.Hits = r.Hits[:0]
		for _, step := range steps {
			step(r)
		}
	}
}

func TestAddressTables(t *testing.T) {
	for word, standard := range streetSuffixes {
		if streetSuffixes[standard] != standard {
			t.Errorf("suffix %s is written %s, which is no suffix", word, standard)
		}
	}
	for word, d := range unitDesignators {
		if unitDesignators[d.standard] != d {
			t.Errorf("unit %s is written %s, which is another one", word, d.standard)
		}
	}
	for word, standard := range directionals {
		if directionals[standard] != standard {
			t.Errorf("direction %s is written %s, which is none", word, standard)
		}
	}
	for suffix := range plainSuffixes {
		if streetSuffixes[suffix] != suffix {
			t.Errorf("%s is no suffix", suffix)
		}
	}
	if len(stateCodes) != 62+13 || len(stateDigits) < 56 { // 50 states, DC, 5 territories, 3 associated states, 3 military regions; provinces
		t.Errorf("%d states, %d with FIPS digits", len(stateCodes), len(stateDigits))
	}
	covered := map[string]bool{}
	for prefix, states := range zipStates {
		for _, s := range states {
			if covered[s] = true; stateCodes[s] == "" {
				t.Errorf("ZIP prefix %03d lies in %s, which is no state", prefix, s)
			}
		}
	}
	for code, kind := range stateCodes {
		if covered[code] == (kind == "province") {
			t.Errorf("ZIP prefixes lie in %s, a %s: %v", code, kind, covered[code])
		}
	}
}
