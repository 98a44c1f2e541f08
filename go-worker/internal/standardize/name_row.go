package standardize

import (
	"strings"

	"harmonizer/go-worker/internal/rule"
)

// nameFields are the parts that a full name is split into.
var nameFields = []string{"name_family", "name_given", "name_middle", "name_suffix", "name_prefix"}

// nameExtras are filled where something of a name belongs there.
var nameExtras = []string{"name_nickname", "name_maiden", "name_credential", "name_note"}

// nameFlags say what a name seems to be; birth_order is the A of BABY BOY A.
var nameFlags = []string{"is_test", "is_newborn_placeholder", "is_unknown_person", "birth_order"}

// nameStep works on the names of a row: it splits a full name where the parts have no columns or are empty, puts what the cells
// took out of a name (suffix, form of address, nickname, note) where it belongs, and flags placeholders by looking at family and given
// name together (NAME-007, -008, -010, -013).
var nameStep = RowStep{
	Name: "names",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("name_full") && !mapped("name_family") && !mapped("name_given") {
			return nil
		}
		var names []string
		for _, list := range [][]string{nameFields, nameExtras, nameFlags} {
			for _, f := range list {
				if !mapped(f) && (mapped("name_full") || f != "name_family" && f != "name_given" && f != "name_middle") {
					names = append(names, f)
				}
			}
		}
		return names
	},
	Bind: func(l *Layout, columns func(string) (Column, bool)) []Work {
		full, hasFull := columns("name_full")
		_, hasFamily := columns("name_family")
		_, hasGiven := columns("name_given")
		if !hasFull && !hasFamily && !hasGiven {
			return nil
		}
		n := &nameRow{keys: newNameKeys(l), style: styleOf(full), families: familiesFirst[full.Decisions["name_order"]], full: l.Slot("name_full"),
			family: l.Slot("name_family"), given: l.Slot("name_given"), middle: l.Slot("name_middle"), suffix: l.Slot("name_suffix"),
			prefix: l.Slot("name_prefix"), nickname: l.Slot("name_nickname"), maiden: l.Slot("name_maiden"),
			credential: l.Slot("name_credential"), note: l.Slot("name_note"), isTest: l.Slot("is_test"),
			isNewborn: l.Slot("is_newborn_placeholder"), isUnknown: l.Slot("is_unknown_person"), order: l.Slot("birth_order")}
		return []Work{{Do: n.row}}
	},
}

// familiesFirst are how many family names stand first in a full name without a comma, by the order decided for its column.
var familiesFirst = map[string]int{"family_first": 1, "families_first": 2}

type nameRow struct {
	style    nameStyle
	families int // that stand first in a full name

	full, family, given, middle, suffix, prefix int
	nickname, maiden, credential, note          int
	isTest, isNewborn, isUnknown, order         int
	keys                                        []nameKey
}

func (n *nameRow) row(r *Row) {
	switch {
	case n.full >= 0 && r.Values[n.full] != "" && !r.Unusable[n.full] && r.Get(n.family) == "" && r.Get(n.given) == "":
		n.split(r)
	case n.given >= 0 && n.family >= 0 && r.Values[n.given] == "" && strings.IndexByte(r.Raw[n.family], ',') > 0 && n.splitFamily(r):
	default:
		n.collect(r)
		n.takeParticles(r)
	}
	if n.family >= 0 && n.maiden >= 0 && r.Values[n.family] == "" && r.Raw[n.family] == "" && r.Get(n.maiden) != "" && r.Get(n.given) != "" {
		r.Set(n.family, r.Get(n.maiden), ruleBirthName)
	}
	if n.suffix >= 0 && r.Values[n.suffix] != "" && r.Raw[n.suffix] != "" {
		n.settleSuffix(r)
	}
	n.flag(r)
	n.flagWhole(r)
	for _, k := range n.keys {
		k.fill(r)
	}
}

