package table

import (
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// Where Windows-1252 makes no words of a text, the code page that does is taken; where it does, nothing is.
func TestCodePagesByTheirLetters(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		in         *charmap.Charmap
		want       string
	}{
		{"Polish", "Wałęsa,Łukasz\nŻółć,Świętosława\n", charmap.Windows1250, "windows-1250"},
		{"DOS", "Müller,José\nNuñez,Zoë\n", charmap.CodePage850, "cp850"},
		{"Macintosh", "Müller,José\nNuñez,Zoë\n", charmap.Macintosh, "macintosh"},
		{"French", "Lefèvre,Françoise\nL’Hôpital,Zoë\n", charmap.Windows1252, ""},
		{"capitals", "MÜLLER,JOSÉ\nNUÑEZ,ÉMILE\n", charmap.Windows1252, ""},
		{"signs beside words", "37 °C,½tab,£5\nZoë,m²,©\nÉmile,José,Müller\nÅse,Søren,Jürgen\n", charmap.Windows1252, ""},
	} {
		sample, err := tt.in.NewEncoder().Bytes([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := byLetters(sample); got != tt.want {
			t.Errorf("%s: %q; want %q", tt.name, got, tt.want)
		}
	}
}

// Japanese as Windows writes it is told by that all of it can be read so; other texts are not.
func TestShiftJIS(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		in         encoding.Encoding
		want       bool
	}{
		{"Japanese", "患者番号,患者氏名,フリガナ,性別\n１２３,山田　太郎,ﾔﾏﾀﾞ,男\n", japanese.ShiftJIS, true},
		{"Japanese on Unix", "患者番号,患者氏名,フリガナ,性別\n123,山田　太郎,ヤマダ,男\n", japanese.EUCJP, false},
		{"Korean", "환자번호,환자명,성별,주소\n1,김철수,남,서울특별시\n", korean.EUCKR, false},
		{"Chinese", "病历号,姓名,性别,出生日期\n1,张伟,男,急诊\n", simplifiedchinese.GBK, false},
		{"French", "“Lefèvre”,Françoise\nL’Hôpital,Zoë\n", charmap.Windows1252, false},
		{"French names", "Hélène,Frédéric\nGérard,Stéphane\nVéronique,Thérèse\nCédric,Lefèvre\n", charmap.Windows1252, false},
		{"French names of DOS", "Hélène,Frédéric\nGérard,Stéphane\nVéronique,Thérèse\nCédric,Lefèvre\n", charmap.CodePage850, false},
		{"Finnish", "Väänänen,Sääskilahti\nPääkkönen,Hämäläinen\nJärvinen,Mäkelä\n", charmap.Windows1252, false},
		{"Arabic", "محمد,أحمد\nفاطمة,علي\nمحمد,فاطمة\n", charmap.Windows1256, false},
		{"Japanese names", "1,山田,太郎\n2,佐藤,花子\n3,鈴木,一郎\n", japanese.ShiftJIS, true},
		{"Russian", "Иванов Иван,Москва\n", charmap.Windows1251, false},
		{"quotes", "“Doe”,“Roe”,“Poe”\n“Ann”,“Bo”,“Cy”\n", charmap.Windows1252, false},
	} {
		sample, err := tt.in.NewEncoder().Bytes([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := isShiftJIS(sample); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}
