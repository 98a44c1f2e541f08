package table

// foreign reports whether a text in an unknown encoding is written in other letters than Latin ones: bytes
// beyond ASCII then follow one another, where in Latin text they stand alone among others.
func foreign(sample []byte) bool {
	runs, high := 0, 0
	for i, c := range sample {
		if c >= 0x80 {
			high++
			if i == 0 || sample[i-1] < 0x80 {
				runs++
			}
		}
	}
	return runs > 0 && high*2 >= runs*5
}

// guess names the encoding of a text that Windows-1252 does not fit.
func guess([]byte) string { return "iso-8859-1" }
