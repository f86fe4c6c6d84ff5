package assets

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/gzip"
)

func get(t *testing.T, h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestStaticFilesHaveAddressesThatLast(t *testing.T) {
	s, err := NewStatic(fstest.MapFS{"desk.0a1b2c3d.js": {Data: []byte("export {}")}})
	if err != nil {
		t.Fatal(err)
	}
	url, err := s.URL("site.js")
	if err != nil || !regexp.MustCompile(`^/static/site\.[0-9a-f]{16}\.js$`).MatchString(url) {
		t.Fatalf("the script's address is %q, %v", url, err)
	}
	plain := get(t, s, url)
	if plain.Code != 200 || plain.Header().Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(plain.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", plain.Code, plain.Header())
	}
	packed := get(t, s, url, "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != plain.Body.String() {
		t.Errorf("unpacked, the script is another: %v", err)
	}
	for _, known := range []*httptest.ResponseRecorder{
		get(t, s, url, "If-None-Match", plain.Header().Get("Etag")),
		get(t, s, url, "If-None-Match", packed.Header().Get("Etag"), "Accept-Encoding", "gzip"),
	} {
		if known.Code != http.StatusNotModified || known.Body.Len() != 0 || known.Header().Get("Content-Encoding") != "" {
			t.Errorf("who has it gets %d, %d bytes, %v", known.Code, known.Body.Len(), known.Header())
		}
	}
	if w := get(t, s, "/static/desk.0a1b2c3d.js"); w.Code != 200 || w.Body.String() != "export {}" {
		t.Errorf("a file of the desk: %d %q", w.Code, w.Body)
	}
	for _, path := range []string{"/static/site.js", "/static/", "/static/../web.go", "/static/site.0000000000000000.js"} {
		if w := get(t, s, path); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if _, err := s.URL("no.js"); err == nil {
		t.Error("a name that does not exist has an address")
	}
}

// Every file that the style sheet names exists, under its lasting address.
func TestStyleNamesFilesThatExist(t *testing.T) {
	s, err := NewStatic()
	if err != nil {
		t.Fatal(err)
	}
	css, err := s.Source("site.css")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`url\("([^"]+)"\)`).FindAllStringSubmatch(css, -1)
	if len(found) == 0 {
		t.Error("the style sheet names no fonts")
	}
	for _, m := range found {
		if w := get(t, s, m[1]); w.Code != 200 || w.Header().Get("Content-Type") != "font/woff2" {
			t.Errorf("%s: %d %s", m[1], w.Code, w.Header().Get("Content-Type"))
		}
	}
}
