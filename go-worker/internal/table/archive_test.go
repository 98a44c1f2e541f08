package table

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

// stored packs one member into an archive without making it smaller.
func stored(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	member, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = member.Write(content)
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

// Of several files of one name in an archive nobody knows which one is meant: none of them is read, least of all one of them twice.
func TestFilesOfOneName(t *testing.T) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	for _, name := range []string{"a.csv", "b.csv", "a.csv"} {
		member, err := archive.Create(name)
		if err == nil {
			_, err = member.Write([]byte("id,name\n1,Ann\n"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	sources, err := Open(context.Background(), input("x.zip", packed.String()), Options{})
	if err != nil || len(sources) != 2 || sources[0].Refused == nil || sources[1].Name != "x.zip/b.csv" || sources[1].Refused != nil {
		t.Errorf("%d sources, %v; want a.csv refused once, and b.csv", len(sources), err)
	}
}

// An archive that cannot be unpacked here is refused in words that say why.
func TestPackedOtherwise(t *testing.T) {
	for want, change := range map[string]func([]byte){
		"password": func(archive []byte) {
			archive[6] |= 1
			archive[bytes.Index(archive, []byte("PK\x01\x02"))+8] |= 1
		},
		"method": func(archive []byte) {
			archive[8] = 9 // Deflate64, in which Windows packs large files
			archive[bytes.Index(archive, []byte("PK\x01\x02"))+10] = 9
		},
	} {
		archive := stored(t, "a.csv", []byte("id,name\n1,Ann\n"))
		change(archive)
		_, err := Open(context.Background(), input("x.zip", string(archive)), Options{})
		var r *Refused
		if !errors.As(err, &r) || r.Rule != ruleNotTable || !strings.Contains(r.Message, want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}

// A large archive within an archive needs a copy on disk: in the folder that was given, and only while it is read.
func TestAnArchiveInAnArchiveIsUnpackedWhereThereIsRoom(t *testing.T) {
	if testing.Short() {
		t.Skip("32 MiB, which the race detector, which runs with -short, makes a matter of half a minute")
	}
	record := []byte("1,abcdefghijklmnopqrstuvwxyzabcdef\n")
	content := append([]byte("id,note\n"), bytes.Repeat(record, heldArchive/len(record)+1)...)
	outer := stored(t, "inner.zip", stored(t, "a.csv", content))
	folder := t.TempDir()
	t.Setenv("TMPDIR", "/nowhere")
	in := Input{Name: "outer.zip", Size: int64(len(outer)), Open: func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(outer)), nil
	}}
	opt := Options{TempDir: folder}
	source := openOne(t, in, opt)
	inside := func() int {
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	if n := inside(); n != 0 {
		t.Errorf("opening left %d files", n)
	}
	during := 0
	err := source.Scan(context.Background(), func(*Chunk) error { during = max(during, inside()); return nil })
	if err != nil || during == 0 || inside() != 0 {
		t.Errorf("read with %v, %d files meanwhile and %d after", err, during, inside())
	}
}
