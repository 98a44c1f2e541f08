package table

import (
	"context"
	"strings"
	"testing"
)

// TestPreferred reads as the first name, address, number or language of somebody the one that FHIR says comes first; none is lost.
func TestPreferred(t *testing.T) {
	tests := []struct{ name, members, want string }{
		{"the official name", `"name":[{"use":"usual","family":"Lee"},{"family":"Li"},{"use":"official","family":"Leigh"}]`,
			"name.0.use=official name.0.family=Leigh name.1.use=usual name.1.family=Lee name.2.family=Li"},
		{"a name in use", `"name":[{"family":"Roy","period":{"end":"2001"}},{"use":"temp","family":"Doe"}]`,
			"name.0.use=temp name.0.family=Doe name.1.family=Roy name.1.period.end=2001"},
		{"names as they stand", `"name":[{"family":"Roy"},{"family":"Lee"}]`, "name.0.family=Roy name.1.family=Lee"},
		{"the address at home", `"address":[{"use":"billing","city":"Rome"},{"use":"home","city":"Oslo"}]`,
			"address.0.use=home address.0.city=Oslo address.1.use=billing address.1.city=Rome"},
		{"an address in use", `"address":[{"use":"home","city":"Rome","period":{"end":"2010"}},{"use":"home","city":"Oslo"}]`,
			"address.0.use=home address.0.city=Oslo address.1.use=home address.1.city=Rome address.1.period.end=2010"},
		{"numbers by rank", `"telecom":[{"system":"phone","value":"1"},{"system":"phone","value":"2","rank":2},{"system":"phone","value":"3","rank":1}]`,
			"telecom.phone=3|2|1 telecom.phone.rank=1|2"},
		{"a number of old", `"telecom":[{"system":"phone","use":"old","value":"1"},{"system":"phone","use":"home","value":"2"},{"system":"email","use":"old","value":"a@b.c"}]`,
			"telecom.phone.old=1 telecom.phone.use=home telecom.phone=2 telecom.email.old=a@b.c"},
		{"an identifier of old", `"identifier":[{"use":"old","type":{"coding":[{"code":"MR"}]},"value":"1"},{"use":"usual","type":{"coding":[{"code":"MR"}]},"value":"2"}]`,
			"identifier.MR.use=usual identifier.MR.type.coding.0.code=MR identifier.MR=2 identifier.MR.old.type.coding.0.code=MR identifier.MR.old=1"},
		{"the language preferred", `"communication":[{"language":{"text":"Spanish"}},{"language":{"text":"English"},"preferred":true}]`,
			"communication.0.language.text=English communication.0.preferred=true communication.1.language.text=Spanish"},
	}
	for _, tt := range tests {
		sources, err := Open(context.Background(), input("p.json", `{"resourceType":"Patient","id":"1",`+tt.members+"}"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Join(describe(t, sources), "\n"), "p.json/Patient patient: id=1 "+tt.want; got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, got, want)
		}
	}
}
