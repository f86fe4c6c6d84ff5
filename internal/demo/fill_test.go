package demo

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/blob"
	"broadsheet/internal/discussion"
	"broadsheet/internal/id"
	"broadsheet/internal/media"
	"broadsheet/internal/section"
	"broadsheet/internal/sqldb"
	"broadsheet/internal/sqldb/sqltest"
	"broadsheet/internal/story"
	"broadsheet/internal/wire"
)

// openRooms opens all rooms on an empty database.
func openRooms(t testing.TB, db *sqldb.DB) Rooms {
	t.Helper()
	if _, err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	originals, err := blob.NewDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	renditions, err := blob.NewDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	photos := media.New(db, originals, renditions, log)
	incoming := &wire.Service{DB: db, Blobs: originals, Now: time.Now, Log: log}
	talk := &discussion.Service{DB: db, Zone: zone}
	stories := &story.Service{
		DB: db, Now: time.Now, Style: story.Style{House: "The Broadsheet"}, Sections: &section.Service{DB: db}, Media: photos,
		Wire: incoming, OnPublish: talk.Open, OnUnpublish: talk.Close,
	}
	talk.Stories = func(ctx context.Context, tx *sqldb.Tx, s id.ID) error { return stories.Discussable(ctx, tx, s) }
	return Rooms{Accounts: account.New(db), Media: photos, Wire: incoming, Stories: stories, Discussion: talk, Zone: zone, Log: log}
}

func TestFill(t *testing.T) {
	sqltest.Each(t, func(t *testing.T, db *sqldb.DB) {
		rooms := openRooms(t, db)
		begun := time.Now()
		if err := Fill(t.Context(), rooms); err != nil {
			t.Fatal(err)
		}
		t.Logf("filled in %s", time.Since(begun).Round(time.Millisecond))
	})
}
