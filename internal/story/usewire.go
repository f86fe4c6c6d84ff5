package story

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/wire"
)

// maxUsedPhotos bounds the photos that come into a story with a wire item.
const maxUsedPhotos = 20

// FromWire begins a story with the text and photos of a wire item. Every block
// and photo remembers the item. A photo that cannot be taken in is left out and
// named in the problems. Writers may.
func (s *Service) FromWire(ctx context.Context, by *account.Account, item id.ID) (st *Story, problems []string, err error) {
	defer errs.Wrap(&err, "use wire item %s", item)
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, nil, err
	}
	it, err := s.Wire.Get(ctx, by, item)
	if err != nil {
		return nil, nil, err
	}
	releases, err := s.Wire.Releases(ctx, []id.ID{item})
	if err != nil {
		return nil, nil, err
	}
	if releases[item].Status == wire.Canceled { // by itself or by another item
		return nil, nil, errs.E(errs.Conflict, "%s has killed this item. It must not be used.", it.ProviderName())
	}
	found, err := s.Wire.Photos(ctx, by, it)
	if err != nil {
		return nil, nil, err
	}
	photos, problems, err := s.importPhotos(ctx, by, found)
	if err != nil {
		return nil, nil, err
	}
	st, err = s.create(ctx, by, fromItem(it, photos))
	return st, problems, err
}

func (s *Service) importPhotos(ctx context.Context, by *account.Account, found []wire.Attachment) (photos []*media.Photo, problems []string, err error) {
	for i := range found[:min(len(found), maxUsedPhotos)] {
		a := &found[i]
		if a.Key == "" {
			problems = append(problems, "The photo "+cmp.Or(a.Filename, a.URI)+" is not in the story: "+a.Problem+".")
			continue
		}
		p, err := s.Media.Import(ctx, by, media.Incoming{
			Original: a.Key, Filename: a.Filename, Origin: a.Origin, Picture: a.ItemID, Agency: agencyOf(a.Release),
			Metadata: media.Metadata{
				Title: a.Title, Caption: a.Caption, Alt: a.Alt, Photographer: a.Photographer, Credit: a.Credit,
				Source: a.Source, Distributor: a.Distributor, Copyright: a.Copyright, UsageTerms: a.UsageTerms,
				Taken: a.Created.Time,
			},
		})
		if errors.Is(err, errs.Invalid) {
			_, message := errs.Of(err)
			problems = append(problems, "The photo "+a.Filename+" is not in the story. "+message)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		photos = append(photos, p)
	}
	return photos, problems, nil
}

// fromItem makes a draft of an item: its first photo leads, the others stand at the end.
func fromItem(it *wire.Item, photos []*media.Photo) Content {
	c := Content{
		Headline: it.Headline(), Section: sectionOf(it.Subjects), Language: it.Language,
		Body: it.Story().WithMissingOrigin(it.Origin()),
	}
	if len(it.Datelines) > 0 {
		c.Dateline = it.Datelines[0].Value
	} else if len(it.Located) > 0 {
		c.Dateline = it.Located[0].Label()
	}
	if caption := it.Caption(); caption != "" && it.Type != "picture" {
		c.Standfirst = caption
	}
	for i, p := range photos {
		if i == 0 {
			c.Lead = p.ID
			continue
		}
		c.Body.Content = append(c.Body.Content, richtext.Node{
			Type: richtext.TypePhoto, Attrs: richtext.Attrs{Media: p.ID, Origin: p.Origin},
		})
	}
	c.fit()
	return c
}

// fit cuts lines that an agency sent longer than ours may be: an editor will write them anew.
func (c *Content) fit() {
	for _, l := range []struct {
		line  *string
		limit int
	}{{&c.Headline, MaxHeadline}, {&c.Standfirst, MaxStandfirst}, {&c.Dateline, MaxDateline}} {
		if *l.line = oneLine(*l.line); len(*l.line) > l.limit {
			*l.line = strings.ToValidUTF8((*l.line)[:l.limit-len("…")], "") + "…"
		}
	}
	if len(c.Language) > maxLanguage {
		c.Language = ""
	}
}

// sectionOf finds the section by IPTC Media Topics, whose codes have eight digits, the
// first two being those of the topic at the top. What has none is the world's.
func sectionOf(subjects []wire.Concept) string {
	for _, sub := range subjects {
		for _, name := range []string{sub.Code, sub.URI} { // some formats have only the one, some the other
			code := name[strings.LastIndexAny(name, ":/")+1:]
			if len(code) != len("11000000") {
				continue
			}
			if section := mediaTopics[code[:2]]; section != "" {
				return section
			}
		}
	}
	return "world"
}

// mediaTopics is from the IPTC Media Topics vocabulary, http://cv.iptc.org/newscodes/mediatopic/.
var mediaTopics = map[string]string{
	"01": "culture",  // arts, culture, entertainment and media
	"04": "business", // economy, business and finance
	"06": "science",  // environment
	"07": "science",  // health
	"09": "business", // labour
	"10": "culture",  // lifestyle and leisure
	"11": "politics", // politics and government
	"13": "science",  // science and technology
	"15": "sport",
	"17": "science", // weather
}

// agencyOf is what an agency says of a photo, in the words of the room of photos.
func agencyOf(r wire.Release) media.Agency {
	a := media.Agency{Status: string(r.Status), Embargo: r.Embargo, Expires: r.Expires}
	if r.Status == wire.Usable {
		a.Status = ""
	}
	return a
}
