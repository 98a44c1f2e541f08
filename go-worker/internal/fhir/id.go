package fhir

import (
	"crypto/sha256"
	"encoding/hex"
	"hash/fnv"
	"strconv"
)

// ID returns the id of the resource with a key, the same in every file: the key itself where it can be an id (1 to 64
// letters, digits, hyphens and dots), else "h-" and the first 16 bytes of its SHA-256 in hexadecimal; "" for "".
func ID(key string) string {
	if key == "" || isID(key) {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return "h-" + hex.EncodeToString(sum[:16])
}

func isID(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '.':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// id returns the id of the row at work, which no other resource of the last idsKept has. One without a key is known by its content. Rows with one
// key, one behind the other, are results of one record (blood pressure, weight): all but the first add their code to the key.
func (w *Writer) id(column string) string {
	r := &w.r
	key := r.get(column)
	if key == "" && w.table == "patient" {
		key = r.get("mrn") // by which other tables then refer to the patient
	}
	repeated := key != "" && key == w.last
	w.last = key
	id := ""
	switch {
	case key == "":
	case !repeated:
		id = ID(key)
	case r.get("code") != "":
		id = ID(key + "." + r.get("code"))
	}
	if id == "" || !w.given.add(id) { // a key that came before, elsewhere
		id = r.contentID(0)
		for n := 1; !w.given.add(id); n++ {
			id = r.contentID(n)
		}
	}
	return id
}

// contentID is an id made of all values of the row, and of how many of the same content there were before.
func (r *resource) contentID(before int) string {
	hash := sha256.New()
	for _, v := range r.values {
		hash.Write([]byte(v))
		hash.Write([]byte{0})
	}
	if before > 0 {
		hash.Write(strconv.AppendInt(nil, int64(before), 10))
	}
	return "h-" + hex.EncodeToString(hash.Sum(nil)[:16])
}

// idsKept is how many ids are remembered at least, of which none is given twice.
const idsKept = 1 << 17

// ids are the last ids that were given, in two halves, of which the older one is forgotten when the newer one is full.
type ids struct{ old, new map[uint64]struct{} }

// add keeps an id, and reports whether it is a new one.
func (g *ids) add(id string) bool {
	sum := fnv.New64a()
	sum.Write([]byte(id))
	key := sum.Sum64()
	_, old := g.old[key]
	if _, known := g.new[key]; known || old {
		return false
	}
	if len(g.new) >= idsKept || g.new == nil {
		g.old, g.new = g.new, map[uint64]struct{}{}
	}
	g.new[key] = struct{}{}
	return true
}
