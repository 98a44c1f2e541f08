package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"harmonizer/go-worker/internal/engine"
)

// A bar shows progress on a terminal, and nothing elsewhere.
type bar struct {
	w     io.Writer
	shown bool
}

func newBar(w io.Writer) *bar {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return &bar{w: w}
		}
	}
	return &bar{}
}

func (b *bar) show(p engine.Progress) {
	if b.w == nil {
		return
	}
	const width = 30
	line := fmt.Sprintf("%-9s %s", p.Stage, some(p.Rows, "row"))
	if p.TotalBytes > 0 {
		done := int(min(p.Bytes, p.TotalBytes) * width / p.TotalBytes)
		line = fmt.Sprintf("%-9s [%s%s] %s", p.Stage, strings.Repeat("#", done), strings.Repeat(" ", width-done), some(p.Rows, "row"))
	}
	fmt.Fprintf(b.w, "\r\x1b[K%s", line)
	b.shown = true
}

func (b *bar) clear() {
	if b.shown {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
}
