package demo

import (
	"bytes"
	"encoding/xml"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"

	"broadsheet/internal/richtext"
)

func jpegSize(r io.Reader) (width, height int, err error) {
	cfg, err := jpeg.DecodeConfig(r)
	return cfg.Width, cfg.Height, err
}

// newsML is the file in NewsML-G2 2.34.
func (p *dispatch) newsML() ([]byte, error) {
	var out bytes.Buffer
	if err := newsMLTemplate().Execute(&out, p.view()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// A newsMLView is what the template sees.
type newsMLView struct {
	*dispatch
	Agency    string
	Host      string
	Code      string
	Service   string
	ItemClass string
	PubStatus string
	HTML      string // the body as blocks of NITF
}

func (p *dispatch) view() newsMLView {
	return newsMLView{
		dispatch: p, Agency: p.agency.name, Host: p.agency.host, Code: p.agency.code, Service: p.agency.service,
		ItemClass: p.class(), PubStatus: string(p.Status), HTML: p.html(true),
	}
}

// html writes the body in the tags that XHTML and NITF share, besides crossheads.
func (p *dispatch) html(nitf bool) string {
	var out strings.Builder
	for _, n := range p.Body.Content {
		writeBlock(&out, n, nitf)
	}
	return out.String()
}

func writeBlock(out *strings.Builder, n richtext.Node, nitf bool) {
	tag := map[richtext.NodeType]string{
		richtext.TypeParagraph: "p", richtext.TypeCrosshead: "h2", richtext.TypeList: "ul", richtext.TypeListItem: "li",
		richtext.TypeQuote: "blockquote",
	}[n.Type]
	if nitf && tag == "h2" {
		tag = "hl2"
	}
	if tag == "" {
		writeText(out, n)
		return
	}
	out.WriteString("<" + tag + ">")
	for _, c := range n.Content {
		writeBlock(out, c, nitf)
	}
	out.WriteString("</" + tag + ">")
}

func writeText(out *strings.Builder, n richtext.Node) {
	for _, m := range n.Marks {
		out.WriteString("<" + string(m.Type) + ">")
	}
	out.WriteString(escape(n.Text))
	for _, m := range slices.Backward(n.Marks) {
		out.WriteString("</" + string(m.Type) + ">")
	}
}

// escape writes text for XML, also inside attributes.
func escape(s string) string {
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a Builder never fails
	return out.String()
}

var newsMLTemplate = sync.OnceValue(func() *template.Template { return xmlTemplate("newsml", newsMLSource) })

func xmlTemplate(name, source string) *template.Template {
	return template.Must(template.New(name).Funcs(template.FuncMap{
		"x": escape, "time": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
	}).Parse(source))
}

// newsMLSource is a NewsML-G2 item. Fields in it are escaped with x.
const newsMLSource = `<?xml version="1.0" encoding="UTF-8"?>
<{{if .Members}}packageItem{{else}}newsItem{{end}} xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{{x .URI}}" version="{{.Version}}"
    standard="NewsML-G2" standardversion="2.34" conformance="power" xml:lang="{{x .Language}}">
  <catalogRef href="http://www.iptc.org/std/catalog/catalog.IPTC-G2-Standards_40.xml"/>
  <catalogRef href="https://{{.Host}}/catalog/{{.Code}}-1.xml"/>
  <rightsInfo>
    <copyrightHolder uri="https://{{.Host}}/"><name>{{x .Agency}}</name></copyrightHolder>
{{- if and .Picture (eq .ItemClass "picture")}}
    <copyrightNotice>{{x .Picture.Licence}}: {{if .Picture.Photographer}}{{x .Picture.Photographer}}, {{end}}{{x .Picture.Organisation}}</copyrightNotice>
    <usageTerms>{{x .Picture.Licence}}. {{x .Picture.Source}}</usageTerms>
{{- else}}
    <copyrightNotice>Copyright {{.Sent.Year}} {{x .Agency}}. All rights reserved.</copyrightNotice>
    <usageTerms>For subscribers. Credit {{x .Agency}}. No resale.</usageTerms>
{{- end}}
  </rightsInfo>
  <itemMeta>
    <itemClass qcode="ninat:{{.ItemClass}}"/>
    <provider uri="https://{{.Host}}/"><name>{{x .Agency}}</name></provider>
    <versionCreated>{{time .Sent}}</versionCreated>
    <firstCreated>{{time .First}}</firstCreated>
{{- if not .Embargoed.IsZero}}
    <embargoed>{{time .Embargoed}}</embargoed>
{{- end}}
    <pubStatus qcode="stat:{{.PubStatus}}"/>
    <generator versioninfo="4.2">{{x .Agency}} desk</generator>
    <service qcode="{{.Code}}svc:{{x .Service}}"><name>{{x .Service}}</name></service>
    <title>{{x .Headline}}</title>
{{- if .Note}}
    <edNote>{{x .Note}}</edNote>
{{- end}}
{{- if .Signal}}
    <signal qcode="sig:{{x .Signal}}"/>
{{- end}}
  </itemMeta>
  <contentMeta>
    <urgency>{{.Urgency}}</urgency>
    <contentCreated>{{time .First}}</contentCreated>
    <contentModified>{{time .Sent}}</contentModified>
{{- if .Dateline}}
    <located><name>{{x .Dateline}}</name></located>
{{- end}}
{{- if and .Picture (eq .ItemClass "picture")}}
{{- if .Picture.Photographer}}
    <creator role="crol:photographer"><name>{{x .Picture.Photographer}}</name></creator>
{{- end}}
{{- else if .By}}
    <creator role="crol:author"><name>{{x .By}}</name></creator>
{{- end}}
    <language tag="{{x .Language}}"/>
{{- if .Genre}}
    <genre qcode="genre:{{x .Genre}}"><name>{{x .Genre}}</name></genre>
{{- end}}
{{- range .Subjects}}
    <subject type="cpnat:abstract" qcode="medtop:{{x .Code}}"><name>{{x .Name}}</name></subject>
{{- end}}
{{- range .People}}
    <subject type="cpnat:person" qcode="{{$.Code}}per:{{x .Code}}"><name>{{x .Name}}</name></subject>
{{- end}}
{{- range .Orgs}}
    <subject type="cpnat:organisation" qcode="{{$.Code}}org:{{x .Code}}"><name>{{x .Name}}</name></subject>
{{- end}}
{{- range .Places}}
    <subject type="cpnat:geoArea" qcode="iso3166-1a3:{{x .Code}}"><name>{{x .Name}}</name></subject>
{{- end}}
    <slugline>{{x .Slug}}</slugline>
    <headline>{{x .Headline}}</headline>
{{- if .Dateline}}
    <dateline>{{x .Dateline}}</dateline>
{{- end}}
{{- if and .Picture (eq .ItemClass "picture")}}
    <creditline>{{x .Picture.Organisation}}</creditline>
    <description role="drol:caption">{{x .Picture.Caption}}</description>
    <description role="drol:altText">{{x .Picture.Alt}}</description>
{{- else if .By}}
    <by>By {{x .By}}</by>
{{- end}}
  </contentMeta>
{{- if .Members}}
  <groupSet root="top">
    <group id="top" role="group:main">
{{- range .Members}}
      <itemRef residref="{{x .URI}}" contenttype="application/vnd.iptc.g2.newsitem+xml">
        <itemClass qcode="ninat:{{.Class}}"/>
        <title>{{x .Headline}}</title>
      </itemRef>
{{- end}}
    </group>
  </groupSet>
</packageItem>
{{- else}}
  <contentSet>
{{- if eq .ItemClass "picture"}}
    <remoteContent rendition="rnd:highRes" href="{{x .Picture.Key}}.jpg" contenttype="image/jpeg" size="{{.Picture.Size}}"
        width="{{.Picture.Width}}" height="{{.Picture.Height}}" colourspace="colsp:sRGB" orientation="1"/>
{{- else}}
    <inlineXML contenttype="application/nitf+xml">
      <nitf xmlns="http://iptc.org/std/NITF/2006-10-18/"><body>
        <body.head><hedline><hl1>{{x .Headline}}</hl1></hedline></body.head>
        <body.content>{{.HTML}}</body.content>
      </body></nitf>
    </inlineXML>
{{- end}}
  </contentSet>
</newsItem>
{{- end}}
`
