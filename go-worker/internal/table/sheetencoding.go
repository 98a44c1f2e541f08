package table

import (
	"bufio"
	"bytes"
	"io"
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// declarationBytes is how much of a part is looked at for the declaration that it may begin with.
const declarationBytes = 256

var (
	xmlDeclaration   = regexp.MustCompile(`^(\xef\xbb\xbf)?<\?xml\s[^?>]*\?>`)
	declaredEncoding = regexp.MustCompile(`\sencoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)
)

// partInUTF8 returns the XML of a part in UTF-8, without its mark and declaration. The standard has all parts in UTF-8 or UTF-16; programs
// that make workbooks of templates write others, and say so.
func partInUTF8(r io.Reader) (io.Reader, error) {
	part := bufio.NewReaderSize(r, 4<<10)
	head, err := part.Peek(declarationBytes)
	if err != nil && err != io.EOF {
		return nil, err
	}
	if e := utf16Of(head); e != nil {
		part = bufio.NewReaderSize(transform.NewReader(part, e.NewDecoder()), 4<<10)
		if head, err = part.Peek(declarationBytes); err != nil && err != io.EOF {
			return nil, err
		}
	}
	declaration := xmlDeclaration.Find(head)
	name := "utf-8"
	if found := declaredEncoding.FindSubmatch(declaration); found != nil {
		name = strings.ToLower(string(found[1]))
	}
	if _, err := part.Discard(len(declaration)); err != nil {
		return nil, err
	}
	if name == "utf-8" || strings.HasPrefix(name, "utf-16") { // which the declaration was not read in
		return part, nil
	}
	e, err := htmlindex.Get(name)
	if err != nil {
		return nil, &Refused{ruleDamaged, "A part of the workbook is in an encoding that is not known; open it in a spreadsheet and save it again."}
	}
	return transform.NewReader(part, e.NewDecoder()), nil
}

// utf16Of returns the encoding of a part that begins as UTF-16 does, with a mark or with a tag, nil for others.
func utf16Of(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case bytes.HasPrefix(head, []byte("<\x00")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(head, []byte("\x00<")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}
