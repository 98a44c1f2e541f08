package table

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// maxArchiveDepth is how deep archives may be packed in archives.
const maxArchiveDepth = 3

// zstdWindow bounds the memory that a zstd frame may ask for: the most that its command line uses by default.
const zstdWindow = 128 << 20

// packings are the compressed streams that are unpacked, by their first bytes.
var packings = []struct {
	name, magic string
	suffixes    []string
	open        func(io.Reader) (io.ReadCloser, error)
}{
	{"gzip", "\x1f\x8b\x08", []string{".gz", ".gzip"}, func(r io.Reader) (io.ReadCloser, error) {
		return gzip.NewReader(r)
	}},
	{"zstd", "\x28\xb5\x2f\xfd", []string{".zst", ".zstd"}, func(r io.Reader) (io.ReadCloser, error) {
		d, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(zstdWindow))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}},
}

// unpacked returns the content of a compressed stream, and whether c is one by its first bytes.
func unpacked(c content, head []byte, opt Options) (content, bool) {
	for _, p := range packings {
		if !bytes.HasPrefix(head, []byte(p.magic)) {
			continue
		}
		inner := content{name: c.name, packing: append(c.packing[:len(c.packing):len(c.packing)], p.name)}
		for _, s := range p.suffixes {
			inner.name = trimSuffixFold(inner.name, s)
		}
		inner.open = func() (io.ReadCloser, error) { return openPacked(c, p.open, opt) }
		return inner, true
	}
	return content{}, false
}

func trimSuffixFold(name, suffix string) string {
	if n := len(name) - len(suffix); n > 0 && strings.EqualFold(name[n:], suffix) {
		return name[:n]
	}
	return name
}

func openPacked(c content, open func(io.Reader) (io.ReadCloser, error), opt Options) (io.ReadCloser, error) {
	raw, err := c.open()
	if err != nil {
		return nil, err
	}
	in := &meter{r: raw}
	r, err := open(in)
	if err != nil {
		return nil, errors.Join(in.blame(err), raw.Close())
	}
	out := &unpacker{in: in, r: r, maxRatio: int64(opt.MaxRatio), maxBytes: opt.MaxBytes}
	return stacked{out, func() error { return errors.Join(r.Close(), raw.Close()) }}, nil
}

// meter counts the bytes read from a packed stream and keeps its error apart from those of unpacking.
type meter struct {
	r   io.Reader
	n   int64
	err error
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.n += int64(n)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

// blame returns the error of the stream itself when there was one; else the data are damaged.
func (m *meter) blame(err error) error {
	if m.err != nil {
		return m.err
	}
	if errors.Is(err, zstd.ErrWindowSizeExceeded) {
		return &Refused{ruleLimit, "Unpacking the file would need too much memory."}
	}
	return &Refused{ruleDamaged, "The compressed file is damaged or cut short."}
}

// ratioFloor is how much may be unpacked before the ratio is looked at.
const ratioFloor = 64 << 20

// unpacker reads a compressed stream within limits.
type unpacker struct {
	in       *meter
	r        io.Reader
	n        int64
	maxRatio int64
	maxBytes int64
}

func (u *unpacker) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	u.n += int64(n)
	if u.n > u.maxBytes || u.n > ratioFloor && u.n > u.in.n*u.maxRatio {
		return n, tooLarge(u.maxBytes, u.maxRatio)
	}
	if err != nil && err != io.EOF {
		err = u.in.blame(err)
	}
	return n, err
}

func tooLarge(maxBytes, maxRatio int64) *Refused {
	return &Refused{ruleLimit, fmt.Sprintf("The file unpacks to more than %d MiB or %d times its size.", maxBytes>>20, maxRatio)}
}