// split fills the parts from the full name. The components of an HL7 name are taken from the source cell, where they still stand.
func (n *nameRow) split(r *Row) {
	source := r.Values[n.full]
	if strings.IndexByte(r.Raw[n.full], '^') >= 0 {
		var c Cell
		source = tidyName(r.Raw[n.full], &c)
	} else if flagged(r, n.full, ruleOddName) {
		var c Cell
		_, note := cutNote(tidyName(r.Raw[n.full], &c), false)
		n.settleNote(r, note)
	}
	p := splitName(source, n.families, n.style)
	n.settleNote(r, p.note)
	if p.family != "" {
		r.Flag(n.full, ruleNameSplit)
	}
	if p.doubtful {
		r.Flag(n.full, ruleNameOrder)
	}
	if p.several {
		r.Flag(n.full, ruleTwoPersons)
	}
	if p.particle {
		r.Flag(n.family, ruleParticle)
	}
	r.Set(n.family, p.family)
	r.Set(n.given, p.given)
	r.Set(n.middle, p.middle)
	n.settleTaken(r, n.full, &p.taken, true)
}

// flagWhole looks a full name up in the tables of placeholders, since its parts do not tell: NO NAME, DO NOT USE.
func (n *nameRow) flagWhole(r *Row) {
	name := r.Get(n.full)
	if numberedDoe(name) {
		r.Flag(n.family, ruleUnknown)
		r.Set(n.isUnknown, "true")
		return
	}
	if name == "" || !wholePlaceholders.may(name[0], strings.Count(name, " ")) {
		return
	}
	at := n.given
	if r.Get(at) == "" {
		at = n.family
	}
	switch {
	case isWord(unknownNames, name) && !flagged(r, at, ruleUnknown):
		r.Flag(at, ruleUnknown)
		r.Set(n.isUnknown, "true")
	case isWord(testNames, name) && !flagged(r, at, ruleTestPatient):
		r.Flag(at, ruleTestPatient)
		r.Set(n.isTest, "true")
	}
}

// splitFamily fills the parts from a family name that is a whole one, "DOE, JOHN A", beside an empty given name; split is false where it is none.
func (n *nameRow) splitFamily(r *Row) (split bool) {
	var c Cell
	p := splitName(tidyName(r.Raw[n.family], &c), 0, n.style)
	if p.given == "" || r.Unusable[n.family] {
		return false
	}
	n.settleNote(r, p.note)
	r.Set(n.family, p.family, ruleNameSplit)
	r.Set(n.given, p.given, ruleNameSplit)
	if n.middle >= 0 {
		setEmpty(r, n.middle, p.middle)
	} else {
		r.Set(n.given, joinNonEmpty(p.given, p.middle))
	}
	n.settleTaken(r, n.family, &p.taken, true)
	return true
}

// settleSuffix moves credentials out of the field of generation suffixes, where people write them for want of another.
func (n *nameRow) settleSuffix(r *Row) {
	if generationSuffix(r.Values[n.suffix]) != "" {
		return
	}
	var suffix, degrees string
	for token := range strings.FieldsSeq(r.Values[n.suffix]) {
		if degree := credential(token); degree != "" && generationSuffix(token) == "" {
			degrees = joinNonEmpty(degrees, degree)
		} else {
			suffix = joinNonEmpty(suffix, token)
		}
	}
	if degrees != "" {
		r.Set(n.suffix, suffix, ruleNameAffix)
		setEmpty(r, n.credential, degrees)
	}
}

// collect puts aside what the cells of the parts took out.
func (n *nameRow) collect(r *Row) {
	if !tookSomething(r) {
		return
	}
	for _, slot := range [...]int{n.family, n.given, n.middle} {
		if slot < 0 || r.Raw[slot] == "" || !flagged(r, slot, ruleNameAffix) && !flagged(r, slot, ruleNickname) && !flagged(r, slot, ruleOddName) {
			continue
		}
		reader := nameReader{affixes: slot != n.middle, nickname: slot != n.family}
		reader.style.given = slot != n.family
		var c Cell
		t := reader.take(tidyName(r.Raw[slot], &c))
		n.settleNote(r, t.note)
		n.settleTaken(r, slot, &t, false)
	}
}

// takeParticles puts particles that stand behind the given name before the family name that they belong to: Jan van der, Berg.
func (n *nameRow) takeParticles(r *Row) {
	given := r.Get(n.given)
	if strings.IndexByte(given, ' ') < 0 || r.Get(n.family) == "" || r.Get(n.middle) != "" {
		return
	}
	tokens := strings.Fields(given)
	if k := withoutParticles(tokens); k < len(tokens) {
		r.Set(n.given, strings.Join(tokens[:k], " "), ruleParticle)
		r.Set(n.family, strings.Join(tokens[k:], " ")+" "+r.Get(n.family), ruleParticle)
	}
}

