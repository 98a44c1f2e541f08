package table

import (
	"bytes"
	"errors"
	"io"
)

// beginning returns the content as if it ended with the line that its first n bytes end in; 0 is the whole.
func (c content) beginning(n int64) content {
	if n == 0 {
		return c
	}
	open := c.open
	c.cut = new(bool)
	c.open = func() (io.ReadCloser, error) {
		r, err := open()
		if err != nil {
			return nil, err
		}
		return stacked{&untilLine{r: r, left: n, cut: c.cut}, r.Close}, nil
	}
	return c
}

// leftOff reports whether a document ends in the middle because no more of it was asked for.
func (c content) leftOff(err error) bool {
	var refused *Refused
	return c.cut != nil && *c.cut && errors.As(err, &refused) && refused.Rule == ruleBroken
}

// untilLine reads so many bytes, and on to the end of the line.
type untilLine struct {
	r    io.Reader
	left int64 // 0 and less: the next line break is the last byte
	cut  *bool
	done bool
}

func (u *untilLine) Read(p []byte) (int, error) {
	if u.done {
		return 0, io.EOF
	}
	if u.left > 0 {
		p = p[:min(int64(len(p)), u.left)]
	}
	n, err := u.r.Read(p)
	if u.left > 0 {
		u.left -= int64(n)
		return n, err
	}
	if end := bytes.IndexByte(p[:n], '\n'); end >= 0 {
		u.done, *u.cut = true, true
		return end + 1, nil
	}
	return n, err
}
