package parse

import (
	"strconv"
	"strings"
	"testing"

	"broadsheet/internal/wire/ninjs"
)

// TestManyOfEverything reads files of one thing many times over, of which a parser that
// compares each with all before it, or copies all into each, would never finish: the
// limit is the test's own time. What is printed does not grow out of proportion.
func TestManyOfEverything(t *testing.T) {
	const many = 20_000
	times := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
		}
		return b.String()
	}
	long := strings.Repeat("x", 60_000)
	newsML := func(inner string) string { return "<NewsML><NewsItem>" + inner + "</NewsItem></NewsML>" }
	nitf := func(docdata, body string) string {
		return `<nitf><head><docdata><doc-id regsrc="a" id-string="1"/>` + docdata + `</docdata></head><body><body.content>` + body + `</body.content></body></nitf>`
	}
	for name, src := range map[string]string{
		"topics and where they occur": newsML("<NewsComponent><TopicSet>" + times(many, `<Topic Duid="t%d"><FormalName>%d</FormalName></Topic>`) + "</TopicSet><DescriptiveMetadata>" + times(many, `<TopicOccurrence Topic="#t%d"/>`) + "</DescriptiveMetadata></NewsComponent>"),
		"photos":                      newsML("<NewsComponent>" + times(1999, `<NewsComponent Duid="p"><ContentItem Href="%d.jpg"/></NewsComponent>`) + "<ContentItem><DataContent>x</DataContent></ContentItem></NewsComponent>"),
		"photos with long rights":     newsML("<NewsComponent><RightsMetadata><UsageRights><Limitations>" + long + "</Limitations></UsageRights></RightsMetadata>" + times(1999, `<NewsComponent Duid="p"><ContentItem Href="%d.jpg"/></NewsComponent>`) + "<ContentItem><DataContent>x</DataContent></ContentItem></NewsComponent>"),
		"photos of a long name":       newsML("<NewsComponent><AdministrativeMetadata><Provider><Party FormalName='" + long + "'/></Provider></AdministrativeMetadata>" + times(1999, `<NewsComponent Duid="p"><ContentItem Href="%d.jpg"/></NewsComponent>`) + "<ContentItem><DataContent>x</DataContent></ContentItem></NewsComponent>"),
		"components":                  newsML("<NewsComponent>" + times(many, `<NewsComponent Duid="%d"/>`) + "</NewsComponent>"),
		"documents with names":        newsML("<NewsComponent>" + times(1999, `<ContentItem><DataContent><nitf><body><body.content><p><person>%d</person></p></body.content></body></nitf></DataContent></ContentItem>`) + "</NewsComponent>"),
		"references":                  newsML("<NewsComponent>" + times(many, `<NewsItemRef NewsItem="urn:%d"/>`) + "</NewsComponent>"),
		"subjects":                    nitf(times(many, `<identified-content><person value="%d">A</person></identified-content><doc.copyright holder="%d"/>`), "<p>x</p>"),
		"media and expiries":          nitf(times(many, `<date.expire norm="20261120T000000Z"/>`), times(many, `<media><media-reference source="%d.jpg"/></media>`)),
		"names in a text":             nitf("", times(many, `<p><person value="%d">%d</person></p>`)),
		"bylines":                     strings.Replace(nitf("", "<p>x</p>"), "<body>", "<body><body.head>"+times(many, "<byline><person>%d</person></byline>")+"</body.head>", 1),
		"a long role":                 newsML("<NewsComponent><Role FormalName='" + long + "'/>" + times(1999, `<NewsComponent><ContentItem Href="%d.jpg"/></NewsComponent>`) + "</NewsComponent>"),
		"a topic of a long name":      newsML("<NewsComponent><TopicSet><Topic Duid='t'><Description>" + long + "</Description></Topic></TopicSet><DescriptiveMetadata>" + times(many, `<TopicOccurrence Topic="#t" HowPresent="%d"/>`) + "</DescriptiveMetadata></NewsComponent>"),
		"a long envelope":             "<NewsML><NewsEnvelope><NewsService FormalName='" + long + "'/></NewsEnvelope>" + times(1999, "<NewsItem/>") + "</NewsML>",
		"a long header":               "<newsMessage><header><sender>" + long + "</sender></header><itemSet>" + times(1999, "<newsItem guid='urn:%d'/>") + "</itemSet></newsMessage>",
		"events":                      `<knowledgeItem guid="urn:x"><itemMeta><provider literal="` + long + `"/></itemMeta><conceptSet>` + times(10_000, `<concept><eventDetails><dates><start>2026</start></dates></eventDetails></concept>`) + `</conceptSet></knowledgeItem>`,
		"bodies":                      `<newsItem guid="urn:x"><contentSet>` + times(many, `<inlineXML><nitf><body><body.content><p><person>%d</person></p></body.content></body></nitf></inlineXML>`) + `</contentSet></newsItem>`,
	} {
		t.Run(name, func(t *testing.T) {
			items, err := File(t.Context(), Input{Name: "x", Raw: []byte(src)})
			if err != nil {
				t.Fatal(err)
			}
			size := 0
			for i := range items {
				line, err := ninjs.Write(&items[i])
				if err != nil {
					t.Fatal(err)
				}
				size += len(line)
			}
			if size > 30*len(src)+2_000_000 {
				t.Errorf("%d bytes became %d", len(src), size)
			}
		})
	}
	for want, src := range map[string]string{
		"x:1: more than 2000 content items in one item": newsML("<NewsComponent>" + times(2001, `<ContentItem Href="%d.jpg"/>`) + "</NewsComponent>"),
		"x:1: an identifier is longer than 2000 bytes":  newsML("<Identification><NewsIdentifier><PublicIdentifier>urn:" + long + "</PublicIdentifier></NewsIdentifier></Identification>"),
		"x:2: an identifier is longer than 2000 bytes":  "<newsMessage><itemSet>\n<newsItem guid='" + long + "'/></itemSet></newsMessage>",
	} {
		if _, err := File(t.Context(), Input{Name: "x", Raw: []byte(src)}); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}
