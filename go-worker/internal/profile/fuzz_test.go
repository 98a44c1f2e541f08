package profile

import "testing"

// FuzzParse reads any document: it is a profile, or there is a sentence that says why not.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{site, "name: p\nversion: \"1\"\n", "a: &b [*b]\n", "- - - x\n", "name: [", "checks: [{table: t, assert: 'true'}]\n", "? x\n: y\n", "{a: 1, a: 2}\n", "%YAML 1.1\n---\na: !!binary x\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		p, err := Parse(document)
		if (p == nil) == (err == nil) {
			t.Errorf("a profile: %v, an error: %v", p != nil, err)
		}
		if err == nil && (p.Name == "" || p.Hash() == "") {
			t.Error("a profile without a name or hash")
		}
	})
}
