package table

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/klauspost/compress/flate"
)

// The first bytes of a ZIP archive, and of one without members.
const (
	zipMagic      = "PK\x03\x04"
	emptyZIPMagic = "PK\x05\x06"
)

// heldArchive is the largest archive kept in memory when its reader cannot seek; a larger one goes to a
// temporary file.
const heldArchive = 32 << 20

// seekable is a content that can be read from any place.
type seekable struct {
	io.ReaderAt
	size  int64
	close func() error
}

// at makes a content readable from any place, by a copy when it is not already.
func (c content) at(opt Options) (seekable, error) {
	r, err := c.open()
	if err != nil {
		return seekable{}, err
	}
	if f, ok := r.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			return seekable{f, info.Size(), f.Close}, nil
		}
	}
	defer func() { _ = r.Close() }()
	limited := io.LimitReader(r, opt.MaxBytes+1)
	held, err := io.ReadAll(io.LimitReader(limited, heldArchive))
	if err != nil {
		return seekable{}, err
	}
	if len(held) < heldArchive {
		return seekable{strings.NewReader(view(held)), int64(len(held)), func() error { return nil }}, nil
	}
	f, err := os.CreateTemp(opt.TempDir, "harmonizer-archive-*")
	if err != nil {
		return seekable{}, fmt.Errorf("make room for an archive: %w", err)
	}
	done := func() error { return errors.Join(f.Close(), os.Remove(f.Name())) }
	n, err := io.Copy(f, io.MultiReader(strings.NewReader(view(held)), limited))
	if err == nil && n > opt.MaxBytes {
		err = &Refused{ruleLimit, fmt.Sprintf("The archive is larger than %d MiB.", opt.MaxBytes>>20)}
	}
	if err != nil {
		return seekable{}, errors.Join(err, done())
	}
	return seekable{f, n, done}, nil
}

// openZIP returns the tables in the members of an archive. Members that no person put there are left out:
// folders, dot files and what macOS adds.
func openZIP(ctx context.Context, c content, opt Options, depth int) ([]*Source, error) {
	if depth > maxArchiveDepth {
		return nil, &Refused{ruleLimit, fmt.Sprintf("Archives are nested more than %d deep.", maxArchiveDepth)}
	}
	at, err := c.at(opt)
	if err != nil {
		return nil, err
	}
	defer func() { _ = at.close() }()
	archive, err := readZIP(at)
	if err != nil {
		return nil, err
	}
	if isWorkbook(archive) {
		return openWorkbook(ctx, c, archive, opt)
	}
	if isOtherOffice(archive) {
		return nil, &Refused{ruleNotTable, "This is a document of LibreOffice (.ods) or Numbers; save it as .xlsx or CSV."}
	}
	var members []*zip.File
	total := uint64(0)
	for _, f := range archive.File {
		if !isMember(f) {
			continue
		}
		members = append(members, f)
		total += f.UncompressedSize64
	}
	switch {
	case len(members) > opt.MaxMembers:
		return nil, &Refused{ruleLimit, fmt.Sprintf("The archive holds more than %d files.", opt.MaxMembers)}
	case len(members) == 0:
		return nil, &Refused{ruleEmpty, "The archive holds no files."}
	case total > uint64(opt.MaxBytes) || total > ratioFloor && total > uint64(at.size)*uint64(opt.MaxRatio):
		return nil, tooLarge(opt.MaxBytes, int64(opt.MaxRatio))
	}
	var sources []*Source
	var refused *Refused
	usable := false
	for i, f := range members {
		named := func(o *zip.File) bool { return o.Name == f.Name }
		if slices.ContainsFunc(members[:i], named) {
			continue // told with the first
		}
		var found []*Source
		if slices.ContainsFunc(members[i+1:], named) {
			err = &Refused{ruleDamaged, "The archive holds several files of this name; pack them under names of their own."}
		} else {
			found, err = open(ctx, memberOf(c, f.Name, opt), opt, depth+1)
		}
		if errors.As(err, &refused) {
			found = []*Source{{Name: c.name + "/" + f.Name, Refused: refused}}
		} else if err != nil {
			return nil, err
		}
		for _, s := range found {
			usable = usable || s.Refused == nil
		}
		sources = append(sources, found...)
	}
	if !usable && len(sources) == 1 {
		return nil, refused
	}
	return sources, nil
}

func isMember(f *zip.File) bool {
	if f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") {
		return false
	}
	return !strings.HasPrefix(path.Base(f.Name), ".")
}

func readZIP(at seekable) (*zip.Reader, error) {
	archive, err := zip.NewReader(at, at.size)
	if err != nil {
		return nil, &Refused{ruleDamaged, "The ZIP archive is damaged or cut short."}
	}
	archive.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	return archive, nil
}

// memberOf is one member of an archive as a content.
func memberOf(c content, name string, opt Options) content {
	member := content{name: c.name + "/" + name, packing: append(c.packing[:len(c.packing):len(c.packing)], "zip")}
	member.open = func() (io.ReadCloser, error) {
		at, err := c.at(opt)
		if err != nil {
			return nil, err
		}
		r, err := openMember(at, name, opt)
		if err != nil {
			return nil, errors.Join(err, at.close())
		}
		return stacked{r, func() error { return errors.Join(r.Close(), at.close()) }}, nil
	}
	return member
}

func openMember(at seekable, name string, opt Options) (io.ReadCloser, error) {
	archive, err := readZIP(at)
	if err != nil {
		return nil, err
	}
	for _, f := range archive.File {
		if f.Name != name {
			continue
		}
		if f.Flags&1 != 0 {
			return nil, &Refused{ruleNotTable, "The file in the archive is encrypted; pack it without a password."}
		}
		if f.Method != zip.Store && f.Method != zip.Deflate {
			return nil, &Refused{ruleNotTable, "The file in the archive is packed by a method that is not known here; pack it as an ordinary ZIP, or with gzip or zstd."}
		}
		r, err := f.Open()
		if err != nil {
			return nil, &Refused{ruleDamaged, "The file in the archive cannot be unpacked."}
		}
		in := &meter{n: int64(f.CompressedSize64)}
		return stacked{&unpacker{in: in, r: r, maxRatio: int64(opt.MaxRatio), maxBytes: opt.MaxBytes}, r.Close}, nil
	}
	return nil, &Refused{ruleDamaged, "The archive has changed while it was read."}
}
