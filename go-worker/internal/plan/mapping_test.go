package plan

import (
	"errors"
	"strings"
	"testing"
)

// fields plans a file without rows and returns its table and the field of every column.
func fields(t *testing.T, name, header string, rows ...[]string) (string, string) {
	t.Helper()
	b, err := NewBuilder(usCore(t), Input{Name: name, Header: strings.Split(header, ","), Sample: rows}, Options{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	file, _ := b.Freeze()
	var out []string
	for _, c := range file.Columns {
		out = append(out, c.Field)
	}
	return file.Table.Name, strings.Join(out, ",")
}

// TestRowsOfResults: a row that holds a result and all of its patient is a result, for patients have one row each.
func TestRowsOfResults(t *testing.T) {
	const person = "pid_3_1,pid_5_1,pid_5_2,pid_7,pid_8,pid_11_1,pid_11_4,pid_11_5"
	if name, _ := fields(t, "a.csv", person+",obx_3_1,obx_5,obx_6,obx_8"); name != "observation" {
		t.Errorf("a result with its patient is taken for %s", name)
	}
	if name, _ := fields(t, "a.csv", person+",weight,height,bp"); name != "patient" {
		t.Errorf("a patient with a weight is taken for %s", name)
	}
}

// TestFullestResult: of several columns of one result the one that says most is read.
func TestFullestResult(t *testing.T) {
	rows := [][]string{{"1", "2345-7", "105", "105"}, {"1", "5195-3", "", "Negative"}}
	if _, got := fields(t, "a.csv", "person_id,loinc,value_as_number,value_source_value", rows...); got != "patient_id,code,x_value_as_number,value" {
		t.Errorf("columns became %s", got)
	}
}

// TestWordsInBrackets: they are part of the name where the values are what the whole is, and else a remark.
func TestWordsInBrackets(t *testing.T) {
	for value, want := range map[string]string{"Hives (Moderate)": "reaction", "Hives": "reaction", "Severe": "severity", "": "severity"} {
		if _, got := fields(t, "a.csv", "patient_id,allergen,Reaction (Severity)", []string{"1", "Latex", value}); got != "patient_id,code_text,"+want {
			t.Errorf("%q: %s", value, got)
		}
	}
}

// TestShortWords: another letter in a short word makes another word.
func TestShortWords(t *testing.T) {
	for header, want := range map[string]string{"FillNumber": "x_fill_number", "FileNo": "patient_id", "Pile Number": "x_pile_number"} {
		if _, got := fields(t, "a.csv", "RxNumber,NDC,"+header, []string{"1", "00093720410", "00"}); !strings.HasSuffix(","+got, ","+want) {
			t.Errorf("%s: %s", header, got)
		}
	}
}

// TestPanels: the number of an order is that of no result where several share it.
func TestPanels(t *testing.T) {
	const header = "Accession Number,MRN,Test Name,Result"
	if _, got := fields(t, "a.csv", header, []string{"A1", "1", "Sodium", "139"}, []string{"A1", "1", "Potassium", "4.1"}); got != "x_accession_number,patient_id,code_text,value" {
		t.Errorf("a panel: %s", got)
	}
	if _, got := fields(t, "a.csv", header, []string{"A1", "1", "Sodium", "139"}, []string{"A2", "1", "Sodium", "141"}); got != "observation_id,patient_id,code_text,value" {
		t.Errorf("single results: %s", got)
	}
}

// TestReasonReferredTo: what a FHIR resource displays of the condition that is its reason is the reason, where it has no words of its own.
func TestReasonReferredTo(t *testing.T) {
	const drug = "id,subject.reference,medicationCodeableConcept.text,authoredOn,"
	row := []string{"1", "p", "Zinc", "2024-01-05", "Pain"}
	if _, got := fields(t, "a.csv", drug+"reasonReference.0.display", row); got != "medication_id,patient_id,code_text,start,reason" {
		t.Errorf("alone: %s", got)
	}
	if _, got := fields(t, "a.csv", drug+"reasonReference.0.display,reasonCode.0.text", append(row, "Ache")); got !=
		"medication_id,patient_id,code_text,start,x_reason_reference_0_display,reason" {
		t.Errorf("beside words: %s", got)
	}
}

// TestCheckboxes: a choice of a question is no answer to it; one of races is, by its word.
func TestCheckboxes(t *testing.T) {
	for header, want := range map[string]string{
		"patient_id,dob,last_name,race___1,race___99":                                         "patient_id,birth_date,name_family,x_race_1,x_race_99",
		"patient_id,dob,last_name,race___white,race___asian":                                  "patient_id,birth_date,name_family,race,race",
		"Record ID,DOB,Last Name,Race (choice=White),Race (choice=Asian),Sex (choice=Female)": "patient_id,birth_date,name_family,race,race,x_sex",
	} {
		if _, got := fields(t, "a.csv", header); got != want {
			t.Errorf("%s: %s", header, got)
		}
	}
}

// TestExtractsOfResearch: the columns of OMOP and i2b2 that say the same are told apart by what they hold.
func TestExtractsOfResearch(t *testing.T) {
	tests := []struct {
		name, header string
		rows         [][]string
		want         string
	}{
		{"OMOP, codes of the source", "person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_source_value,value_as_number,value_source_value",
			[][]string{{"1", "3004501", "2025-01-31", "2025-01-31 08:00", "2345-7", "105", "105"}, {"1", "3004501", "2025-01-31", "2025-01-31 08:00", "2345-7", "1", "<1"}},
			"patient_id,x_measurement_concept_id,x_measurement_date,effective,code,x_value_as_number,value"},
		{"OMOP, names of the source, days alone", "person_id,measurement_concept_id,measurement_date,measurement_datetime,measurement_source_value,value_as_number",
			[][]string{{"1", "3004501", "2025-01-31", "", "Glucose", "105"}}, "patient_id,code,effective,x_measurement_datetime,code_text,value"},
		{"i2b2", "patient_num,concept_cd,start_date,valtype_cd,tval_char,nval_num,units_cd",
			[][]string{{"1", "LOINC:2345-7", "2025-01-31", "N", "E", "105", "mg/dL"}, {"1", "LOINC:5778-6", "2025-01-31", "T", "Yellow", "", "@"},
				{"1", "LOINC:2345-7", "2025-01-31", "N", "L", "20", "mg/dL"}}, "patient_id,code,effective,x_valtype_code,comparator,value,unit"},
		{"FHIR, a unit in words", "subject_reference,code,value,value_quantity_unit,value_quantity_code", [][]string{{"1", "8480-6", "120", "millimeter of mercury", "mm[Hg]"}},
			"patient_id,code,value,x_value_quantity_unit,unit"},
		{"FHIR, a unit", "subject_reference,code,value,value_quantity_unit,value_quantity_code", [][]string{{"1", "2345-7", "120", "mg/dl", "mg/dL"}},
			"patient_id,code,value,unit,x_value_quantity_code"},
		{"i2b2, texts alone", "patient_num,concept_cd,start_date,tval_char", [][]string{{"1", "LOINC:5778-6", "2025-01-31", "Yellow"}}, "patient_id,code,effective,value"},
	}
	for _, tt := range tests {
		if table, got := fields(t, "a.csv", tt.header, tt.rows...); table != "observation" || got != tt.want {
			t.Errorf("%s: %s, columns became %s", tt.name, table, got)
		}
	}
}

func TestTableChoice(t *testing.T) {
	tests := []struct {
		name, file, header, table, fields string
	}{
		{"a flat patient file", "export.csv",
			"patient_id,mrn,first_name,last_name,middle_name,suffix,gender,dob,ssn,phone,email,address,city,state,zip,race,ethnicity,language,diagnosis_code,diagnosis_date,weight,weight_unit,height,height_unit,blood_pressure,last_visit",
			"patient", "patient_id,mrn,name_given,name_family,name_middle,name_suffix,administrative_gender,birth_date,ssn,phone_home,email,address_line1,city,state,zip,race,ethnicity,language,diagnosis_code,diagnosis_date,weight,weight_unit,height,height_unit,blood_pressure,last_visit"},
		{"89: other spellings", "a.csv", "Patient ID,Patient  DOB ,Last Name", "patient", "patient_id,birth_date,name_family"},
		{"89: prefixes", "a.csv", "pat_id,pat_dob,PAT_LAST", "patient", "patient_id,birth_date,name_family"},
		{"89: HL7 fields", "a.csv", "PID-3,PID-7,PID-8,PID-5", "patient", "patient_id,birth_date,administrative_gender,name_full"},
		{"FHIR paths", "a.json", "id,birthDate,gender,name[0].family,name[0].given[0],maritalStatus", "patient", "patient_id,birth_date,administrative_gender,name_family,name_given,marital_status"},
		{"in German", "a.csv", "PatientenID,Nachname,Vorname,Geburtsdatum,Geschlecht,Größe (cm),Gewicht (kg),PLZ,Ort", "patient",
			"patient_id,name_family,name_given,birth_date,administrative_gender,height,weight,zip,city"},
		{"in Spanish", "a.csv", "Historia Clínica,Apellidos,Nombre,Fecha de Nacimiento,Sexo,Ciudad,Código Postal,Teléfono", "patient",
			"mrn,name_family,name_given,birth_date,administrative_gender,city,zip,phone_home"},
		{"results with an id", "x.csv", "obs_id,patient_id,test_code,result", "observation", "observation_id,patient_id,code,value"},
		{"the second of two addresses", "a.json", "id,birthDate,address.0.line.0,address.0.city,address.1.line.0,address.1.city", "patient",
			"patient_id,birth_date,address_line1,city,x_address_1_line_0,x_address_1_city"},
		{"the id of a patient, without one of the row", "x.csv", "PAT_ID,test_name,result", "observation", "patient_id,code_text,value"},
		{"what stands in brackets", "p.csv", "MRN,DOB,Phone (Home),Phone (Mobile),Rx #", "patient", "mrn,birth_date,phone_home,phone_mobile,x_rx"},
		{"similar words are not the same", "x.csv", "MRN,Encounter ID,Encounter Start,Encounter Status,Immunization Code", "encounter",
			"patient_id,encounter_id,start,status,x_immunization_code"},
		{"same words in another order", "a.csv", "patient_id,name_last,name_first,birth_date", "patient", "patient_id,name_family,name_given,birth_date"},
		{"labs", "x.csv", "patient_id,test_code,test_name,result,units,ref_range,flag,collection_date", "observation",
			"patient_id,code,code_text,value,unit,reference_range,interpretation,effective"},
		{"wide vitals", "vitals.csv", "mrn,date,sbp,dbp,hr,temp_f,spo2,wt_kg", "observation",
			"patient_id,effective,systolic,diastolic,heart_rate,temperature,spo2,weight"},
		{"vitals of visits", "x.csv", "Patient ID,Visit Date,Height,Weight (lbs),BP", "observation", "patient_id,effective,height,weight,blood_pressure"},
		{"synthea conditions, by name", "conditions.csv", "START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION", "condition",
			"onset,abatement,patient_id,encounter_id,code,code_text"},
		{"synthea care plans have no table", "careplans.csv", "Id,START,STOP,PATIENT,ENCOUNTER,CODE,DESCRIPTION,REASONCODE,REASONDESCRIPTION", "generic",
			"x_id,x_start,x_stop,x_patient,x_encounter,x_code,x_description,x_reasoncode,x_reasondescription"},
		{"organizations are not patients", "organizations.csv", "Id,NAME,ADDRESS,CITY,STATE,ZIP,PHONE", "generic",
			"x_id,x_name,x_address,x_city,x_state,x_zip,x_phone"},
		{"a list of patients", "list.csv", "patient_id,name,phone,city", "patient", "patient_id,name_full,phone_home,city"},
		{"members of a plan, and of nobody", "list.csv", "id,name,phone,city", "generic", "x_id,x_name,x_phone,x_city"},
		{"vitals of pt", "v.csv", "Pt ID,Visit Date,ht,wt,temp,bp,hr", "observation", "patient_id,effective,height,weight,temperature,blood_pressure,heart_rate"},
		{"dates of another calendar", "p.csv", "File No,Patient Name,DOB (Hijri),DOB", "patient", "mrn,name_full,x_dob,birth_date"},
		{"paths of a document", "p.json", "demographics.name.first,demographics.name.last,ids.mrn,contact.address.city,contact.0.phone,mother.dob", "patient",
			"name_given,name_family,mrn,city,x_contact_0_phone,x_mother_dob"},
		{"groups of a form", "k.json", "_id,group_demo/patient_id,group_xy1ab/full_name,demographics/dob,mother/dob,_source.sex", "patient",
			"x_id,patient_id,name_full,birth_date,x_mother_dob,administrative_gender"},
		{"persons of OpenMRS", "o.json", "uuid,person.gender,person.birthdate,person.preferredName.givenName,person.preferredName.familyName", "patient",
			"x_uuid,administrative_gender,birth_date,name_given,name_family"},
		{"Japan", "p.csv", "患者ID,氏名,フリガナ,性別,生年月日,電話番号", "patient", "patient_id,name_full,x_column_3,administrative_gender,birth_date,phone_home"},
		{"results in China", "l.csv", "病历号,检验项目,检验结果,单位,参考范围", "observation", "patient_id,code_text,value,unit,reference_range"},
		{"Korea", "p.csv", "환자번호,성명,성별,생년월일,주소", "patient", "patient_id,name_full,administrative_gender,birth_date,address_line1"},
		{"Arabic", "p.csv", "رقم الملف,الاسم,الجنس,تاريخ الميلاد,رقم الجوال", "patient", "mrn,name_full,administrative_gender,birth_date,phone_mobile"},
		{"Russian", "p.csv", "Номер карты,ФАМИЛИЯ,Имя,Отчество,Пол,Дата рождения:", "patient", "mrn,name_family,name_given,name_middle,administrative_gender,birth_date"},
		{"adverse events of a trial", "ae.csv", "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AEDECOD,AESEV,AESTDTC,AEENDTC", "condition",
			"x_studyid,x_domain,patient_id,x_aeseq,code_text,x_aedecod,x_aesev,onset,abatement"},
		{"drugs beside a trial", "cm.csv", "USUBJID,CMTRT,CMINDC,CMDOSE,CMDOSU,CMDOSFRQ,CMROUTE,CMSTDTC,CMENDTC", "medication",
			"patient_id,code_text,reason,dose,dose_unit,frequency,route,start,end"},
		{"drugs of a trial", "ex.csv", "USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRM,EXDOSFRQ,EXROUTE,EXSTDTC,EXENDTC", "medication",
			"patient_id,code_text,dose,dose_unit,x_exdosfrm,frequency,route,start,end"},
		{"vaccines of VAERS", "VAX.csv", "VAERS_ID,VAX_TYPE,VAX_MANU,VAX_LOT,VAX_DOSE_SERIES,VAX_ROUTE,VAX_SITE,VAX_NAME", "immunization",
			"patient_id,x_vax_type,mvx,lot,dose_number,route,site,code_text"},
		{"cases of VAERS", "DATA.csv", "VAERS_ID,RECVDATE,STATE,AGE_YRS,SEX,SYMPTOM_TEXT", "patient", "patient_id,x_recvdate,state,age,administrative_gender,x_symptom_text"},
		{"a line list", "l.csv", "Unique ID,Reporting district,Name,Age,Sex,Date of onset", "patient", "patient_id,x_reporting_district,name_full,age,administrative_gender,x_date_of_onset"},
		{"a register of tuberculosis", "tb.csv", "S/N,LGA TB No,Patient Name,Sex,Age,Treatment Outcome", "patient", "x_s_n,patient_id,name_full,administrative_gender,age,x_treatment_outcome"},
		{"Portugal", "u.csv", "Nº Utente,Nome completo,Data Nasc.,Morada,Localidade,Telemóvel", "patient", "patient_id,name_full,birth_date,address_line1,city,phone_mobile"},
		{"Finland", "f.csv", "Henkilötunnus,Sukunimi,Etunimet,Sukupuoli,Syntymäaika,Lähiosoite,Postinumero", "patient",
			"patient_id,name_family,name_given,administrative_gender,birth_date,address_line1,zip"},
		{"Spain", "e.csv", "NHC,Apellido 1,Apellido 2,Nombre,Fecha nacimiento", "patient", "mrn,name_family,name_family_second,name_given,birth_date"},
		{"a register of deaths", "d.csv", "SFN,DECEDENT_LAST,DECEDENT_FIRST,SEX,DOB,DOD,SPOUSE_LAST", "patient",
			"x_sfn,name_family,name_given,administrative_gender,birth_date,death_date,x_spouse_last"},
		{"a register of births", "b.csv", "CHILD_LAST,CHILD_FIRST,DOB,SEX,MOTHER_LAST,MOTHER_DOB", "patient",
			"name_family,name_given,birth_date,administrative_gender,x_mother_last,x_mother_dob"},
		{"a number of a patient makes no patients", "a.csv", "MRN,Accession,Collected,Source,Organism,Antibiotic,MIC", "generic",
			"x_mrn,x_accession,x_collected,x_source,x_organism,x_antibiotic,x_mic"},
		{"it does with what is known of them", "a.csv", "MRN,Phone,Address,City", "patient", "mrn,phone_home,address_line1,city"},
		{"synthea encounters", "encounters.csv", "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,PAYER,ENCOUNTERCLASS,CODE,DESCRIPTION", "encounter",
			"encounter_id,start,end,patient_id,facility,provider_name,payer,class,x_code,x_description"},
		{"diagnoses side by side", "claims.csv", "patient_id,dx1,dx2,dx3,date", "condition", "patient_id,code,code,code,onset"},
		{"numbered phones", "p.csv", "patient_id,dob,phone_1,phone_2,address_1,address_2", "patient",
			"patient_id,birth_date,phone_home,phone_home,address_line1,address_line2"},
		{"one-hot races", "p.csv", "patient_id,dob,race_white,race_black", "patient", "patient_id,birth_date,race,race"},
		{"prescriptions", "rx.csv", "patient_id,drug_name,strength,route,freq,days_supply", "medication",
			"patient_id,code_text,dose,route,frequency,days_supply"},
		{"vaccines", "imm.csv", "pid,cvx,vaccine_name,date_given,lot_number,site", "immunization",
			"patient_id,code,code_text,date,lot,site"},
		{"allergies", "a.csv", "patient_id,allergen,reaction,severity", "allergy", "patient_id,code_text,reaction,severity"},
		{"of a patient, but no name", "p.csv", "Patient_ID,Patient_DOB,Patient_role,Patient_tribal_affiliation", "patient",
			"patient_id,birth_date,x_patient_role,x_patient_tribal_affiliation"},
		{"a word more", "p.csv", "Apellidos,Nombre,Fecha de Nacimiento", "patient", "name_family,name_given,birth_date"},
		{"nothing known", "flights.csv", "src,flight,sched_dep_time", "generic", "x_src,x_flight,x_sched_dep_time"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			table, got := fields(t, tt.file, tt.header)
			if table != tt.table || got != tt.fields {
				t.Errorf("%s\n got %s %s\nwant %s %s", tt.header, table, got, tt.table, tt.fields)
			}
		})
	}
}

func TestValuesTellFieldsApart(t *testing.T) {
	_, got := fields(t, "a.csv", "patient_id,diagnosis,diagnosis_code,onset_date",
		[]string{"1", "Type 2 diabetes mellitus", "E11.9", "2020-01-01"}, []string{"2", "Essential hypertension", "I10", "2020-01-01"})
	if want := "patient_id,code_text,code,onset"; got != want {
		t.Errorf("fields %s; want %s", got, want)
	}
}

// Where headers fit several tables, one that names a table decides, and else the system of codes whose form tells.
func TestWhatDecidesBetweenTables(t *testing.T) {
	for _, tt := range []struct{ name, header, values, table, fields string }{
		{"a drug is no allergy", "patient_id,medication,start_date", "1,Aspirin,2024-01-02", "medication", "patient_id,code_text,start"},
		{"nor under another word", "patient_id,drug_name,start_date", "1,Aspirin,2024-01-02", "medication", "patient_id,code_text,start"},
		{"with a reaction it is", "patient_id,medication,reaction", "1,Aspirin,rash", "allergy", "patient_id,code_text,reaction"},
		{"drugs by their code", "patient_id,medication,start_date", "1,00093-0058-01,2024-01-02", "medication", "patient_id,code,start"},
		{"tests by their code", "patient_id,test,result", "1,2345-7,90", "observation", "patient_id,code,value"},
		{"tests by a name with digits", "patient_id,test,result", "1,HbA1c,5.9", "observation", "patient_id,code_text,value"},
		{"substances by their code", "patient_id,allergen,reaction", "1,7980,rash", "allergy", "patient_id,code,reaction"},
		{"diagnoses under code", "patient_id,code,date", "1,E11.9,2024-01-02", "condition", "patient_id,code,onset"},
		{"codes of procedures look like some", "patient_id,code,date", "1,J1885,2024-01-02", "generic", "x_patient_id,x_code,x_date"},
		{"dates under deceased", "patient_id,dob,deceased", "1,1950-01-02,2020-03-04", "patient", "patient_id,birth_date,death_date"},
		{"words under deceased", "patient_id,dob,deceased", "1,1950-01-02,Y", "patient", "patient_id,birth_date,deceased"},
		{"ages and sexes of patients", "patient_id,age,sex", "1,45,F", "patient", "patient_id,age,administrative_gender"},
		{"a department is no apartment", "mrn,visit_date,department,provider", "1,2024-01-02,ICU,Smith", "generic", "x_mrn,x_visit_date,x_department,x_provider"},
		{"admissions without a number", "patient_id,admit_date,discharge_date,unit", "1,2024-01-02,2024-01-05,ICU", "encounter", "patient_id,start,end,facility"},
		{"visits without a number", "mrn,visit_date,visit_type", "1,2024-01-02,outpatient", "encounter", "patient_id,start,class"},
		{"spans of anything", "patient_id,start,end,plan", "1,2024-01-02,2024-01-05,Gold", "generic", "x_patient_id,x_start,x_end,x_plan"},
		{"codes of any table", "patient_id,code,date", "1,44054006,2024-01-02", "generic", "x_patient_id,x_code,x_date"},
	} {
		table, got := fields(t, "a.csv", tt.header, strings.Split(tt.values, ","))
		if table != tt.table || got != tt.fields {
			t.Errorf("%s: %s %s; want %s %s", tt.name, table, got, tt.table, tt.fields)
		}
	}
}

// A number in a language that the profile does not know is no misspelt other field.
func TestForeignHeadersPass(t *testing.T) {
	_, got := fields(t, "a.csv", "Kassennr,Nachname,Vorname,Geburtsdatum,Schuhgröße", []string{"0004713", "Groß", "Änne", "28.02.1970", "38,5"})
	if want := "x_kassennr,name_family,name_given,birth_date,x_schuhgrosse"; got != want {
		t.Errorf("fields %s; want %s", got, want)
	}
}

func TestNoKnownTableIsSaid(t *testing.T) {
	for _, tt := range []struct{ table, header, want string }{
		{"", "src,flight", "HDR-005"},
		{"generic", "src,flight", ""},
		{"", "patient_id,dob", ""},
	} {
		_, findings := freeze(t, Options{Table: tt.table}, tt.header, [][]string{{"1", "1980-01-01"}})
		if has(findings, "HDR-005") != (tt.want != "") {
			t.Errorf("%q as %q: %+v", tt.header, tt.table, findings)
		}
	}
}

func TestColumnsThatStayUnknown(t *testing.T) {
	file, findings := freeze(t, Options{}, "patient_id,dob,date_of_birth,ward_colour,discharge_summary_phone_number",
		[][]string{{"P1", "1980-01-02", "1980-01-02", "blue", "617 555 2345 and ask"}})
	want := map[string]string{"date_of_birth": "HDR-003", "ward_colour": "HDR-001", "discharge_summary_phone_number": "HDR-002"}
	for _, f := range findings {
		if rule, ok := want[f.Header]; ok && f.Rule.String() != rule {
			t.Errorf("%s: %s; want %s", f.Header, f.Rule, rule)
		}
		delete(want, f.Header)
	}
	if len(want) != 0 {
		t.Errorf("nothing was found about %v in %v", want, findings)
	}
	if got := file.Columns[2].Field; got != "x_date_of_birth" {
		t.Errorf("the second birth date is passed as %s", got)
	}
}

// TestASparseColumnDoesNotTakeTheField from one that is filled throughout, but that of a key.
func TestASparseColumnDoesNotTakeTheField(t *testing.T) {
	rows := [][]string{{"P1", "R1", "1980-01-02", "1980-02-01"}}
	for i := range 4 {
		rows = append(rows, []string{"", "R" + string(rune('2'+i)), "1980-01-03", ""})
	}
	_, got := fields(t, "a.csv", "patient_id,record_id,dob,birth_date", rows...)
	if want := "patient_id,x_record_id,birth_date,x_birth_date"; got != want {
		t.Errorf("fields %s; want %s", got, want)
	}
}

func TestAnEmptyColumnDoesNotTakeTheField(t *testing.T) {
	_, got := fields(t, "a.csv", "patient_id,dob,date_of_birth", []string{"P1", "", "1980-01-02"})
	if want := "patient_id,x_dob,birth_date"; got != want {
		t.Errorf("fields %s; want %s", got, want)
	}
	_, got = fields(t, "a.csv", "patient_id,dob,dob__2", []string{"P1", "1980-01-02", "1980-01-03"})
	if want := "patient_id,birth_date,x_dob_2"; got != want {
		t.Errorf("fields %s; want %s", got, want)
	}
}

func TestNamedTables(t *testing.T) {
	tests := []struct{ name, table, header, rule, says string }{
		{"no such table", "horses", "patient_id,dob", "FILE-002", "horses"},
		{"not that table", "patients", "src,flight", "FILE-002", "patient_id"},
		{"a column is missing", "lab_results", "patient_id,test_code", "HDR-004", "result_value"},
		{"an alias", "Vitals", "patient_id,bp", "", ""},
		{"generic", "generic", "src,flight", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := NewBuilder(usCore(t), Input{Header: strings.Split(tt.header, ",")}, Options{Today: today, Table: tt.table})
			var refusal *Refusal
			switch {
			case tt.rule == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.rule != "" && (!errors.As(err, &refusal) || refusal.Rule.String() != tt.rule || !strings.Contains(refusal.Detail, tt.says)):
				t.Errorf("got %v; want %s naming %s", err, tt.rule, tt.says)
			}
		})
	}
}

