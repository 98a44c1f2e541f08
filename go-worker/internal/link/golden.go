package link

import (
	"cmp"
	"slices"
	"strings"

	"harmonizer/go-worker/internal/profile"
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
	OnlyValue    = "only-value"     // all members that have a value have this one
	Trusted      = "trusted-source" // of a source that is trusted more
	MostAgree    = "agreement"      // more members have it than any other
	MostRecent   = "most-recent"    // of the member updated last
	MostComplete = "most-complete"  // of the member that says most
	LowestUID    = "lowest-row-uid"
	Union        = "union" // all values together
)

// ruleOf are the rules by the words of a profile's order.
var ruleOf = map[string]string{"trusted": Trusted, "agreement": MostAgree, "recent": MostRecent, "complete": MostComplete}

// A Survivor decides which values of the members of a person survive (SPEC section 16). Values that belong together come from one member.
type Survivor struct {
	groups  []fieldGroup
	trusted []string // sources, the most trusted first
	updated int      // column of when a row was updated, -1
	columns int
}

// A fieldGroup is columns that are taken together.
type fieldGroup struct {
	columns []int
	order   []string // rules, first to last
	union   bool     // all values are kept, joined
}

// NewSurvivor returns what decides over rows with these columns, as a profile says. A column whose name begins with that of another field
// and "_" goes with it.
func NewSurvivor(columns []string, p *profile.Profile) *Survivor {
	s := &Survivor{columns: len(columns), updated: slices.Index(columns, "last_updated"), trusted: p.Trusted}
	if s.updated < 0 {
		s.updated = slices.Index(columns, "last_visit")
	}
	var together []profile.Survivorship
	if t := p.Table("patient"); t != nil {
		together = t.Survivorship
	}
	byHead := map[string]int{}
	for c, name := range columns {
		head, with := headOf(name, columns, together)
		g, known := byHead[head]
		if !known {
			g = len(s.groups)
			byHead[head] = g
			s.groups = append(s.groups, newGroup(with))
		}
		s.groups[g].columns = append(s.groups[g].columns, c)
	}
	return s
}

func newGroup(of *profile.Survivorship) fieldGroup {
	g, words := fieldGroup{}, profile.SurvivalOrder
	if of != nil {
		g.union = of.Keep == profile.KeepAll
		if len(of.Order) > 0 {
			words = of.Order
		}
	}
	for _, word := range words {
		g.order = append(g.order, ruleOf[word])
	}
	g.order = append(g.order, LowestUID)
	return g
}

// headOf returns the field that a column is taken together with, and what the profile says about the two.
func headOf(name string, columns []string, together []profile.Survivorship) (string, *profile.Survivorship) {
	for i := range together {
		for _, field := range together[i].Fields {
			if name == field || strings.HasPrefix(name, field+"_") {
				return together[i].Fields[0], &together[i]
			}
		}
	}
	head := name
	for _, other := range columns {
		if strings.HasPrefix(name, other+"_") && len(other) < len(head) {
			head = other
		}
	}
	return head, nil
}

// A Member is a record of a person.
type Member struct {
	Values      []string // by column
	UID, Source string
}

// Merge returns the golden row of members. Their order does not matter for what survives.
func (s *Survivor) Merge(members []Member) Golden {
	g := Golden{Values: make([]string, s.columns), Winners: make([]Winner, s.columns), Alternates: make([][]string, s.columns)}
	for i := range s.groups {
		of := &s.groups[i]
		if of.union {
			for _, c := range of.columns {
				g.join(c, members)
			}
			continue
		}
		win := s.winner(of, members)
		for _, c := range of.columns {
			g.Winners[c] = win
			if win.Member < 0 {
				continue
			}
			g.Values[c] = members[win.Member].Values[c]
			for _, m := range members {
				if v := m.Values[c]; v != "" && v != g.Values[c] && !slices.Contains(g.Alternates[c], v) {
					g.Alternates[c] = append(g.Alternates[c], v)
				}
			}
		}
	}
	return g
}

