package story

import (
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	"broadsheet/internal/account"
	"broadsheet/internal/id"
	"broadsheet/internal/sqldb"
)

const columns = `s.id, s.state, s.revision, s.published_revision, s.version, s.saved_by, s.saved_ms, s.created_ms, s.first_ms, s.updated_ms`

func (s *Story) scan(r sqldb.Row, more ...any) error {
	var saved, created int64
	var first, updated sql.NullInt64
	err := r.Scan(append([]any{
		&s.ID, &s.State, &s.Revision, &s.PublishedRevision, &s.Version, &s.SavedBy, &saved, &created, &first, &updated,
	}, more...)...)
	s.Saved, s.Created = ms(saved), ms(created)
	if first.Valid {
		s.FirstPublished, s.Updated = ms(first.Int64), ms(updated.Int64)
	}
	return err
}

func ms(n int64) time.Time { return time.UnixMilli(n).UTC() }

func scanStory(r sqldb.Row) (*Story, error) {
	s := &Story{}
	var content string
	if err := s.scan(r, &content); err != nil {
		return nil, err
	}
	return s, json.Unmarshal([]byte(content), &s.Content)
}

// scanRow scans what the desk's list shows: no text.
func scanRow(r sqldb.Row) (*Story, error) {
	s := &Story{}
	return s, s.scan(r, &s.Headline, &s.Section, &s.Alerts)
}

// rowColumns are those of the desk's lists.
const rowColumns = columns + `, s.headline, s.section,
	(SELECT COUNT(*) FROM wire_alert a WHERE a.story_id = s.id AND a.state = 'open')`

func byID(ctx context.Context, tx *sqldb.Tx, story id.ID, lock string) (*Story, error) {
	return sqldb.One(ctx, tx, scanStory, `SELECT `+columns+`, s.content FROM story s WHERE s.id = $1`+lock, story)
}

func insert(ctx context.Context, tx *sqldb.Tx, s *Story, by *account.Account) error {
	text, err := json.Marshal(s.Content)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO story (id, state, section, headline, search, content, revision, saved_ms, saved_id, saved_by,
			created_id, created_ms, version, published_revision)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $8, 0, 0)`,
		s.ID, s.State, s.Section, s.Headline, search(&s.Content), string(text), s.Revision, s.Saved.UnixMilli(), by.ID, by.Name)
	return err
}

func search(c *Content) string {
	return strings.ToLower(strings.Join([]string{c.Headline, c.Slug, c.Section, strings.Join(c.Byline, " "), strings.Join(c.Topics, " ")}, " "))
}

func save(ctx context.Context, tx *sqldb.Tx, s *Story, by *account.Account) error {
	text, err := json.Marshal(s.Content)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		UPDATE story SET headline = $2, search = $3, content = $4, revision = $5, saved_ms = $6, saved_id = $7, saved_by = $8,
			section = CASE WHEN state = 'published' THEN section ELSE $9 END
		WHERE id = $1`, s.ID, s.Headline, search(&s.Content), string(text), s.Revision, s.Saved.UnixMilli(), by.ID, by.Name, s.Section)
	return err
}

// An edition is a version that is to be published.
type edition struct {
	live     *Live
	content  Content
	revision int64  // of the draft that it was made from; 0 for one that no draft has
	note     string // why, if no editor has published it
}

func publish(ctx context.Context, tx *sqldb.Tx, e *edition, by *account.Account) error {
	l := e.live
	head, err := json.Marshal(l.Head)
	if err != nil {
		return err
	}
	text, err := json.Marshal(version{e.content, l.ContributorLine, l.Sources})
	if err != nil {
		return err
	}
	if _, err := sqldb.Exec(ctx, tx, `
		INSERT INTO story_version (story_id, number, head, content, published_ms, published_id, published_by, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.Version, string(head), string(text), l.Updated.UnixMilli(), by.ID, by.Name, e.note); err != nil {
		return err
	}
	if err := showPhotos(ctx, tx, l.ID, mediaOf(&e.content)); err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		UPDATE story SET state = 'published', section = $2, version = $3, published_revision = $4, first_ms = $5, updated_ms = $6
		WHERE id = $1`,
		l.ID, l.Section, l.Version, e.revision, l.FirstPublished.UnixMilli(), l.Updated.UnixMilli())
	return err
}

// version is how a published version's content is kept.
type version struct {
	Content         Content  `json:"content"`
	ContributorLine string   `json:"contributor_line"`
	Sources         []Source `json:"sources"`
}

