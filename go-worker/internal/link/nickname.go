package link

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// nicknames holds the pairs of names of which one is short for the other, and who has any.
var nicknames, haveNickname = func() (map[[2]string]bool, map[string]bool) {
	pairs, have := map[[2]string]bool{}, map[string]bool{}
	for _, row := range facts.Rows("nicknames.csv", "name", "nicknames") {
		long := strings.ToUpper(row[0])
		for _, w := range facts.List(row[1]) {
			short := strings.ToUpper(w)
			pairs[[2]string{long, short}], pairs[[2]string{short, long}] = true, true
			have[long], have[short] = true, true
		}
	}
	return pairs, have
}()
