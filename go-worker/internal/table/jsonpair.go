package table

import (
	"slices"
	"unsafe"
)

// AppendJSONPair appends a list of two values as AppendJSON writes them. Most need no look at each letter: they are judged while they
// are copied.
func AppendJSONPair(dst []byte, a, b string) []byte {
	start, size := len(dst), len(a)+len(b)+len(`["",""]`)
	dst = slices.Grow(dst, size)[:start+size]
	to := dst[start:]
	second := len(`["`) + len(a) + len(`","`)
	special := copyText(to[len(`["`):], a) | copyText(to[second:], b)
	if special&highBits == 0 {
		to[0], to[1] = '[', '"'
		to[second-3], to[second-2], to[second-1] = '"', ',', '"'
		to[size-2], to[size-1] = '"', ']'
		return dst
	}
	dst = AppendJSON(append(dst[:start], '['), a)
	return append(AppendJSON(append(dst, ','), b), ']')
}

// copyText copies a text to where there is room for it. It returns a word that has a high bit somewhere when there is anything in it
// but ASCII that JSON writes as it is.
func copyText(to []byte, s string) (special uint64) {
	n := len(s)
	if n == 0 || len(to) < n {
		return 0
	}
	q, p := unsafe.Pointer(unsafe.SliceData(to)), unsafe.Pointer(unsafe.StringData(s))
	switch last := n - 8; {
	case n >= 8:
		for i := 0; i < last; i += 8 {
			w := *(*uint64)(unsafe.Add(p, i))
			special |= mayNeedEscape(w)
			*(*uint64)(unsafe.Add(q, i)) = w
		}
		w := *(*uint64)(unsafe.Add(p, last))
		special |= mayNeedEscape(w)
		*(*uint64)(unsafe.Add(q, last)) = w
	case n >= 4:
		a, b := *(*uint32)(p), *(*uint32)(unsafe.Add(p, n-4))
		special = mayNeedEscape(uint64(a) | uint64(b)<<32)
		*(*uint32)(q), *(*uint32)(unsafe.Add(q, n-4)) = a, b
	default:
		a, b, c := *(*byte)(p), *(*byte)(unsafe.Add(p, n>>1)), *(*byte)(unsafe.Add(p, n-1))
		special = mayNeedEscape((uint64(a) | uint64(b)<<8 | uint64(c)<<16) * 0x1000001000001)
		*(*byte)(q), *(*byte)(unsafe.Add(q, n>>1)), *(*byte)(unsafe.Add(q, n-1)) = a, b, c
	}
	return special
}
