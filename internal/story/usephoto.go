package story

import (
	"context"
	"slices"

	"broadsheet/internal/account"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/richtext"
	"broadsheet/internal/wire"
)

// UsePhoto takes one picture of a wire item into the library, with its words and its
// source, and, unless draft is 0, into a draft: as its lead photo if it has none, else at
// its end. Number is the picture's place in what Photos of the wire gives. Writers may.
func (s *Service) UsePhoto(ctx context.Context, by *account.Account, item id.ID, number int, draft id.ID) (_ *media.Photo, err error) {
	defer errs.Wrap(&err, "use photo %d of wire item %s", number, item)
	if err := by.Must(account.StoryWrite); err != nil {
		return nil, err
	}
	it, err := s.Wire.Get(ctx, by, item)
	if err != nil {
		return nil, err
	}
	found, err := s.Wire.Photos(ctx, by, it)
	if err != nil {
		return nil, err
	}
	if number < 0 || number >= len(found) {
		return nil, errs.E(errs.NotFound, "This item has no such picture.")
	}
	if found[number].Status == wire.Canceled {
		return nil, errs.E(errs.Conflict, "%s has killed this picture. It must not be used.", found[number].Distributor)
	}
	photos, problems, err := s.importPhotos(ctx, by, found[number:number+1])
	if err != nil {
		return nil, err
	}
	if len(photos) == 0 {
		return nil, errs.E(errs.Invalid, "%s", problems[0])
	}
	if draft == 0 {
		return photos[0], nil
	}
	return photos[0], s.addPhoto(ctx, by, draft, photos[0])
}

func (s *Service) addPhoto(ctx context.Context, by *account.Account, draft id.ID, p *media.Photo) error {
	st, err := s.Draft(ctx, by, draft)
	if err != nil {
		return err
	}
	if slices.Contains(mediaOf(&st.Content), p.ID) {
		return nil
	}
	c := st.Content
	if c.Lead == 0 {
		c.Lead = p.ID
	} else {
		c.Body.Content = append(slices.Clip(c.Body.Content), richtext.Node{
			Type: richtext.TypePhoto, Attrs: richtext.Attrs{Media: p.ID, Origin: p.Origin},
		})
	}
	saved, err := s.Save(ctx, by, draft, st.Revision, c)
	if err == nil && saved.Conflict != nil {
		return errs.E(errs.Conflict, "%s saved the story at this moment. The photo is in the library; put it in again.", saved.Conflict.SavedBy)
	}
	return err
}
