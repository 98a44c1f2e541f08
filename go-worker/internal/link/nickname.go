package link

import (
	"strings"
	"sync"

	"harmonizer/go-worker/internal/facts"
)

// A nickname is a name that is short for another, or that another is short for.
type nickname struct {
	sig signature
	s   string
}

// nicknames holds the other forms of each given name: made when they are first asked for, since most processes link nobody.
var nicknames = sync.OnceValue(func() map[string][]nickname {
	all := map[string][]nickname{}
	add := func(name, other string) { all[name] = append(all[name], nickname{signatureOf(other, false), other}) }
	for _, row := range facts.Rows("nicknames.csv", "name", "nicknames") {
		long := strings.ToUpper(row[0])
		for _, w := range facts.List(row[1]) {
			short := strings.ToUpper(w)
			add(long, short)
			add(short, long)
		}
	}
	return all
})

// nicknamed reports whether one of two given names is short for the other.
func nicknamed(t, u *text) bool {
	all := t.nicknames()
	for i := range all {
		if n := &all[i]; n.sig == u.sig && n.s == u.s {
			return true
		}
	}
	return false
}

// nearlyNicknamed reports whether one of two given names is but for a slip of the pen short for the other.
func nearlyNicknamed(t, u *text) bool {
	for _, side := range [...][2]*text{{t, u}, {u, t}} {
		name, written := side[0], side[1].s
		if len(written) < 3 {
			continue
		}
		all := name.nicknames()
		for i := range all {
			if n := &all[i]; n.sig.apart(side[1].sig) <= 2 && within(n.s, written, 1) {
				return true
			}
		}
	}
	return false
}
