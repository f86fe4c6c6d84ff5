// Package assets holds what the public pages are made of: the templates, and
// the files a browser fetches (style, script, fonts), each under an address
// that contains a hash of its bytes so that it can be kept for ever.
package assets

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

//go:embed templates
var templates embed.FS

//go:embed static
var static embed.FS

// Templates returns the folder web/templates: site, desk, mail.
func Templates() fs.FS { return sub(templates, "templates") }

// sub cannot fail: both folders are part of the program.
func sub(files fs.FS, dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err)
	}
	return s
}

// Prefix is where [Static] expects to be served.
const Prefix = "/static/"

// Static serves the files of web/static. Style sheets may name other files as
// url("/static/fonts/x.woff2"); the address is replaced by the hashed one.
type Static struct {
	urls  map[string]string // "site.js" → "/static/site.0123456789abcdef.js"
	files map[string]*file  // by hashed path without Prefix
}

type file struct {
	plain  []byte
	gzip   func() []byte // made when first asked for, so that a start does not wait; nil when it does not pay
	header http.Header
}

// NewStatic reads web/static. The files of extra are served too, under their
// own names, which must already contain a hash.
func NewStatic(extra ...fs.FS) (*Static, error) {
	s := &Static{urls: map[string]string{}, files: map[string]*file{}}
	source := map[string][]byte{}
	err := walk(sub(static, "static"), func(name string, data []byte) { source[name] = data })
	if err != nil {
		return nil, err
	}
	// Styles last: they name the others.
	names := slices.SortedFunc(maps.Keys(source), func(a, b string) int {
		if styleA, styleB := strings.HasSuffix(a, ".css"), strings.HasSuffix(b, ".css"); styleA != styleB {
			return map[bool]int{false: -1, true: 1}[styleA]
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		data := source[name]
		if strings.HasSuffix(name, ".css") {
			data = []byte(s.Rewrite(string(data)))
		}
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hash(data) + ext
		s.urls[name] = Prefix + hashed
		s.add(hashed, data)
	}
	for _, files := range extra {
		if err := walk(files, s.add); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

func walk(files fs.FS, visit func(name string, data []byte)) error {
	return fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		visit(name, data)
		return nil
	})
}

// pack returns data compressed, or nil if that does not make it smaller.
func pack(data []byte) []byte {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil
	}
	_, err = z.Write(data)
	if err = errors.Join(err, z.Close()); err != nil || packed.Len() >= len(data) {
		return nil
	}
	return packed.Bytes()
}

func (s *Static) add(name string, data []byte) {
	kind := mime.TypeByExtension(path.Ext(name))
	switch path.Ext(name) { // the machine's own table may differ
	case ".js":
		kind = "text/javascript; charset=utf-8"
	case ".woff2":
		kind = "font/woff2"
	case ".svg":
		kind = "image/svg+xml"
	case ".txt":
		kind = "text/plain; charset=utf-8"
	}
	f := &file{plain: data, header: http.Header{
		"Content-Type":  {kind},
		"Cache-Control": {"public, max-age=31536000, immutable"},
		"Etag":          {`"` + hash(data) + `"`},
	}}
	if path.Ext(name) != ".woff2" {
		f.gzip = sync.OnceValue(func() []byte { return pack(data) })
		f.header["Vary"] = []string{"Accept-Encoding"}
	}
	s.files[name] = f
}

// URL returns the address of the file called name below web/static. A name that
// does not exist is a mistake in a template, which its test finds.
func (s *Static) URL(name string) (string, error) {
	url, ok := s.urls[name]
	if !ok {
		return "", fmt.Errorf("no static file %q", name)
	}
	return url, nil
}

// Rewrite puts the hashed addresses into a style sheet.
func (s *Static) Rewrite(css string) string {
	var pairs []string
	for name, url := range s.urls {
		pairs = append(pairs, `"`+Prefix+name+`"`, `"`+url+`"`)
	}
	return strings.NewReplacer(pairs...).Replace(css)
}

// Source returns the bytes of the file called name below web/static, with
// hashed addresses if it is a style sheet.
func (s *Static) Source(name string) (string, error) {
	url, err := s.URL(name)
	if err != nil {
		return "", err
	}
	return string(s.files[strings.TrimPrefix(url, Prefix)].plain), nil
}

// packed returns the compressed file if who asks can read it and it pays, else nil.
func (f *file) packed(r *http.Request) []byte {
	if f.gzip == nil || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return nil
	}
	return f.gzip()
}

// ServeHTTP answers GET and HEAD for addresses below [Prefix].
func (s *Static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	maps.Copy(w.Header(), f.header)
	body, etag := f.plain, f.header["Etag"][0]
	if packed := f.packed(r); packed != nil {
		body, etag = packed, strings.TrimSuffix(etag, `"`)+`-gzip"`
		w.Header().Set("Content-Encoding", "gzip")
		w.Header()["Etag"] = []string{etag}
	}
	if r.Header.Get("If-None-Match") == etag {
		w.Header().Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // nobody is left to tell
	}
}
