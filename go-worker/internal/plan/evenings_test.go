package plan

import (
	"testing"
	"time"
)

// TestBirthsInTheEvening: midnights of a zone in the east, written in UTC, are told.
func TestBirthsInTheEvening(t *testing.T) {
	born := time.Date(1940, 1, 5, 0, 0, 0, 0, time.UTC)
	at := func(clock string, from time.Time, step, n int) (values []string) {
		for _, day := range days("2006-01-02", from, step, n) {
			values = append(values, day+clock)
		}
		return values
	}
	for _, tt := range []struct {
		name   string
		header string
		values []string
		told   bool
	}{
		{"India", "dob", at("T18:30:00.000Z", born, 397, 40), true},
		{"summer and winter", "dob", append(at("T22:00:00Z", born, 397, 40), at("T23:00:00Z", born, 411, 40)...), true},
		{"midnight", "dob", at("T00:00:00Z", born, 397, 40), false},
		{"midnight in America", "dob", at("T05:00:00Z", born, 397, 40), false},
		{"noon", "dob", at("T12:00:00Z", born, 397, 40), false},
		{"hours of birth", "dob", append(at("T22:00:00Z", born, 397, 10), at("T14:30:00Z", born, 411, 10)...), false},
		{"no zone", "dob", at("T22:00:00", born, 397, 40), false},
		{"visits", "last_visit", at("T22:00:00Z", time.Date(2019, 1, 5, 0, 0, 0, 0, time.UTC), 27, 40), false},
	} {
		if _, findings := one(t, tt.header, tt.values...); has(findings, "DATE-018") != tt.told {
			t.Errorf("%s: told %t", tt.name, !tt.told)
		}
	}
}
