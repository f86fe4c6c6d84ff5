package tree

import "testing"

func TestRootName(t *testing.T) {
	for src, want := range map[string]string{
		`<newsItem guid="a"><x/></newsItem>`: "newsItem",
		"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<!-- by <hand> --><!DOCTYPE nitf SYSTEM \"nitf.dtd\">\n<nitf>cut off": "nitf",
		`<a:feed xmlns:a="urn:x"/>`: "feed",
		`<broken attr`:              "",
		`</end>`:                    "",
		`words <p>`:                 "",
		`<?xml version="1.0"?>`:     "",
		``:                          "",
	} {
		if got := RootName([]byte(src)); got != want {
			t.Errorf("RootName(%q) = %q, want %q", src, got, want)
		}
	}
}
