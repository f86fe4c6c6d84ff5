package app

import (
	"html/template"
	"net/http"
	"regexp"

	"broadsheet/internal/mail"
)

// mailPage shows the mail of a Box to the operator. Addresses in a message can be
// followed, because it is most often a confirmation that is looked for.
func mailPage(box *mail.Box) http.Handler {
	type part struct{ Text, Link string }
	type message struct {
		mail.Received
		Parts []part
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		var all []message
		for _, m := range box.Messages() {
			var parts []part
			text := m.Text
			for loc := link.FindStringIndex(text); loc != nil; loc = link.FindStringIndex(text) {
				parts = append(parts, part{Text: text[:loc[0]]}, part{Link: text[loc[0]:loc[1]]})
				text = text[loc[1]:]
			}
			all = append(all, message{m, append(parts, part{Text: text})})
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		w.Header().Set("Cache-Control", "no-store")
		_ = mailTemplate.Execute(w, all)
	})
}

var link = regexp.MustCompile(`https?://[^\s<>"]+`)

var mailTemplate = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Mail that was not sent</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
article{border-top:1px solid;padding:.5rem 0 1rem}h2{font-size:1rem;margin:.5rem 0}pre{white-space:pre-wrap;font:inherit}</style>
<main><h1>Mail that was not sent</h1>
<p>No mail server is set (mail.smtp), so the newest messages are kept here until the program ends.</p>
{{range .}}<article><h2>{{.Subject}}</h2>
<p>To {{.To}}, <time datetime="{{.At.UTC.Format "2006-01-02T15:04:05Z"}}">{{.At.Format "15:04:05"}}</time></p>
<pre>{{range .Parts}}{{.Text}}{{with .Link}}<a href="{{.}}">{{.}}</a>{{end}}{{end}}</pre></article>
{{else}}<p>None yet.</p>{{end}}</main></html>
`))
