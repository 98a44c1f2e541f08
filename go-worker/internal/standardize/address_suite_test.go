package standardize

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

// labelled is an address whose words people labelled.
type labelled []struct{ label, word string }

// readLabelled reads a file of us-addresses-labelled.
func readLabelled(t *testing.T, file string) []labelled {
	t.Helper()
	f, err := os.Open(suites.Path(t, "us-addresses-labelled/"+file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	var all []labelled
	label := ""
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if label = x.Name.Local; label == "AddressString" {
				all = append(all, nil)
			}
		case xml.CharData:
			if n := len(all) - 1; n >= 0 && strings.TrimSpace(string(x)) != "" {
				if l := len(all[n]); label == "AddressString" && l > 0 { // marks behind a word
					all[n][l-1].word += strings.TrimSpace(string(x))
					continue
				}
				all[n] = append(all[n], struct{ label, word string }{label, strings.TrimSpace(string(x))})
			}
		case xml.EndElement:
			label = "AddressString"
		}
	}
	if len(all) == 0 {
		t.Fatalf("%s holds no address", file)
	}
	return all
}

// lineLabels say to which part of a delivery line a word belongs.
var lineLabels = map[string]string{
	"AddressNumberPrefix": "street", "AddressNumber": "street", "AddressNumberSuffix": "street", "StreetNamePreModifier": "street",
	"StreetNamePreDirectional": "street", "StreetNamePreType": "street", "StreetName": "street", "StreetNamePostType": "street",
	"StreetNamePostDirectional": "street", "StreetNamePostModifier": "street", "USPSBoxType": "street", "USPSBoxID": "street",
	"USPSBoxGroupType": "street", "USPSBoxGroupID": "street", "OccupancyType": "unit", "OccupancyIdentifier": "unit",
	"SubaddressType": "unit", "SubaddressIdentifier": "unit",
}

var placeLabels = map[string]string{"PlaceName": "city", "StateName": "state", "ZipCode": "zip", "CountryName": "country"}

// parts joins the words of an address by part; ok is false when a word belongs to none.
func (a labelled) parts() (parts map[string]string, ok bool) {
	parts = map[string]string{}
	numbered := false
	for _, w := range a {
		part := lineLabels[w.label]
		if part == "" {
			part = placeLabels[w.label]
		}
		if part == "" {
			return nil, false
		}
		if strings.HasPrefix(w.label, "USPSBox") && numbered { // a second address, which goes with the unit
			part = "unit"
		}
		numbered = numbered || w.label == "AddressNumber"
		parts[part] = joinNonEmpty(parts[part], w.word)
		if part == "street" || part == "unit" {
			parts["line"] = joinNonEmpty(parts["line"], w.word)
		}
		parts["all"] = joinNonEmpty(parts["all"], w.word)
	}
	return parts, true
}

// sameWords brings the words of a street or unit to one spelling, so that only the split is compared: of boxes and routes only the
// numbers count, units are compared without their order.
func sameWords(s string, unit bool) string {
	words := addressTokens(nil, s)
	if number := 0; !unit && len(words) > 0 {
		number = houseNumber(words)
		words = append(words[:number:number], federalRoad(words[number:])...)
	}
	var kept []string
	for i, w := range words {
		switch {
		case w == "#" || w == "UNIT" || unit && slices.Contains([]string{"NO", "P", "O", "PO", "POB", "BOX", "LOCKBOX"}, w):
			continue
		case w == "RT":
			w = "RTE"
		case unit && unitDesignators[w].standard != "":
			w = unitDesignators[w].standard
		case streetSuffixes[w] != "":
			w = streetSuffixes[w]
		case directionals[w] != "":
			w = directionals[w]
		case floorNumber(w) != "" && i+1 < len(words) && unitDesignators[words[i+1]].standard == "FL":
			w = floorNumber(w)
		}
		kept = append(kept, w)
	}
	if unit {
		slices.Sort(kept)
	}
	if !unit && slices.ContainsFunc(kept, func(w string) bool { return strings.HasSuffix(w, "BOX") || w == "DRAWER" || w == "POB" }) {
		kept = slices.DeleteFunc(kept, func(w string) bool {
			return !strings.ContainsAny(w, "0123456789") && len(w) > 1 || w == "P" || w == "O"
		})
		for i, w := range kept {
			kept[i] = strings.TrimLeft(w, "0")
		}
	}
	return strings.ReplaceAll(strings.Join(kept, ""), "COUNTYRD", "CR")
}

// The street and the unit of a line are told apart as people do.
func TestSuiteAddressLines(t *testing.T) {
	for _, tt := range []struct {
		file  string
		floor float64
	}{{"labeled.xml", 0.935}, {"us50_messiest_manual_label.xml", 0.96}, {"us50_train_tagged.xml", 0.93}} {
		compared, same := 0, 0
		for _, a := range readLabelled(t, tt.file) {
			parts, ok := a.parts()
			if !ok || parts["street"] == "" {
				continue
			}
			compared++
			address := parseAddress(parts["line"])
			if again := parseAddress(joinNonEmpty(address.street, address.unit)); address.read && again != address {
				t.Errorf("%q becomes %+v, and that %+v", parts["line"], address, again)
			}
			street, unit := sameWords(parts["street"], false), sameWords(parts["unit"], true)
			if sameWords(address.street, false) == street && sameWords(address.unit, true) == unit && address.read {
				same++
			} else {
				t.Logf("%q: %q | %q; want %q | %q", parts["line"], address.street, address.unit, street, unit)
			}
		}
		share := float64(same) / float64(compared)
		t.Logf("%s: %d of %d lines (%.3f)", tt.file, same, compared, share)
		if share < tt.floor {
			t.Errorf("%s: only %.3f of the lines agree", tt.file, share)
		}
	}
}

// City, state and ZIP code in one cell with the street are told apart as people do.
func TestSuiteCityLines(t *testing.T) {
	compared, same, wrong := 0, 0, 0
	for _, file := range []string{"labeled.xml", "us50_messiest_manual_label.xml", "us50_train_tagged.xml", "multi_word_state_addresses.xml"} {
		for _, a := range readLabelled(t, file) {
			parts, ok := a.parts()
			if !ok || parts["line"] == "" || parts["city"] == "" || parts["state"] == "" || parts["zip"] == "" {
				continue
			}
			compared++
			p, found := splitPlace(parts["all"])
			_, city, split := splitCity(p.before)
			state, _ := stateCode(parts["state"])
			zip, _, _ := splitZIP(strings.Trim(parts["zip"], " ,."))
			switch {
			case !found || !split:
				t.Logf("not split: %q", parts["all"])
			case strings.EqualFold(strings.Trim(city, " ,."), strings.Trim(parts["city"], " ,.")) && p.state == state && p.zip == zip:
				same++
			default:
				wrong++
				t.Logf("%q: %q %q %q; want %q %q %q", parts["all"], city, p.state, p.zip, parts["city"], state, zip)
			}
		}
	}
	t.Logf("city lines: %d of %d right, %d wrong", same, compared, wrong)
	if share := float64(same) / float64(compared); share < 0.84 {
		t.Errorf("only %.3f of the city lines are right", share)
	}
	if share := float64(wrong) / float64(compared); share > 0.004 {
		t.Errorf("%.3f of the city lines are wrong", share)
	}
}