func TestHeadersOfAnyShape(t *testing.T) {
	for _, header := range []string{"", ",", "a,a,a", "\xff,\x00", strings.Repeat("x", 5000)} {
		if table, _ := fields(t, "", header); table != "generic" {
			t.Errorf("%.20q was taken for %s", header, table)
		}
	}
}

func TestHeaderScorer(t *testing.T) {
	score := HeaderScorer(usCore(t))
	tests := []struct {
		cells []string
		want  float64
	}{
		{[]string{"Patient ID", "DOB", "Temp (F)", "phone_2"}, 1},
		{[]string{"P1", "1980-01-02", "98.6", "617-555-2345"}, 0},
		{[]string{"DOB", "blue"}, 0.5},
		{[]string{"NA", `\Na`, "NULL"}, 0},
		{nil, 0},
	}
	for _, tt := range tests {
		if got := score(tt.cells); got != tt.want {
			t.Errorf("score of %q = %v; want %v", tt.cells, got, tt.want)
		}
	}
}

func TestTheFormatNamesTheTable(t *testing.T) {
	b, err := NewBuilder(usCore(t), Input{Header: []string{"id", "subject.reference", "code"}, Hint: "condition"}, Options{Today: today})
	if err != nil || b.Table().Name != "condition" {
		t.Errorf("got %v, %v", b.Table(), err)
	}
	b, err = NewBuilder(usCore(t), Input{Header: []string{"id", "subject.reference", "status"}, Hint: "medication"}, Options{Today: today})
	if err != nil || b.Table().Name != "generic" {
		t.Errorf("a prescription of nothing: got %v, %v", b.Table(), err)
	}
	b, err = NewBuilder(usCore(t), Input{Header: []string{"id", "birthDate"}, Hint: "horse"}, Options{Today: today})
	if err != nil || b.Table().Name != "patient" {
		t.Errorf("got %v, %v", b.Table(), err)
	}
}

