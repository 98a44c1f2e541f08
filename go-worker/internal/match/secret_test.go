package match

import (
	"strings"
	"testing"
)

var secret = SecretOf("a job")

// sumOf is a sum for tests.
func sumOf(b []byte) Sum { return secret.sum(secret.add(secret.begin(), string(b))) }

// TestSumsTellTextsApart sums up texts of every length that differ in one byte, and lists of texts that run together to the same.
func TestSumsTellTextsApart(t *testing.T) {
	met := map[Sum]string{}
	meet := func(name string, sum Sum) {
		if other, ok := met[sum]; ok {
			t.Errorf("%q and %q have one sum", name, other)
		}
		met[sum] = name
	}
	for n := range 50 {
		text := strings.Repeat("a", n)
		meet(text, sumOf([]byte(text)))
		for i := range n {
			changed := text[:i] + "b" + text[i+1:]
			meet(changed, sumOf([]byte(changed)))
		}
	}
	names := []string{"a", "b", "c"}
	h := NewHasher(secret, "east", names, nil)
	for _, row := range [][]string{{"x", "y", ""}, {"x", "", "y"}, {"", "x", "y"}, {"xy", "", ""}, {"y", "x", ""}, {"", "", ""}} {
		content := h.Row(row).Content
		meet(strings.Join(row, "|"), content)
	}
}

// TestSecrets are one for a job, another for another.
func TestSecrets(t *testing.T) {
	nameless := SecretOf("")
	if SecretOf("a job") != secret || SecretOf("another") == secret || nameless == (Secret{}) || SecretOf("") != nameless {
		t.Error("secrets are mixed up")
	}
}

// TestFirstRows finds the sums that were put in, when all of them are there and begin alike.
func TestFirstRows(t *testing.T) {
	const n = 1000
	rows, blocks := newFirstRows(n), newBlockContents(n)
	for i := range 2 * n {
		s := Sum{8: byte(i % n), 9: byte(i % n >> 8), 15: 1}
		row, known := rows.at(s)
		at, again := blocks.at(uint64(i%n + 1))
		if known != (i >= n) || again != (i >= n) || known && (row.ordinal != int64(i-n) || blocks.contents[at] != uint64(i-n)) {
			t.Fatalf("%d: %v, %v, %d", i, known, row, blocks.contents[at])
		}
		if !known {
			row.ordinal, blocks.contents[at] = int64(i), uint64(i)
		}
	}
}

// TestRowsSumUpAsTextsDo compares the sum of a row of one value with that of its text, for texts of every length.
func TestRowsSumUpAsTextsDo(t *testing.T) {
	h := NewHasher(secret, "east", []string{"city"}, nil)
	for n := 1; n < 50; n++ {
		text := strings.Repeat("Lynn, Boston", 5)[:n]
		if got, want := h.Row([]string{text}).Content, secret.sum(secret.add(h.starts[0], text)); got != want {
			t.Errorf("%d bytes: the row sums up to %x, its text to %x", n, got, want)
		}
	}
}

// TestLower compares small letters with those of the library, where every byte stands at every place of a word.
func TestLower(t *testing.T) {
	for c := range 256 {
		for at := range 19 {
			b := []byte("Az@[`{0-9 aZ.Zz AZx")
			b[at] = byte(c)
			if secret.lowerWord(string(b)) != secret.word(strings.ToLower(string(b))) {
				t.Errorf("%q does not sum up as it does in small letters", b)
			}
		}
	}
}
