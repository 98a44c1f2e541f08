package standardize

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// nameKeys names the companions of a part of a name by which it is compared: %_key, its letters in ASCII capitals, and %_key_bare, the same
// without particles (van der Berg is VANDERBERG and BERG). Only the setting keys: "yes" of a field asks for them.
func nameKeys(params map[string]string) []string {
	if params["keys"] != "yes" {
		return nil
	}
	return []string{"%_key", "%_key_bare"}
}

// A nameKey is the slots of a part of a name and of its keys.
type nameKey struct{ name, key, bare int }

func newNameKeys(l *Layout) []nameKey {
	var keys []nameKey
	for _, field := range [...]string{"name_family", "name_given", "name_middle"} {
		if k := (nameKey{l.Slot(field), l.Slot(field + "_key"), l.Slot(field + "_key_bare")}); k.name >= 0 && k.key >= 0 && k.bare >= 0 {
			keys = append(keys, k)
		}
	}
	return keys
}

func (k nameKey) fill(r *Row) {
	if r.Unusable[k.name] {
		return
	}
	name := r.Values[k.name]
	r.Set(k.key, keyLetters(name))
	words := strings.Fields(name)
	for len(words) > 1 && isParticle(words[0]) {
		words = words[1:]
	}
	r.Set(k.bare, keyLetters(strings.Join(words, " ")))
}

// plainLetters are letters that no decomposition turns into those of ASCII.
var plainLetters = strings.NewReplacer("ß", "SS", "Æ", "AE", "Ø", "O", "Œ", "OE", "Ł", "L", "Đ", "D", "Ð", "D", "Þ", "TH", "Ħ", "H", "ẞ", "SS")

// keyLetters returns the letters of a name: decomposed (NFKD), in capitals, and those of ASCII alone.
func keyLetters(name string) string {
	upper := plainLetters.Replace(strings.ToUpper(norm.NFKD.String(name)))
	return strings.Map(func(c rune) rune {
		if c > unicode.MaxASCII || c < 'A' || c > 'Z' {
			return -1
		}
		return c
	}, upper)
}
