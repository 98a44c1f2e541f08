package link

import (
	"strings"

	"harmonizer/go-worker/internal/facts"
)

// nicknames holds, of each name, those that are short for it and those that it is short for.
var nicknames = func() map[string][]string {
	all := map[string][]string{}
	for _, row := range facts.Rows("nicknames.csv", "name", "nicknames") {
		long := strings.ToUpper(row[0])
		for _, w := range facts.List(row[1]) {
			short := strings.ToUpper(w)
			all[long] = append(all[long], short)
			all[short] = append(all[short], long)
		}
	}
	return all
}()

// A nick tells in a few instructions that a name is not short for another: bits of sums of the name, and of its other forms.
type nick struct{ name, others uint64 }

func nickOf(s string) (n nick) {
	bit := func(s string) uint64 { return 1 << (hash(s) >> 58) }
	for _, other := range nicknames[s] {
		n.name = bit(s)
		n.others |= bit(other)
	}
	return n
}

// nicknamed reports whether one of two given names is short for the other.
func nicknamed(t, u *text) bool {
	if t.nick.others&u.nick.name == 0 || u.nick.others&t.nick.name == 0 {
		return false
	}
	for _, other := range nicknames[t.s] {
		if other == u.s {
			return true
		}
	}
	return false
}
