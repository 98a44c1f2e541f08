package standardize

import (
	"testing"

	"harmonizer/go-worker/internal/rule"
)

func TestSuggest(t *testing.T) {
	for _, tt := range []struct{ rule, raw, want string }{
		{"XL-007", "5-Feb", "2-5"}, {"XL-007", "10-Dec", "12-10"}, {"XL-007", "2-SEP", "9-2"}, {"XL-007", "Mar-40", "3-40"}, {"XL-007", "05-Feb", "2-5"},
		{"XL-007", "Feb", ""}, {"XL-007", "2026-02-05", "2-5"}, {"XL-007", "1940-03-01", "3-40"}, {"XL-007", "2026-03-01 00:00:00", "3-1"},
		{"XL-008", "2:20", "1:80"}, {"XL-008", "3:40:00", "1:160"}, {"XL-008", "7:13", ""},
		{"EMAIL-003", "Bob@gmial.com", "Bob@gmail.com"}, {"EMAIL-003", "bob@example.con", "bob@example.com"}, {"EMAIL-003", "bob", ""},
		{"LNC-001", "23457", "2345-7"}, {"LNC-001", "23458", ""}, {"LNC-001", "2345-8", ""}, {"LNC-002", "GLU", "2345-7"}, {"LNC-002", "XQ7", ""},
		{"STATE-001", "ILLINIOS", ""},
	} {
		if got := Suggest(rule.Must(tt.rule), tt.raw); got != tt.want {
			t.Errorf("%s: %q was probably %q; want %q", tt.rule, tt.raw, got, tt.want)
		}
	}
}
