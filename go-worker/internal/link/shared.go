package link

import (
	"cmp"
	"runtime"
	"slices"

	"harmonizer/go-worker/internal/rule"
)

var (
	ruleSexDiffers  = rule.Must("SEX-004")
	ruleMRNTwice    = rule.Must("ID-002")
	ruleSSNShared   = rule.Must("SSN-004")
	rulePhoneShared = rule.Must("PHONE-007")
	ruleHomeShared  = rule.Must("ADDR-005")
)

// A Finding is what can be said of a record once it is known who is who.
type Finding struct {
	Record int
	Rule   rule.ID
}

// Limits of how many persons may share a value before it is told.
const (
	mostOfSSN   = 3
	mostOfPhone = 5
	mostOfHome  = 20
)

// Findings returns what the persons show about the records: sexes that differ within one person, and numbers, phones and addresses that
// stand with too many persons. They are in the order of the records.
func (s *Set) Findings(res *Result) []Finding {
	kinds := [...]func() []Finding{
		func() []Finding { return s.sexes(res) },
		func() []Finding {
			return s.shared(res, ruleMRNTwice, 1, func(r *record) uint64 { return uint64(r.codes[MRN]) })
		},
		func() []Finding {
			return s.shared(res, ruleSSNShared, mostOfSSN, func(r *record) uint64 { return uint64(r.codes[SSN]) })
		},
		func() []Finding {
			return s.shared(res, rulePhoneShared, mostOfPhone, func(r *record) uint64 { return uint64(r.codes[Phone]) })
		},
		func() []Finding { return s.shared(res, ruleHomeShared, mostOfHome, (*record).home) },
	}
	found := make([][]Finding, len(kinds))
	shareOut(runtime.GOMAXPROCS(0), len(kinds), func(_, i int) { found[i] = kinds[i]() })
	all := slices.Concat(found...)
	slices.SortStableFunc(all, func(x, y Finding) int { return cmp.Compare(x.Record, y.Record) })
	return all
}

// home sums up where a record lives, 0 of one that does not say it.
func (r *record) home() uint64 {
	if r.codes[Street] == 0 || r.codes[Number] == 0 {
		return 0
	}
	h := uint64(14695981039346656037)
	for _, f := range [...]Field{Number, Street, Unit, City, Zip} {
		h = (h ^ uint64(r.codes[f])) * 1099511628211
	}
	return h
}

// sexes finds the persons with records of different sexes.
func (s *Set) sexes(res *Result) (all []Finding) {
	first := make([]uint32, len(res.IDs))
	differ := make([]bool, len(res.IDs))
	for i, p := range res.Person {
		switch sex := s.at(i).codes[Sex]; {
		case sex == 0:
		case first[p] == 0:
			first[p] = sex
		case first[p] != sex:
			differ[p] = true
		}
	}
	for i, p := range res.Person {
		if differ[p] && s.at(i).codes[Sex] != 0 {
			all = append(all, Finding{i, ruleSexDiffers})
		}
	}
	return all
}

// frequent returns what reports whether a value is one that more than so many records may have; most are not. Values with one sum count
// together.
func (s *Set) frequent(most int, value func(*record) uint64) func(uint64) bool {
	const bits = 20
	counts := make([]uint8, 1<<bits)
	sum := func(v uint64) uint64 { return v * 0x9e3779b97f4a7c15 >> (64 - bits) }
	for i := range s.records {
		if v := value(&s.records[i]); v != 0 && int(counts[sum(v)]) <= most {
			counts[sum(v)]++
		}
	}
	return func(v uint64) bool { return v != 0 && int(counts[sum(v)]) > most }
}

// shared finds the records whose value more than so many persons have.
func (s *Set) shared(res *Result, id rule.ID, most int, value func(*record) uint64) (all []Finding) {
	type owned struct {
		value  uint64
		person int32
	}
	frequent := s.frequent(most, value)
	var owners []owned
	for i, p := range res.Person {
		if v := value(s.at(i)); frequent(v) {
			owners = append(owners, owned{v, p})
		}
	}
	slices.SortFunc(owners, func(x, y owned) int {
		if x.value != y.value {
			return cmp.Compare(x.value, y.value)
		}
		return cmp.Compare(x.person, y.person)
	})
	owners = slices.Compact(owners)
	tooMany := map[uint64]bool{}
	for from := 0; from < len(owners); {
		to := from
		for to < len(owners) && owners[to].value == owners[from].value {
			to++
		}
		if to-from > most {
			tooMany[owners[from].value] = true
		}
		from = to
	}
	if len(tooMany) == 0 {
		return nil
	}
	for i := range s.records {
		if v := value(s.at(i)); frequent(v) && tooMany[v] {
			all = append(all, Finding{i, id})
		}
	}
	return all
}
