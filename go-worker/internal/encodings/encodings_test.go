package encodings

import (
	"strings"
	"testing"
)

// A text is read in the encoding in which it was written, whatever its case, and however few of its words tell.
func TestFind(t *testing.T) {
	for _, tt := range []struct{ name, text string }{
		{"windows-1254", "Ayşe,Yıldız\nGüneş,İnce\n"},
		{"windows-1254", "AYŞE,YILDIZ\nGÜNEŞ,İNCE\n"},
		{"gb18030", "病历号,姓名,性别,出生日期\n1,张伟,男,急诊\n2,王芳,女,内科\n"},
		{"big5", "病歷號,姓名,性別,出生日期\n1,張偉,男,急診\n"},
		{"euc-kr", "환자번호,환자명,성별,주소\n1,김철수,남,서울특별시\n"},
		{"shift_jis", "患者番号,患者氏名,フリガナ,性別\n１２３,山田　太郎,ﾔﾏﾀﾞ,男\n"},
		{"shift_jis", "1,山田,太郎\n2,佐藤,花子\n3,鈴木,一郎\n"},
		{"euc-jp", "患者番号,患者氏名,フリガナ,性別\n123,山田　太郎,ヤマダ,男\n"},
		{"windows-1256", "محمد,أحمد\nفاطمة,علي\n"},
		{"windows-1255", "כהן,משה\nלוי,שרה\n"},
		{"windows-1253", "Παπαδόπουλος,Γιώργος\n"},
		{"windows-1253", "ΠΑΠΑΔΟΠΟΥΛΟΣ,ΓΙΩΡΓΟΣ\n"},
		{"windows-1250", "Wałęsa,Łukasz\nŻółć,Świętosława\n"},
		{"windows-1250", "DVOŘÁK,ŘEHOŘ\nKŘÍŽ,ZDENĚK\n"},
		{"iso-8859-2", "Wałęsa,Łukasz\nŻółć,Świętosława\n"},
		{"cp852", "Wałęsa,Łukasz\nŻółć,Świętosława\n"},
		{"windows-1257", "Kazlauskienė,Žydrūnas\nBērziņš,Kārlis\n"},
		{"windows-874", "สมชาย,ใจดี\nสมหญิง,รักไทย\n"},
		{"windows-1251", "ИВАНОВ,ИВАН\nПЕТРОВА,АННА\n"},
		{"windows-1251", "Иванов,Иван\nПетрова,Анна\n"},
		{"koi8-r", "Иванов,Иван\nПетрова,Анна\n"},
		{"ibm866", "Иванов,Иван\nПетрова,Анна\n"},
		{"cp850", "Müller,José\nNuñez,Zoë\n"},
		{"macintosh", "Müller,José\nNuñez,Zoë\n"},
	} {
		if got := Find(written(t, tt.name, tt.text)); got.Name != tt.name || !got.Sure {
			t.Errorf("%s as %s: %+v", tt.text, tt.name, got)
		}
	}
}

// Names with their tones behind the letters.
func TestVietnamese(t *testing.T) {
	text := written(t, "windows-1258", "Nguyê\u0303n,Đư\u0301c\nTrâ\u0300n,Ha\u0323nh\n")
	if got := Find(text); got.Name != "windows-1258" || !got.Sure {
		t.Errorf("%+v", got)
	}
}

// What Windows-1252 reads well is not read otherwise, be it ever so little.
func TestWestern(t *testing.T) {
	for _, text := range []string{
		"Lefèvre,Françoise\nL’Hôpital,Zoë\n", "MÜLLER,JOSÉ\nNUÑEZ,ÉMILE\n", "Müller\n", "Weiß\n", "Jürgen,Groß\n", "Muñoz\n", "João,Conceição\n",
		"Åse,Søren\n", "BJÖRK,ÅSA\n", "Väänänen,Sääskilahti\n", "“Lefèvre”,Françoise\n", "“Doe”,“Roe”,“Poe”\n", "O’Brien\n", "patient’s note – see file\n",
		"37 °C,½ tab,£5\n", "5 µg/dL\n", "10 mg/m²\n", "Nº 5,1ª,2º\n", "Mª Carmen\n", "café,naïve\n", "±5,×2\n", "€ 10\n", "Citroën\n", "São Paulo\n",
		"Hélène,Frédéric\nGérard,Stéphane\nVéronique,Thérèse\n", "Þórður,Ægir\n", "Niccolò,Nicolò\n", "BORZOMÌ\n", "DALL’OLIO\n", "Ménière’s\n", "Sjögren’s\n", "Québec\n",
	} {
		if got := Find(written(t, Western, text)); got.Name != Western && got.Sure {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// A single letter tells nothing surely.
func TestLittle(t *testing.T) {
	for _, text := range []string{"\xd5akman\n", "\xa4\n", "x,\xb3\n", "\x81\n"} {
		if got := Find([]byte(text)); got.Sure && got.Name != Western {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestBetter(t *testing.T) {
	if !Better("gb18030", written(t, "gb18030", "女\n女\n")) {
		t.Error("Chinese whose bytes could be UTF-8 is read as UTF-8")
	}
	for _, text := range []string{"Wałęsa\n", "Müller\n", "Иван\n", "张伟\n"} {
		for _, p := range pages {
			if Better(p.name, []byte(text)) {
				t.Errorf("%s in UTF-8 is read as %s", text, p.name)
			}
		}
	}
}

// Every language of a page has its letters.
func TestLanguages(t *testing.T) {
	for _, p := range pages {
		for _, name := range p.languages {
			if l := languages()[name]; l == nil || len(l.pairs) < 200 {
				t.Errorf("%s has no letters", name)
			}
		}
	}
	if strings.Contains(letters, " ") {
		t.Error("a space stands among the letters")
	}
}

func written(t *testing.T, name, text string) []byte {
	e, ok := Named(name)
	if !ok {
		t.Fatal(name)
	}
	out, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(name, err)
	}
	return out
}
