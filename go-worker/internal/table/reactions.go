package table

// An allergy can have several reactions, each of one severity, which the table has one column for.

// reactions returns the reactions of an allergy.
func (t *tape) reactions(at int) (found []int) {
	array := t.member(at, "reaction")
	if array == 0 || t.nodes[array].kind != nodeArray {
		return nil
	}
	for i := array + 1; i < t.nodes[array].next; i = t.nodes[i].next {
		if t.nodes[i].kind == nodeObject {
			found = append(found, i)
		}
	}
	return found
}

// differ reports whether the severities of reactions do.
func (t *tape) differ(reactions []int) bool {
	for _, r := range reactions {
		if t.text(r, "severity") != t.text(reactions[0], "severity") {
			return true
		}
	}
	return false
}

// allergy fills the row of an allergy, in which all that its reactions showed stands in one cell; where their severities differ, a row for
// each reaction, which share the rest of it.
func (f *flattener) allergy(t *tape, at int, row func() []string) {
	reactions := t.reactions(at)
	if len(reactions) < 2 || !t.differ(reactions) {
		f.record(t, at, row())
		first := true
		for _, r := range reactions {
			first = f.manifest(r, first)
		}
		return
	}
	id := t.text(at, "id")
	if id == "" {
		id = t.entryID(at)
	}
	for n, r := range reactions {
		f.begin(t, row())
		f.skip = func(key string) bool { return key == "id" || key == "reaction" }
		f.setAt("id", f.partID(id, n, false))
		f.members(at)
		f.skip = nil
		f.at("reaction.0", r)
		f.manifest(r, true)
	}
}

// manifest adds what a reaction showed to the first of it, which stands there already unless first is false.
func (f *flattener) manifest(reaction int, first bool) bool {
	t := f.tape
	array := t.member(reaction, "manifestation")
	if array == 0 || t.nodes[array].kind != nodeArray {
		return first
	}
	for i := array + 1; i < t.nodes[array].next; i = t.nodes[i].next {
		concept := i
		if inside := t.member(i, "concept"); inside > 0 { // of R5
			concept = inside
		}
		words := t.wordsOf(concept)
		if !first && words != "" {
			f.setAt("reaction.0.manifestation.0.text", words)
		}
		first = false
	}
	return first
}
