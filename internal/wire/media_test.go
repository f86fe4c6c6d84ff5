package wire

import "testing"

func TestRelative(t *testing.T) {
	for href, want := range map[string]string{
		"a.jpg": "a.jpg", "./b/../c.jpg": "c.jpg", "file:///./d.jpg": "d.jpg", "../e.jpg": "", "/etc/passwd": "", "b/../../f": "",
		"file:///etc/passwd": "", "c:\\g": "", "": "", ".": "", "http://h/i.jpg": "",
	} {
		if got := relative(href); got != want {
			t.Errorf("relative(%q) = %q, want %q", href, got, want)
		}
	}
}
