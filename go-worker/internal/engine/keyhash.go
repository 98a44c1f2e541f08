package engine

import (
	"crypto/sha256"
	"encoding/hex"

	"harmonizer/go-worker/internal/profile"
	"harmonizer/go-worker/internal/standardize"
)

// A keyHash makes the hash by which issues name a record beside its number: the same for one key of a source in every delivery. It is a
// name and no protection: who has the keys can compute it.
type keyHash struct {
	head  []byte // source and table
	slots []int  // of the key, else of the patient
}

// newKeyHash returns the hash of a file's records, nil where nothing names them.
func newKeyHash(source string, t *profile.Table, l *standardize.Layout) *keyHash {
	k := &keyHash{head: []byte(source + "\x00" + t.Name + "\x00")}
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Key || f.Name == "patient_id" || f.Name == "mrn" {
			if slot := l.Slot(f.Name); slot >= 0 {
				k.slots = append(k.slots, slot)
			}
		}
	}
	if k.slots == nil {
		return nil
	}
	return k
}

// hash returns 16 hexadecimal digits of the SHA-256 of source, table and the first field that names the record, with 0 between them;
// 16 zeros for a record without any.
func (k *keyHash) hash(r *standardize.Row) string {
	for _, slot := range k.slots {
		if r.Values[slot] != "" {
			sum := sha256.Sum256(append(k.head[:len(k.head):len(k.head)], r.Values[slot]...))
			return hex.EncodeToString(sum[:8])
		}
	}
	return "0000000000000000"
}
