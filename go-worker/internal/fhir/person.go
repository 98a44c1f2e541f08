package fhir

import "strings"

// patient fills a Patient.
func (r *resource) patient() {
	r.meta()
	r.array("extension", func() {
		r.race()
		r.ethnicity()
		if sex := r.get("birth_sex"); birthSexes[sex] {
			r.extension(usCore+"us-core-birthsex", "valueCode", sex)
		}
		r.extension(extensions+"patient-mothersMaidenName", "valueString", r.get("mother_maiden_name"))
	})
	r.array("identifier", r.identifiers)
	r.array("name", r.names)
	r.array("telecom", r.telecom)
	r.code("gender", r.get("administrative_gender"), genders)
	r.date("birthDate", r.get("birth_date"))
	r.reason("_birthDate", "birth_date")
	r.deceased()
	r.one("address", r.address)
	r.marital()
	r.multipleBirth()
	r.object("managingOrganization", func() { r.text("display", r.get("source_system")) })
	r.one("communication", func() {
		r.coded("language", "urn:ietf:bcp:47", r.get("language"))
	})
	if npi := r.get("pcp_npi"); npi != "" {
		r.array("generalPractitioner", func() { r.person("", npi, "") })
	}
}

var (
	genders    = setOf("male female other unknown")
	birthSexes = setOf("F M OTH UNK ASKU")
	marital    = setOf("A C D I L M P S T U W")
)

// meta says when the record was changed, and that it is a test.
func (r *resource) meta() {
	r.object("meta", func() {
		r.instant("lastUpdated", r.get("last_updated"))
		if r.get("is_test") == "true" {
			r.array("tag", func() { r.coding(terminology+"v3-ActReason", "HTEST") })
		}
	})
}

func (r *resource) extension(url, key, value string) {
	if value != "" {
		r.object("", func() {
			r.text("url", url)
			r.text(key, value)
		})
	}
}

// identifiers writes what the patient is known by; medicare is said of both generations of its numbers.
func (r *resource) identifiers() {
	const sid = "http://hl7.org/fhir/sid/"
	r.numbered("PI", "", "patient_id")
	r.numbered("MR", "", "mrn")
	r.numbered("SS", sid+"us-ssn", "ssn")
	r.numbered("TAX", "", "itin")
	r.numbered("MC", sid+"us-mbi", "mbi")
	r.numbered("MC", sid+"us-medicare", "hicn")
	r.numbered("MA", "", "medicaid_id")
	r.numbered("MB", "", "insurance_id")
}

func (r *resource) names() {
	r.object("", func() {
		r.text("text", r.get("name_full"))
		r.field("family", "name_family")
		r.texts("given", "name_given", "name_middle")
		r.texts("prefix", "name_prefix")
		r.texts("suffix", "name_suffix", "name_credential")
	})
	r.otherName("maiden", "family", r.get("name_maiden"))
	r.otherName("nickname", "text", r.get("name_nickname"))
}

func (r *resource) otherName(use, part, value string) {
	if value != "" {
		r.object("", func() {
			r.text("use", use)
			r.text(part, value)
		})
	}
}

// texts writes an array of the values in columns; where there are none, why the first one is missing.
func (r *resource) texts(key string, columns ...string) {
	if !r.wrote(func() {
		r.array(key, func() {
			for _, c := range columns {
				r.text("", r.get(c))
			}
		})
	}) {
		r.array("_"+key, func() { r.reason("", columns[0]) })
	}
}

func (r *resource) telecom() {
	for _, use := range [...]string{"home", "mobile", "work"} {
		r.phones("phone_"+use, use)
	}
	for _, column := range [...]string{"email", "email_other"} {
		for _, address := range r.list(column) {
			r.object("", func() {
				r.text("system", "email")
				r.text("value", address)
			})
		}
	}
	r.unreachable("email", "", "email")
}

// unreachable says why a contact is missing.
func (r *resource) unreachable(system, use, column string) {
	if r.get(column) == "" && absentReasons[r.get(column+reasonSuffix)] {
		r.object("", func() {
			r.text("system", system)
			r.reason("_value", column)
			r.text("use", use)
		})
	}
}

// phones writes the numbers of a column. Extension and use belong to the only one: of several nobody knows to which.
func (r *resource) phones(column, use string) {
	numbers := r.list(column)
	if len(numbers) == 0 && r.get(column+"_local") != "" {
		numbers = []string{r.get(column + "_local")}
	}
	for _, n := range numbers {
		r.object("", func() {
			if len(numbers) == 1 {
				r.array("extension", func() {
					r.extension(extensions+"contactpoint-extension", "valueString", r.get(column+"_ext"))
				})
				if said := r.get(column + "_use"); said != "" {
					use = said
				}
			}
			r.text("system", "phone")
			r.text("value", n)
			r.text("use", use)
		})
	}
	r.unreachable("phone", use, column)
}

func (r *resource) deceased() {
	if r.wrote(func() { r.moment("deceasedDateTime", r.get("death_date")) }) {
		return
	}
	r.literal("deceasedBoolean", boolean(r.get("deceased")))
}

func (r *resource) address() {
	r.texts("line", "address_line1", "address_line2")
	r.field("city", "city")
	r.field("district", "county")
	r.field("state", "state")
	zip := r.get("zip")
	if zip == "" {
		zip = r.get("postal_code")
	} else if more := r.get("zip4"); more != "" && !strings.Contains(zip, "-") {
		zip += "-" + more
	}
	r.text("postalCode", zip)
	if zip == "" {
		r.reason("_postalCode", "zip")
	}
	r.field("country", "country")
}

func (r *resource) marital() {
	switch status := r.get("marital_status"); {
	case marital[status]:
		r.coded("maritalStatus", terminology+"v3-MaritalStatus", status)
	case status == "UNK":
		r.coded("maritalStatus", nullFlavor, status)
	default:
		r.concept("maritalStatus", "", "", status)
	}
}

func (r *resource) multipleBirth() {
	if order := count(r.get("birth_order"), 1); order != "" {
		r.literal("multipleBirthInteger", order)
		return
	}
	r.literal("multipleBirthBoolean", boolean(r.get("multiple_birth")))
}
