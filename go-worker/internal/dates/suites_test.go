package dates

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

// TestDateVectors reads the vectors of a general date parser. It fills what is missing from a given day, which here must
// never happen, and reads times without a date, which here are none; what both read must agree.
func TestDateVectors(t *testing.T) {
	agreed, coarser, refused := 0, 0, 0
	for _, v := range suites.Records(t, "date-vectors/dateutil_vectors.csv") {
		got := read(v["input"], Reading{Order: MonthFirst, Today: today, Century: PastOnly})
		got, _, _ = strings.Cut(got, " ")
		want := v["expected_iso"]
		switch {
		case got == want, got+"T00:00:00" == want,
			strings.HasPrefix(got, want[:19]) && strings.Contains(want, "."), strings.HasPrefix(want, got+"00"):
			agreed++
		case len(got) < 10 && strings.HasPrefix(want, got):
			coarser++ // 2003-09 where the vector fills in a day
		case got == "unreadable":
			refused++ // times without a date, and orders of parts that nobody writes
		default:
			t.Errorf("%q = %s; want %s", v["input"], got, want)
		}
	}
	t.Logf("agreed on %d, left the missing part open in %d, refused %d", agreed, coarser, refused)
	if agreed < 54 {
		t.Errorf("agreed on %d vectors only", agreed)
	}
}
