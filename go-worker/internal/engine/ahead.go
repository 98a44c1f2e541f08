package engine

// ahead has parts made by several goroutines, and handed over in their order while those behind them are made.
func ahead[T any](workers, parts int, make func(part int) (T, error), hand func(T) error) (err error) {
	var waiting []func() (T, error)
	take := func() {
		made, failed := waiting[0]()
		waiting = waiting[1:]
		if err == nil {
			err = failed
		}
		if err == nil {
			err = hand(made)
		}
	}
	for part := 0; part < parts && err == nil; part++ {
		waiting = append(waiting, beside(func() (T, error) { return make(part) }))
		if len(waiting) > max(workers, 1) {
			take()
		}
	}
	for len(waiting) > 0 {
		take()
	}
	return err
}
