package link

import (
	"slices"
	"strings"
)

// A Golden is the row that stands for a person: of each column the value that survives.
type Golden struct {
	Values     []string
	Winners    []Winner   // by column; of one without a value, none
	Alternates [][]string // by column: other values, in the order of the members
}

// A Winner says why a value stands in the golden row, and which of the members has it.
type Winner struct {
	Rule   string
	Member int // -1: none
}

// Rules of survivorship.
const (
	OnlyValue    = "only-value"    // all members that have a value have this one
	MostAgree    = "agreement"     // more members have it than any other
	MostRecent   = "most-recent"   // of the member updated last
	MostComplete = "most-complete" // of the member that says most
	LowestUID    = "lowest-row-uid"
	Union        = "union" // all values together
)

// A Survivor decides which values of the members of a person survive (SPEC section 16). Values that belong together come from one member.
type Survivor struct {
	groups  [][]int // columns that are taken together
	whole   []bool  // by group: how complete it is comes before how many agree
	union   []bool  // by group: all values are kept, joined
	updated int     // column of when a row was updated, -1
	columns int
}

// together are fields whose values come from one record.
var together = [][]string{
	{"name_family", "name_given", "name_middle", "name_suffix", "name_prefix", "name_full"},
	{"address_line1", "address_line2", "city", "county", "state", "zip", "country"},
	{"phone_home", "phone_mobile", "phone_work"},
}

// NewSurvivor returns what decides over rows with these columns. A column whose name begins with that of another field and "_" goes with it.
func NewSurvivor(columns []string) *Survivor {
	s := &Survivor{columns: len(columns), updated: slices.Index(columns, "last_updated")}
	if s.updated < 0 {
		s.updated = slices.Index(columns, "last_visit")
	}
	byHead := map[string]int{}
	for c, name := range columns {
		head := headOf(name, columns)
		g, known := byHead[head]
		if !known {
			g = len(s.groups)
			byHead[head] = g
			s.groups = append(s.groups, nil)
			s.whole = append(s.whole, head == together[0][0])
			s.union = append(s.union, name == "race")
		}
		s.groups[g] = append(s.groups[g], c)
	}
	return s
}

// headOf returns the field that a column is taken together with.
func headOf(name string, columns []string) string {
	for _, group := range together {
		for _, field := range group {
			if name == field || strings.HasPrefix(name, field+"_") {
				return group[0]
			}
		}
	}
	head := name
	for _, other := range columns {
		if strings.HasPrefix(name, other+"_") && len(other) < len(head) {
			head = other
		}
	}
	return head
}

// Merge returns the golden row of members, whose row_uids are given. The order of members does not matter for what survives.
func (s *Survivor) Merge(members [][]string, uids []string) Golden {
	g := Golden{Values: make([]string, s.columns), Winners: make([]Winner, s.columns), Alternates: make([][]string, s.columns)}
	for i, group := range s.groups {
		if s.union[i] {
			for _, c := range group {
				g.join(c, members)
			}
			continue
		}
		win := s.winner(i, members, uids)
		for _, c := range group {
			g.Winners[c] = win
			if win.Member < 0 {
				continue
			}
			g.Values[c] = members[win.Member][c]
			for _, m := range members {
				if v := m[c]; v != "" && v != g.Values[c] && !slices.Contains(g.Alternates[c], v) {
					g.Alternates[c] = append(g.Alternates[c], v)
				}
			}
		}
	}
	return g
}

// join keeps all elements of the members' lists.
func (g *Golden) join(c int, members [][]string) {
	var all []string
	g.Winners[c] = Winner{Member: -1}
	for i, m := range members {
		for _, v := range strings.Split(m[c], "|") {
			if v != "" && !slices.Contains(all, v) {
				all = append(all, v)
				if g.Winners[c].Member < 0 {
					g.Winners[c] = Winner{Union, i}
				}
			}
		}
	}
	slices.Sort(all)
	g.Values[c] = strings.Join(all, "|")
}

// A candidate is a combination of values in a group of columns.
type candidate struct {
	first, agree, filled, length int
	updated, uid                 string
}

// winner returns the member whose values survive in a group.
func (s *Survivor) winner(group int, members [][]string, uids []string) Winner {
	all := map[string]*candidate{}
	for i, m := range members {
		key, filled, length := s.describe(group, m)
		if filled == 0 {
			continue
		}
		c := all[key]
		if c == nil {
			c = &candidate{first: i, filled: filled, length: length, uid: uids[i]}
			all[key] = c
		}
		c.agree++
		if uids[i] < c.uid {
			c.uid, c.first = uids[i], i
		}
		if s.updated >= 0 {
			c.updated = max(c.updated, m[s.updated])
		}
	}
	var best *candidate
	rule := OnlyValue
	for _, c := range all {
		if best == nil || better(c, best, s.whole[group]) != "" {
			best = c
		}
	}
	if best == nil {
		return Winner{Member: -1}
	}
	for _, c := range all {
		if c == best {
			continue
		}
		if by := better(best, c, s.whole[group]); rule == OnlyValue || order(by, s.whole[group]) > order(rule, s.whole[group]) {
			rule = by
		}
	}
	return Winner{rule, best.first}
}

func (s *Survivor) describe(group int, m []string) (key string, filled, length int) {
	var b strings.Builder
	for _, c := range s.groups[group] {
		b.WriteString(m[c])
		b.WriteByte(0)
		if m[c] != "" {
			filled++
		}
		length += len(m[c])
	}
	return b.String(), filled, length
}

// better returns the rule by which a beats b, "" when it does not.
func better(a, b *candidate, whole bool) string {
	fuller := a.filled > b.filled || a.filled == b.filled && a.length > b.length
	same := a.filled == b.filled && a.length == b.length
	switch {
	case whole && !same:
		if fuller {
			return MostComplete
		}
		return ""
	case a.agree != b.agree:
		if a.agree > b.agree {
			return MostAgree
		}
		return ""
	case a.updated != b.updated:
		if a.updated > b.updated {
			return MostRecent
		}
		return ""
	case fuller:
		return MostComplete
	case same && a.uid < b.uid:
		return LowestUID
	}
	return ""
}

// order numbers the rules from the first that is asked to the last.
func order(rule string, whole bool) int {
	if whole && rule == MostComplete {
		return 0
	}
	return slices.Index([]string{OnlyValue, MostAgree, MostRecent, MostComplete, LowestUID}, rule) + 1
}
