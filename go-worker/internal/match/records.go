package match

import "encoding/binary"

// Lengths of the records in the buckets.
const (
	entrySize = EntrySize + 8
	keySize   = 16 + 8 + 8 + 4
	foundSize = 4*8 + 4 + 1
)

var le = binary.LittleEndian

func encodeEntry(to []byte, e *Entry, ordinal int64) []byte {
	return le.AppendUint64(e.Append(to), uint64(ordinal))
}

func encodeKey(to []byte, e *Entry, ordinal int64) []byte {
	to = append(to, e.Key[:]...)
	to = le.AppendUint64(to, uint64(ordinal))
	to = le.AppendUint64(to, uint64(e.Record))
	return le.AppendUint32(to, e.Bytes)
}

func decodeKey(b []byte) (key Sum, here first, bytes uint32) {
	return Sum(b[:16]), first{int64(le.Uint64(b[16:])), int64(le.Uint64(b[24:]))}, le.Uint32(b[32:])
}

// A finding is a Finding before its ordinals became places.
type finding struct {
	here, kept first
	bytes      uint32
	exact      bool
}

func (n *finding) encode(to []byte) []byte {
	for _, v := range [...]int64{n.here.ordinal, n.here.record, n.kept.ordinal, n.kept.record} {
		to = le.AppendUint64(to, uint64(v))
	}
	to = le.AppendUint32(to, n.bytes)
	if n.exact {
		return append(to, 1)
	}
	return append(to, 0)
}

func decodeFinding(b []byte) finding {
	at := func(i int) int64 { return int64(le.Uint64(b[8*i:])) }
	return finding{first{at(0), at(1)}, first{at(2), at(3)}, le.Uint32(b[32:]), b[36] == 1}
}
