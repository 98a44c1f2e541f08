package codes

import "testing"

func TestNHS(t *testing.T) {
	for s, want := range map[string]bool{"9434765919": true, "9434765918": false, "4010232137": true, "943476591": false, "943 476 5919": false, "": false} {
		if NHS(s) != want {
			t.Errorf("NHS(%q) = %v", s, !want)
		}
	}
	for s, want := range map[string]string{"943 476 5919": "9434765919", "943-476-5919": "9434765919", "943  476": "", "-943": "", "943-": "", "A943": "", "12.345.678": "12345678"} {
		if got := Digits(s); got != want {
			t.Errorf("Digits(%q) = %q; want %q", s, got, want)
		}
	}
}
