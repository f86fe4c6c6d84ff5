package letter

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"broadsheet/internal/errs"
)

func TestRefuses(t *testing.T) {
	var nested strings.Builder
	nested.WriteString("From: a@b.example\nSubject: s\n")
	for i := range 5000 {
		fmt.Fprintf(&nested, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	for name, test := range map[string]struct{ raw, want string }{
		"parts in parts":    {nested.String(), ":66: its parts are nested deeper than 20"},
		"parts":             {"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n" + strings.Repeat("\n--b\n\nx", 501), ": it has more than 500 parts"},
		"fields":            {"From: a@b.example\n" + strings.Repeat("X: y\n", 501) + "\nx", ":501: the header has more than 500 fields"},
		"a field":           {"From: a@b.example\nSubject: " + strings.Repeat("x", maxField+1) + "\n\nx", ":2: the header has more than"},
		"a field in pieces": {"From: a@b.example\nSubject: s\n" + strings.Repeat(" "+strings.Repeat("x", 70)+"\n", 1000), "of the header is longer than 64 KiB"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(t.Context(), []byte(test.raw), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, errs.Invalid) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
}

func TestIs(t *testing.T) {
	for src, want := range map[string]bool{
		"From: a@b.example\nSubject: x\n\nHello":                      true,
		"From a@b.example Fri Nov 20\nFrom: a@b.example\nDate: x\n\n": true,
		"Received: by x\nMessage-ID: <1>\n\n":                         true,
		"Subject: x\nDate: y\n\n":                                     false,
		"Note: to the desk\nFrom: Paris\n\n":                          false,
		"{\"from\": 1}\n":                                             false,
		"From: only":                                                  false,
		"":                                                            false,
	} {
		if got := Is([]byte(src)); got != want {
			t.Errorf("Is(%q) = %v", src, got)
		}
	}
}

func TestUnflow(t *testing.T) {
	for src, want := range map[string]string{
		"one \ntwo\n\nthree":      "one two\n\nthree",
		"> a \n> b\nc":            "> ab\nc",
		" From the pier \nand on": "From the pier and on",
		"text \n-- \nAda":         "text \n-- \nAda",
		">> a \n> b":              ">> a\n> b",
		"soft \r\nbreak\r\nhard":  "soft break\nhard",
	} {
		if got := unflow(src, src[0] == '>'); got != want {
			t.Errorf("%q became %q, want %q", src, got, want)
		}
	}
}

func TestTransferEncodings(t *testing.T) {
	for src, want := range map[string]string{
		"a=E9b=\nc": "a\xe9bc", "100=25 =zz =": "100% =zz ", "x  \ny": "x\ny", "=41=\r\nB\r\n": "AB\n", "": "",
	} {
		if got := string(fromQuotedPrintable([]byte(src))); got != want {
			t.Errorf("quoted-printable %q became %q, want %q", src, got, want)
		}
	}
	for src, want := range map[string]struct {
		text string
		ok   bool
	}{
		"SGVs\nbG8=":  {"Hello", true},
		"SGVsbG8":     {"Hello", true},
		"SGVs bG8=!!": {"Hello", true},
		"SGVsb":       {"Hel", false},
		"":            {"", true},
	} {
		if got, ok := fromBase64([]byte(src)); string(got) != want.text || ok != want.ok {
			t.Errorf("base64 %q became %q, %v", src, got, ok)
		}
	}
}

func TestCutSignature(t *testing.T) {
	body, signature := cutSignature("One.\n-- \nnot this\n\n-- \nAda\n+47 1")
	if body != "One.\n-- \nnot this" || signature != "Ada\n+47 1" {
		t.Errorf("%q, %q", body, signature)
	}
	if body, signature := cutSignature("One -- two\n--\nthree"); body != "One -- two\n--\nthree" || signature != "" {
		t.Errorf("%q, %q", body, signature)
	}
}