// showPhotos notes which photos readers see in a story, and no others.
func showPhotos(ctx context.Context, tx *sqldb.Tx, story id.ID, photos []id.ID) error {
	if _, err := sqldb.Exec(ctx, tx, `DELETE FROM story_photo WHERE story_id = $1`, story); err != nil {
		return err
	}
	for _, photo := range photos {
		if _, err := sqldb.Exec(ctx, tx, `INSERT INTO story_photo (story_id, media_id) VALUES ($1, $2)`, story, photo); err != nil {
			return err
		}
	}
	return nil
}

func unpublish(ctx context.Context, tx *sqldb.Tx, story id.ID) error {
	if err := showPhotos(ctx, tx, story, nil); err != nil {
		return err
	}
	_, err := sqldb.Exec(ctx, tx, `UPDATE story SET state = 'unpublished' WHERE id = $1`, story)
	return err
}

func scanHead(r sqldb.Row) (h Head, err error) {
	var text string
	if err = r.Scan(&text); err != nil {
		return h, err
	}
	return h, json.Unmarshal([]byte(text), &h)
}

func drafts(ctx context.Context, tx *sqldb.Tx, f Filter, mine id.ID, limit int) ([]*Story, error) {
	msec, last := int64(math.MaxInt64), id.ID(math.MaxInt64)
	if f.After.ID != 0 {
		msec, last = f.After.Time.UnixMilli(), f.After.ID
	}
	where, args := "", []any{msec, last, limit}
	bind := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if f.State != "" {
		where += ` AND s.state = ` + bind(f.State)
	}
	if mine != 0 {
		p := bind(mine)
		where += ` AND (s.saved_id = ` + p + ` OR s.created_id = ` + p + `)`
	}
	if f.Words != "" {
		where += ` AND s.search LIKE ` + bind("%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(oneLine(f.Words)))+"%") + ` ESCAPE '\'`
	}
	return sqldb.All(ctx, tx, scanRow, `
		SELECT `+rowColumns+` FROM story s
		WHERE (s.saved_ms, s.id) < ($1, $2)`+where+`
		ORDER BY s.saved_ms DESC, s.id DESC LIMIT $3`, args...)
}

func insertCopy(ctx context.Context, tx *sqldb.Tx, c *Copy, by *account.Account) error {
	text, err := json.Marshal(c.Content)
	if err != nil {
		return err
	}
	_, err = sqldb.Exec(ctx, tx, `
		INSERT INTO story_copy (id, story_id, base, content, saved_ms, saved_id, saved_by, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'open')`,
		c.ID, c.StoryID, c.Base, string(text), c.Saved.UnixMilli(), by.ID, by.Name)
	return err
}

func scanCopy(r sqldb.Row) (c Copy, err error) {
	var content string
	var saved int64
	if err = r.Scan(&c.ID, &c.StoryID, &c.Base, &content, &saved, &c.SavedBy); err != nil {
		return c, err
	}
	c.Saved = ms(saved)
	return c, json.Unmarshal([]byte(content), &c.Content)
}

func copies(ctx context.Context, tx *sqldb.Tx, story id.ID, limit int) ([]Copy, error) {
	return sqldb.All(ctx, tx, scanCopy, `
		SELECT id, story_id, base, content, saved_ms, saved_by FROM story_copy
		WHERE story_id = $1 AND state = 'open' ORDER BY id DESC LIMIT $2`, story, limit)
}

func settleCopy(ctx context.Context, tx *sqldb.Tx, story, copied id.ID) (int64, error) {
	return sqldb.Exec(ctx, tx, `UPDATE story_copy SET state = 'settled' WHERE id = $1 AND story_id = $2`, copied, story)
}

func scanVersion(r sqldb.Row) (v Version, err error) {
	var at int64
	var head string
	if err = r.Scan(&v.Number, &at, &v.PublishedBy, &v.Note, &head); err != nil {
		return v, err
	}
	v.Published = ms(at)
	return v, json.Unmarshal([]byte(head), &v.Head)
}

func versions(ctx context.Context, tx *sqldb.Tx, story id.ID, limit int) ([]Version, error) {
	return sqldb.All(ctx, tx, scanVersion, `
		SELECT number, published_ms, published_by, note, head FROM story_version
		WHERE story_id = $1 ORDER BY number DESC LIMIT $2`, story, limit)
}
