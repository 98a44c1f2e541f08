// Package huffman packs texts as DEFLATE (RFC 1951) that searches for no repetitions: Huffman codes alone.
//
// It takes half as many steps as a packer for everything. A text may be worth a code of its own, so who packs says where one begins.
package huffman

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

const (
	symbols    = 257 // bytes, and the end of a text
	endOfText  = 256
	maxLength  = 15  // of a code
	headRoom   = 512 // for the head of a text, and a word to spare
	countBits  = 0xff
	fitsWord   = 64 - 8 - 7 // bits of four pairs that have room beside a count and what is left of a byte
	absent     = code(63)   // the pair of bytes one of which was not counted: four fit no word, nor does one
	sampleFrom = 8 << 10    // bytes of a text of which a part says enough
	sample     = 256        // bytes that are counted of each
	sampleOf   = 4 * sample
)

// A Writer packs. Its zero value is ready; it keeps its memory. One goroutine owns it.
type Writer struct {
	out     []byte
	bits    uint64 // those that fill no byte yet, at the top
	n       uint   // how many
	coder   coder
	counts  [4][256]uint32
	total   [symbols]uint32
	lengths [symbols + 1]uint8 // the last one is that of distances, of which there are none
	runs    []run
	single  [symbols]code
	counted []byte // the bytes that were
	pairs   *pairs // nil before the first long text
}

// pairs are the codes of two bytes, the first one in the lower half.
type pairs [1 << 16]code

// Begin begins a stream behind dst.
func (w *Writer) Begin(dst []byte) { w.out, w.bits, w.n = dst, 0, 0 }

// End ends the stream and returns all of it.
func (w *Writer) End() []byte {
	w.add(0b011, 3) // a last block, with the code that every reader knows
	w.add(0, 7)     // and its end
	if w.n > 0 {
		w.out = append(w.out, byte(w.bits>>(64-w.n)))
	}
	return w.out
}

// add adds some bits, the lowest one first.
func (w *Writer) add(bits uint64, n uint) { w.addCode(code(bits<<(64-n)) | code(n)) }

func (w *Writer) addCode(c code) {
	w.bits = w.bits>>(c&63) | uint64(c&^countBits)
	for w.n += uint(c & countBits); w.n >= 8; w.n -= 8 {
		w.out = append(w.out, byte(w.bits>>(64-w.n)))
	}
}

// Text adds a text, which is not empty, with a code of its own.
func (w *Writer) Text(text []byte) {
	w.count(text)
	w.coder.lengths(w.lengths[:symbols], w.total[:], maxLength)
	codes(w.single[:], w.lengths[:symbols])
	w.out = slices.Grow(w.out, headRoom+2*len(text))
	w.head()
	joined := 2*len(w.counted)*len(w.counted) < len(text)
	if joined {
		w.join()
	}
	for len(text) > 0 {
		if joined {
			text = w.byPairs(text)
		}
		next := min(8, len(text))
		for _, b := range text[:next] {
			w.addCode(w.single[b])
		}
		text = text[next:]
	}
	w.addCode(w.single[endOfText])
	if joined {
		w.part()
	}
}

// count counts the bytes of a text. Of a long one it counts a part, and takes it that all others may occur too.
func (w *Writer) count(text []byte) {
	w.counts = [4][256]uint32{}
	w.total[endOfText] = 1
	weight, others := uint32(1), uint32(0)
	if len(text) < sampleFrom {
		w.countAll(text)
	} else {
		for ; len(text) >= sample; text = text[min(sampleOf, len(text)):] {
			w.countAll(text[:sample])
		}
		weight, others = 64, 1
	}
	w.counted = w.counted[:0]
	for b := range 256 {
		n := w.counts[0][b] + w.counts[1][b] + w.counts[2][b] + w.counts[3][b]
		if w.total[b] = weight*n + others; n > 0 {
			w.counted = append(w.counted, byte(b))
		}
	}
}

// countAll counts bytes in several tables, so that one need not wait for the one before it.
func (w *Writer) countAll(text []byte) {
	t := &w.counts
	for ; len(text) >= 8; text = text[8:] {
		v := binary.LittleEndian.Uint64(text)
		t[0][byte(v)]++
		t[1][byte(v>>8)]++
		t[2][byte(v>>16)]++
		t[3][byte(v>>24)]++
		t[0][byte(v>>32)]++
		t[1][byte(v>>40)]++
		t[2][byte(v>>48)]++
		t[3][byte(v>>56)]++
	}
	for _, b := range text {
		t[0][b]++
	}
}

// join sets the codes of all pairs of bytes that were counted.
func (w *Writer) join() {
	if w.pairs == nil {
		w.pairs = new(pairs)
		for i := range w.pairs {
			w.pairs[i] = absent
		}
	}
	for _, second := range w.counted {
		to, then := (*[256]code)(w.pairs[int(second)<<8:]), w.single[second]
		for _, first := range w.counted {
			to[first] = w.single[first].then(then)
		}
	}
}

// part takes them back.
func (w *Writer) part() {
	for _, second := range w.counted {
		to := (*[256]code)(w.pairs[int(second)<<8:])
		for _, first := range w.counted {
			to[first] = absent
		}
	}
}

// byPairs writes a text by four pairs of bytes, as far as they have codes that fit into a word, and returns the rest.
func (w *Writer) byPairs(text []byte) []byte {
	last := len(text) - 8
	if last < 0 {
		return text
	}
	var left, more int
	left, more, w.bits, w.n = w.pairs.write(unsafe.Add(unsafe.Pointer(unsafe.SliceData(w.out)), len(w.out)), unsafe.Pointer(&text[last]), -last, w.bits, w.n)
	w.out = w.out[:len(w.out)+more]
	return text[last+left:]
}

// write writes what begins at so many bytes from the last eight of a text, and returns where it ended there, how many bytes that made, and the
// bits that fill none yet. It has nothing to keep beside that: there are hardly registers enough for it.
//
//go:noinline
func (p *pairs) write(to, last unsafe.Pointer, i int, bits uint64, n uint) (left, at int, _ uint64, _ uint) {
	for ; i <= 0; i += 8 {
		v := binary.LittleEndian.Uint64((*[8]byte)(unsafe.Add(last, i))[:])
		a, b, c, d := uint64(p[uint16(v)]), uint64(p[uint16(v>>16)]), uint64(p[uint16(v>>32)]), uint64(p[v>>48])
		sum := a + b + c + d
		if sum&countBits > fitsWord {
			if (a+b)&countBits > fitsWord || (c+d)&countBits > fitsWord {
				break
			}
			bits = bits>>(a&63) | a
			bits = bits>>(b&63) | b
			n = (n + uint(a+b)) & countBits
			binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(to, at))[:], bits>>(-n&63))
			at += int(n >> 3)
			n &= 7
			a, b, sum = 0, 0, c+d
		}
		// The counts get into what lies below the bits, where nobody looks.
		bits = bits>>(a&63) | a
		bits = bits>>(b&63) | b
		bits = bits>>(c&63) | c
		bits = bits>>(d&63) | d
		n = (n + uint(sum)) & countBits
		binary.LittleEndian.PutUint64((*[8]byte)(unsafe.Add(to, at))[:], bits>>(-n&63))
		at += int(n >> 3)
		n &= 7
	}
	return i, at, bits, n
}
