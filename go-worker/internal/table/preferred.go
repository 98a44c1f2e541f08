package table

import (
	"slices"
	"strconv"
)

// Of several names, addresses, numbers and languages of somebody, FHIR says which one to take first: by its use, its rank, whether it is preferred, and
// whether its time has an end (https://www.hl7.org/fhir/R4/datatypes.html#HumanName, #Address, #ContactPoint, #Identifier). That one is read as
// the first, whatever the order.

// usesFirst are the uses of elements of some arrays in the order in which they are read. What has another comes last.
var usesFirst = map[string][]string{
	"name":       {"official", "usual", ""},
	"address":    {"home", ""},
	"identifier": {"usual", "official", ""},
}

// behind is the place of what has an end among what has none.
const behind = 1 << 20

// unranked is the place of a contact without a rank: behind those with one.
const unranked = 1 << 10

// preference returns where an element of an array comes among the others.
func (t *tape) preference(array string, at int) (place int) {
	switch array {
	case "name", "address", "identifier":
		uses := usesFirst[array]
		if place = slices.Index(uses, t.text(at, "use")); place < 0 {
			place = len(uses)
		}
	case "telecom":
		place = unranked
		if rank := t.member(at, "rank"); rank > 0 {
			if n, err := strconv.Atoi(t.nodes[rank].text); err == nil && n > 0 {
				place = min(n, unranked)
			}
		}
	case "communication":
		if preferred := t.member(at, "preferred"); preferred == 0 || t.nodes[preferred].kind != nodeTrue {
			place = 1
		}
	case "category":
		if !t.bound(at) {
			place = 1
		}
	}
	if t.text(at, "period", "end") != "" {
		place += behind
	}
	return place
}

// preferred returns the elements of an array in the order in which they are to be taken, nil where they stand in it.
func (t *tape) preferred(array string, at int) (elements []int) {
	switch array {
	case "name", "address", "identifier", "telecom", "communication", "category":
	default:
		return nil
	}
	inOrder, before := true, 0
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i].next {
		place := t.preference(array, i)
		inOrder, before = inOrder && place >= before, place
	}
	if inOrder {
		return nil
	}
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i].next {
		elements = append(elements, i)
	}
	slices.SortStableFunc(elements, func(a, b int) int { return t.preference(array, a) - t.preference(array, b) })
	return elements
}
