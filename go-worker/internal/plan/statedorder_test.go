package plan

import "testing"

// TestDateOrderFromHeaders takes the order that a header states where no value proves one.
func TestDateOrderFromHeaders(t *testing.T) {
	either := []string{"04/05/1985", "03/02/1990"}
	for _, tt := range []struct {
		header string
		values []string
		want   string
	}{
		{"DOB (dd/mm/yyyy)", either, "day_first"}, {"dob_dmy", either, "day_first"}, {"DOB (MM/DD/YYYY)", either, "month_first"},
		{"DOB dd-mm-yy", either, "day_first"}, {"Birth Date (dd.mm.yyyy)", either, "day_first"}, {"DOB", either, "month_first"},
		{"DOB (dd/mm/yyyy)", []string{"04/05/1985", "04/25/1990"}, "month_first"}, // a value says more than a header
	} {
		c, _ := one(t, tt.header, tt.values...)
		if got := c.Decisions[DateOrder]; c.Field != "birth_date" || got.Value != tt.want {
			t.Errorf("%s: %s %q, %s; want %q", tt.header, c.Field, got.Value, got.Why, tt.want)
		}
	}
	for _, header := range []string{"Gamma", "Emma", "Admit date", "mammogram date", "date of dmyelin", "M. Day"} {
		if order := statedOrder(header); order != "" {
			t.Errorf("%s states %s", header, order)
		}
	}
}
