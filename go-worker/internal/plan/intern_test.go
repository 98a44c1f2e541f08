package plan

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
)

// counted are stats that keep what they are told.
type counted map[string]int64

func (c counted) add(value string, n int64) { c[strings.Clone(value)] += n }

// TestTallyIsExact counts values of all lengths, few and many, in one tally and in two that are merged.
func TestTallyIsExact(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, distinct := range []int{1, 40, 99, 100, 101, 5000} {
		values := make([]string, distinct)
		for i := range values {
			number := fmt.Sprint(i)
			values[i] = number + strings.Repeat("x", max(0, i%40-len(number)-1)) + number[len(number)-1:]
		}
		want := counted{}
		into := []counted{{}, {}}
		tallies := []*tally{newTally(100, into[0]), newTally(100, into[1])}
		var ids [blockRows]int32
		for range 300 {
			text := make([]string, 1+random.IntN(blockRows))
			for i := range text {
				text[i] = values[random.IntN(distinct)*random.IntN(2)]
				want[text[i]]++
			}
			tallies[random.IntN(2)].addBlock(&cells{block: block{text, 1}, filled: 1<<len(text) - 1}, &ids)
		}
		tallies[0].merge(tallies[1])
		if got, few := tallies[0].distinct(); few != (len(want) <= 100) || few && !maps.Equal(got, want) {
			t.Errorf("of %d values, %d are counted, %t", distinct, len(got), few)
		}
		tallies[0].settle()
		for value, n := range into[1] {
			into[0][value] += n
		}
		if !maps.Equal(into[0], want) {
			t.Errorf("of %d values, the stats have %d", len(want), len(into[0]))
		}
	}
}
