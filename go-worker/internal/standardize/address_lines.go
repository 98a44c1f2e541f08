package standardize

// addressLinesStep makes the postal form of address lines (USPS Publication 28): address_line1_std with the street or box,
// address_line2_std with the part of the building, wherever the source wrote it, and address_status for a line that
// says there is none. A line it cannot read is kept in upper case (ADDR-002).
//
// Reads address_line1, address_line2; fills address_line1_std, address_line2_std, address_status.
var addressLinesStep = RowStep{
	Name: "address-lines",
	Adds: func(mapped func(string) bool) []string {
		if !mapped("address_line1") {
			return nil
		}
		return []string{"address_line1_std", "address_line2_std", "address_status"}
	},
	Bind: func(l *Layout, _ func(string) (Column, bool)) []Work {
		a := addressStep{line1: l.Slot("address_line1"), line2: l.Slot("address_line2"), std1: l.Slot("address_line1_std"),
			std2: l.Slot("address_line2_std"), status: l.Slot("address_status")}
		if a.line1 < 0 {
			return nil
		}
		return []Work{{Do: a.row}}
	},
}

type addressStep struct {
	line1, line2, std1, std2, status int
}

func (a addressStep) row(r *Row) {
	unit := ""
	var buffer [64]byte
	line := r.Values[a.line1]
	street, plain := plainStreet(buffer[:0], line)
	if !plain || a.line2 >= 0 { // a plain street is no word that stands for an address
		a.settleStatus(r)
	}
	second := parseSecond(r.Get(a.line2))
	switch {
	case plain:
		a.settlePlain(r, line, street)
	case line == "" && (second.street == "" || r.Get(a.status) != ""):
	case r.Get(a.status) == generalDelivery:
		r.Set(a.std1, "GENERAL DELIVERY", ruleAddress)
	default:
		address := parseAddress(line)
		if second.exact && !address.exact && (address.street == "" || !address.read) { // the street stands in the second line
			address, second = second, postalAddress{street: address.street, unit: address.unit}
		}
		unit = address.unit
		r.Set(a.std1, address.street)
		switch {
		case !address.read && line != "":
			r.Flag(a.line1, ruleAddressUnread)
		case address.street != line && line != "":
			r.Flag(a.std1, ruleAddress)
		}
	}
	if words := joinNonEmpty(second.street, second.unit); unit == "" {
		unit = words
	} else if words != "" && unit != words {
		unit += " " + words
	}
	r.Set(a.std2, unit)
}

// parseSecond is parseAddress of a second line, which most rows have not.
func parseSecond(line string) (address postalAddress) {
	if line == "" {
		return address
	}
	return parseAddress(line)
}

// settleStatus says what words of a line stood for.
func (a addressStep) settleStatus(r *Row) {
	for _, h := range r.Hits {
		if h.Slot < 0 || h.Slot != a.line1 && h.Slot != a.line2 {
			continue
		}
		switch {
		case h.Rule == ruleBadAddress:
			r.Set(a.status, badAddress)
		case h.Rule == ruleNoFixedAddress && r.Values[h.Slot] != "":
			r.Set(a.status, generalDelivery)
		case h.Rule == ruleNoFixedAddress:
			r.Set(a.status, noFixedAddress)
		}
	}
}

// settlePlain stores the postal form of a line that has nothing but a street.
func (a addressStep) settlePlain(r *Row, line string, street []byte) {
	if string(street) == line {
		r.Set(a.std1, line)
		return
	}
	r.Set(a.std1, r.Arena.Text(street), ruleAddress)
}
