package dates

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// eastern is a day as Chinese, Japanese and Korean write it, with the era that its year may count in, and what stands behind it: 1956年4月3日,
// 昭和31年4月3日, 1956년 4월 3일. The month or the day may be missing.
var eastern = regexp.MustCompile(`^(明治|大正|昭和|平成|令和|民國|民国|西暦|公元)? ?(\d{1,4}|元) ?[年년] ?(?:(\d{1,2}) ?[月월] ?(?:(\d{1,2}) ?[日일号]?)?)?(?: ?\([日月火水木金土일월화수목금토]\))? ?(.*)$`)

// eras are how many years before their first one our years count.
var eras = map[string]int{"": 0, "西暦": 0, "公元": 0, "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "民國": 1911, "民国": 1911}

// fromEastern writes such a day as the calendar of ISO 8601 has it, "" where s is none.
func fromEastern(s string) string {
	if !strings.ContainsAny(s, "年년") {
		return ""
	}
	m := eastern.FindStringSubmatch(s)
	if m == nil || m[1] == "" && len(m[2]) < 4 {
		return ""
	}
	year, err := strconv.Atoi(m[2])
	if err != nil {
		year = 1 // 元年
	}
	iso := fmt.Sprintf("%04d", year+eras[m[1]])
	for _, part := range m[3:5] {
		if len(part) == 1 {
			part = "0" + part
		}
		if part != "" {
			iso += "-" + part
		}
	}
	if rest := m[5]; rest != "" && m[4] != "" {
		iso += " " + strings.NewReplacer("時", ":", "时", ":", "시", ":", "分", "", "분", "", " ", "").Replace(rest)
	} else if rest != "" {
		return ""
	}
	return iso
}
