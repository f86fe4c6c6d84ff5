// Package app puts the newsroom together: it is the only place that knows every
// part. The command and the browser tests both start it.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/bus"
	"broadsheet/internal/config"
	"broadsheet/internal/discussion"
	"broadsheet/internal/errs"
	"broadsheet/internal/fetch"
	"broadsheet/internal/jobs"
	"broadsheet/internal/media"
	"broadsheet/internal/section"
	"broadsheet/internal/source"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/story"
	"broadsheet/internal/syndicate"
	"broadsheet/internal/wire"
	"broadsheet/internal/wire/profile"
)

// A Newsroom is the rooms, opened on their data, without any server.
type Newsroom struct {
	Config *config.Config
	Log    *slog.Logger

	DB    *sqldb.DB
	Bus   *bus.Bus
	Jobs  *jobs.Queue
	Blobs blob.Store // what came in, as it came

	Accounts   *account.Service
	Sections   *section.Service
	Media      *media.Service
	Wire       *wire.Service
	Sources    *source.Service
	Stories    *story.Service
	Discussion *discussion.Service
	Syndicate  *syndicate.Service

	lock *os.File // nil when another process serves the folder
}

// Open opens the newsroom of cfg for a command that does one thing and ends, and
// brings its database up to date. It works beside a server that runs on the
// same folder (docs/adr/0007), which then must know the same schema.
func Open(ctx context.Context, cfg *config.Config, log *slog.Logger) (_ *Newsroom, err error) {
	lock, err := lockFolder(cfg.Data)
	if err != nil && !errors.Is(err, errs.Conflict) {
		return nil, err
	}
	return open(ctx, cfg, log, lock)
}

// openAlone opens the newsroom for a server: nobody else may serve its folder.
func openAlone(ctx context.Context, cfg *config.Config, log *slog.Logger) (*Newsroom, error) {
	lock, err := lockFolder(cfg.Data)
	if err != nil {
		return nil, err
	}
	return open(ctx, cfg, log, lock)
}

func open(ctx context.Context, cfg *config.Config, log *slog.Logger, lock *os.File) (_ *Newsroom, err error) {
	n := &Newsroom{Config: cfg, Log: log, lock: lock}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	if n.Blobs, err = blob.NewDir(filepath.Join(cfg.MediaDir(), "originals")); err != nil {
		return nil, err
	}
	renditions, err := blob.NewDir(filepath.Join(cfg.MediaDir(), "renditions"))
	if err != nil {
		return nil, err
	}
	if err := n.checkNotLost(); err != nil {
		return nil, err
	}
	if n.DB, err = sqldb.Open(ctx, cfg.DatabaseURL()); err != nil {
		return nil, err
	}
	if err := n.bringUpToDate(ctx); err != nil {
		return nil, err
	}
	n.Bus = bus.New(n.DB, log)
	n.Jobs = jobs.New(n.DB, log)
	profiles, err := profile.Open(cfg.Wire.Profiles)
	if err != nil {
		return nil, err
	}
	n.furnish(renditions, profiles)
	return n, nil
}

// checkNotLost refuses to begin a new newsroom in a folder that has the media of
// another one, whose database somebody must have moved.
func (n *Newsroom) checkNotLost() error {
	path, lite := strings.CutPrefix(n.Config.DatabaseURL(), "sqlite:")
	if _, err := os.Stat(path); !lite || !errors.Is(err, os.ErrNotExist) {
		return nil // opening it will say what else may be wrong
	}
	kept, err := filepath.Glob(filepath.Join(n.Config.MediaDir(), "originals", "[0-9a-f][0-9a-f]", "*"))
	if err != nil || len(kept) == 0 {
		return err
	}
	return errs.E(errs.Conflict, "%s has the media of a newsroom and no database: put its broadsheet.db back, or choose another folder with --data", n.Config.Data)
}

// bringUpToDate does so unless another process serves the folder: its server must
// not find another schema than the one it knows.
func (n *Newsroom) bringUpToDate(ctx context.Context) error {
	if n.lock == nil {
		return n.DB.CheckCurrent(ctx)
	}
	ran, err := n.DB.Migrate(ctx)
	if len(ran) > 0 {
		n.Log.InfoContext(ctx, "database brought up to date", "migrations", len(ran))
	}
	return err
}

// furnish makes the rooms, in the order in which they know each other. A room
// takes part in the changes of one it may not know by the functions given here.
func (n *Newsroom) furnish(renditions blob.Store, profiles *profile.Set) {
	n.Accounts = account.New(n.DB)
	n.Accounts.Letters = letters(n.Config)
	n.Sections = &section.Service{DB: n.DB}
	n.Media = media.New(n.DB, n.Blobs, renditions, n.Log)
	n.Wire = &wire.Service{DB: n.DB, Blobs: n.Blobs, Fetch: fetch.New(fetch.Options{}), Now: time.Now, Log: n.Log, Profiles: profiles, Zone: n.Config.Location()}
	n.Sources = &source.Service{DB: n.DB, Wire: n.Wire, Accounts: n.Accounts, Now: time.Now, Log: n.Log}
	n.Stories = &story.Service{
		DB: n.DB, Now: time.Now, Style: story.Style{House: n.Config.Site.HouseByline},
		Sections: n.Sections, Media: n.Media, Wire: n.Wire,
	}
	n.Discussion = &discussion.Service{DB: n.DB, Zone: n.Config.Location(), Stories: n.Stories.Discussable}
	n.Stories.OnPublish, n.Stories.OnUnpublish = n.Discussion.Open, n.Discussion.Close
	n.Stories.Policy, n.Stories.Alarm = n.killPolicy, n.alarm
	n.Wire.OnChange = append(n.Wire.OnChange, n.Stories.WireChanged)
	n.Syndicate = &syndicate.Service{
		DB: n.DB, Now: time.Now, Stories: n.Stories, Media: n.Media, Sections: n.Sections, Wire: n.Wire,
		Paper: func() syndicate.Paper { // its address may become known later
			return syndicate.Paper{Name: n.Config.Site.Name, URL: n.Config.Site.URL, Language: n.Config.Site.Language}
		},
	}
}

// Migrate brings the database of cfg up to date and returns the names of the
// migrations that ran.
func Migrate(ctx context.Context, cfg *config.Config) (ran []string, err error) {
	lock, err := lockFolder(cfg.Data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	db, err := sqldb.Open(ctx, cfg.DatabaseURL())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Migrate(ctx)
}

// FirstAdminLink returns the address that makes the first admin, or "" if there
// is one.
func (n *Newsroom) FirstAdminLink(ctx context.Context) (string, error) {
	token, err := n.Accounts.FirstAdminToken(ctx)
	if err != nil || token == "" {
		return "", err
	}
	return n.Config.Site.URL + "/desk/first-admin?token=" + url.QueryEscape(token), nil
}

// Close closes the database and lets others have the folder. It may be called
// twice.
func (n *Newsroom) Close() error {
	var err error
	if n.DB != nil {
		err = n.DB.Close()
		n.DB = nil
	}
	if n.lock != nil {
		err = errors.Join(err, n.lock.Close())
		n.lock = nil
	}
	return err
}
