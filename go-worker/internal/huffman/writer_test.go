package huffman

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// pack packs texts, each with a code of its own, behind what stands there.
func pack(w *Writer, texts ...[]byte) []byte {
	w.Begin([]byte("before"))
	for _, t := range texts {
		w.Text(t)
	}
	return w.End()[len("before"):]
}

func unpack(t testing.TB, packed []byte) []byte {
	t.Helper()
	r := bytes.NewReader(packed)
	text, err := io.ReadAll(flate.NewReader(r))
	if err != nil || r.Len() > 0 {
		t.Fatalf("%v, %d bytes behind the end", err, r.Len())
	}
	return text
}

func TestTexts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	var steep []byte // each byte about twice as often as the one before it: codes would be longer than they may be
	for b := range 20 {
		steep = append(steep, bytes.Repeat([]byte{byte(b)}, 1<<b)...)
	}
	random.Shuffle(len(steep), func(i, j int) { steep[i], steep[j] = steep[j], steep[i] })
	rare := bytes.Repeat([]byte("abc"), 10_000) // and some bytes that nobody counts
	copy(rare[sample:], "xyz\xff\x00")
	w := new(Writer)
	for name, text := range map[string][]byte{
		"one byte": []byte("a"), "the same": bytes.Repeat([]byte("a"), 9999), "words": []byte("[[\"lbs\",\"kg\"],[\"in\",\"cm\"]]"),
		"text": []byte(strings.Repeat("the quick brown fox jumps over the lazy dog 0123456789\n", 300)), "noise": noise, "steep": steep, "rare": rare,
	} {
		if got := unpack(t, pack(w, text)); !bytes.Equal(got, text) {
			t.Errorf("%s does not come back", name)
		}
		if got := unpack(t, pack(w, text, text[:1], text)); !bytes.Equal(got, bytes.Join([][]byte{text, text[:1], text}, nil)) {
			t.Errorf("%s does not come back, in three blocks", name)
		}
	}
	if got := unpack(t, pack(w)); len(got) > 0 {
		t.Errorf("nothing comes back as %q", got)
	}
}

// TestSize holds the size against that of a packer that looks for the shortest code too.
func TestSize(t *testing.T) {
	text := []byte(strings.Repeat("the quick brown fox jumps over the lazy dog 0123456789\n", 300))
	var other bytes.Buffer
	f, _ := flate.NewWriter(&other, flate.HuffmanOnly)
	_, _ = f.Write(text)
	_ = f.Close()
	if got := len(pack(new(Writer), text)); got > other.Len()+other.Len()/100 {
		t.Errorf("%d bytes, the library makes %d", got, other.Len())
	}
}

// FuzzWriter packs a text in two blocks.
func FuzzWriter(f *testing.F) {
	f.Add([]byte("some text"), uint16(3), uint8(0))
	f.Add([]byte{0, 1, 0xff}, uint16(1), uint8(40))
	f.Add([]byte("0123456789"), uint16(0), uint8(200))
	f.Add([]byte(`["835-78-4123","835784123"],["734-81-9637","734819637"],["039-40-2487","039402487"],["\u00c9lan","Élan"],`), uint16(9000), uint8(200))
	w := new(Writer)
	f.Fuzz(func(t *testing.T, text []byte, cut uint16, repeat uint8) {
		text = bytes.Repeat(text, 1+int(repeat))
		at := min(int(cut), len(text))
		var parts [][]byte
		for _, part := range [][]byte{text[:at], text[at:]} {
			if len(part) > 0 {
				parts = append(parts, part)
			}
		}
		if got := unpack(t, pack(w, parts...)); !bytes.Equal(got, text) {
			t.Errorf("%q comes back as %q", text, got)
		}
	})
}

func BenchmarkText(b *testing.B) {
	text := []byte(strings.Repeat("[\"835-78-4123\",\"835784123\"],[\"734-81-9637\",\"734819637\"],", 2000))
	w := new(Writer)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		w.Begin(w.out[:0])
		w.Text(text)
		w.End()
	}
}
