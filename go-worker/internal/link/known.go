package link

import "slices"

// Know notes that an earlier job took a record for a person, who is known for as long as since says: the lower, the longer.
func (s *Set) Know(record int, person string, since int64) {
	s.known[int32(record)] = person
	if s.since == nil {
		s.since = map[string]int64{}
	}
	s.since[person] = since
}

// First returns what a result says about the first n records. Persons are numbered in the order of their first records, so those of
// the first records are the first persons. Pairs to review are those with one of the records on which nobody
// decided yet; aliases stay as they are.
func (r *Result) First(n int) *Result {
	first := *r
	first.Person, first.Links = r.Person[:n], r.Links[:n]
	persons := int32(0)
	for _, p := range first.Person {
		persons = max(persons, p+1)
	}
	first.IDs = r.IDs[:persons]
	first.Review = slices.DeleteFunc(slices.Clone(r.Review), func(p Review) bool { return p.A >= n || p.Veto == VetoDecision }) // A is before B
	return &first
}
