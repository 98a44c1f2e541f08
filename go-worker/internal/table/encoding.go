package table

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"harmonizer/go-worker/internal/encodings"
)

// marks are the byte order marks, the longer ones before those that they begin with.
var marks = []struct{ mark, name string }{
	{"\xff\xfe\x00\x00", "utf-32le"},
	{"\x00\x00\xfe\xff", "utf-32be"},
	{"\xef\xbb\xbf", "utf-8"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
}

// text is a content as a text: its encoding decided, its byte order mark taken off.
type text struct {
	content
	name    string // of the encoding
	charset charset
	notes   []Note
	mark    int64 // bytes of the byte order mark
	recoded bool  // its bytes are not those of the content
}

// asText decides the encoding of c, by a mark, by the place of zero bytes, or by reading it through.
func asText(c content, frozen Ingest, trust bool) (text, error) {
	head, err := c.head(4 << 10)
	if err != nil {
		return text{}, err
	}
	t := text{content: c}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			t.notes = append(t.notes, Note{Rule: ruleMark, Count: 1, Detail: m.name})
			t.content, t.mark = withoutPrefix(c, len(m.mark)), int64(len(m.mark))
			t.name = m.name
			break
		}
	}
	if frozen.Encoding != "" {
		t.name = frozen.Encoding
	}
	if t.name == "" {
		if t.name = withoutMark(head); t.name != "" {
			t.notes = append(t.notes, Note{Rule: ruleNoMark, Count: 1, Detail: t.name})
		}
	}
	if t.name == "" && shifts(head) {
		t.name = shifted
		t.notes = append(t.notes, Note{Rule: ruleGuessed, Count: 1, Detail: t.name})
	}
	if t.name == "" || t.name == "utf-8" {
		if refused := refuseControls(head); refused != nil {
			return text{}, refused
		}
	}
	sure := false
	if !trust && (t.name == "" || t.name == "utf-8") {
		s, err := t.survey()
		if err != nil {
			return text{}, err
		}
		sure = s.bad == 0
		if t.name == "" {
			t.decide(s)
		}
		if s.lost > 0 {
			t.notes = append(t.notes, Note{Rule: ruleLost, Count: s.lost})
		}
	}
	if t.name == "" {
		t.name = "utf-8"
	}
	err = t.decoded()
	t.charset.sure = sure && t.name == "utf-8"
	return t, err
}

// shifted is the encoding of Japanese mail, in which texts of ASCII bytes stand between signs that say what they are.
const shifted = "iso-2022-jp"

// shifts reports whether a text holds a sign behind which bytes of ASCII are Japanese characters.
func shifts(text []byte) bool {
	return bytes.Contains(text, []byte("\x1b$B")) || bytes.Contains(text, []byte("\x1b$@"))
}

// withoutMark recognises UTF-16 and UTF-32 by their zero bytes: the high parts of ASCII characters.
func withoutMark(head []byte) string {
	if name := wideWithoutMark(head); name != "" {
		return name
	}
	var zero [2]int
	for i, c := range head {
		if c == 0 {
			zero[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case half < 4:
		return ""
	case zero[1]*10 > half*6 && zero[0]*20 < half:
		return "utf-16le"
	case zero[0]*10 > half*6 && zero[1]*20 < half:
		return "utf-16be"
	}
	return ""
}

// wideWithoutMark recognises UTF-32, of whose four bytes one is always zero, another nearly always, and a third in ASCII.
func wideWithoutMark(head []byte) string {
	var zero [4]int
	for i, c := range head[:len(head)&^3] {
		if c == 0 {
			zero[i%4]++
		}
	}
	n := len(head) / 4
	switch {
	case n < 4:
		return ""
	case zero[3] == n && zero[2]*10 > n*9 && zero[1]*10 > n*3 && zero[0]*20 < n:
		return "utf-32le"
	case zero[0] == n && zero[1]*10 > n*9 && zero[2]*10 > n*3 && zero[3]*20 < n:
		return "utf-32be"
	}
	return ""
}

func withoutPrefix(c content, n int) content {
	open := c.open
	c.open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		if _, err := io.CopyN(io.Discard, r, int64(n)); err != nil && err != io.EOF {
			return nil, errors.Join(err, r.Close())
		}
		return r, nil
	}
	return c
}

// decoded makes the content one whose bytes a CSV reader can cut, and sets what its charset is from then on.
func (t *text) decoded() error {
	t.charset = charset{name: t.name}
	var e encoding.Encoding
	switch t.name {
	case "utf-8":
		return nil
	case "windows-1252":
		t.charset.table = windows1252
		return nil
	case "iso-8859-1":
		t.charset.table = tableOf(charmap.ISO8859_1)
		return nil
	case "utf-16le":
		e = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf-16be":
		e = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf-32le":
		e = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf-32be":
		e = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	default:
		var err error
		var known bool
		if e, known = encodings.Named(t.name); known {
			break
		}
		if e, err = htmlindex.Get(t.name); err != nil {
			return &Refused{ruleNotTable, "The encoding named in the plan is not known."}
		}
	}
	if m, ok := e.(*charmap.Charmap); ok {
		t.charset.table = tableOf(m)
		return nil
	}
	open := t.open
	t.open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return stacked{transform.NewReader(r, e.NewDecoder()), r.Close}, nil
	}
	t.charset.name, t.recoded = "utf-8", true
	return nil
}

