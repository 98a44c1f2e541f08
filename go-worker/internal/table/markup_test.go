package table

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readMarkup returns the tags and texts of a part, one to an entry.
func readMarkup(m *markup) (out []string, err error) {
	for {
		kind, err := m.next()
		switch {
		case err != nil:
			return out, err
		case kind == tagStart:
			entry := "<" + string(m.name)
			for _, a := range m.attrs {
				entry += fmt.Sprintf(" %s=%q", a.name, a.value)
			}
			out = append(out, entry)
		case kind == tagEnd:
			out = append(out, "/"+string(m.name))
		default:
			out = append(out, string(m.text))
		}
	}
}

// readStandard is readMarkup by the standard library.
func readStandard(text string) (out []string, err error) {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.RawToken()
		if err != nil {
			return out, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			entry := "<" + t.Name.Local
			for _, a := range t.Attr {
				name := a.Name.Local
				if a.Name.Space != "" {
					name = a.Name.Space + ":" + name
				}
				entry += fmt.Sprintf(" %s=%q", name, a.Value)
			}
			out = append(out, entry)
		case xml.EndElement:
			out = append(out, "/"+t.Name.Local)
		case xml.CharData:
			out = append(out, string(t))
		}
	}
}

// FuzzMarkup holds the reading of tags and texts against the standard library, also where they come byte by byte.
func FuzzMarkup(f *testing.F) {
	for _, s := range []string{
		patients, `<?xml version="1.0" encoding="UTF-8"?><!-- c --><x:c r='A"1' x:t = "&lt;&#65;&#x1F600;>"/><v >a&amp;b]]</v ><![CDATA[<&]]]]>`,
		"<!DOCTYPE a [<!ENTITY b \"<!-- '>\"> <!-- > -->]><t xml:space='preserve'>\r\n a\rb&#13;\n</t>", "<a b=\"]]>\" é=\"ü\"/>\ufeff&quot;&apos;\uFFFD",
		"<!-- -- --><a>]]></a>", "<a>&nbsp;</a><a b=c>", "<a\x00>\ufffe</a>", "<1/><a:b:c/><:a/><a:/>", "<!><!>><!a<!-->-->>", "<a b=\"<\"/><a b", "<?x ??>", "&#xD800;&#1;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		want, wantErr := readStandard(text)
		var syntax *xml.SyntaxError
		if wantErr != io.EOF && !errors.As(wantErr, &syntax) {
			return // of another encoding or version, which are looked at where the part is opened
		}
		for _, r := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
			m := newMarkup(r, 1<<20)
			m.buf = make([]byte, 0, 1)
			got, err := readMarkup(m)
			if (err == io.EOF) != (wantErr == io.EOF) || err == io.EOF && !slices.Equal(got, want) {
				t.Fatalf("%q\nwas read as %q %v\nand should be %q %v", text, got, err, want, wantErr)
			}
		}
	})
}

// TestMarkupLimit: a tag, a text or a remark that is longer than a cell may be is not taken into memory.
func TestMarkupLimit(t *testing.T) {
	long := strings.Repeat("x", 3*markupBytes)
	for _, text := range []string{"<a>" + long + "</a>", `<a b="` + long + `"/>`, "<a" + long + "/>", "<!--" + long + "-->", "<![CDATA[<a>" + long + "]]>"} {
		_, err := readMarkup(newMarkup(strings.NewReader(text), 2*markupBytes))
		var r *Refused
		if !errors.As(err, &r) || r.Rule != ruleLimit {
			t.Errorf("%.10s: %v", text, err)
		}
		if _, err := readMarkup(newMarkup(strings.NewReader(text), 4*markupBytes)); err != io.EOF {
			t.Errorf("%.10s within the limit: %v", text, err)
		}
	}
	broken := errors.New("no network")
	r := io.MultiReader(strings.NewReader("<a/>text"), iotest.ErrReader(broken))
	if got, err := readMarkup(newMarkup(r, 1<<20)); !errors.Is(err, broken) || len(got) != 2 {
		t.Errorf("a part that could not be read on: %q, %v", got, err)
	}
}
