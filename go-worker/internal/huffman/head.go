package huffman

// orderOfLengths is that in which the format gives the lengths of the code for lengths.
var orderOfLengths = [...]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// Symbols of the code for lengths: these themselves, and some that repeat one.
const (
	sameAgain     = 16 // 3 to 6 times
	fewZeros      = 17 // 3 to 10
	manyZeros     = 18 // 11 to 138
	lengthSymbols = 19
)

// head writes the head of a text, from which a reader learns the code.
func (w *Writer) head() {
	w.lengths[symbols] = 1 // some readers ask for a distance
	w.runs = appendRuns(w.runs[:0], w.lengths[:])
	var counts [lengthSymbols]uint32
	for _, r := range w.runs {
		counts[r.symbol]++
	}
	var lengths [lengthSymbols]uint8
	var of [lengthSymbols]code
	w.coder.lengths(lengths[:], counts[:], 7)
	codes(of[:], lengths[:])
	n := lengthSymbols
	for lengths[orderOfLengths[n-1]] == 0 {
		n--
	}
	w.add(0b100, 3) // not the last block; its code follows
	w.add(symbols-257, 5)
	w.add(0, 5) // one distance
	w.add(uint64(n-4), 4)
	for _, s := range orderOfLengths[:n] {
		w.add(uint64(lengths[s]), 3)
	}
	for _, r := range w.runs {
		w.addCode(of[r.symbol])
		if r.extra > 0 {
			w.add(uint64(r.times), r.extra)
		}
	}
}

// A run is some lengths that are alike: a symbol, and, in so many extra bits, how often it repeats a length.
type run struct {
	symbol, times uint8
	extra         uint
}

// appendRuns appends the runs of lengths.
func appendRuns(runs []run, lengths []uint8) []run {
	for len(lengths) > 0 {
		first, n := lengths[0], 1
		for n < len(lengths) && lengths[n] == first {
			n++
		}
		switch {
		case first == 0 && n >= 11:
			n = min(n, 138)
			runs = append(runs, run{manyZeros, uint8(n - 11), 7})
		case first == 0 && n >= 3:
			runs = append(runs, run{fewZeros, uint8(n - 3), 3})
		case first != 0 && n >= 4:
			n = min(n, 7)
			runs = append(runs, run{symbol: first}, run{sameAgain, uint8(n - 4), 2})
		default:
			n = 1
			runs = append(runs, run{symbol: first})
		}
		lengths = lengths[n:]
	}
	return runs
}
