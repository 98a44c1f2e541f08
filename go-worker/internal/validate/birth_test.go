package validate

import (
	"fmt"
	"math/rand/v2"
	"slices"
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

// A life in which the texts alone show that nothing is wrong is one in which the dates show it too.
func TestOrdinaryLives(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 3))
	written := func(from, to int) string {
		day := fmt.Sprintf("%04d-%02d-%02d", from+random.IntN(to-from), 1+random.IntN(12), 1+random.IntN(28))
		return [...]string{day, day, day, day, "", day[:7], day[:4], day + "T00:30:00", day + "T23:30:00-12:00", day + "T00:30:00+14:00"}[random.IntN(10)]
	}
	fields := []string{"birth_date", "last_visit", "diagnosis_date", "death_date", "deceased", "age"}
	short := newPatient(binding{layout: standardize.NewLayout(fields), today: dayOf(today)})
	long := *short
	long.now = "" // nobody is born before
	ordinary := 0
	for range 50_000 {
		birth := written(1980, 2000)
		if random.IntN(4) == 0 {
			birth = written(today.Year()-112, today.Year()-109)
		}
		values := []string{birth, written(1998, 2027), written(1998, 2027), "", "", ""}
		switch random.IntN(10) {
		case 0:
			values[0] = written(today.Year(), today.Year()+1)
			values[1], values[2] = "", ""
		case 1:
			values[3], values[4] = written(1998, 2027), [...]string{"", "true", "false"}[random.IntN(3)]
		case 2:
			values[5] = fmt.Sprint(random.IntN(50))
		}
		if short.ordinary(&standardize.Row{Values: values, Unusable: make([]bool, len(fields))}, values[0]) {
			ordinary++
		}
		var found [2][]standardize.Hit
		for i, p := range []*patient{short, &long} {
			r := &standardize.Row{Values: values, Raw: values, Unusable: make([]bool, len(fields))}
			p.live(nil, r)
			found[i] = r.Hits
		}
		if !slices.Equal(found[0], found[1]) {
			t.Fatalf("%q: %v, not %v", values, found[0], found[1])
		}
	}
	if ordinary < 5000 {
		t.Errorf("%d lives are ordinary", ordinary)
	}
}
