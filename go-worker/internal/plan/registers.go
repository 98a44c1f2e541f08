package plan

import "slices"

// registers are headers of the numbers by which registers know a case or a person, one row each: they speak for the table of persons, as the
// number of a hospital does, where patient_id stands in any table.
var registers = []string{"unique_id", "unique_case_id", "epid_number", "vaers_id", "case_local_id", "local_case_id", "state_case_id", "lga_tb_number", "tb_number",
	"district_tb_number", "tb_registration_number", "tb_register_number", "bmu_tb_number", "art_number", "unique_art_number", "ccc_number"}

// ofRegister reports whether a column speaks for its table as the number of a register.
func (c *match) ofRegister(name string) bool { return c.target.key && slices.Contains(registers, name) }
