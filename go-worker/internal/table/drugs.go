package table

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A resource of FHIR says its drug itself, or refers to a Medication: of the same document, or held in itself (#m1). What it refers to
// fills the columns in which others say it (https://www.hl7.org/fhir/R4/medicationrequest-definitions.html#MedicationRequest.medication_x_).

// maxDrugBytes bounds what is kept of the drugs of a document, and maxWanted how many are known to be referred to; what is beyond stays a
// table of its own.
const (
	maxDrugBytes = 32 << 20
	maxWanted    = 1 << 17
)

// Where a resource says its drug, and where a reference to one says it in words.
const (
	drugCode  = "medicationCodeableConcept"
	drugWords = drugCode + ".text"
	shownDrug = "medicationReference.display"
)

// drugs are the Medications of a document by their id, as the cells that they fill of who refers to them.
type drugs struct {
	byID   map[string]*drug
	wanted map[string]string // references to drugs, while the columns are looked for, and the words that they display
	full   bool              // there were more of them
	of     flattener         // whose columns are those that drugs fill
	bytes  int
	taken  int64 // drugs that are told where they are referred to, and nowhere else
}

type drug struct {
	cells   []drugCell
	plain   bool // it says no more than its cells
	taken   bool
	twice   bool  // several drugs have its id
	records int64 // that say it
}

type drugCell struct{ path, text string }

func newDrugs(maxColumns int) drugs {
	c := newColumns(nil)
	return drugs{byID: map[string]*drug{}, wanted: map[string]string{}, of: flattener{columns: &c, fhir: true, names: &names{}, limit: maxColumns}}
}

// add keeps the drug that the resource at a node is.
func (d *drugs) add(t *tape, at int) {
	id, code := t.text(at, "id"), t.member(at, "code")
	if id == "" {
		id = t.entryID(at)
	}
	if id == "" || code == 0 {
		return
	}
	cells := d.cellsOf(t, code)
	if known := d.byID[id]; known != nil {
		known.twice = known.twice || !slices.Equal(known.cells, cells)
		known.plain = known.plain && t.plainDrug(at)
		known.records++
		return
	}
	size := 2*len(id) + 128
	for _, c := range cells {
		size += len(c.text) + 32
	}
	if d.bytes += size; d.bytes <= maxDrugBytes {
		d.byID[strings.Clone(id)] = &drug{cells: cells, plain: t.plainDrug(at), records: 1}
	}
}

// cellsOf returns the cells that a code of a drug fills.
func (d *drugs) cellsOf(t *tape, code int) (cells []drugCell) {
	f := &d.of
	f.arena = f.arena[:0]
	f.begin(t, nil)
	f.inside(code)
	f.begin(t, make([]string, len(f.paths)))
	f.inside(code)
	for at, text := range f.row {
		if text != "" {
			cells = append(cells, drugCell{f.paths[at], strings.Clone(text)})
		}
	}
	return cells
}

// plainDrug reports whether the Medication at a node says nothing but its code: that it is active is what is meant of each that is
// referred to, and its narrative tells the same in words.
func (t *tape) plainDrug(at int) bool {
	for i := at + 1; i < t.nodes[at].next; i = t.nodes[i+1].next {
		switch t.nodes[i].text {
		case "resourceType", "id", "code", "meta", "text", "language":
		case "status":
			if t.nodes[i+1].text != "active" {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// drug returns the drug that a reference names, nil where the document has none or several.
func (n *names) drug(reference string) *drug {
	id := n.ids[nameOf(reference)]
	if id == "" {
		id = referencedID(reference)
	}
	if d := n.drugs.byID[id]; d != nil && !d.twice {
		return d
	}
	return nil
}

// settle finds out, once all is read, which drugs are referred to, and gives the tables that refer to any their columns. A table of drugs
// that are all told there is none.
func (d *discovery) settle(n *names) {
	used := n.drugs.settle(n)
	for resource, t := range d.tables {
		for _, path := range n.drugs.columns() {
			if t.refers && (used[path] || n.drugs.full) {
				t.row = nil
				t.say(path, "-")
			}
		}
		if resource == "Medication" && t.count > 0 && t.count == n.drugs.taken {
			t.filled = false
		}
	}
}

// settle marks the drugs that are told where they are referred to, and returns the columns that these references fill.
func (d *drugs) settle(n *names) map[string]bool {
	used := map[string]bool{}
	for reference, display := range d.wanted {
		found := n.drug(reference)
		if found == nil {
			used[drugWords] = used[drugWords] || display != ""
			continue
		}
		if found.plain && !found.taken {
			found.taken = true
			d.taken += found.records
		}
		for _, c := range found.cells {
			used[c.path] = true
		}
		if display != "" && display != found.words() {
			used[found.displayed()] = true
		}
	}
	clear(d.wanted)
	return used
}

// columns are all that drugs, and references to them, can fill.
func (d *drugs) columns() []string {
	c := d.of.paths
	if _, ok := d.of.places[drugWords]; !ok {
		c = append(slices.Clone(c), drugWords)
	}
	return append(slices.Clone(c), shownDrug)
}

// drugsNote says how many drugs are told where they are referred to.
func drugsNote(taken int64) string {
	if taken == 1 {
		return "one Medication stands in the rows that refer to it, and is no table of its own"
	}
	return fmt.Sprintf("%d Medications stand in the rows that refer to them, and are no table of their own", taken)
}

// words returns the words of a drug, "" where it has none.
func (d *drug) words() string {
	for _, c := range d.cells {
		if c.path == drugWords {
			return c.text
		}
	}
	return ""
}

// displayed returns where the words that a reference to a drug displays stand, where they are others than those of the drug.
func (d *drug) displayed() string {
	if d.words() == "" {
		return drugWords
	}
	return shownDrug
}

// isTaken reports whether the resource at a node is a drug that is told where it is referred to.
func (n *names) isTaken(t *tape, at int) bool {
	id := t.text(at, "id")
	if id == "" {
		id = t.entryID(at)
	}
	d := n.drugs.byID[id]
	return d != nil && d.taken && !d.twice
}

// refersToDrug sets what a reference to a drug, at a node, leads to, in the columns of a drug; object is the resource. What it displays stands
// for the words of a drug that has none. It reports whether that was done.
func (f *flattener) refersToDrug(object, reference int) bool {
	t := f.tape
	if t.member(object, drugCode) > 0 || t.nodes[reference].kind != nodeObject {
		return false
	}
	said, display := t.text(reference, "reference"), t.text(reference, "display")
	if held := t.heldDrug(object); held > 0 {
		code := t.member(held, "code")
		f.inside(code)
		switch words := t.wordsOf(code); {
		case words == "":
			f.say(drugWords, display)
		case words != display:
			f.say(shownDrug, display)
		}
		f.referring(reference, "reference", "display")
		return true
	}
	f.referring(reference, "display")
	if f.row == nil && said != "" { // what the columns are is found out first, by one goroutine
		f.refers = true
		f.names.drugs.want(said, display)
		return true
	}
	d := f.names.drug(said)
	if d == nil {
		f.drugless = said != ""
		f.say(drugWords, display)
		return true
	}
	for _, c := range d.cells {
		f.say(c.path, c.text)
	}
	if display != d.words() {
		f.say(d.displayed(), display)
	}
	return true
}

// wordsOf returns the words of a concept, "" where it has none.
func (t *tape) wordsOf(concept int) string {
	if words := t.text(concept, "text"); words != "" {
		return words
	}
	return t.text(concept, "coding", "display")
}

// severalDisplays stands for words that references to one drug display differently, or that are too long to be compared.
const severalDisplays = "\x00"

// want notes a reference to a drug, and the words that it displays.
func (d *drugs) want(reference, display string) {
	known, ok := d.wanted[reference]
	switch {
	case !ok && len(d.wanted) >= maxWanted:
		d.full = true
	case display == "" && ok || ok && known == display:
	case ok && known != "" || len(display) > maxPath:
		d.wanted[strings.Clone(reference)] = severalDisplays
	default:
		d.wanted[strings.Clone(reference)] = strings.Clone(display)
	}
}

// referring sets the members of a reference to a drug, but those that are told already.
func (f *flattener) referring(reference int, told ...string) {
	nodes, own := f.tape.nodes, string(f.path)
	for i := reference + 1; i < nodes[reference].next; i = nodes[i+1].next {
		f.key = nodes[i].text
		if slices.Contains(told, f.key) {
			continue
		}
		f.path = append(append(append(f.path[:0], own...), '.'), f.key...)
		if !f.known(reference, i, false) {
			f.value(i + 1)
		}
	}
	f.path = append(f.path[:0], own...)
}

// heldBeside sets what a resource holds in itself, an array, beside the code of the drug that it refers to.
func (f *flattener) heldBeside(array, drug int) {
	nodes, own := f.tape.nodes, string(f.path)
	for n, held := range f.tape.objects(array) {
		if held == drug && f.tape.plainDrug(held) {
			continue
		}
		for i := held + 1; i < nodes[held].next; i = nodes[i+1].next {
			f.key = nodes[i].text
			if held == drug && f.key == "code" {
				continue
			}
			f.path = append(strconv.AppendInt(append(append(f.path[:0], own...), '.'), int64(n), 10), '.')
			f.path = append(f.path, f.key...)
			if !f.known(held, i, false) {
				f.value(i + 1)
			}
		}
	}
	f.path = append(f.path[:0], own...)
}

// heldDrug returns the drug that a resource holds in itself and refers to, 0 when there is none.
func (t *tape) heldDrug(object int) int {
	id, ok := strings.CutPrefix(t.text(object, "medicationReference", "reference"), "#")
	if !ok || id == "" {
		return 0
	}
	for _, held := range t.objects(t.member(object, "contained")) {
		if t.text(held, "id") == id && t.member(held, "code") > 0 {
			return held
		}
	}
	return 0
}

// inside sets the code of a drug as if the resource stated it.
func (f *flattener) inside(code int) {
	own := string(f.path)
	f.path = append(f.path[:0], drugCode...)
	f.key = drugCode
	f.value(code)
	f.path = append(f.path[:0], own...)
}