// tookSomething reports whether a name was taken apart anywhere in the row: of most rows none was.
func tookSomething(r *Row) bool {
	for i := range r.Hits {
		if id := r.Hits[i].Rule; id == ruleNameAffix || id == ruleNickname || id == ruleOddName {
			return true
		}
	}
	return false
}

// settleTaken fills the fields of what stood around a name, unless they have a value of their own.
func (n *nameRow) settleTaken(r *Row, from int, t *taken, flag bool) {
	moved := false
	for _, m := range [...]struct {
		slot  int
		value string
	}{{n.suffix, t.suffix}, {n.prefix, t.prefix}, {n.credential, t.credential}} {
		if m.value != "" {
			moved = true
			setEmpty(r, m.slot, m.value)
		}
	}
	if flag && moved {
		r.Flag(from, ruleNameAffix)
	}
	if t.nickname != "" {
		if flag {
			r.Flag(from, ruleNickname)
		}
		setEmpty(r, n.nickname, finishName(t.nickname, nameStyle{given: true}))
	}
}

// settleNote puts a note aside; a maiden name in it has a field of its own.
func (n *nameRow) settleNote(r *Row, note string) {
	switch maiden := maidenName(note); {
	case note == "":
	case maiden != "":
		setEmpty(r, n.maiden, finishName(maiden, nameStyle{}))
	default:
		setEmpty(r, n.note, note)
		if order := twinOrder(note); order != "" {
			setEmpty(r, n.order, order)
		}
	}
}

func setEmpty(r *Row, slot int, value string) {
	if r.Get(slot) == "" {
		r.Set(slot, value)
	}
}

// flagged reports whether a rule fired on a slot.
func flagged(r *Row, slot int, id rule.ID) bool {
	for _, h := range r.Hits {
		if h.Slot == slot && h.Rule == id {
			return true
		}
	}
	return false
}

// flag says what the name seems to be.
func (n *nameRow) flag(r *Row) {
	family, given := r.Get(n.family), r.Get(n.given)
	if family == "" && given == "" {
		return
	}
	at := n.given
	if given == "" {
		at = n.family
	}
	if alike, ok := ordinary(family, given); ok {
		if alike {
			r.Flag(at, ruleDoubtfulName)
		}
		return
	}
	n.flagMarked(r, family, given, at)
}

// flagMarked looks names up in the tables of placeholders.
func (n *nameRow) flagMarked(r *Row, family, given string, at int) {
	n.flagNewborn(r, family, given)
	if unknownPerson(family, given) {
		r.Flag(at, ruleUnknown)
		r.Set(n.isUnknown, "true")
	}
	if signals := testSignals(family, given); signals > 0 {
		r.Flag(at, ruleTestPatient)
		if signals > 1 || n.placeholderContact(r) {
			r.Set(n.isTest, "true")
		}
	}
	if len(family) == 1 || len(given) == 1 || family != "" && strings.EqualFold(family, given) {
		r.Flag(at, ruleDoubtfulName)
	}
}

func (n *nameRow) flagNewborn(r *Row, family, given string) {
	slot, name := n.given, joinNonEmpty(given, r.Get(n.middle))
	if given == "" || placeholdersAlone(family) { // the names may have changed places: BABY BOY, SMITH
		slot, name = n.family, family
	}
	if !mayBeNewborn(strings.Fields(name)) {
		return
	}
	order, ok := newborn(name) // BABY with the middle name BOY
	if !ok {
		order, ok = newborn(r.Get(slot))
	}
	if !ok {
		return
	}
	r.Flag(slot, ruleNewborn)
	r.Set(n.isNewborn, "true")
	if order != "" {
		setEmpty(r, n.order, order)
	}
}

// placeholderContact reports whether a number of this row is one that people make up.
func (n *nameRow) placeholderContact(r *Row) bool {
	for _, h := range r.Hits {
		if h.Rule == ruleSSNPlaceholder || h.Rule == rulePhonePlaceholder {
			return true
		}
	}
	return false
}
