package validate

import (
	"testing"
	"time"
)

func TestBeforeNeverGuesses(t *testing.T) {
	tests := []struct {
		name, a, b string
		by         int64
		want       bool
	}{
		{"days", "2020-01-01", "2020-01-02", 0, true},
		{"the same day", "2020-01-01", "2020-01-01", 0, false},
		{"a month and a day in it", "2020-01", "2020-01-31", 0, false},
		{"a month and a day after it", "2020-01", "2020-02-01", 0, true},
		{"a year and a month in it", "2020", "2020-12", 0, false},
		{"years", "2019", "2020", 0, true},
		{"december", "2019-12", "2020-01", 0, true},
		{"a time on the day", "2020-01-01T10:00:00", "2020-01-01", 0, false},
		{"times", "2020-01-01T10:00:00", "2020-01-01T10:05:00", 0, true},
		{"seconds that nobody wrote", "2020-01-01T10:05:00", "2020-01-01T10:05:30", 0, false},
		{"seconds", "2020-01-01T10:05:29", "2020-01-01T10:05:30", 0, true},
		{"fractions", "2020-01-01T10:05:29.25", "2020-01-01T10:05:29.75", 0, false},
		{"zones", "2020-01-01T10:00:00-05:00", "2020-01-01T14:00:00Z", 0, false},
		{"zones that turn it round", "2020-01-01T10:00:00+05:00", "2020-01-01T09:00:00Z", 0, true},
		{"one zone is not known", "2020-01-01T20:00:00Z", "2020-01-02T06:00:00", 0, false},
		{"no zone would do", "2020-01-01T20:00:00Z", "2020-01-02T12:00:00", 0, true},
		{"a day without a zone", "2020-01-01", "2020-01-02T06:00:00Z", 0, false},
		{"by less than it takes", "2020-01-01", "2020-01-02", day, false},
		{"by more than it takes", "2020-01-01", "2020-01-04", day, true},
		{"nothing", "", "2020-01-01", 0, false},
		{"no date", "soon", "2020-01-01", 0, false},
		{"a broken date", "2020-1-1", "2021-01-01", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := read(tt.a).before(read(tt.b), tt.by); got != tt.want {
				t.Errorf("%s before %s by %d s: %v, want %v", tt.a, tt.b, tt.by, got, tt.want)
			}
			if tt.want && read(tt.b).before(read(tt.a), 0) {
				t.Errorf("%s is before %s as well", tt.b, tt.a)
			}
		})
	}
}

// The law behind all comparisons: a partial date is before another only if each of its days is.
func TestPartialDatesProveWhatAllOfTheirDaysProve(t *testing.T) {
	first := time.Date(2019, 11, 28, 0, 0, 0, 0, time.UTC)
	forms := []string{"2006", "2006-01", time.DateOnly}
	for i := range 70 {
		for j := range 70 {
			a, b := first.AddDate(0, 0, i), first.AddDate(0, 0, j)
			for _, form := range forms {
				partial, whole := a.Format(form), b.Format(time.DateOnly)
				every := true
				for d := first.AddDate(-1, 0, 0); d.Year() < 2021; d = d.AddDate(0, 0, 1) {
					if d.Format(form) == partial && d.Format(time.DateOnly) >= whole {
						every = false
						break
					}
				}
				if got := read(partial).before(read(whole), 0); got != every {
					t.Fatalf("%s before %s: %v, want %v", partial, whole, got, every)
				}
			}
		}
	}
}

func TestYears(t *testing.T) {
	tests := []struct {
		born, at        string
		least, greatest int
	}{
		{"1985-06-15", "2020-06-14", 34, 34},
		{"1985-06-15", "2020-06-15", 35, 35},
		{"1985-06", "2020-06-15", 34, 35},
		{"1985", "2020-06-15", 34, 35},
		{"1985", "2020", 34, 35},
		{"2020-02-29", "2021-02-28", 0, 0},
		{"2020-02-29", "2021-03-01", 1, 1},
		{"2021-01-01", "2020-12-31", -1, -1},
	}
	for _, tt := range tests {
		least, greatest := read(tt.born).years(read(tt.at))
		if least != tt.least || greatest != tt.greatest {
			t.Errorf("born %s, at %s: %d to %d, want %d to %d", tt.born, tt.at, least, greatest, tt.least, tt.greatest)
		}
	}
}

// Values reach the rules from profiles' own fields as well, so anything may stand there.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "2020", "2020-02", "2020-02-30", "2020-02-01T10:00:00.5+05:30", "2020-02-01T", "2020-02-01T24:00:00Zz", "٢٠٢٠"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := read(s); d.known && (d.from > d.to || d.first > d.last) {
			t.Errorf("%q ends before it begins", s)
		}
	})
}