// TestNamesBesideNames: what a plain header of a name holds is told by the columns beside it, and by how many words its values have.
func TestNamesBesideNames(t *testing.T) {
	for _, tt := range []struct{ header, row, want string }{
		{"Name,Vorname,Geburtsdatum", "Meier,Reto,13.01.1970", "name_family,name_given,birth_date"},
		{"name,first_name,dob", "Ann Meier,Ann,1970-01-13", "name_full,name_given,birth_date"},
		{"Name,Nachname,Vorname,Geburtsdatum", "Meier,Meier,Reto,13.01.1970", "name_full,name_family,name_given,birth_date"},
		{"Nome,Data de Nascimento,Sexo", "José da Silva,13/02/1970,M", "name_full,birth_date,administrative_gender"},
		{"Nome,Data di nascita,Sesso", "Anna,13/02/1970,F", "name_given,birth_date,administrative_gender"},
		{"Cognome,Nome,Data di nascita", "Rossi,Anna Maria,13/02/1970", "name_family,name_given,birth_date"},
		{"Apellido 2,Nombre,Fecha de nacimiento", "Sanz,Ana María,13/02/1970", "name_family_second,name_given,birth_date"},
	} {
		var rows [][]string
		for range 5 {
			rows = append(rows, strings.Split(tt.row, ","))
		}
		file, _ := freeze(t, Options{Table: "patient"}, "mrn,"+tt.header, prepend("M1", rows))
		var got []string
		for _, c := range file.Columns[1:] {
			got = append(got, c.Field)
		}
		if g := strings.Join(got, ","); g != tt.want {
			t.Errorf("%s: %s; want %s", tt.header, g, tt.want)
		}
	}
}

