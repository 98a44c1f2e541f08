package columnar

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// Kind is what the values of a column are.
type Kind uint8

// Kinds of columns.
const (
	Text    Kind = iota // UTF-8
	Integer             // 64 bits
	Decimal             // exact, DECIMAL(38, 12)
	Boolean
)

// Every decimal column has one precision and one scale, so that the files of two months have the same columns.
const (
	decimalDigits = 38 // the most that readers agree on; 16 bytes
	decimalScale  = 12
	decimalBytes  = 16
)

// wide is the number of columns above which none has a dictionary: each costs memory for every column.
const wide = 200

// node describes a column of a table that has so many.
func (k Kind) node(columns int) parquet.Node {
	var node parquet.Node
	switch k {
	case Integer:
		return parquet.Optional(parquet.Int(64))
	case Boolean:
		return parquet.Optional(parquet.Leaf(parquet.BooleanType))
	case Decimal:
		node = parquet.Decimal(decimalScale, decimalDigits, parquet.FixedLenByteArrayType(decimalBytes))
	default:
		node = parquet.String()
	}
	if columns <= wide {
		node = parquet.Encoded(node, &parquet.RLEDictionary)
	}
	return parquet.Optional(node)
}

// Fits reports whether a value can stand in a column of the kind and mean what it says. "" fits all.
func (k Kind) Fits(value string) bool {
	if value == "" {
		return true
	}
	switch k {
	case Integer:
		n, err := strconv.ParseInt(value, 10, 64)
		return err == nil && strconv.FormatInt(n, 10) == value // 007 is no number
	case Decimal:
		return fitsDecimal(value)
	case Boolean:
		return value == "true" || value == "false"
	}
	return true
}

// fitsDecimal reports whether a value is a plain decimal within precision and scale.
func fitsDecimal(value string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(value, "-"), ".")
	return digits(whole) && len(whole) <= decimalDigits-decimalScale && (len(whole) == 1 || whole[0] != '0') &&
		(!point || digits(fraction) && len(fraction) <= decimalScale)
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// value returns what stands in the column with a number.
func (k Kind) value(s string, column int) parquet.Value {
	const null, defined = 0, 1
	if s == "" {
		return parquet.NullValue().Level(0, null, column)
	}
	var v parquet.Value
	switch k {
	case Integer:
		n, _ := strconv.ParseInt(s, 10, 64)
		v = parquet.Int64Value(n)
	case Decimal:
		v = parquet.FixedLenByteArrayValue(unscaled(s))
	case Boolean:
		v = parquet.BooleanValue(s == "true")
	default:
		v = parquet.ByteArrayValue([]byte(strings.ToValidUTF8(s, "\uFFFD")))
	}
	return v.Level(0, defined, column)
}

// unscaled returns a decimal without its point as a two's complement of 16 bytes, the highest first.
func unscaled(s string) []byte {
	whole, fraction, _ := strings.Cut(s, ".")
	n, _ := new(big.Int).SetString(whole+fraction+strings.Repeat("0", decimalScale-len(fraction)), 10)
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), decimalBytes*8))
	}
	return n.FillBytes(make([]byte, decimalBytes))
}
