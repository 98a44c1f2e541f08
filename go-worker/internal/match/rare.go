package match

// A family name is rare when at most one record in rareShare has it, and in a small table when at most fewRecords have.
const (
	rareShare  = 10_000
	fewRecords = 2
)

// A namesake is what two records must agree in under the rule of rare names.
type namesake [5]uint64

// namesake returns it; complete is false where a record lacks any of it.
func (x *fact) namesake() (n namesake, complete bool) {
	for i, word := range [...]int{wordFamily, wordGiven, wordMiddle, wordBirth, wordSex} {
		if n[i] = x[word]; n[i] == 0 {
			return n, false
		}
	}
	return n, true
}

// findRare finds the rare family names among those by which nodes may be one person. Most tables have none that may, and are not read
// again.
func (s *sameFinder) findRare() error {
	records := map[uint64]int64{} // by family name
	err := s.shareOut(s.gathered.Buckets(), func(bucket int) error {
		b, err := s.load(bucket)
		if err != nil {
			return err
		}
		names := b.namesakes()
		s.marking.Lock()
		defer s.marking.Unlock()
		for _, name := range names {
			records[name] = 0
		}
		return nil
	})
	if err != nil || len(records) == 0 {
		return err
	}
	var all int64
	err = s.each(func(raw []byte, _ int64) error {
		for ; len(raw) > 0; raw = raw[8*s.words:] {
			all++
			name := le.Uint64(raw[8*wordFamily:])
			if n, ok := records[name]; ok {
				records[name] = n + 1
			}
		}
		return nil
	})
	s.rare = map[uint64]bool{}
	for name, n := range records {
		s.rare[name] = n <= max(fewRecords, all/rareShare)
	}
	return err
}

// namesakes returns the family names of nodes that agree in all that the rule of rare names asks for.
func (b *bucket) namesakes() (names []uint64) {
	seen := map[namesake]bool{}
	for i := range b.nodes {
		n, complete := b.nodes[i].namesake()
		if complete && seen[n] {
			names = append(names, n[0])
		}
		seen[n] = complete
	}
	return names
}

// person returns the deterministic rule by which two records are one person: one that certain knows, or the one that depends on how many
// have the name: family name, given name, middle initial, birth date and sex, where the family name is rare.
func (s *sameFinder) person(x, y *fact) string {
	if rule := certain(x, y); rule != "" {
		return rule
	}
	if !s.rare[x[wordFamily]] || vetoed(x, y) {
		return ""
	}
	a, complete := x.namesake()
	if b, _ := y.namesake(); !complete || a != b {
		return ""
	}
	return Deterministic + "rare-name+birth-date+sex"
}
