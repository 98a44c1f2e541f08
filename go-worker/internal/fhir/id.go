package fhir

import (
	"crypto/sha256"
	"encoding/hex"
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

// id returns the id of the row at work. One without a key is known by its content. Rows with one key, one behind the
// other, are results of one record (blood pressure, weight): all but the first add their code to the key.
func (w *Writer) id(column string) string {
	r := &w.r
	key := r.get(column)
	if key == "" && w.table == "patient" {
		key = r.get("mrn") // by which other tables then refer to the patient
	}
	repeated := key != "" && key == w.last
	w.last = key
	switch {
	case key == "":
		return r.contentID()
	case !repeated:
		return ID(key)
	case r.get("code") != "":
		return ID(key + "." + r.get("code"))
	}
	return r.contentID()
}

// contentID is an id made of all values of the row.
func (r *resource) contentID() string {
	hash := sha256.New()
	for _, v := range r.values {
		hash.Write([]byte(v))
		hash.Write([]byte{0})
	}
	return "h-" + hex.EncodeToString(hash.Sum(nil)[:16])
}