// TestPartsOfAddress: a street and its number in columns of their own, the number of a flat that is called as some hospitals call that of a
// patient, and which of somebody's addresses it is.
func TestPartsOfAddress(t *testing.T) {
	for _, tt := range []struct{ header, row, want string }{
		{"street_number,street_name,unit_number,city", "12,elm st,3,Salem", "house_number,address_line1,address_line2,city"},
		{"street,unit_number,city", "12 elm st,apt 3,Salem", "address_line1,address_line2,city"},
		{"street,unit_number,city", "12 elm st,#3,Salem", "address_line1,address_line2,city"},
		{"street,unit_number,city", "12 elm st,M0012345,Salem", "address_line1,mrn,city"},
		{"street_number,street_name,apartment,unit_number", "12,elm st,4,3", "house_number,address_line1,address_line2,x_unit_number"},
		{"mailing_address_street_number,mailing_address_street_name,mailing_address_unit_number,mailing_address_zipcode", "12,elm st,3,01970",
			"house_number,address_line1,address_line2,zip"},
		{"residential_address_line1,residential_city,residential_postal_code,residential_state", "12 elm st,Salem,01970,MA", "address_line1,city,zip,state"},
		{"residential_city,city,home_phone", "Salem,Lynn,6175552301", "x_residential_city,city,phone_home"},
		{"employer_street_name,employer_city", "elm st,Salem", "x_employer_street_name,x_employer_city"},
	} {
		var rows [][]string
		for range 5 {
			rows = append(rows, append([]string{"7", "1985-04-05"}, strings.Split(tt.row, ",")...))
		}
		file, _ := freeze(t, Options{Table: "patient"}, "patient_id,dob,"+tt.header, rows)
		var got []string
		for _, c := range file.Columns[2:] {
			got = append(got, c.Field)
		}
		if g := strings.Join(got, ","); g != tt.want {
			t.Errorf("%s: %s; want %s", tt.header, g, tt.want)
		}
	}
}

func prepend(cell string, rows [][]string) [][]string {
	for i := range rows {
		rows[i] = append([]string{cell}, rows[i]...)
	}
	return rows
}
