package link

import (
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"testing"
)

// keyed records: many share a key, some have none, some have several phones.
func someKeys(n int) []keys {
	r := rand.New(rand.NewPCG(7, 8))
	all := make([]keys, n)
	for i := range all {
		all[i][cBirth] = uint32(r.IntN(n/2)) * 0x9e3779b9
		if i%3 == 0 {
			all[i][cBirth] = 12345
		}
		for c := cPhone; c <= cPhone3; c++ {
			all[i][c] = uint32(r.IntN(n)) * 0x9e3779b9
		}
	}
	return all
}

// A counted block is one as an order gives it.
type countedBlock struct {
	block []uint64
	size  int
}

// blocksOf returns the blocks of a pass, range by range.
func blocksOf(t *testing.T, o order, p *pass) (all []countedBlock) {
	t.Helper()
	if err := o.sort(p); err != nil {
		t.Fatal(err)
	}
	for i := range o.ranges() {
		err := o.each(0, i, func(block []uint64, size int) {
			all = append(all, countedBlock{slices.Clone(block[:min(size, blockCap)]), size})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func TestRunsOnDiskGiveTheSameBlocks(t *testing.T) {
	dir := t.TempDir()
	for _, workers := range []int{1, 3} {
		b := &blocks{keys: someKeys(5000), workers: workers, memory: 1 << 20, dir: dir}
		memory := b.newOrder()
		b.memory = 1
		disk := b.newOrder()
		for _, p := range []*pass{{components: []component{cBirth}}, {components: []component{cPhone}}} {
			want, got := blocksOf(t, memory, p), blocksOf(t, disk, p)
			if len(want) < 500 || !reflect.DeepEqual(got, want) {
				t.Errorf("%d workers, key %d: %d blocks from disk, %d in memory", workers, p.components[0], len(got), len(want))
			}
		}
		if runs := len(disk.(*onDisk).runs); runs < 2*workers {
			t.Errorf("%d workers wrote %d runs", workers, runs)
		}
		memory.close()
		disk.close()
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestRunsThatCannotBeWritten(t *testing.T) {
	b := &blocks{keys: someKeys(1000), workers: 1, memory: 1, dir: t.TempDir() + "/missing"}
	if err := b.newOrder().sort(&pass{components: []component{cBirth}}); !os.IsNotExist(err) {
		t.Errorf("no folder for the runs: %v", err)
	}
	b.dir = t.TempDir()
	o := b.newOrder()
	if err := o.sort(&pass{components: []component{cBirth}}); err != nil {
		t.Fatal(err)
	}
	o.close()
	if err := o.each(0, 0, func([]uint64, int) {}); err == nil {
		t.Error("a file that is gone is read")
	}
}
