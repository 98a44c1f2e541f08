package table

import (
	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/htmlindex"
)

// sureEnough is the confidence from which the statistical detector is believed.
const sureEnough = 0.5

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
	return high >= 8 && high*2 >= runs*5
}

// guess names the encoding of a text by the statistics of its letters. It is asked only about texts that are
// not UTF-8 and not plain Windows-1252; fallback is the answer when the statistics say nothing.
func guess(sample []byte, fallback string) string {
	r := chardet.Detect(sample)
	if r.Confidence < sureEnough {
		return fallback
	}
	e, err := htmlindex.Get(r.Charset)
	if err != nil {
		return fallback
	}
	name, err := htmlindex.Name(e)
	if err != nil || name == "utf-8" || name == "utf-16le" || name == "utf-16be" {
		return fallback
	}
	if windows, ok := supersets[name]; ok && hasC1(sample) {
		return windows
	}
	return name
}

// supersets are the Windows code pages that hold letters and quotes where ISO 8859 has control characters,
// which no text holds.
var supersets = map[string]string{
	"iso-8859-2": "windows-1250", "iso-8859-5": "windows-1251", "iso-8859-7": "windows-1253",
	"iso-8859-8": "windows-1255", "iso-8859-6": "windows-1256", "iso-8859-4": "windows-1257",
}

func hasC1(sample []byte) bool {
	for _, c := range sample {
		if c >= 0x80 && c < 0xa0 {
			return true
		}
	}
	return false
}
