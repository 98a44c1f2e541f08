package units

import "strings"

// Molar reports whether the unit counts particles of a substance: moles or equivalents.
func (u Unit) Molar() bool {
	return strings.Contains(u.kind, "amount") || strings.Contains(u.kind, "equivalents")
}

// Counts reports whether the unit is a plain number per volume.
func (u Unit) Counts() bool { return u.kind == "/volume" }

// substances are kinds of how much there is of something; from one to another a factor leads that differs from
// substance to substance.
var substances = strings.NewReplacer("mass", "substance", "amount", "substance", "equivalents", "substance", "osmoles", "substance",
	"international units", "substance", "usp units", "substance", "arbitrary units", "substance", "catalysis", "substance")

// Alike reports whether two units measure in the same way, though perhaps with another measure of substance or with another
// annotation: mass and amount per volume, D-dimer as FEU and as DDU, clearance with and without body surface.
func (u Unit) Alike(v Unit) bool { return u.shape() == v.shape() }

func (u Unit) shape() string {
	over, under, _ := strings.Cut(substances.Replace(u.kind), "/")
	return bare(over) + "/" + bare(under)
}

// bare drops the annotations of one side of a kind.
func bare(side string) string {
	var kept []string
	for k := range strings.SplitSeq(side, "·") {
		if k, _ = cutAnnotation(k); k != "" {
			kept = append(kept, k)
		}
	}
	return strings.Join(kept, "·")
}

// Plain reports whether numbers in the unit are written without it everywhere: ratios, scores, pH.
func (u Unit) Plain() bool { return strings.HasPrefix(u.kind, "{") || u.kind == "acidity" }
