package plan

import (
	"fmt"
	"strconv"
)

// some writes a number with its noun: 1 value, 2 values.
func some[N int | int64](n N, one, many string) string {
	return strconv.FormatInt(int64(n), 10) + " " + verb(n, one, many)
}

// verb returns the word that goes with one thing or with many: 1 has, 2 have.
func verb[N int | int64](n N, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// noneOr is the subject and verb of how many have something.
func noneOr(n int64) string {
	if n == 0 {
		return "none has"
	}
	return fmt.Sprintf("%d %s", n, have(n))
}

// have is the verb that most evidence takes.
func have[N int | int64](n N) string { return verb(n, "has", "have") }
