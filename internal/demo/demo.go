// Package demo fills a fresh data folder with an invented newsroom and keeps it
// moving, so that somebody who has just started the program sees what it is for.
//
// All words are our own and everybody in them is invented. The photographs are
// real, under free licences; web/LICENSES.md names their photographers. Stories,
// wire copy and comments are text files in content/, read by [parseBlocks]. All
// times in them are relative to the start.
//
// [Fill] goes through the services of the rooms, as people would, with clocks
// that are set back. [Live] goes on as an agency and as readers.
package demo

import (
	"cmp"
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/source"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

//go:embed content
var embedded embed.FS

// content is the embedded folder; its files are there because it compiled.
func content() fs.FS {
	sub, err := fs.Sub(embedded, "content")
	if err != nil {
		panic(err)
	}
	return sub
}

// Password is the password of every [SignIn].
const Password = "read-all-about-it"

// A SignIn is an account that whoever tries the demo may use. Its password is [Password].
type SignIn struct {
	Role  account.Role
	Email string
	Name  string
}

// SignIns lists the accounts to try, one of each role.
func SignIns() []SignIn {
	return []SignIn{
		{account.Reporter, "reporter@demo.example", "Ingrid Vass"},
		{account.Editor, "editor@demo.example", "Ruth Ferris"},
		{account.Moderator, "moderator@demo.example", "Samuel Adeyemi"},
		{account.Admin, "admin@demo.example", "Josephine Tarr"},
		{account.Reader, "reader@demo.example", "Robin Sayer"},
	}
}

// Rooms are the services that the demo goes through.
type Rooms struct {
	Accounts   *account.Service
	Media      *media.Service
	Wire       *wire.Service
	Sources    *source.Service
	Stories    *story.Service
	Discussion *discussion.Service
	Folder     string         // the newsroom's data; a source watches a folder in it
	Zone       *time.Location // the newsroom's; weekdays in the stories are in it
	Log        *slog.Logger
}

// A newsroom is one filling of the rooms.
type newsroom struct {
	Rooms

	start time.Time // what the ages in the content count back from
	desk  *newsdesk

	staff   map[string]*account.Account // by first name in lower case
	editor  *account.Account
	mod     *account.Account
	readers []*account.Account
	photos  map[string]id.ID // by key
	via     map[string]id.ID // that came by wire, by the key of the copy
	viaMu   sync.Mutex
	tokens  map[string]source.Source // the sources by name
	items   map[string]agencyItem    // wire copy by key
	sent    []*dispatch              // before the stories
	later   []*dispatch              // after them
	pages   []page                   // the published stories
}

// atOnce is how many changes are made at the same time. The database commits them
// together, so that each does not wait for the disk.
const atOnce = 24

// Fill fills empty rooms. Whoever starts the program may.
func Fill(ctx context.Context, rooms Rooms) (err error) {
	defer errs.Wrap(&err, "fill the demo newsroom")
	begun := time.Now()
	n, err := newNewsroom(rooms, begun)
	if err != nil {
		return err
	}
	steps := []struct {
		name string
		do   func(context.Context) error
	}{
		{"people, photos and wire", n.gather},
		{"stories", n.publish},
		{"what followed", n.follow},
		{"discussions", n.discuss},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil {
			return err
		}
		n.Log.DebugContext(ctx, "demo filled", "step", step.name, "after", time.Since(begun).Round(time.Millisecond))
	}
	n.Log.InfoContext(ctx, "demo newsroom filled", "took", time.Since(begun).Round(time.Millisecond))
	return nil
}

func newNewsroom(rooms Rooms, start time.Time) (*newsroom, error) {
	rooms.Zone = cmp.Or(rooms.Zone, time.UTC)
	desk, err := openNewsdesk(content(), start, rooms.Zone)
	if err != nil {
		return nil, err
	}
	return &newsroom{
		Rooms: rooms, start: start, desk: desk, staff: map[string]*account.Account{}, photos: map[string]id.ID{},
		via: map[string]id.ID{},
	}, nil
}

// gather brings in what stories are made of. Developing the photos takes longest, so
// the people and the wire come in beside it.
func (n *newsroom) gather(ctx context.Context) error {
	return together(ctx, n.register, n.develop, func(ctx context.Context) error {
		for _, do := range []func(context.Context) error{n.hire, n.subscribe, n.sort, n.ingest, n.takePictures} {
			if err := do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// together runs functions at once and returns the first error, which ends the others' context.
func together(ctx context.Context, fns ...func(context.Context) error) error {
	return spread(ctx, len(fns), fns, func(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) })
}

// spread calls fn for every value of list, limit at once, and returns the first error.
func spread[T any](ctx context.Context, limit int, list []T, fn func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan T)
	var group sync.WaitGroup
	for range min(limit, len(list)) {
		group.Go(func() {
			for v := range work {
				if err := fn(ctx, v); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, v := range list {
		if ctx.Err() != nil {
			break
		}
		work <- v
	}
	close(work)
	group.Wait()
	return context.Cause(ctx)
}
