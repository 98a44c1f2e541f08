package table

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// contentTypes is the part that every document of Office Open XML has.
const contentTypes = "[Content_Types].xml"

func isWorkbook(archive *zip.Reader) bool {
	return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return strings.EqualFold(f.Name, contentTypes) })
}

// isOtherOffice reports whether an archive is an OpenDocument file or one of Apple's iWork, by the parts that each of them has.
func isOtherOffice(archive *zip.Reader) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return f.Name == name })
	}
	return has("META-INF/manifest.xml") && has("content.xml") || has("Index/Document.iwa")
}

// workbook is an XLSX file: an archive whose members are its parts.
type workbook struct {
	content
	opt    Options
	names  map[string]string // of the members that parts are in, by partKey
	shared []string          // texts of cells, by number
	dates  dateLooks
}

// openWorkbook returns the sheets of a workbook that hold anything.
func openWorkbook(ctx context.Context, c content, archive *zip.Reader, opt Options) ([]*Source, error) {
	w := &workbook{content: c, opt: opt, names: map[string]string{}}
	for _, f := range archive.File {
		w.names[partKey(f.Name)] = f.Name
	}
	main, err := w.related("", "/officeDocument")
	if err != nil {
		return nil, err
	}
	if len(main) != 1 || !strings.HasSuffix(main[0].Target, ".xml") {
		return nil, &Refused{ruleNotTable, "This is an Office document that holds no sheets, or an .xlsb; save it as .xlsx or CSV."}
	}
	book := main[0].Target
	var doc struct {
		Properties struct {
			From1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []sheetEntry `xml:"sheets>sheet"`
	}
	if err := w.unmarshal(book, &doc); err != nil {
		return nil, err
	}
	if len(doc.Sheets) > opt.MaxMembers {
		return nil, &Refused{ruleLimit, fmt.Sprintf("The workbook holds more than %d sheets.", opt.MaxMembers)}
	}
	if err := w.readShared(book); err != nil {
		return nil, err
	}
	w.dates.from1904, _ = strconv.ParseBool(doc.Properties.From1904)
	w.readLooks(book)
	parts, err := w.related(book, "/worksheet")
	if err != nil {
		return nil, err
	}
	return w.sheets(ctx, doc.Sheets, parts)
}

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct {
	Name  string `xml:"name,attr"`
	State string `xml:"state,attr"` // hidden, veryHidden or visible, which is meant where there is none
	ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
	// The same in files of the strict form of the standard.
	StrictID string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
}

// sheets opens the listed sheets. Those that cannot be read are sources with Refused set, unless it is the only one.
func (w *workbook) sheets(ctx context.Context, entries []sheetEntry, parts []relationship) ([]*Source, error) {
	var out []*Source
	usable := false
	for _, e := range entries {
		i := slices.IndexFunc(parts, func(r relationship) bool { return r.ID == e.ID+e.StrictID })
		if i < 0 {
			continue // a sheet of charts or macros
		}
		tables, err := w.openSheet(ctx, e, parts[i].Target)
		var refused *Refused
		if errors.As(err, &refused) {
			tables = []*Source{{Name: w.name + "/" + e.Name, Refused: refused}}
		} else if err != nil {
			return nil, err
		}
		for _, s := range tables {
			usable = usable || s.Refused == nil
		}
		out = append(out, tables...)
	}
	switch {
	case len(out) == 0:
		return nil, &Refused{ruleEmpty, "The sheets of the workbook are empty."}
	case len(out) == 1 && !usable:
		return nil, out[0].Refused
	}
	return out, nil
}

// relationship leads from one part of a document to another.
type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// related returns the relationships of a part whose type has a suffix, with their targets as names of members. The
// part "" is the document.
func (w *workbook) related(part, suffix string) ([]relationship, error) {
	var doc struct {
		Relationships []relationship `xml:"Relationship"`
	}
	folder, file := path.Split(part)
	if err := w.unmarshal(folder+"_rels/"+file+".rels", &doc); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(doc.Relationships, func(r relationship) bool { return !strings.HasSuffix(r.Type, suffix) })
	for i, r := range found {
		if strings.HasPrefix(r.Target, "/") {
			found[i].Target = r.Target[1:]
		} else {
			found[i].Target = path.Join(folder, r.Target)
		}
	}
	return found, nil
}

// partLimit is the largest part that is taken into memory whole.
const partLimit = 16 << 20

// unmarshal reads a small part.
func (w *workbook) unmarshal(part string, into any) error {
	r, err := w.open(part)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	return damaged(xml.NewDecoder(io.LimitReader(r, partLimit)).Decode(into))
}

// open reads a part, in UTF-8.
func (w *workbook) open(part string) (io.ReadCloser, error) {
	name, ok := w.names[partKey(part)]
	if !ok {
		return nil, &Refused{ruleDamaged, "The workbook is damaged: a part of it is missing."}
	}
	member, err := memberOf(w.content, name, w.opt).open()
	if err != nil {
		return nil, err
	}
	r, err := partInUTF8(member)
	if err != nil {
		return nil, errors.Join(err, member.Close())
	}
	return stacked{r, member.Close}, nil
}

// partKey is the same for all names of a part: case does not matter (ECMA-376 part 2, 6.2.2), and some programs write backslashes.
func partKey(name string) string { return strings.ToLower(strings.ReplaceAll(name, `\`, "/")) }

// damaged turns an error of XML into a refusal; other errors stay.
func damaged(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) || err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Refused{ruleDamaged, "The workbook is damaged or cut short."}
	}
	return err
}
