package engine

import (
	"encoding/binary"
	"hash/crc32"

	"harmonizer/go-worker/internal/huffman"
)

// A packer packs the lineage of chunks. Each becomes a gzip member of its own, which names no file, time or system, so
// that any goroutine can pack it; members one behind the other are a gzip stream. One goroutine owns it.
//
// Texts are not searched for repetitions, since lineage says each change once (ADR 0096).
type packer struct{ huffman.Writer }

// member appends the member of a text, which comes in parts.
func (p *packer) member(dst []byte, parts [][]byte) []byte {
	const deflate, anySystem = 8, 255
	p.Begin(append(dst, 0x1f, 0x8b, deflate, 0, 0, 0, 0, 0, 0, anySystem))
	var sum uint32
	length := 0
	for _, part := range parts {
		p.Text(part)
		sum = crc32.Update(sum, crc32.IEEETable, part)
		length += len(part)
	}
	dst = binary.LittleEndian.AppendUint32(p.End(), sum)
	return binary.LittleEndian.AppendUint32(dst, uint32(length))
}
