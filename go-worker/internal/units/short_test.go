package units

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// Machine words and big numbers give the same digits.
func TestShort(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	short, all := 0, 0
	for _, from := range Usual() {
		for _, to := range Usual() {
			c, ok := from.To(to)
			if !ok {
				continue
			}
			for range 20 {
				number := strconv.Itoa(random.IntN(3000))
				if random.IntN(2) == 0 {
					number += "." + strconv.Itoa(random.IntN(120))
				}
				decimals := random.IntN(5)
				got, _ := c.Apply(number, decimals)
				slow := c
				slow.short.by = 0
				if want, _ := slow.Apply(number, decimals); got != want {
					t.Fatalf("%s %s is %s %s; want %s", number, from.Code, got, to.Code, want)
				}
				if _, ok := c.Append(nil, number, decimals); ok {
					short++
				}
				all++
			}
		}
	}
	if short*4 < all {
		t.Errorf("only %d of %d conversions were short", short, all)
	}
}
