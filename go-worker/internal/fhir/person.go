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
	r.deceased()
	r.one("address", r.address)
	r.marital()
	r.multipleBirth()
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
	r.identifier("", "PI", "", r.get("patient_id"))
	r.identifier("", "MR", "", r.get("mrn"))
	r.identifier("", "SS", sid+"us-ssn", r.get("ssn"))
	r.identifier("", "TAX", "", r.get("itin"))
	r.identifier("", "MC", sid+"us-mbi", r.get("mbi"))
	r.identifier("", "MC", sid+"us-medicare", r.get("hicn"))
	r.identifier("", "MA", "", r.get("medicaid_id"))
	r.identifier("", "MB", "", r.get("insurance_id"))
}

func (r *resource) names() {
	r.object("", func() {
		r.text("text", r.get("name_full"))
		r.text("family", r.get("name_family"))
		r.texts("given", r.get("name_given"), r.get("name_middle"))
		r.texts("prefix", r.get("name_prefix"))
		r.texts("suffix", r.get("name_suffix"), r.get("name_credential"))
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

// texts writes an array of strings.
func (r *resource) texts(key string, values ...string) {
	r.array(key, func() {
		for _, v := range values {
			r.text("", v)
		}
	})
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
}

func (r *resource) deceased() {
	if r.wrote(func() { r.moment("deceasedDateTime", r.get("death_date")) }) {
		return
	}
	r.literal("deceasedBoolean", boolean(r.get("deceased")))
}

func (r *resource) address() {
	r.texts("line", r.get("address_line1"), r.get("address_line2"))
	r.text("city", r.get("city"))
	r.text("district", r.get("county"))
	r.text("state", r.get("state"))
	zip := r.get("zip")
	if zip == "" {
		zip = r.get("postal_code")
	} else if more := r.get("zip4"); more != "" && !strings.Contains(zip, "-") {
		zip += "-" + more
	}
	r.text("postalCode", zip)
	r.text("country", r.get("country"))
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
