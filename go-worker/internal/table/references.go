package table

import (
	"slices"
	"strings"
)

// Resources of FHIR name each other by an address or an identifier. What names a resource of the same document that has another id there is
// read as that id (urn:uuid: of a transaction, https://www.hl7.org/fhir/R4/bundle.html#references).

// maxNames bounds how many names are kept of a document.
const maxNames = 1 << 18

// names are what resources of a document are called besides their ids.
type names struct {
	ids    map[string]string // the id under each name, "" where several have it
	wanted bool              // there are references by identifiers
	drugs  drugs
}

// nameOf returns an address as a key: without its version, and a UUID in lower case.
func nameOf(address string) string {
	address, _, _ = strings.Cut(address, "/_history/")
	if strings.HasPrefix(strings.ToLower(address), "urn:") {
		return strings.ToLower(address)
	}
	return address
}

// identified returns an identifier as a key, "" where the element at a node has none.
func (t *tape) identified(at int) string {
	if value := t.text(at, "value"); value != "" {
		return t.text(at, "system") + "|" + value
	}
	return ""
}

// add keeps one name of a resource.
func (n *names) add(name, id string) {
	if known, ok := n.ids[name]; ok && known != id {
		id = ""
	} else if len(n.ids) >= maxNames {
		return
	}
	n.ids[strings.Clone(name)] = strings.Clone(id)
}

// addEntry keeps the address of an entry whose resource, at a node, has another id.
func (n *names) addEntry(t *tape, at int) {
	address, id := nameOf(t.text(0, "fullUrl")), t.text(at, "id")
	if at == 0 || address == "" || id == "" || referencedID(address) == id {
		return
	}
	n.add(address, id)
	if kind := t.text(at, "resourceType"); strings.HasSuffix(address, "/"+kind+"/"+lastSegment(address)) {
		n.add(kind+"/"+lastSegment(address), id)
	}
}

// addIdentifiers keeps the identifiers of a resource.
func (n *names) addIdentifiers(t *tape, at int) {
	id := t.text(at, "id")
	if id == "" {
		id = t.entryID(at)
	}
	for _, i := range t.objects(t.member(at, "identifier")) {
		if name := t.identified(i); name != "" && id != "" {
			n.add(name, id)
			n.add("|"+t.text(i, "value"), id)
		}
	}
}

// objects returns the objects of an array, or the object that stands in its place.
func (t *tape) objects(at int) (found []int) {
	if at == 0 {
		return nil
	}
	for i, end := t.within(at); i < end; i = t.nodes[i].next {
		if t.nodes[i].kind == nodeObject {
			found = append(found, i)
		}
	}
	return found
}

// keyed are the references that a row is joined by.
var keyed = []string{"subject", "patient", "encounter", "context"}

// reference sets a reference as the id of what it names. One to what a record holds itself, or by a search, is the id only of what its
// identifier tells; without one it is kept beside the column, for it is no id.
func (f *flattener) reference(said string) {
	element, _, deep := strings.Cut(strings.TrimSuffix(string(f.path), ".reference"), ".")
	id := f.names.ids[nameOf(said)]
	if id == "" && (deep || !slices.Contains(keyed, element) || !strings.ContainsAny(said, "?#")) {
		f.set(referencedID(said))
		return
	}
	if id == "" {
		id = f.byIdentifier(f.identifiersOf(said))
	}
	if id == "" {
		f.unresolved = true
		f.say(element+".unresolved", said)
		return
	}
	f.set(id)
}

// identifiersOf returns the identifiers of what a reference names: of a resource that the record holds itself (#p), or of those that a search
// finds (Patient?identifier=system|value).
func (f *flattener) identifiersOf(said string) (found []string) {
	if _, search, ok := strings.Cut(said, "?identifier="); ok && !strings.Contains(search, "&") {
		if !strings.Contains(search, "|") {
			search = "|" + search
		}
		return []string{search}
	}
	t := f.tape
	_, whole := t.resource()
	for _, held := range t.objects(t.member(whole, "contained")) {
		if "#"+t.text(held, "id") == said {
			for _, i := range t.objects(t.member(held, "identifier")) {
				found = append(found, t.identified(i))
			}
		}
	}
	return found
}

// byIdentifier returns the id of the resource with one of some identifiers. Where the document holds none, or several, it is the first
// identifier, without its system; "" without any.
func (f *flattener) byIdentifier(identifiers []string) string {
	if f.row == nil { // what the columns are is found out first, by one goroutine
		f.names.wanted = true
	}
	first := ""
	for _, i := range identifiers {
		if id := f.names.ids[i]; id != "" {
			return id
		}
		if _, value, _ := strings.Cut(i, "|"); first == "" {
			first = value
		}
	}
	f.assumed = f.assumed || first != ""
	return first
}

// onlyIdentified sets the id of what a reference names by an identifier alone. object is the reference, whose key is at hand.
func (f *flattener) onlyIdentified(object int) {
	element, _, deep := strings.Cut(strings.TrimSuffix(string(f.path), ".identifier"), ".")
	if deep || !slices.Contains(keyed, element) || f.tape.member(object, "reference") > 0 {
		return
	}
	if name := f.tape.identified(f.tape.member(object, "identifier")); name != "" {
		f.say(element+".reference", f.byIdentifier([]string{name}))
	}
}
