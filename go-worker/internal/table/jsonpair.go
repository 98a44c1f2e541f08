package table

import (
	"slices"
	"unsafe"
)

// AppendJSONPair appends a list of two values as AppendJSON writes them, and a comma. Most need no look at each letter: they are judged
// while they are copied.
func AppendJSONPair(dst []byte, a, b string) []byte {
	start, size := len(dst), len(a)+len(b)+len(`["",""],`)
	dst = slices.Grow(dst, size)[:start+size]
	to := unsafe.Pointer(unsafe.SliceData(dst[start:]))
	second := len(`["`) + len(a) + len(`","`)
	special := copyText(unsafe.Add(to, len(`["`)), a)
	special |= copyText(unsafe.Add(to, second), b)
	if special&highBits == 0 {
		*(*[2]byte)(to) = [2]byte{'[', '"'}
		*(*[3]byte)(unsafe.Add(to, second-3)) = [3]byte{'"', ',', '"'}
		*(*[3]byte)(unsafe.Add(to, size-3)) = [3]byte{'"', ']', ','}
		return dst
	}
	dst = AppendJSON(append(dst[:start], '['), a)
	return append(AppendJSON(append(dst, ','), b), "],"...)
}

// copyText copies a text to where there is room for it. It returns a word that has a high bit somewhere when there is anything in it
// but ASCII that JSON writes as it is.
func copyText(q unsafe.Pointer, s string) (special uint64) {
	n, p := len(s), unsafe.Pointer(unsafe.StringData(s))
	if n == 0 {
		return 0
	}
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
