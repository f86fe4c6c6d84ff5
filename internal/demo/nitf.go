package demo

import (
	"bytes"
	"sync"
	"text/template"
)

// nitf is the file in NITF 3.6.
func (p *dispatch) nitf() ([]byte, error) {
	var out bytes.Buffer
	if err := nitfTemplate().Execute(&out, p.view()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

var nitfTemplate = sync.OnceValue(func() *template.Template { return xmlTemplate("nitf", nitfSource) })

// nitfSource is a NITF document. Fields in it are escaped with x.
const nitfSource = `<?xml version="1.0" encoding="UTF-8"?>
<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/" version="-//IPTC//DTD NITF 3.6//EN" xml:lang="{{x .Language}}">
  <head>
    <title>{{x .Headline}}</title>
    <meta name="slug" content="{{x .Slug}}"/>
{{- if .Genre}}
    <tobject tobject.type="news"><tobject.property tobject.property.type="{{x .Genre}}"/></tobject>
{{- end}}
{{- range .Subjects}}
    <tobject tobject.type="news"><tobject.subject tobject.subject.refnum="{{x .Code}}" tobject.subject.type="{{x .Name}}"/></tobject>
{{- end}}
    <docdata management-status="{{if eq .PubStatus "canceled"}}killed{{else if not .Embargoed.IsZero}}embargoed{{else}}usable{{end}}">
      <doc-id regsrc="{{x .Agency}}" id-string="{{x .URI}}"/>
      <urgency ed-urg="{{.Urgency}}"/>
      <date.issue norm="{{time .Sent}}"/>
{{- if not .Embargoed.IsZero}}
      <date.release norm="{{time .Embargoed}}"/>
{{- end}}
{{- if .Note}}
      <ed-msg info="{{x .Note}}"/>
{{- end}}
      <doc.copyright holder="{{x .Agency}}" year="{{.Sent.Year}}"/>
      <identified-content>
{{- range .People}}
        <person idsrc="{{$.Code}}per" value="{{x .Code}}">{{x .Name}}</person>
{{- end}}
{{- range .Orgs}}
        <org idsrc="{{$.Code}}org" value="{{x .Code}}">{{x .Name}}</org>
{{- end}}
{{- range .Places}}
        <location code-source="iso3166-1a3" location-code="{{x .Code}}">{{x .Name}}</location>
{{- end}}
      </identified-content>
    </docdata>
  </head>
  <body>
    <body.head>
      <hedline><hl1>{{x .Headline}}</hl1></hedline>
{{- if .By}}
      <byline>{{if eq .Language "es"}}Por{{else}}By{{end}} <person>{{x .By}}</person></byline>
{{- end}}
      <distributor>{{x .Agency}}</distributor>
{{- if .Dateline}}
      <dateline><location>{{x .Dateline}}</location></dateline>
{{- end}}
    </body.head>
    <body.content>
{{- if .Text}}
      {{.HTML}}
{{- end}}
{{- with .Picture}}
      <media media-type="image">
        <media-reference source="{{x .Key}}.jpg" mime-type="image/jpeg" width="{{.Width}}" height="{{.Height}}" alternate-text="{{x .Alt}}"
            source-credit="{{x .Organisation}}" copyright="{{x .Licence}}: {{x .Organisation}}, {{x .Source}}"/>
        <media-caption>{{x .Caption}}</media-caption>
{{- if .Photographer}}
        <media-producer><person>{{x .Photographer}}</person></media-producer>
{{- end}}
      </media>
{{- end}}
    </body.content>
  </body>
</nitf>
`