// survey is what reading a text through tells about its encoding.
type survey struct {
	valid     int64  // characters beyond ASCII that are well-formed UTF-8
	bad       int64  // bytes beyond ASCII in lines that are not UTF-8
	undefined int64  // bytes that Windows-1252 leaves undefined, in such lines
	lost      int64  // replacement characters
	read      int64  // bytes in UTF-8
	shifts    bool   // signs of ISO-2022-JP stand in the first of them, which are ASCII
	sample    []byte // the first lines that are not UTF-8

	validSample []byte // the first lines beside them that are, with characters beyond ASCII
}

// surveySample is how much text is kept to guess an encoding by.
const surveySample = 64 << 10

func (t *text) survey() (survey, error) {
	var s survey
	r, err := t.open()
	if err != nil {
		return s, err
	}
	defer func() { _ = r.Close() }()
	chunk := newChunk(256 << 10)
	defer chunk.Release()
	block := chunk.data[:256<<10]
	for n := 0; ; {
		k, err := io.ReadFull(r, block[n:])
		n += k
		last := err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return s, err
		}
		end := n
		if !last {
			end = lineEnd(block)
		}
		s.add(block[:end])
		if last {
			return s, nil
		}
		n = copy(block, block[end:])
	}
}

// lineEnd returns the place after a late line end; in a line longer than the block, that before the last
// character.
func lineEnd(block []byte) int {
	for _, mark := range []byte{'\n', '\r'} {
		if end := bytes.LastIndexByte(block, mark) + 1; end > 0 {
			return end
		}
	}
	end := len(block) - 1
	for end > len(block)-utf8.UTFMax && !utf8.RuneStart(block[end]) {
		end--
	}
	return end
}

func (s *survey) add(block []byte) {
	if c, ok := charactersIn(block); ok {
		s.valid += c.beyond
		s.lost += c.lost
		s.shifts = s.shifts || s.read < headBytes && c.beyond == 0 && shifts(block)
		s.read += int64(len(block))
		return
	}
	s.lost += int64(bytes.Count(block, []byte("\uFFFD")))
	for len(block) > 0 {
		end := bytes.IndexAny(block, "\r\n") + 1
		if end == 0 {
			end = len(block)
		}
		line := block[:end]
		block = block[end:]
		if c, ok := charactersIn(line); ok {
			s.valid += c.beyond
			if c.beyond > 0 && len(s.validSample) < surveySample {
				s.validSample = append(s.validSample, line...)
			}
			continue
		}
		for _, c := range line {
			if c < utf8.RuneSelf {
				continue
			}
			s.bad++
			switch c {
			case 0x81, 0x8d, 0x8f, 0x90, 0x9d:
				s.undefined++
			}
		}
		if len(s.sample) < surveySample {
			s.sample = append(s.sample, line...)
		}
	}
}

// characters are those of a text beyond ASCII, and how many of them stand for lost ones.
type characters struct{ beyond, lost int64 }

// charactersIn counts the characters of a text; ok is false where it is not UTF-8.
func charactersIn(text []byte) (c characters, ok bool) {
	for {
		if text = text[ascii(text):]; len(text) == 0 {
			return c, true
		}
		for len(text) > 0 && text[0] >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(text)
			if r == utf8.RuneError {
				if size == 1 {
					return c, false
				}
				c.lost++
			}
			c.beyond++
			text = text[size:]
		}
	}
}

// decide names the encoding of a text without a mark. Where most lines with other characters are UTF-8, the
// text is, and each line that is not will be read as Windows-1252 (rule ENC-004).
func (t *text) decide(s survey) {
	t.name = "utf-8"
	if s.bad == 0 && s.valid == 0 && s.shifts {
		t.name = shifted
		t.notes = append(t.notes, Note{Rule: ruleGuessed, Count: 1, Detail: t.name})
	}
	if s.bad == 0 {
		return
	}
	guess := encodings.Find(s.sample)
	if s.valid*10 >= s.bad && !(guess.Sure && encodings.Better(guess.Name, s.validSample)) {
		return
	}
	note := Note{Rule: ruleGuessed, Count: 1}
	t.name = guess.Name
	if !guess.Sure {
		t.name = encodings.Western
	}
	switch {
	case t.name == encodings.Western && s.undefined > 0:
		t.name = "iso-8859-1"
	case guess.Name == encodings.Western && guess.Sure:
		note.Rule = rule1252
	}
	note.Detail = t.name
	t.notes = append(t.notes, note)
}
