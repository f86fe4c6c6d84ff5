package site

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"html/template"
	"regexp"
	"strings"

	assets "broadsheet/web"
)

// A look is the paper's appearance: its templates, its style, the addresses of
// its files. It is made once and does not change.
type look struct {
	templates *template.Template
	style     template.CSS
	styleHash string // as a Content-Security-Policy names it
	script    string
	icon      string
	fonts     []string
}

func newLook(static *assets.Static) (*look, error) {
	t, err := template.ParseFS(assets.Templates(), "site/*.html")
	if err != nil {
		return nil, err
	}
	css, err := static.Source("site.css")
	if err != nil {
		return nil, err
	}
	l := &look{templates: t, style: template.CSS(tighten(css))} //nolint:gosec // our own style sheet
	sum := sha256.Sum256([]byte(l.style))
	l.styleHash = "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
	for name, to := range map[string]*string{"site.js": &l.script, "favicon.svg": &l.icon} {
		if *to, err = static.URL(name); err != nil {
			return nil, err
		}
	}
	for _, name := range []string{"fonts/newsreader.woff2", "fonts/franklin.woff2"} {
		url, err := static.URL(name)
		if err != nil {
			return nil, err
		}
		l.fonts = append(l.fonts, url)
	}
	return l, nil
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssBreak   = regexp.MustCompile(`\s*\n\s*`)
)

// tighten takes what only people need out of a style sheet. Every line of ours
// ends where white space has no meaning.
func tighten(css string) string {
	return strings.TrimSpace(cssBreak.ReplaceAllString(cssComment.ReplaceAllString(css, ""), ""))
}

// policy is the Content-Security-Policy of every public page: nothing but our
// own files, no script in the page, and one style, known by its hash.
func (l *look) policy() string {
	return "default-src 'none'; script-src 'self'; style-src '" + l.styleHash + "'; img-src 'self'; font-src 'self'; " +
		"media-src 'self'; connect-src 'self'; frame-src " + strings.Join(players(), " ") + "; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

func (l *look) render(name string, data any) ([]byte, error) {
	var out bytes.Buffer
	if err := l.templates.ExecuteTemplate(&out, name, data); err != nil {
		return nil, fmt.Errorf("render %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// Slots are where a page takes in a part that is kept and renewed by itself.
// They pass through the templates as text, so what somebody has written must
// never be one: their names are drawn anew by every process, and no page that is
// sent has an empty slot left.
var (
	slotMark       = "\ue000" + rand.Text()
	slotRanking    = slotMark + "ranking" + slotEnd
	slotDiscussion = slotMark + "discussion" + slotEnd
	slotNumber     = slotMark + "number" + slotEnd // of comments
)

const slotEnd = "\ue001"

// fill puts the parts into their slots.
func fill(page []byte, parts map[string][]byte) []byte {
	size := len(page)
	for _, part := range parts {
		size += len(part)
	}
	out := make([]byte, 0, size)
	for {
		start := bytes.Index(page, []byte(slotMark))
		if start < 0 {
			return append(out, page...)
		}
		end := bytes.Index(page[start:], []byte(slotEnd))
		if end < 0 {
			return append(out, page...)
		}
		end += start + len(slotEnd)
		out = append(out, page[:start]...)
		if part, ok := parts[string(page[start:end])]; ok {
			out = append(out, part...)
		} else {
			out = append(out, page[start:end]...)
		}
		page = page[end:]
	}
}
