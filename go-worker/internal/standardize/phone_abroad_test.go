package standardize

import "testing"

func TestPhoneAbroad(t *testing.T) {
	columns := map[string]Column{"phone_home": {Type: "phone", Country: "US"}, "country": {Type: "country"}}
	for _, tt := range []struct{ name, phone, country, want string }{
		{"as dialled in its country", "020 7946 0958", "GB", "+442079460958"},
		{"a number there, though also one here", "55 1234 5678", "MX", "+525512345678"},
		{"a number here, and none there", "617-555-2345", "GB", "+16175552345"},
		{"with its plus", "+1 617 555 2345", "FR", "+16175552345"},
		{"at home", "617-555-2345", "US", "+16175552345"},
		{"the same plan of numbers", "416-555-2345", "CA", "+14165552345"},
		{"a placeholder", "0000000000", "FR", ""},
		{"no country that is known", "617-555-2345", "Atlantis", "+16175552345"},
	} {
		l, r, step := rowOf(t, phoneAbroadStep, columns, map[string]string{"phone_home": tt.phone, "country": tt.country})
		if step(r); r.Get(l.Slot("phone_home")) != tt.want || r.Unusable[l.Slot("phone_home")] {
			t.Errorf("%s: %q, want %q", tt.name, r.Get(l.Slot("phone_home")), tt.want)
		}
		checkRowAgain(t, phoneAbroadStep, columns, placeTypes, l, r)
	}
}
