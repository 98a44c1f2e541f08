package scorecard

import (
	"fmt"
	"testing"
)

func spreadOfValues(kind string, values map[string]int64) *Spread {
	s := spread{kind: kind, bins: map[int32][2]int64{}}
	for v, n := range values {
		for i := range n {
			s.add(v, i > 0)
		}
	}
	return s.counted()
}

func shown(h *Histogram) string {
	if h == nil {
		return "none"
	}
	out := h.By
	for _, b := range h.Bins {
		switch {
		case b.Few:
			out += " " + b.From + ":few"
		case b.Under:
			out += fmt.Sprintf(" <:%d", b.Before)
		case b.Over:
			out += fmt.Sprintf(" >=%s:%d", b.From, b.Before)
		default:
			out += fmt.Sprintf(" %s:%d/%d", b.From, b.Before, b.After)
		}
	}
	return out
}

func TestHistograms(t *testing.T) {
	for _, tt := range []struct {
		name, kind string
		values     map[string]int64
		want       string
	}{
		{"too few", spreadDates, map[string]int64{"1985-05-04": 10}, "none"},
		{"no dates", spreadDates, map[string]int64{"soon": 40, "19": 3}, "none"},
		{"months", spreadDates, map[string]int64{"2025-12-04": 20, "2026-02": 15, "2026-02-11T10:00:00": 5, "2026-03-01": 3}, "month 2025-12:20/19 2026-01:0/0 2026-02:20/18 2026-03:few"},
		{"years", spreadDates, map[string]int64{"2024": 30, "2026-02-01": 30}, "year 2024:30/29 2025:0/0 2026:30/29"},
		{"decades", spreadDates, map[string]int64{"1949-12-31": 30, "1950-01-01": 30, "2001": 12}, "decade 1940:30/29 1950:30/29 1960:0/0 1970:0/0 1980:0/0 1990:0/0 2000:12/11"},
		{"one number", spreadNumbers, map[string]int64{"37.0": 30}, "number 37:30/29"},
		{"numbers", spreadNumbers, map[string]int64{"36.6": 50, "36.60": 50, "36.65": 20, "37.5": 30, "-": 9}, "number 36.6:120/117 36.7:0/0 36.8:0/0 36.9:0/0 37:0/0 37.1:0/0 37.2:0/0 37.3:0/0 37.4:0/0 37.5:30/29"},
		{"ends", spreadNumbers, map[string]int64{"-5": 12, "0": 2000, "3": 2000, "70000": 13}, "number <:12 0:2000/1999 0.2:0/0 0.4:0/0 0.6:0/0 0.8:0/0 1:0/0 1.2:0/0 1.4:0/0 1.6:0/0 1.8:0/0 2:0/0 2.2:0/0 2.4:0/0 2.6:0/0 2.8:0/0 3:2000/1999 >=3.2:13"},
	} {
		if got := shown(spreadOfValues(tt.kind, tt.values).histogram()); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.name, got, tt.want)
		}
	}
}

// TestNumberBins keeps three digits, whatever their place.
func TestNumberBins(t *testing.T) {
	for text, want := range map[string]float64{"0": 0, "0.00": 0, "7": 7, "-12.5": -12.5, "36.65": 36.6, "1234": 1230, "0.00123": 0.00123, "100000": 100000, "99.99": 99.9} {
		bin, ok := numberBin(text)
		if got := number(bin); !ok || got != want {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "-", ".", "1e5", "12/80", "<5", "1.2.3"} {
		if _, ok := numberBin(text); ok {
			t.Errorf("%q is a number", text)
		}
	}
}

// TestSpreadsAddUp whatever is counted where.
func TestSpreadsAddUp(t *testing.T) {
	a, b := spreadOfValues(spreadDates, map[string]int64{"2026-01": 20}), spreadOfValues(spreadDates, map[string]int64{"2026-01": 1, "2026-02": 30})
	var none *Spread
	if got := shown(a.add(b).add(none).histogram()); got != "month 2026-01:21/19 2026-02:30/29" || len(a.Bins) != 1 {
		t.Errorf("%s", got)
	}
	if none.add(a) != a || shown(none.histogram()) != "none" {
		t.Error("nothing and something")
	}
}

// TestMonthBins holds the short way to a month against the long one, with every byte at every place of a date.
func TestMonthBins(t *testing.T) {
	for c := range 256 {
		for at := range len("1980-12-31") {
			b := []byte("1980-12-31")
			b[at] = byte(c)
			bin, ok := monthBin(string(b))
			if want, there := anyMonthBin(string(b)); bin != want || ok != there {
				t.Errorf("%q is in %d, %v; want %d, %v", b, bin, ok, want, there)
			}
		}
	}
}
