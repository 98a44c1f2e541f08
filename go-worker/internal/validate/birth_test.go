package validate

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"harmonizer/go-worker/internal/standardize"
)

// An event on or after the day of birth is passed by its text alone: never one that lies before it.
func TestEventsAreHeldAgainstBirth(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	written := func() string {
		day := fmt.Sprintf("%04d-%02d-%02d", 1998+random.IntN(4), 1+random.IntN(12), 1+random.IntN(28))
		return [...]string{day, day, day, day[:7], day[:4], day + "T10:00:00", "no date or"}[random.IntN(7)]
	}
	for range 20_000 {
		event, birth := written(), written()
		born := read(birth)
		if !born.known {
			continue
		}
		r := &standardize.Row{Values: []string{event, birth}, Unusable: make([]bool, 2)}
		at := read(event)
		disproved, prenatal := at.before(born, pregnancy), at.before(born, slackOfZones)
		if got := beforeBirth(r, 0, 1, born); got != disproved || len(r.Hits) > 0 != (disproved || prenatal) {
			t.Fatalf("%s, born %s: %t, %v", event, birth, got, r.Hits)
		}
	}
}
