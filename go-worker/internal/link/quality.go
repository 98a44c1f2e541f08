package link

// A Quality compares found persons with the truth, by pairs of records.
type Quality struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	True      int64   `json:"true_pairs"`
	Found     int64   `json:"found_pairs"`
	Right     int64   `json:"right_pairs"`
}

// Compare returns how well found groups agree with the true ones. Both say of each record its group; a record of group 0 in the truth is
// left out.
func Compare(truth, found []int32) Quality {
	both, ofTruth, ofFound := map[[2]int32]int64{}, map[int32]int64{}, map[int32]int64{}
	for i, t := range truth {
		if t != 0 {
			both[[2]int32{t, found[i]}]++
			ofTruth[t]++
			ofFound[found[i]]++
		}
	}
	q := Quality{Right: pairsOf(both), True: pairsOf(ofTruth), Found: pairsOf(ofFound)}
	q.Precision, q.Recall = ratio(q.Right, q.Found), ratio(q.Right, q.True)
	if q.Precision+q.Recall > 0 {
		q.F1 = 2 * q.Precision * q.Recall / (q.Precision + q.Recall)
	}
	return q
}

func pairsOf[K comparable](sizes map[K]int64) (pairs int64) {
	for _, n := range sizes {
		pairs += n * (n - 1) / 2
	}
	return pairs
}

func ratio(a, b int64) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}
