package standardize

import "math/big"

// BMIDiffers reports whether a stated body mass index differs by more than 1 from the one that weight and height give (VIT-006). All
// three are canonical values: kg/m2, kg, cm; false where one of them is missing or no number.
//
// The three stand in three rows once a wide record is unpivoted, so package engine asks while it still holds the record.
func BMIDiffers(stated, kilograms, centimetres string) bool {
	bmi, weight, height := ratOf(stated), ratOf(kilograms), ratOf(centimetres)
	if bmi == nil || weight == nil || height == nil || height.Sign() == 0 {
		return false
	}
	metres := height.Quo(height, big.NewRat(100, 1))
	computed := weight.Quo(weight, metres.Mul(metres, metres))
	return bmi.Sub(bmi, computed).Abs(bmi).Cmp(big.NewRat(1, 1)) > 0
}

// ratOf returns a plain number exactly, nil for anything else.
func ratOf(number string) *big.Rat {
	if !plainNumber(number) || len(number) > maxDigits {
		return nil
	}
	r, _ := new(big.Rat).SetString(number)
	return r
}
