package engine

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// packBlock is how much text is packed at a time. Blocks end at the same bytes whatever the chunks and goroutines, so
// the packed stream is always the same.
const packBlock = 1 << 20

// A packer packs a stream in blocks, several at once. Each becomes a gzip member of its own, which names no file,
// time or system; members one behind the other are a gzip stream.
type packer struct {
	to      io.Writer
	block   []byte
	packing []chan member // in the order of the blocks
	most    int           // blocks packed at once
	blocks  int
}

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is a valid one
	return z
}}

func (p *packer) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		if p.block == nil {
			p.block = make([]byte, 0, packBlock)
		}
		part := b[:min(len(b), packBlock-len(p.block))]
		p.block, b = append(p.block, part...), b[len(part):]
		if len(p.block) == packBlock {
			if err := p.start(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

// start packs the block in another goroutine, when few enough are at work.
func (p *packer) start() error {
	if len(p.packing) >= p.most {
		if err := p.finish(); err != nil {
			return err
		}
	}
	done := make(chan member, 1)
	block := p.block
	go func() { done <- packed(block) }()
	p.packing = append(p.packing, done)
	p.block = nil
	p.blocks++
	return nil
}

// A member is a packed block.
type member struct {
	packed []byte
	err    error
}

// packed returns a block as a gzip member.
func packed(block []byte) (m member) {
	defer recovered(&m.err, "packing")
	var out bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	_, _ = z.Write(block) // a buffer takes everything
	_ = z.Close()
	return member{packed: out.Bytes()}
}

// finish waits for the first block at work and writes it.
func (p *packer) finish() error {
	done := <-p.packing[0]
	p.packing = p.packing[1:]
	if done.err != nil {
		return done.err
	}
	_, err := p.to.Write(done.packed)
	return err
}

// Close packs and writes what is left. A stream of nothing is one empty member.
func (p *packer) Close() error {
	if len(p.block) > 0 || p.blocks == 0 {
		if err := p.start(); err != nil {
			return err
		}
	}
	for len(p.packing) > 0 {
		if err := p.finish(); err != nil {
			return err
		}
	}
	return nil
}
