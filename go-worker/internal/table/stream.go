package table

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// content is something that can be read from its start as often as needed: an input, or what was packed in it.
type content struct {
	name    string
	packing []string
	open    func() (io.ReadCloser, error)
	cut     *bool // set once a reader left off where only the beginning was asked for; nil: it is read to its end
}

// head returns the first n bytes, fewer when there are no more.
func (c content) head(n int) ([]byte, error) {
	r, err := c.open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	head := make([]byte, n)
	k, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return nil, err
	}
	return head[:k], nil
}

// stacked is a reader over another, closed together.
type stacked struct {
	io.Reader
	close func() error
}

func (s stacked) Close() error { return s.close() }

// signatures are the first bytes of formats that are no tables. Where they can begin a text, more is needed.
var signatures = []struct{ magic, name string }{
	{"\x89PNG\r\n", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF87a", "a GIF image"},
	{"GIF89a", "a GIF image"},
	{"II*\x00", "a TIFF image"},
	{"MM\x00*", "a TIFF image"},
	{"%PDF-", "a PDF document; export its table as CSV or .xlsx from the program that made it"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file of an old kind (.xls) or one with a password; save it as .xlsx without a password, or as CSV"},
	{"PAR1", "a Parquet file; convert it to CSV"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"BZh", "a bzip2 archive; unpack it or use gzip, zstd or ZIP"},
	{"\xfd7zXZ\x00", "an xz archive; unpack it or use gzip, zstd or ZIP"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive; unpack it or use gzip, zstd or ZIP"},
	{"Rar!\x1a\x07", "a RAR archive; unpack it or use gzip, zstd or ZIP"},
	{"\x7fELF", "a program"},
	{"MZ\x90\x00", "a program"},
	{"\xca\xfe\xba\xbe", "a program"},
	{"\xcf\xfa\xed\xfe", "a program"},
	{"{\\rtf", "an RTF document"},
	{"ARROW1\x00\x00", "an Arrow file; convert it to CSV"},
	{"MSH|^~\\&", "an HL7 v2 message; export the data as CSV, JSON or FHIR"},
	{"FHS|^~\\&", "a batch of HL7 v2 messages; export the data as CSV, JSON or FHIR"},
	{"BHS|^~\\&", "a batch of HL7 v2 messages; export the data as CSV, JSON or FHIR"},
	{"ISA*00*", "an X12 message; export the data as CSV"},
	{"Obj\x01", "an Avro file; convert it to CSV"},
	{"$FL2@(#)", "an SPSS file; convert it to CSV"},
	{"HEADER RECORD*******LIBRARY HEADER", "a SAS transport file; convert it to CSV"},
	{"<stata_dta>", "a Stata file; convert it to CSV"},
	{"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xc2\xea\x81\x60", "a SAS file; convert it to CSV"},
}

// refuseBinary returns why head cannot be the beginning of a text, or nil.
func refuseBinary(head []byte) *Refused {
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			name, advice, advised := strings.Cut(s.name, ";")
			if advised {
				advice = ";" + advice
			}
			return &Refused{ruleNotTable, "This is " + name + ", not a table" + advice + "."}
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return &Refused{ruleNotTable, "This is a tar archive, not a table; use ZIP for several files."}
	}
	start := bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf"))
	for _, tag := range []string{"<!doctype", "<html", "<?xml"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return notMarkedUp
		}
	}
	if isMarkedUp(start) {
		return notMarkedUp
	}
	for _, statement := range []string{"insert into ", "create table ", "-- mysql dump", "-- mariadb dump", "-- phpmyadmin", "--\n-- postgresql database dump", "pragma foreign_keys"} {
		if bytes.HasPrefix(start, []byte(statement)) {
			return &Refused{ruleNotTable, "This is a script of SQL, not a table; load it into a database and export its tables as CSV."}
		}
	}
	return nil
}

var notMarkedUp = &Refused{ruleNotTable, "This is a web page or an XML document, not a table; if a spreadsheet opens it, save it there as .xlsx or CSV."}

// isMarkedUp reports whether each line of a text begins with a tag, and some with the end of an element. Headers in such brackets stand above
// records without.
func isMarkedUp(start []byte) bool {
	if len(start) < 2 || start[1] < 'a' || start[1] > 'z' || !bytes.Contains(start, []byte("</")) {
		return false
	}
	for line := range bytes.Lines(start) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '<' {
			return false
		}
	}
	return true
}

// refuseControls returns why a text whose head holds many control characters is none, or nil.
func refuseControls(head []byte) *Refused {
	if isEBCDIC(head) {
		return &Refused{ruleNotTable, "This is a text in EBCDIC, as mainframes write it; convert it to UTF-8."}
	}
	controls := 0
	for _, c := range head {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0 && c != hiveDelimiter {
			controls++
		}
	}
	if controls*50 > len(head) && controls > 4 {
		return &Refused{ruleNotTable, "This is binary data of an unknown format, not a table."}
	}
	return nil
}

// isEBCDIC reports whether a text has its letters and digits where EBCDIC has them, some of them where ASCII has nothing, and next to
// nothing where ASCII has digits, commas and spaces.
func isEBCDIC(head []byte) bool {
	letters, high, ascii := 0, 0, 0
	for _, c := range head {
		switch {
		case inEBCDIC[c]:
			letters++
			if c >= 0x80 { // its spaces and marks are letters of ASCII: @, K, a, k
				high++
			}
		case c >= ' ' && c < '@' && c != 0x25 || c == '\n' || c == '\t': // 0x25 ends lines
			ascii++
		}
	}
	return len(head) >= 64 && letters*10 >= len(head)*8 && high*20 >= len(head) && ascii*50 < len(head)
}

// inEBCDIC are the bytes of letters, digits and usual marks in EBCDIC.
var inEBCDIC = bytesThat(func(c byte) bool {
	switch low := c & 0xf; c >> 4 {
	case 0x8, 0x9, 0xc, 0xd:
		return 1 <= low && low <= 9
	case 0xa, 0xe:
		return 2 <= low && low <= 9
	case 0xf:
		return low <= 9
	}
	return bytes.IndexByte([]byte("\x40\x4b\x4f\x5e\x60\x61\x6b"), c) >= 0 // space . | ; - / ,
})
