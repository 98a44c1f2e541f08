package match

import (
	"math/rand/v2"
	"testing"
)

// TestGroups joins rows at random and compares the groups with those that are found by walking.
func TestGroups(t *testing.T) {
	const rows = 300
	r := rand.New(rand.NewPCG(1, 2))
	g, near := newGroups(rows), [rows][]uint64{}
	for range rows / 2 {
		a, b := r.Uint64N(rows), r.Uint64N(rows)
		g.join(a, b)
		near[a], near[b] = append(near[a], b), append(near[b], a)
	}
	for first := range uint64(rows) {
		seen := [rows]bool{}
		walk := []uint64{first}
		least := first
		for len(walk) > 0 {
			at := walk[len(walk)-1]
			walk = walk[:len(walk)-1]
			if seen[at] {
				continue
			}
			seen[at] = true
			least = min(least, at)
			walk = append(walk, near[at]...)
		}
		if got := g.of(first); got != least {
			t.Fatalf("row %d: group %d, want %d", first, got, least)
		}
	}
}
