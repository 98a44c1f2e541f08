package codelist

import (
	"bytes"
	"testing"

	"harmonizer/go-worker/internal/codes"
)

// FuzzRead reads any bytes as a list: codes, or a sentence that says why not.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{list, ndjson, "", "code\n1\n", "system,code\nCVX,\"8\n", "{}\n", "\xef\xbb\xbf{\"code\":\"1\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		l := &Lists{systems: map[codes.System][]entry{}}
		if err := l.read(bytes.NewReader(content), "x", codes.CVX); err != nil {
			return
		}
		l.settle()
		n := 0
		for system, all := range l.systems {
			n += len(all)
			for _, e := range all {
				if l.Find(system, e.code, "") == Unlisted {
					t.Errorf("%q is in no list of %s", e.code, system)
				}
			}
		}
		if n != l.sources[0].Codes {
			t.Errorf("%d codes of %d", n, l.sources[0].Codes)
		}
	})
}
