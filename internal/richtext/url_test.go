package richtext

import "testing"

func TestSafeURL(t *testing.T) {
	for s, want := range map[string]bool{
		"https://example.com":                  true,
		"HTTP://Example.com:8080/a?b=1&c#d":    true,
		"https://exämple.de/ü":                 true,
		"https://[2001:db8::1]:443/x":          true,
		"https://127.0.0.1/":                   true,
		"https://example.com?q='x'":            true,
		"https://a_b.example/":                 true,
		"mailto:desk@example.com?subject=Hi":   true,
		"":                                     false,
		"example.com":                          false,
		"/path":                                false,
		"//example.com":                        false,
		"https:example.com":                    false,
		"https:/example.com":                   false,
		"https://":                             false,
		"https:///path":                        false,
		"https://?x":                           false,
		"https://:80/":                         false,
		"https://example.com:x/":               false,
		"https://example.com:80:80/":           false,
		"https://user@example.com/":            false,
		"https://user:pass@example.com/":       false,
		"https://example.com\\@evil.example/":  false,
		"https://exa%6dple.com/":               false,
		"https://[::1/":                        false,
		"https://[]/":                          false,
		"https://example.com/a b":              false,
		"https://example.com/\"x":              false,
		"https://example.com/<x>":              false,
		"https://example.com/\x00":             false,
		"https://example.com/\xff":             false,
		" https://example.com/":                false,
		"java\nscript:alert(1)":                false,
		"javascript:alert(1)":                  false,
		"javascript://example.com/%0aalert(1)": false,
		"data:text/html,x":                     false,
		"ftp://example.com/":                   false,
		"mailto:nobody":                        false,
		"mailto:@example.com":                  false,
	} {
		if got := safeURL(s, model().hrefSchemes); got != want {
			t.Errorf("safeURL(%q) = %t, want %t", s, got, want)
		}
	}
}
