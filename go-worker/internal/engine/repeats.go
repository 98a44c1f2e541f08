package engine

import (
	"math"
	"math/bits"
)

// knownChanges are those of a chunk that may be made again, where they stand in the lineage. Only texts that JSON writes as they are
// become known. Most are looked at in vain: they are small. Which ones are known is the same whatever was known in other chunks.
type knownChanges struct {
	table []knownChange
	used  bool
}

// A knownChange is free while it has no kind.
type knownChange struct {
	tag      uint32 // part of its sum
	at       uint32 // of what arrived, in the values of the kind
	number   int32
	kind     uint16 // 1 more than its kind
	from, to uint8  // lengths of both texts
}

const (
	knownSlots  = 1 << 13
	knownPlaces = 8   // of a change: what finds none of them free stays unknown
	knownTrial  = 256 // changes of a kind after which remembering them must have been of use
	knownShare  = 8   // that is, at least one known change in so many
	knownLength = 64  // bytes of a text that may be known
)

// A placedChange is the place of a change that the lineage of a chunk knows, for whoever makes it again.
type placedChange struct {
	chunk int32 // the lineage's number of it; 0: of none
	madeChange
}

func (k *knownChanges) reset() {
	if k.used {
		clear(k.table)
	}
	k.used = false
}

// useful reports whether remembering changes of a kind was of use so far.
func (k *changeKind) useful() bool { return k.asked < knownTrial || k.found*knownShare >= k.asked }

// again reports whether a known change of the kind is to be used again, and counts it, as number would.
func (k *changeKind) again() bool {
	if !k.useful() {
		return false
	}
	k.asked++
	k.found++
	return true
}

// number returns the place of a change among those of its kind: of no chunk when it will not be found again.
func (l *lineage) number(kind int32, from, to string) placedChange {
	k := &l.kinds[kind]
	if !k.useful() || len(from) > knownLength || len(to) > knownLength || kind >= math.MaxUint16 {
		return placedChange{0, madeChange{kind, k.append(from, to)}}
	}
	k.asked++
	if l.known.table == nil {
		l.known.table = make([]knownChange, knownSlots)
	}
	sum := sumOf(from, to) + uint64(kind)*0x9E3779B97F4A7C15
	wanted := knownChange{tag: uint32(sum >> 32), kind: uint16(kind) + 1, from: uint8(len(from)), to: uint8(len(to))}
	var free *knownChange
	for i := range uint64(knownPlaces) {
		c := &l.known.table[(sum+i)%knownSlots]
		if c.kind == 0 {
			free = c
			break
		}
		if c.tag == wanted.tag && c.kind == wanted.kind && c.is(k.values, from, to) {
			k.found++
			return placedChange{l.chunks, madeChange{kind, c.number}}
		}
	}
	at := len(k.values) + len(`["`)
	wanted.at, wanted.number = uint32(at), k.append(from, to)
	if free == nil || len(k.values) != at+len(from)+len(`","`)+len(to)+len(`"],`) {
		return placedChange{0, madeChange{kind, wanted.number}}
	}
	*free = wanted
	l.known.used = true
	return placedChange{l.chunks, madeChange{kind, wanted.number}}
}

// sumOf returns a sum of two texts, the same everywhere.
func sumOf(from, to string) uint64 {
	a, b := ends(from)
	c, d := ends(to)
	high, low := bits.Mul64(a^0x9E3779B97F4A7C15, b^0xD6E8FEB86659FD93)
	sum := high ^ low
	high, low = bits.Mul64(sum^c, d^0xA0761D6478BD642F)
	return high ^ low ^ sum
}

// is reports whether the change stands for two texts.
func (c *knownChange) is(values []byte, from, to string) bool {
	a, b := int(c.from), int(c.to)
	if a != len(from) || b != len(to) {
		return false
	}
	text := values[c.at:]
	return string(text[:a]) == from && string(text[a+len(`","`):a+len(`","`)+b]) == to
}
