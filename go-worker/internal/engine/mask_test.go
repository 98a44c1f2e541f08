package engine

import (
	"strings"
	"testing"
)

func TestMasks(t *testing.T) {
	var m masks
	for _, text := range []string{"12", "ab", "34", "cd"} {
		m.add(text)
	}
	if got := string(m.appendTo(nil)); got != `"raw_masked":["99","aa"],"raw_masked_of":[0,1,0,1],` {
		t.Errorf("masks are written as %s", got)
	}
	m.reset()
	for n := range 40 {
		m.add(strings.Repeat("-", n))
	}
	m.add("-")
	if got := string(m.appendTo(nil)); !strings.Contains(got, `"…"],"raw_masked_of":[0,1,`) || !strings.HasSuffix(got, ",31,32,32,32,32,32,32,32,32,1],") {
		t.Errorf("masks beyond the limit are written as %s", got)
	}
}
