package engine

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// knownChanges are those of a chunk that may be made again, where they stand in the lineage. Only texts that JSON writes as they are
// become known. Which ones are known is the same whatever was known in other chunks.
type knownChanges struct {
	tags  []uint16 // by place: part of a sum, 0 where it is free. Most changes are looked for in vain, and these small words tell it
	table []knownChange
}

// A knownChange says where a change stands.
type knownChange struct {
	at       uint32 // of what arrived, in the values of the kind
	number   int32
	kind     uint16
	from, to uint8 // lengths of both texts
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
	to uint32 // what stands there now, in the values of the kind
}

func (k *knownChanges) reset() { clear(k.tags) }

// miss counts a change that was not known.
func (k *changeKind) miss() {
	k.missed++
	asked := k.missed + k.found
	k.useless = asked >= knownTrial && k.found*knownShare < asked
}

// place returns the place of a change: of no chunk when it will not be found again.
func (l *lineage) place(kind int32, from, to string) placedChange {
	k := &l.kinds[kind]
	if k.useless || len(from) > knownLength || len(to) > knownLength || kind >= 1<<16 {
		return placedChange{madeChange: madeChange{kind, k.append(from, to)}}
	}
	if l.known.table == nil {
		l.known.tags, l.known.table = make([]uint16, knownSlots), make([]knownChange, knownSlots)
	}
	sum := sumOf(from, to) + uint64(kind)*0x9E3779B97F4A7C15
	tag, free := uint16(sum>>48)|1, -1
	for i := range uint64(knownPlaces) {
		place := (sum + i) % knownSlots
		if known := l.known.tags[place]; known == 0 {
			free = int(place)
			break
		} else if c := &l.known.table[place]; known == tag && int32(c.kind) == kind && c.is(k.values, from, to) {
			k.found++
			return l.placed(c)
		}
	}
	k.miss()
	at := len(k.values)
	number := k.append(from, to)
	if free < 0 || len(k.values) != at+len(`["",""],`)+len(from)+len(to) { // a text was escaped
		return placedChange{madeChange: madeChange{kind, number}}
	}
	l.known.tags[free] = tag
	c := &l.known.table[free]
	// One by one: copied as a whole, they would be read back before they are written, which waits for all that was written before.
	c.at, c.number, c.kind, c.from, c.to = uint32(at+len(`["`)), number, uint16(kind), uint8(len(from)), uint8(len(to))
	return l.placed(c)
}

func (l *lineage) placed(c *knownChange) placedChange {
	return placedChange{l.chunks, madeChange{int32(c.kind), c.number}, uint32(c.second())}
}

// second is where the second text stands in the values of the kind.
func (c *knownChange) second() int { return int(c.at) + int(c.from) + len(`","`) }

// is reports whether the change stands for two texts.
func (c *knownChange) is(values []byte, from, to string) bool {
	return int(c.from) == len(from) && int(c.to) == len(to) &&
		string(values[c.at:][:len(from)]) == from && string(values[c.second():][:len(to)]) == to
}

// sumOf returns a sum of two texts, the same everywhere.
func sumOf(from, to string) uint64 {
	a, b := edges(from)
	c, d := edges(to)
	high, low := bits.Mul64(a^0x9E3779B97F4A7C15, b^0xD6E8FEB86659FD93)
	sum := high ^ low
	high, low = bits.Mul64(sum^c, d^0xA0761D6478BD642F)
	return high ^ low ^ sum
}

// edges returns as two words the first and the last eight bytes of a text. Those of a shorter one overlap, or both hold all of it. By them
// it is decided which changes stay unknown: another choice would make another lineage of the same file.
func edges(s string) (first, last uint64) {
	b := unsafe.Slice(unsafe.StringData(s), len(s))
	switch {
	case len(b) >= 8:
		return binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[len(b)-8:])
	case len(b) >= 4:
		return uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[len(b)-4:]))
	case len(b) > 0:
		return uint64(b[0])<<16 | uint64(b[len(b)/2])<<8 | uint64(b[len(b)-1]), 0
	}
	return 0, 0
}
