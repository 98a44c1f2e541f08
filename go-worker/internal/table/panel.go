package table

import (
	"slices"
	"strconv"
	"strings"
)

// pressures are the codes of the components of a blood pressure, which have columns of their own.
var pressures = []string{"8480-6", "8462-4"}

// ofOneResult are the members of an observation that tell of its own result, and not of those of its components.
var ofOneResult = []string{"id", "code", "component", "dataAbsentReason", "interpretation", "referenceRange", "hasMember", "derivedFrom"}

// components returns the components of an observation, each of which is a result of its own; none when they are a blood pressure, unless
// one says why it is missing.
func (t *tape) components(at int) (found []int) {
	array := t.member(at, "component")
	if array == 0 || t.nodes[array].kind != nodeArray {
		return nil
	}
	others := false
	for i := array + 1; i < t.nodes[array].next; i = t.nodes[i].next {
		if t.nodes[i].kind == nodeObject {
			found = append(found, i)
			others = others || !slices.Contains(pressures, t.codeOf(i)) || t.member(i, "dataAbsentReason") > 0
		}
	}
	if !others {
		return nil
	}
	return found
}

// hasResult reports whether an observation has a result of its own, or a reason why there is none.
func (t *tape) hasResult(at int) bool {
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i+1].next {
		if key := t.nodes[i].text; key == "dataAbsentReason" || isChoice(key) {
			return true
		}
	}
	return false
}

// isChoice reports whether a member is the result of an observation, of whatever type.
func isChoice(key string) bool { return strings.HasPrefix(key, "value") }

// observation fills a row for each result of an observation: its own, and those of its components, which share the rest of it. One that
// only gathers others has none, which is no fault of it.
func (f *flattener) observation(t *tape, at int, row func() []string) {
	parts, own := t.components(at), t.hasResult(at)
	if len(parts) == 0 || own {
		f.begin(t, row())
		f.skip = nil
		if len(parts) > 0 {
			f.skip = func(key string) bool { return key == "component" }
		}
		f.members(at)
		if !own && t.member(at, "component") == 0 && (t.member(at, "hasMember") > 0 || t.member(at, "derivedFrom") > 0) {
			f.setAt("dataAbsentReason.coding.0.code", "not-applicable")
		}
	}
	for n, part := range parts {
		f.begin(t, row())
		f.skip = func(key string) bool { return isChoice(key) || slices.Contains(ofOneResult, key) }
		f.setAt("id", f.partID(t.text(at, "id"), n, own))
		f.members(at)
		f.skip = nil
		f.members(part)
	}
	f.skip = nil
}

// partID returns the id of a component's row: that of the observation for the first row, and with a number behind it for others.
func (f *flattener) partID(id string, n int, own bool) string {
	if id == "" || n == 0 && !own {
		return id
	}
	from := len(f.arena)
	f.arena = strconv.AppendInt(append(append(f.arena, id...), '.'), int64(n+1), 10)
	return view(f.arena[from:])
}

// setAt sets the cell of a column by its name.
func (f *flattener) setAt(path, text string) {
	f.path = append(f.path[:0], path...)
	f.set(text)
	f.path = f.path[:0]
}