// join keeps all elements of the members' lists.
func (g *Golden) join(c int, members []Member) {
	var all []string
	g.Winners[c] = Winner{Member: -1}
	for i, m := range members {
		for v := range strings.SplitSeq(m.Values[c], "|") {
			if v != "" && !slices.Contains(all, v) {
				all = append(all, v)
				if g.Winners[c].Member < 0 {
					g.Winners[c] = Winner{Union, i}
				}
			}
		}
	}
	if len(all) == 1 {
		g.Values[c] = all[0]
		return
	}
	slices.Sort(all)
	g.Values[c] = strings.Join(all, "|")
}

// A candidate is a combination of values in a group of columns.
type candidate struct {
	first, agree, trust, filled, length int
	updated, uid                        string
}

// winner returns the member whose values survive in a group, and the rule that it needed against the strongest of the others.
func (s *Survivor) winner(of *fieldGroup, members []Member) Winner {
	if only, sure := of.only(members); sure {
		return only
	}
	all := s.candidates(of, members)
	var best *candidate
	for _, c := range all {
		if best == nil || better(c, best, of.order) >= 0 {
			best = c
		}
	}
	last := -1
	for _, c := range all {
		if c != best {
			last = max(last, better(best, c, of.order))
		}
	}
	return Winner{of.order[last], best.first}
}

// only returns the winner where the members do not contradict each other, which most do not.
func (g *fieldGroup) only(members []Member) (win Winner, sure bool) {
	win = Winner{Member: -1}
	for i := range members {
		m := &members[i]
		switch {
		case g.empty(m.Values):
		case win.Member < 0:
			win = Winner{OnlyValue, i}
		case !g.same(m.Values, members[win.Member].Values):
			return win, false
		case m.UID < members[win.Member].UID:
			win.Member = i
		}
	}
	return win, true
}

func (g *fieldGroup) empty(values []string) bool {
	for _, c := range g.columns {
		if values[c] != "" {
			return false
		}
	}
	return true
}

func (g *fieldGroup) same(a, b []string) bool {
	for _, c := range g.columns {
		if a[c] != b[c] {
			return false
		}
	}
	return true
}

// candidates returns the combinations that the members have.
func (s *Survivor) candidates(of *fieldGroup, members []Member) map[string]*candidate {
	all := map[string]*candidate{}
	for i, m := range members {
		key, filled, length := of.describe(m.Values)
		if filled == 0 {
			continue
		}
		c := all[key]
		if c == nil {
			c = &candidate{first: i, filled: filled, length: length, uid: m.UID, trust: len(s.trusted)}
			all[key] = c
		}
		c.agree++
		if m.UID < c.uid {
			c.uid, c.first = m.UID, i
		}
		if rank := slices.Index(s.trusted, m.Source); rank >= 0 {
			c.trust = min(c.trust, rank)
		}
		if s.updated >= 0 {
			c.updated = max(c.updated, m.Values[s.updated])
		}
	}
	return all
}

func (g *fieldGroup) describe(values []string) (key string, filled, length int) {
	var b strings.Builder
	for _, c := range g.columns {
		b.WriteString(values[c])
		b.WriteByte(0)
		if values[c] != "" {
			filled++
		}
		length += len(values[c])
	}
	return b.String(), filled, length
}

// better returns the place of the rule by which a beats b, -1 when it does not.
func better(a, b *candidate, order []string) int {
	for i, rule := range order {
		switch c := compareBy(rule, a, b); {
		case c > 0:
			return i
		case c < 0:
			return -1
		}
	}
	return -1
}

func compareBy(rule string, a, b *candidate) int {
	switch rule {
	case Trusted:
		return cmp.Compare(b.trust, a.trust)
	case MostAgree:
		return cmp.Compare(a.agree, b.agree)
	case MostRecent:
		return cmp.Compare(a.updated, b.updated)
	case MostComplete:
		return cmp.Or(cmp.Compare(a.filled, b.filled), cmp.Compare(a.length, b.length))
	}
	return cmp.Compare(b.uid, a.uid)
}
