package standardize

import (
	"strings"
	"testing"

	"harmonizer/go-worker/internal/suites"
)

func TestEmail(t *testing.T) {
	runCells(t, clinicalFamilies["email"], Column{}, []cellCase{
		{name: "domain in capitals", in: "Jane.Doe@GMAIL.COM", want: "Jane.Doe@gmail.com", hits: []string{"STD-001"}},
		{name: "canonical", in: "jane.doe@example.org", want: "jane.doe@example.org"},
		{name: "placeholder", in: "none@none.com", hits: []string{"EMAIL-002"}},
		{name: "placeholder in capitals", in: "NOEMAIL@Example.org", hits: []string{"EMAIL-002"}},
		{name: "placeholder, no address", in: "none@none", hits: []string{"EMAIL-002"}},
		{name: "two at", in: "a@b@c", want: "a@b@c", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "no at", in: "jane.doe", want: "jane.doe", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "mailto", in: "mailto:jane@example.org", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "with a name", in: "Jane Doe <jane@example.org>", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "typing error", in: "jane@gmial.com", want: "jane@gmial.com", hits: []string{"EMAIL-003"}},
		{name: "typing error in the ending", in: "jane@example.con", want: "jane@example.con", hits: []string{"EMAIL-003"}},
		{name: "two", in: "jane@example.org; j.doe@example.com", want: "jane@example.org",
			parts: map[string]string{"%_other": "j.doe@example.com"}, hits: []string{"EMAIL-004"}},
		{name: "two with a space", in: "jane@example.org j.doe@example.com", want: "jane@example.org",
			parts: map[string]string{"%_other": "j.doe@example.com"}, hits: []string{"EMAIL-004"}},
		{name: "a point behind it", in: "jane@example.org.", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "the same twice", in: "jane@example.org jane@example.org", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "two with a slash", in: "jane@example.org/j.doe@example.com", want: "jane@example.org",
			parts: map[string]string{"%_other": "j.doe@example.com"}, hits: []string{"EMAIL-004"}},
		{name: "one or the other", in: "jane@example.org or j.doe@example.com", want: "jane@example.org",
			parts: map[string]string{"%_other": "j.doe@example.com"}, hits: []string{"EMAIL-004"}},
		{name: "mailto with a subject", in: "mailto:jane@example.org?subject=Hello", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "a note in brackets", in: "jane@example.org (work)", want: "jane@example.org", hits: []string{"EMAIL-005"}},
		{name: "a note behind a dash", in: "jane@example.org - mother", want: "jane@example.org", hits: []string{"EMAIL-005"}},
		{name: "a label", in: "E-mail: jane@example.org", want: "jane@example.org", hits: []string{"EMAIL-005"}},
		{name: "a label without a colon", in: "email jane@example.org", want: "jane@example.org", hits: []string{"EMAIL-005"}},
		{name: "no second one", in: "jane@example.org, none", want: "jane@example.org", hits: []string{"EMAIL-005"}},
		{name: "in apostrophes", in: "'jane@example.org'", want: "jane@example.org", hits: []string{"STD-001"}},
		{name: "a note and a placeholder", in: "none@none.com (refused)", hits: []string{"EMAIL-002"}},
		{name: "in words", in: "jane [at] example [dot] org", want: "jane@example.org", hits: []string{"EMAIL-006"}},
		{name: "in words without brackets", in: "Jane.Doe at example dot org", want: "jane.doe@example.org", hits: []string{"EMAIL-006"}},
		{name: "words that are no address", in: "at home dot", want: "at home dot", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "a space within", in: "jane doe@example.org", want: "jane doe@example.org", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "a comma within", in: "jane,doe@example.org", want: "jane,doe@example.org", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "a space before its end", in: "jane@example. org", want: "jane@example. org", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "an address of the web", in: "http://jane@example.org", want: "http://jane@example.org", hits: []string{"EMAIL-001"}, unusable: true},
		{name: "international domain", in: "jeff@臺網中心.tw", want: "jeff@xn--fiqq24b10vi0d.tw", hits: []string{"STD-001"}},
	})
}

func TestSuiteEmail(t *testing.T) {
	right, all := 0, 0
	f := email(Column{})
	for _, r := range suites.Records(t, "email-vectors/email_validator_cases.csv") {
		valid := strings.HasPrefix(r["test_group"], "test_email_valid")
		in := r["email"]
		quoted := strings.HasPrefix(in, `"`) && !strings.HasSuffix(in, ">")
		switch {
		case quoted || r["test_group"] == "test_email_invalid_character_smtputf8_off" || r["test_group"] == "test_email_unsafe_character":
			continue // we refuse quoted local parts and take international ones; fragments are no addresses
		case !valid && (strings.Contains(in, "<me@example.com>") || strings.TrimSpace(in) != in):
			continue // we take a display name off, and cells arrive trimmed
		case strings.Contains(in, `<"`):
			continue // a quoted local part behind a display name
		}
		all++
		var c Cell
		f(strings.TrimSpace(in), &c)
		refused := c.Unusable || containsHit(c.Hits, ruleEmailPlaceholder)
		if refused == valid {
			t.Logf("%q (%s): unusable %t, value %q", in, r["test_group"], c.Unusable, c.Value)
		} else {
			right++
		}
	}
	t.Logf("email-vectors: %d of %d right", right, all)
	if right < all*95/100 {
		t.Errorf("only %d of %d vectors are right", right, all)
	}
}

func FuzzEmail(f *testing.F) {
	for _, seed := range []string{"Jane.Doe@GMAIL.COM", "a@b@c", "jeff@臺網中心.tw", "a <b@c.de>", "a@b.co;c@d.ef", "ñ@x.yz", "a@xn--0.tld"} {
		f.Add(seed)
	}
	g := email(Column{})
	f.Fuzz(func(t *testing.T, s string) {
		var c Cell
		g(s, &c)
		checkLaws(t, g, s, c.Value, c.Unusable)
	})
}
