package scorecard

// words count how often each of some texts occurs.
type words map[string]*int64

// add counts a text. It is not kept: a map that is assigned to takes over the key it is given, so known texts are counted without one.
func (w *words) add(text []byte, n int64) {
	if counter := (*w)[string(text)]; counter != nil {
		*counter += n
		return
	}
	if *w == nil {
		*w = words{}
	}
	(*w)[string(text)] = &n
}

func (w *words) merge(o words) {
	for text, n := range o {
		w.add([]byte(text), *n)
	}
}

// counted returns the counts, nil where nothing occurred.
func (w words) counted() map[string]int64 {
	if w == nil {
		return nil
	}
	counts := make(map[string]int64, len(w))
	for text, n := range w {
		counts[text] = *n
	}
	return counts
}
