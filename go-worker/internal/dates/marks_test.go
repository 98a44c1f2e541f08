package dates

import "testing"

func TestMarkOf(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want Mark
	}{
		{"25/03/2014", Slash}, {"3/25/14", Slash}, {"25/3/2014 10:00", Slash}, {"25 / 3 / 2014", Slash},
		{"25-03-2014", Hyphen}, {"25.03.2014", Point}, {"25. 3. 2014", Point}, {"25.3.14 14.30", Point},
		{"25 03 2014", Space}, {"25  3 2014 10:00", Space},
		{"25032014", NoMark}, {"3252014", NoMark}, {"32514.0", NoMark},
		{"12/3-1985", OtherMark}, {"Tue 25/03/2014", OtherMark}, {"(25/03/2014)", OtherMark}, {"25//03/2014", OtherMark}, {"25–03–2014", OtherMark},
		{"25/", OtherMark}, {"25", OtherMark}, {"2014-03-25", OtherMark}, {"", OtherMark},
	} {
		if got := MarkOf(tt.in); got != tt.want {
			t.Errorf("MarkOf(%q) = %v; want %v", tt.in, got, tt.want)
		}
	}
}

func TestOrdersReadBack(t *testing.T) {
	for _, text := range []string{"/=month_first|.=day_first", "none=month_first|-=month_first|space=day_first"} {
		if o, ok := ParseOrders(text); !ok || o.String() != text {
			t.Errorf("%q became %q, %v", text, o.String(), ok)
		}
	}
	if o, _ := ParseOrders(".=day_first"); o[Point] != DayFirst || o[Slash] != Mixed {
		t.Errorf("%v; marks that are not named tell no order", o)
	}
	for _, text := range []string{"", "/", "/=", "=day_first", "/=mixed", ":=day_first", "/=day_first|", "/=day_first|/=month_first"} {
		if o, ok := ParseOrders(text); ok {
			t.Errorf("%q became %q", text, o.String())
		}
	}
}
